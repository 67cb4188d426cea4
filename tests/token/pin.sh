# Where a PIN is while the token signs: in one locked page where ca.yaml lets it be kept,
# else nowhere, in no memory of the process and in nothing that it writes.

need cc jq openssl pkg-config python3 sqlite3
softhsm=/usr/lib/softhsm/libsofthsm2.so
# Nobody else may look into a process that forbids its core dump.
/usr/bin/python3 - <<'END' 2>/dev/null || leave_out 'no memory is scanned: it takes root (CAP_SYS_PTRACE)'
import ctypes, os, signal
ready, tell = os.pipe()
child = os.fork()
if child == 0:
    ctypes.CDLL(None).prctl(4, 0, 0, 0, 0)   # PR_SET_DUMPABLE
    os.write(tell, b"x")
    signal.pause()
os.read(ready, 1)
try:
    open(f"/proc/{child}/mem", "rb").close()
finally:
    os.kill(child, signal.SIGKILL)
END
fault_module
must_work rolecert -q lab lab
. lab/env.sh
unset ROLECERT_PIN_FILE
topology=lab/topology.yaml
export FAULT_MODULE=$softhsm FAULT=$PWD/fault FAULT_LOG=$PWD/calls
sed -i "s#$softhsm#$PWD/fault.so#" lab/ca/ca.yaml
must_work rolecert ca policy accept lab/ca
cp lab/ca/ca.yaml plain.yaml
openssl ecparam -name prime256v1 -genkey -noout -out key.pem
openssl req -new -key key.pem -subj /CN=x -out x.csr
issue() { rolecert issue -t "$topology" oauth --csr x.csr --renew; }

# Run by the module while it is asked to sign; its parent is the process that waits for
# the signature. A line a copy of the PIN: "locked" or "open" by the page's flags, and where.
cat >scan <<'END'
#!/usr/bin/python3 -S
import os
pin = open("lab/pin", "rb").read().strip()
process = f"/proc/{os.getppid()}"
found, region, looked = [], None, 0
with open(f"{process}/mem", "rb", 0) as memory, open(f"{process}/smaps") as maps:
    for line in maps:
        word = line.split()
        if not word[0].endswith(":"):
            region = word
        elif word[0] == "Rss:":
            resident = int(word[1])
        elif word[0] == "VmFlags:" and region[1].startswith("r") and region[-1] != "[vvar]":
            start, end = (int(x, 16) for x in region[0].split("-"))
            # Nothing in it, or the terabytes that a sanitizer marks memory in.
            if resident == 0 or end - start > 1 << 32:
                continue
            for at in range(start, end, 1 << 20):
                try:
                    memory.seek(at)
                    bytes_ = memory.read(min((1 << 20) + len(pin), end - at))
                except OSError:
                    break
                looked += len(bytes_)
                if pin in bytes_:
                    found.append(f"{'locked' if 'lo' in word else 'open'} {region[-1]}")
with open("scanned", "a") as out:
    out.write(f"looked {looked > 1 << 20} {' '.join(open(process + '/comm').read().split())}\n")
    out.writelines(line + "\n" for line in found)
END
chmod 755 scan
echo "C_Sign runs $PWD/scan" >fault

# scanned [COPY...]: what the scans since the last call found, in sequence.
scanned() {
	expect_equal "$(grep -v '^looked True ' scanned | sed 's/ .*//' | tr '\n' ' ')" "${*:+$* }" "copies of the PIN"
	expect_equal "$(grep -c '^looked True ' scanned)" 1 'scans of a process that has memory'
	rm -f scanned
}

# nowhere: no file of this case but the PIN's own has it, and nothing was said of it.
nowhere() {
	expect_lacks "$(cat lab/pin)"
	expect_equal "$(grep -rlF --exclude=pin -e "$(cat lab/pin)" . || true)" '' 'files that hold the PIN'
}

# The scan finds what is there: a PIN that somebody keeps in the open.
# shellcheck disable=SC2016
must_work bash -c 'kept=$(cat lab/pin); ./scan; [ -n "$kept" ]'
if grep -q '^open ' scanned; then good; else bad 'the scan finds nothing'; fi
rm scanned

# A sanitizer answers mlock itself; it and valgrind keep a copy of the environment.
locked=locked watched=${CASE_WRAP:-}
if grep -q __asan_init "$PROGRAM"; then locked=open watched=yes; fi

for engine in libp11 cryptoki; do
	for keep in never once; do
		{ sed "s/^relogin: .*/relogin: $keep/" plain.yaml; echo "engine: $engine"; } >lab/ca/ca.yaml
		want=${keep/never/} want=${want/once/$locked}
		ROLECERT_PIN_FILE=lab/pin must_work issue
		scanned $want
		nowhere
		[ -z "$watched" ] || continue
		ROLECERT_PIN=$(cat lab/pin) must_work issue
		scanned $want
		nowhere
	done
done

# The same from a credential and from the key's own URI.
cp plain.yaml lab/ca/ca.yaml
mkdir -m 700 credentials
install -m 600 lab/pin credentials/rolecert-pin
CREDENTIALS_DIRECTORY=$PWD/credentials must_work issue
scanned
rm -r credentials
chmod 640 lab/pin
ROLECERT_PIN_FILE=lab/pin must_fail 5 pin-file-readable issue
chmod 600 lab/pin
must_fail 5 pin-missing issue
nowhere
