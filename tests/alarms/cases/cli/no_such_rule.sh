must_fail 1 no-such-rule false
