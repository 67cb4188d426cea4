# `rolecert doctor` without a CA home: libraries, role definitions, files, modules.

need jq python3
state() { jq -r --arg s "$1" '.[] | select(.section == $s) | .state' .out; }
rules() { jq -r '[.[].findings[].rule] | unique | join(" ")' .out; }

# The machine's own modules are another matter: SoftHSM, with no token.
softhsm_here hsm
doctor() { rolecert doctor --module /usr/lib/softhsm/libsofthsm2.so "$@"; }
pin_doctor() { ROLECERT_PIN_FILE=$PWD/pin doctor "$@"; }

umask 022
# With whatever modes the project was checked out.
cp -R "$TOP/profiles" profiles
export ROLECERT_PROFILES=$PWD/profiles
run doctor --json
expect_equal "$(state profiles)" ok 'role definitions'
expect_equal "$(state umask)" ok
expect_json '.[] | select(.section == "home") | .findings[0].rule == "doctor-no-home"'
expect_json '.[] | select(.section == "libraries").is | test("libp11 [0-9]") and test("libfyaml [0-9]")'
expect_schema doctor

# Known faults are told where that version is there.
case $(jq -r '.[] | select(.section == "libraries").is' .out) in
*'libp11 0.4.12,'* | *'libfyaml 0.7.12') expect_equal "$(state libraries)" note ;;
*) expect_equal "$(state libraries)" ok ;;
esac
case $(rules) in *doctor-library*) good ;; *) echo 'note: no library with known faults is here' ;; esac

# What others may read or change.
umask 000
run doctor --json
expect_equal "$(state umask)" warning
expect_json '[.[].findings[] | select(.rule == "doctor-open")] | length >= 1'
umask 022
echo 12345678 >pin
chmod 644 pin
must_fail 1 pin_doctor --json
expect_equal "$(state pin)" error
expect_json '[.[].findings[] | select(.rule == "pin-file-readable") | .fix] | .[0] | test("chmod 600")'
chmod 600 pin
run pin_doctor --json
expect_equal "$(state pin)" ok
expect_lacks 12345678
cp -R "$TOP/profiles" own
chmod 777 own
must_fail 1 doctor --profiles own --json
expect_equal "$(state profiles)" error
must_fail 1 doctor --profiles no-such --json
expect_json '[.[].findings[].rule] | index("profiles-missing")'

# Modules.
must_fail 1 rolecert doctor --module "$PWD/no-such.so" --json
expect_json '[.[].findings[].rule] | index("module-load")'
must_fail 1 rolecert doctor --module "$PWD/no-such.so"
expect_has 'error     modules'
expect_has '[module-load]'
expect_has 'name the module'
# What p11-kit's configuration names and what does not load, where it reads a user's.
mkdir -p home/.config/pkcs11/modules
printf 'module: %s/no-such.so\n' "$PWD" >home/.config/pkcs11/modules/bad.module
run env HOME="$PWD/home" XDG_CONFIG_HOME="$PWD/home/.config" rolecert doctor --json
if ! jq -e '[.[].findings[].rule] | any(. == "doctor-module")' .out >/dev/null; then
	echo 'note: p11-kit reads no configuration of the user here'
fi
