must_fail 4 sh -c 'kill -SEGV $$'
