must_fail 4 sh -c 'echo "x.c:1:2: runtime error: signed integer overflow" >&2; exit 4'
