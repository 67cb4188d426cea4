must_fail 4 sh -c 'exit 3'
