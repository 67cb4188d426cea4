# A PIN in the wrong place is refused and not shown, whatever else is wrong with the line.
uri='pkcs11:token=a?pin-value=TOPSECRET'
refused() {
	must_fail 2 uri-pin-value "$@"
	expect_lacks TOPSECRET
	expect_silent
}
refused rolecert token list "$uri"
refused rolecert token list 'pkcs11:' "$uri"
refused rolecert "$uri"
refused rolecert token "$uri"
refused rolecert token list --PIN-VALUE=TOPSECRET
refused rolecert explain "$uri"
refused rolecert ca show "$uri"
refused rolecert ca init --self-signed --subject CN=R --key "$uri" home
refused rolecert ca init --self-signed --subject CN=R --key "$uri" --custody "$uri" home
expect_no_file home
must_fail 2 uri-pin-value rolecert --json ca show "$uri"
expect_json '.error.rule == "uri-pin-value"'
expect_lacks TOPSECRET

# Its name alone is no PIN.
must_work rolecert explain uri-pin-value
