must_fail 127 no-such-command-anywhere
