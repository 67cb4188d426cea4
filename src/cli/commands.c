/*
 * commands.c - the commands and their options, as tables.
 */
#include "cli/command.h"

#define TOPOLOGY { "topology", 't', "FILE", AT(topology), "the topology (- is stdin)" }
#define MODULE                                                                \
	{ "module", 0, "PATH", AT(module), "the PKCS#11 module, if the URI names none" }, \
	{ "module-args", 0, "TEXT", AT(module_args), "a start string for the module" }
#define FINAL_TRY                                                             \
	{ "spend-final-try", 0, NULL, AT(spend_final_try),                    \
	  "send the PIN although a wrong one locks the token" }

static const struct option_row lab_options[] = {
	{ "topology", 't', "FILE", AT(topology), "this topology instead of the sample" },
	{ "module", 0, "PATH", AT(module), "SoftHSM's module, if it is not where Debian has it" },
	OPTIONS_END,
};
static const struct option_row judge_options[] = {
	{ "sarif", 0, NULL, AT(sarif), "the mistakes as SARIF 2.1.0, for editors and forges" },
	OPTIONS_END,
};
static const struct option_row import_options[] = {
	{ "out", 'o', "FILE", AT(out), "write the topology there instead of stdout" },
	{ "product", 0, "NAME", AT(product), "the product, instead of what the document says" },
	OPTIONS_END,
};
static const struct option_row compile_options[] = {
	TOPOLOGY,
	{ "emit", 0, "FORM", AT(emit), "json (usual); with a topology inf, powershell or openssl" },
	{ "type", 0, "TYPE", AT(type), "the kind of key: rsa-2048 (usual), ec-p256, ..." },
	{ "out", 'o', "DIR", AT(out), "with a topology: write files into this folder" },
	OPTIONS_END,
};
static const struct option_row test_options[] = {
	{ "coverage", 0, NULL, AT(coverage), "list the lines of roles that no test reached" },
	OPTIONS_END,
};
static const struct option_row plan_options[] = {
	TOPOLOGY,
	{ "certs", 0, "DIR", AT(certs), "the certificates that are in place: their files" },
	{ "state", 0, "WORD[,WORD]", AT(state), "only what is missing, expiring, wrong ..." },
	{ "check", 0, NULL, AT(check), "exit status 1 when something must be done" },
	{ "html", 0, "FILE", AT(html), "write it as a page that needs nothing else to be read" },
	{ "ics", 0, "FILE", AT(ics), "write a calendar of renewals (RFC 5545)" },
	{ "metrics", 0, "FILE", AT(metrics), "write metrics for Prometheus' node_exporter" },
	OPTIONS_END,
};
static const struct option_row report_options[] = {
	TOPOLOGY,
	{ "certs", 0, "DIR", AT(certs), "the certificates that are in place: their files" },
	{ "html", 0, "FILE", AT(html), "write the page there" },
	OPTIONS_END,
};
static const struct option_row topology_options[] = { TOPOLOGY, OPTIONS_END };
static const struct option_row request_options[] = {
	TOPOLOGY,
	{ "form", 0, "FORM", AT(form), "inf, powershell, openssl or json; else all of them" },
	{ "type", 0, "TYPE", AT(type), "the kind of key: rsa-2048 (usual), ec-p256, ..." },
	{ "out", 'o', "PATH", AT(out), "write the form there; else a folder for each server" },
	{ "token", 0, "URI", AT(token), "make the key on this token and sign the request there" },
	{ "custody", 0, "LEVEL", AT(custody), "how well it must be kept: strict (usual), ..." },
	MODULE, FINAL_TRY,
	OPTIONS_END,
};
static const struct option_row profile_diff_options[] = {
	{ "topology", 't', "FILE", AT(topology), "compare what is planned for this topology" },
	OPTIONS_END,
};
static const struct option_row list_options[] = {
	{ "events", 0, NULL, AT(events), "what happened, also where nothing was signed" },
	OPTIONS_END,
};
static const struct option_row restore_options[] = {
	{ "older", 0, NULL, AT(older), "although something newer is known; it is recorded" },
	OPTIONS_END,
};
static const struct option_row revoke_options[] = {
	{ "reason", 0, "REASON", AT(reason), "keyCompromise, superseded, certificateHold ..." },
	{ "invalidity-date", 0, "TIME", AT(invalidity_date),
	  "since when it is not to be believed: 2026-11-01, 2026-11-01T12:00:00Z" },
	{ "release", 0, NULL, AT(release), "from hold" },
	{ "same-key", 0, NULL, AT(same_key), "all certificates with the key of this one" },
	OPTIONS_END,
};

static const struct option_row crl_options[] = {
	{ "delta", 0, NULL, AT(delta), "what changed since the last full list" },
	{ "partition", 0, "K|all", AT(partition), "this part of the list, or all parts" },
	{ "check", 0, NULL, AT(check), "do the published lists still hold? makes none" },
	{ "out", 'o', "FILE", AT(out), "write it here; .pem is PEM, all else DER" },
	OPTIONS_END,
};

static const struct option_row ocsp_sign_options[] = {
	{ "request", 0, "FILE", AT(request), "answer this request (DER) instead" },
	{ "hash", 0, "HASH", AT(hash), "of the CertID: sha1 (usual), sha256, sha384 or sha512" },
	{ "out", 'o', "PATH", AT(out), "the folder for SERIAL.ocsp; of a request, the file" },
	OPTIONS_END,
};

static const struct option_row verify_options[] = {
	{ "known", 0, "FILE", AT(known), "a checkpoint, CRL or cosignature kept elsewhere" },
	{ "signatures", 0, NULL, AT(signatures), "verify each signature on record too" },
	{ "proof", 0, "FILE", AT(proof), "verify this proof instead, against --known" },
	OPTIONS_END,
};

static const struct option_row checkpoint_options[] = {
	{ "out", 'o', "FILE", AT(out), "write the signed checkpoint here too" },
	{ "cosignature", 0, "FILE", AT(cosignature), "record this CMS of another party over one" },
	{ "timestamp-request", 0, "FILE", AT(timestamp_request),
	  "write a request to stamp the time of the newest (RFC 3161)" },
	{ "timestamp", 0, "FILE", AT(timestamp), "record the answer to it" },
	OPTIONS_END,
};

static const struct option_row prove_options[] = {
	{ "known", 0, "FILE", AT(known), "prove also that the ledger grew from this checkpoint" },
	{ "out", 'o', "FILE", AT(out), "write it here" },
	OPTIONS_END,
};

static const struct option_row export_options[] = {
	{ "bundle", 0, "WHAT", AT(bundle), "a serial, a number, FROM-TO, or an entry of the plan" },
	{ "known", 0, "FILE", AT(known), "prove also that the ledger grew from this checkpoint" },
	{ "out", 'o', "FILE", AT(out), "write it here instead of stdout" },
	OPTIONS_END,
};

static const struct option_row bundle_options[] = {
	{ "issuer", 0, "FILE", AT(issuer), "the CA that is trusted, or one above it (PEM)" },
	{ "known", 0, "FILE", AT(known), "a checkpoint that was kept elsewhere" },
	OPTIONS_END,
};

static const struct option_row apply_options[] = {
	TOPOLOGY,
	{ "csrs", 0, "DIR", AT(csrs), "the folder with the requests; -: JSON lines on stdin" },
	{ "out", 'o', "DIR", AT(out), "write the certificates there" },
	{ "form", 0, "FORM", AT(form), "pem (as usual), der, p7b or chain.pem" },
	{ "jobs", 0, "N", AT(jobs), "at most so many sessions with the token, 1 to 16" },
	{ "dry-run", 0, NULL, AT(dry_run), "say what would be done, and do nothing" },
	{ "renew", 0, NULL, AT(renew), "also entries that have a valid certificate" },
	{ "strict-request", 0, NULL, AT(strict_request),
	  "refuse requests that ask for other names or extensions" },
	FINAL_TRY,
	OPTIONS_END,
};

#define DECISION                                                              \
	{ "key", 0, "URI", AT(key), "the officer's own key: pkcs11:token=...;object=..." }, \
	{ "officer", 0, "NAME", AT(officer), "whose key it must be, by the name in ca.yaml" }, \
	{ "signature", 0, "FILE", AT(signature), "what another tool signed: detached CMS" }, \
	{ "text", 0, NULL, AT(text), "write the bytes to sign, and decide nothing" }, \
	MODULE, FINAL_TRY

static const struct option_row approve_options[] = { DECISION, OPTIONS_END };
static const struct option_row deny_options[] = {
	{ "reason", 0, "TEXT", AT(reason), "why, for the record" },
	DECISION,
	OPTIONS_END,
};
static const struct option_row issue_options[] = {
	TOPOLOGY,
	{ "csr", 0, "FILE", AT(csr), "the server's certificate request, in any form" },
	{ "out", 'o', "FILE", AT(out), "write the certificate there instead of stdout" },
	{ "form", 0, "FORM", AT(form), "pem, der, p7b or chain.pem; else by the suffix of -o" },
	{ "renew", 0, NULL, AT(renew), "a new one, whatever the entry has" },
	{ "strict-request", 0, NULL, AT(strict_request),
	  "refuse a request that asks for other names or extensions" },
	{ "resume", 0, NULL, AT(resume), "sign the request of this number, which is approved" },
	FINAL_TRY,
	OPTIONS_END,
};
static const struct option_row assign_options[] = {
	TOPOLOGY,
	{ "issuer", 0, "FILE", AT(issuer), "the certificates above it (PEM), if --ca names none" },
	{ "out", 'o', "DIR", AT(out), "write a folder for each server into this one" },
	OPTIONS_END,
};
static const struct option_row check_options[] = {
	TOPOLOGY,
	{ "issuer", 0, "FILE", AT(issuer), "judge the chain against these certificates (PEM)" },
	{ "connect", 0, "HOST:PORT", AT(connect), "the certificate that this TLS server shows" },
	{ "junit", 0, "FILE", AT(junit), "write the verdicts as JUnit XML, for build servers" },
	OPTIONS_END,
};
static const struct option_row init_options[] = {
	{ "key", 0, "URI", AT(key), "the CA's key: pkcs11:token=...;object=..." },
	{ "self-signed", 0, NULL, AT(self_signed), "a root: it signs its own certificate" },
	{ "csr", 0, "FILE", AT(csr), "write a request for the parent CA there (- is stdout)" },
	{ "cert", 0, "FILE", AT(cert), "take the parent's answer, with its chain behind it" },
	{ "subject", 0, "DN", AT(subject), "the CA's name: 'CN=Contoso Root CA, O=Contoso'" },
	{ "config", 0, "FILE", AT(config), "a ca.yaml whose settings are taken over" },
	{ "custody", 0, "LEVEL", AT(custody),
	  "hardware, strict (usual), imported-ok, lab or memory" },
	MODULE,
	FINAL_TRY,
	OPTIONS_END,
};
static const struct option_row ceremony_options[] = {
	{ "dry-run", 0, NULL, AT(dry_run), "show what would be signed; needs no token" },
	{ "verify", 0, NULL, AT(verify), "re-check a transcript, its signature and its files" },
	{ "issuer", 0, "FILE", AT(issuer), "with --verify: who may have signed it (PEM)" },
	{ "yes", 0, NULL, AT(yes), "confirmed already: sign without asking" },
	{ "schema", 0, NULL, AT(schema), "a JSON Schema of ceremony files, for editors" },
	MODULE,
	FINAL_TRY,
	OPTIONS_END,
};
static const struct option_row token_list_options[] = {
	{ "login", 0, NULL, AT(login), "log in, and list private objects too" },
	MODULE,
	FINAL_TRY,
	OPTIONS_END,
};
static const struct option_row token_check_options[] = {
	{ "level", 0, "LEVEL", AT(level), "hardware, strict (usual), imported-ok or lab" },
	MODULE,
	FINAL_TRY,
	OPTIONS_END,
};
static const struct option_row token_repin_options[] = { FINAL_TRY, OPTIONS_END };
static const struct option_row token_keygen_options[] = {
	{ "type", 0, "TYPE", AT(type),
	  "ec-p256 (usual), ec-p384, ec-p521, rsa-2048, rsa-3072, rsa-4096, ed25519" },
	{ "label", 0, "TEXT", AT(label), "the key's label; else the URI's object" },
	MODULE,
	FINAL_TRY,
	OPTIONS_END,
};

static const struct option_row completion_options[] = {
	{ "words", 0, NULL, AT(words), "what may stand in place of the last word (for the shell)" },
	OPTIONS_END,
};
enum { WORDS_MAX = 10000 };

/* What is a JSON Schema is so with and without --json. */
#define JSON_SCHEMA "draft-07"

static const struct option_row doctor_options[] = { MODULE, OPTIONS_END };

const struct command commands[] = {
	{ "lab", NULL, cmd_lab, "lab", 0, 1, 1, "DIR [--topology FILE]",
	  "make a software token, a CA and a sample deployment, issue and check all of it",
	  lab_options,
	  "DIR must be new or empty; nothing outside it is touched.  Afterwards\n"
	  "`. DIR/env.sh` sets what the other commands need.\n\n"
	  "  rolecert lab /tmp/lab\n"
	  "  rolecert lab /tmp/lab --topology contoso.yaml\n" },
	{ "topology", "check", cmd_topology_check, "topology-check", 0, 1, 1, "FILE [--sarif]",
	  "is this topology right? every mistake is shown at its place",
	  judge_options,
	  "  rolecert topology check contoso.yaml\n" },
	{ "topology", "import", cmd_topology_import, "topology-import", 0, 1, 1,
	  "FILE [-o FILE] [--product NAME]",
	  "make a topology of `Get-CsTopology -AsXml` or a .tbxml file", import_options,
	  "What the document does not hold is written as a comment with its usual value:\n"
	  "read the result before it is used.\n\n"
	  "  rolecert topology import export.xml -o contoso.yaml\n" },
	{ "topology", "diff", cmd_topology_diff, "diff", 0, 2, 2, "A B",
	  "what a change of the topology means for the certificates", NULL,
	  "Exit status 0: for no certificate anything; 1: they differ.  With --ca, also which\n"
	  "issued certificates would no longer satisfy their entry.\n\n"
	  "  rolecert topology diff contoso.yaml contoso-new.yaml\n"
	  "  rolecert --ca /srv/ca topology diff contoso.yaml contoso-new.yaml\n" },
	{ "topology", "schema", cmd_topology_schema, JSON_SCHEMA, 0, 0, 0, "",
	  "a JSON Schema of topology files, for editors", NULL,
	  "  rolecert topology schema >topology.schema.json\n" },
	{ "profile", "list", cmd_profile_list, "profile-list", 0, 0, 1, "[PRODUCT]",
	  "the role definitions that there are", NULL,
	  "  rolecert profile list lync-2013\n" },
	{ "profile", "show", cmd_profile_show, "profile-show", 0, 2, 2, "PRODUCT ROLE",
	  "one role definition, compiled", NULL,
	  "  rolecert profile show lync-2013 edge-external\n" },
	{ "profile", "check", cmd_profile_check, "profile-check", 0, 0, 1, "[PRODUCT] [--sarif]",
	  "compile the role definitions and show every mistake", judge_options,
	  "  rolecert --profiles ./profiles profile check\n" },
	{ "profile", "compile", cmd_profile_compile, "profile-compile request", 0, 0, 1,
	  "PRODUCT | -t FILE [ENTRY] [--emit FORM] [--type TYPE] [-o DIR]",
	  "a product's roles in compiled form, or an entry in the forms that servers ask in",
	  compile_options,
	  "  rolecert profile compile lync-2013 --emit json\n"
	  "  rolecert profile compile -t contoso.yaml edge-external/lsedge.contoso.net \\\n"
	  "      --emit inf\n"
	  "  rolecert profile compile -t contoso.yaml --emit openssl -o requests/\n" },
	{ "profile", "test", cmd_profile_test, "profile-test", 0, 0, 64,
	  "[DIR|FILE...] [--coverage]",
	  "run the tests that are kept beside the role definitions", test_options,
	  "Tests are files NAME.test.yaml.  Exit status 1: one of them failed.\n\n"
	  "  rolecert profile test\n"
	  "  rolecert --profiles ./profiles profile test --coverage\n" },
	{ "profile", "schema", cmd_profile_schema, JSON_SCHEMA, 0, 0, 0, "",
	  "a JSON Schema of role definitions, for editors", NULL,
	  "It knows the products that there are, with --profiles also one's own.\n\n"
	  "  rolecert profile schema >role.schema.json\n" },
	{ "profile", "explain", cmd_profile_explain, "profile-explain", NEED_TOPOLOGY, 1, 2,
	  "-t FILE ENTRY [san | eku | OID | NAME | ...]",
	  "why an entry holds what it holds, and which text says so", topology_options,
	  "  rolecert profile explain -t contoso.yaml edge-external/lsedge.contoso.net san\n"
	  "  rolecert profile explain -t contoso.yaml edge-external/lsedge.contoso.net \\\n"
	  "      webcon.contoso.com\n" },
	{ "profile", "diff", cmd_profile_diff, "diff", 0, 2, 2, "A B [-t FILE]",
	  "what differs between two folders of role definitions", profile_diff_options,
	  "With a topology, in the certificates that are planned for it; with --ca too, which\n"
	  "issued certificates would no longer satisfy their entry.  Exit status 0: nothing;\n"
	  "1: they differ.\n\n"
	  "  rolecert profile diff profiles /srv/ca/profiles -t contoso.yaml\n" },
	{ "plan", NULL, cmd_plan, "plan", NEED_TOPOLOGY, 0, 0,
	  "-t FILE [--certs DIR] [--state WORDS] [--check] "
	  "[--html FILE] [--ics FILE] [--metrics FILE]",
	  "the certificates that a deployment needs, and how it stands with each", plan_options,
	  "With a CA home (--ca) or a folder of certificates each entry has a state: missing,\n"
	  "expired, revoked, wrong, foreign, superseded, expiring or valid; certificates that no\n"
	  "entry wants are superfluous; -v shows what was found.  With neither, the entries\n"
	  "themselves are shown; -v adds why each name is there, and the place of its role.\n\n"
	  "  rolecert plan -t contoso.yaml\n"
	  "  rolecert --ca /srv/ca plan -t contoso.yaml --certs installed/\n"
	  "  rolecert --ca /srv/ca plan -t contoso.yaml --check \\\n"
	  "      --state missing,expired,expiring\n"
	  "  rolecert plan -t contoso.yaml --json | jq -r '.entries[].id'\n" },
	{ "report", NULL, cmd_report, "report", NEED_TOPOLOGY, 0, 0,
	  "-t FILE [--certs DIR] --html FILE",
	  "a deployment on one page: states, ends, reasons, custody, the record", report_options,
	  "The page needs no network and no script, and prints on A4.  With a CA home (--ca) it\n"
	  "tells of the CA and its record too.\n\n"
	  "  rolecert --ca /srv/ca report -t contoso.yaml --html contoso.html\n"
	  "  rolecert report -t contoso.yaml --certs installed/ --html contoso.html\n" },
	{ "request", NULL, cmd_request, "request", NEED_TOPOLOGY, 0, 1,
	  "-t FILE [ENTRY] [--form FORM | --token URI] [--type TYPE] [-o PATH]",
	  "how the server asks for its certificate: certreq, PowerShell, openssl", request_options,
	  "  rolecert request -t contoso.yaml edge-external/lsedge.contoso.net \\\n"
	  "      --form inf -o edge.inf\n"
	  "  rolecert request -t contoso.yaml edge-external/lsedge.contoso.net -o servers/\n"
	  "  rolecert request -t contoso.yaml -o servers/\n"
	  "  rolecert request -t contoso.yaml web-server/www.contoso.com \\\n"
	  "      --token 'pkcs11:token=web;object=www' -o www.csr\n" },
	{ "issue", NULL, cmd_issue, "issue issue-waits", NEED_CA, 1, 1,
	  "-t FILE ENTRY --csr FILE [-o FILE] [--form FORM] [--renew] [--strict-request] "
	  "| --resume ID [-o FILE] [--form FORM]",
	  "one certificate, for one entry of the plan and one request", issue_options,
	  "Names and extensions come from the plan; the request gives its public key.\n\n"
	  "  rolecert issue -t contoso.yaml edge-external/lsedge.contoso.net \\\n"
	  "      --csr edge.req -o edge.p7b\n" },
	{ "assign", NULL, cmd_assign, "assign", NEED_TOPOLOGY, 2, 2,
	  "-t FILE ENTRY CERT [--issuer FILE] [-o DIR]",
	  "how the servers install a certificate and use it: Import- and Set-CsCertificate",
	  assign_options,
	  "A certificate that does not satisfy the entry is refused, exit status 1.\n\n"
	  "  rolecert --ca /srv/ca assign -t contoso.yaml \\\n"
	  "      edge-external/lsedge.contoso.net edge.cer -o servers/\n" },
	{ "apply", NULL, cmd_apply, "apply", NEED_TOPOLOGY | NEED_CA, 0, 0,
	  "-t FILE --csrs DIR [-o DIR] [--form FORM] [--jobs N] [--dry-run] [--renew]",
	  "a certificate for each entry of the plan that has a request", apply_options,
	  "The name of a request's file says whose it is: the id of the entry, with -- for\n"
	  "each /, and .csr.  A manifest.yaml beside them may say it instead, and pin keys.\n"
	  "A request that is refused stops nothing but itself; after an interruption the\n"
	  "same command goes on, and issues nothing twice.\n\n"
	  "  rolecert apply -t contoso.yaml --csrs requests --dry-run\n"
	  "  rolecert apply -t contoso.yaml --csrs requests -o certs\n" },
	{ "pending", NULL, cmd_pending, "pending", NEED_CA, 0, 1, "[ID]",
	  "requests that wait for the approval of officers", NULL,
	  "With -v, or for one request, everything that an officer should read.\n\n"
	  "  rolecert --ca /srv/ca pending\n"
	  "  rolecert --ca /srv/ca pending 3\n" },
	{ "approve", NULL, cmd_approve, "approve decision-text", NEED_CA, 1, 1,
	  "ID --key URI [--officer NAME] | --signature FILE | --text",
	  "an officer's approval of a request", approve_options,
	  "The officer signs with a key of his own, on a token or with any tool:\n\n"
	  "  rolecert --ca /srv/ca approve 3 --key 'pkcs11:token=ann;object=ann'\n\n"
	  "  rolecert --ca /srv/ca approve 3 --text >request-3.txt\n"
	  "  openssl cms -sign -binary -in request-3.txt -signer ann.pem -inkey ann.key \\\n"
	  "      -outform DER -out request-3.p7s\n"
	  "  rolecert --ca /srv/ca approve 3 --signature request-3.p7s\n\n"
	  "When enough officers have approved: rolecert issue --resume 3 -o edge.pem\n" },
	{ "deny", NULL, cmd_deny, "approve decision-text", NEED_CA, 1, 1,
	  "ID --reason TEXT [--key URI [--officer NAME] | --signature FILE | --text]",
	  "an officer's denial of a request, or its withdrawal", deny_options,
	  "Without key or signature whoever keeps the CA takes the request back.\n\n"
	  "  rolecert --ca /srv/ca deny 3 --reason 'the pool is retired' \\\n"
	  "      --key 'pkcs11:token=ann;object=ann'\n" },
	{ "check", NULL, cmd_check, "check", NEED_TOPOLOGY, 0, 2,
	  "-t FILE [ENTRY] CERT|--connect HOST:PORT [--issuer FILE] [--junit FILE]",
	  "does this certificate do for this entry, or for any?", check_options,
	  "CERT is PEM, DER, .p7b or .pfx; needs no request, no CA and no token.  Exit status 0:\n"
	  "yes; 1: no.  The chain is judged too when --ca or --issuer is given.\n\n"
	  "  rolecert check -t contoso.yaml edge.cer\n"
	  "  rolecert check -t contoso.yaml edge-external/lsedge.contoso.net edge.p7b\n"
	  "  rolecert check -t contoso.yaml --connect sip.contoso.com:5061\n" },
	{ "ca", "init", cmd_ca_init, "ca-init", 0, 1, 1,
	  "--key URI (--self-signed | --csr FILE | --cert FILE) --subject DN "
	  "[--config FILE] [--custody LEVEL] DIR",
	  "make a CA home from a key on a token", init_options,
	  "  rolecert token keygen 'pkcs11:token=contoso;object=root' --type ec-p384\n"
	  "  rolecert ca init --key 'pkcs11:token=contoso;object=root' --self-signed \\\n"
	  "      --subject 'CN=Contoso Root CA, O=Contoso' /srv/root\n\n"
	  "An issuing CA takes two steps: `--csr FILE` writes the request for its parent, and\n"
	  "`ca init --cert ANSWER DIR` takes the answer.\n" },
	{ "ca", "ceremony", cmd_ca_ceremony,
	  "ca-ceremony ca-ceremony-done ca-ceremony-verify", 0, 0, 1,
	  "FILE [--dry-run] [--yes] | --verify TRANSCRIPT [--issuer FILE] | --schema",
	  "one key ceremony from a file, with a signed transcript", ceremony_options,
	  "Before anything is signed the digest of what will be is shown as words, and the\n"
	  "first two of them are to be typed.\n\n"
	  "  rolecert ca ceremony root.ceremony.yaml --dry-run\n"
	  "  rolecert ca ceremony root.ceremony.yaml\n"
	  "  rolecert ca ceremony --verify root.transcript\n" },
	{ "ca", "show", cmd_ca_show, "ca-show", 0, 0, 1, "[DIR]",
	  "what a CA home holds", NULL,
	  "  rolecert ca show /srv/ca\n" },
	{ "ca", "policy", cmd_ca_policy, "ca-policy", 0, 1, 2, "show | accept [DIR]",
	  "what is pinned for a CA, or pin what its ca.yaml says now", NULL,
	  "Custody, key, module and who approves are recorded in the ledger when a CA is made.\n"
	  "A ca.yaml that says otherwise is refused until `accept` records it.\n\n"
	  "  rolecert ca policy show /srv/ca\n"
	  "  rolecert ca policy accept /srv/ca\n" },
	{ "token", "list", cmd_token_list, "token-list", 0, 0, 1, "[URI] [--login]",
	  "tokens and what is on them", token_list_options,
	  "  rolecert token list --module /usr/lib/softhsm/libsofthsm2.so\n" },
	{ "token", "check", cmd_token_check, "token-check", 0, 0, 1, "[URI] [--level LEVEL]",
	  "which guarantees a token and a key give, tried out, and whether they will do",
	  token_check_options,
	  "Without URI, the key of the CA home, its list of accepted tokens and its pin record.\n"
	  "Exit status 0: the key is kept as the level demands; 1: it is not.\n\n"
	  "  rolecert token check 'pkcs11:token=contoso;object=root' --level strict\n" },
	{ "token", "keygen", cmd_token_keygen, "token-keygen", 0, 1, 1,
	  "URI [--type TYPE] [--label TEXT]",
	  "make a key pair on a token that cannot leave it", token_keygen_options,
	  "The public half is printed.  When the token gave the key less protection than was\n"
	  "asked for, the pair is destroyed and the command fails.\n\n"
	  "  rolecert token keygen 'pkcs11:token=contoso;object=issuing' --type ec-p256\n" },
	{ "token", "repin", cmd_token_repin, "token-repin", NEED_CA, 0, 0, "",
	  "record the CA's token and key as they are now", token_repin_options,
	  "What is different from the pin record is shown and recorded in the ledger, if the key\n"
	  "is otherwise kept as the CA demands.  Where ca.yaml says `probe: pin-record`, this is\n"
	  "when the token is put to the test.\n\n"
	  "  rolecert --ca /srv/ca token repin\n" },
	{ "revoke", NULL, cmd_revoke, "revoke", NEED_CA, 1, 1,
	  "SERIAL|ENTRY|CERT|KEY [--reason REASON [--invalidity-date TIME]] [--release]"
	  " [--same-key]",
	  "take a certificate back, for ever or for the time being", revoke_options,
	  "KEY is a public key or a request in a file, or sha256: and the digest of a public key:\n"
	  "all certificates with it.  The record changes at once; the world learns of it with the\n"
	  "next list.\n\n"
	  "  rolecert --ca /srv/ca revoke edge-external/lsedge.contoso.net \\\n"
	  "      --reason superseded\n"
	  "  rolecert --ca /srv/ca revoke lost-server.pem --reason keyCompromise \\\n"
	  "      --same-key --invalidity-date 2026-11-01\n"
	  "  rolecert --ca /srv/ca revoke leaked.pub --reason keyCompromise\n"
	  "  rolecert --ca /srv/ca revoke 4f:8d:... --reason certificateHold\n" },
	{ "crl", NULL, cmd_crl, "crl crl-check crl-import", NEED_CA, 0, 2,
	  "[--delta] [--partition K|all] [-o FILE] | --check [-o FILE] | import FILE",
	  "sign a list of what is revoked", crl_options,
	  "It goes to FILE, to `crl.publish` of ca.yaml, or to standard output.  With --check\n"
	  "exit status 1 says that a published list ends soon.  `import` takes over a list of a\n"
	  "CA above this one.\n\n"
	  "  rolecert --ca /srv/ca crl\n"
	  "  rolecert --ca /srv/ca crl --delta -o /srv/pki/delta.crl\n"
	  "  rolecert --ca /srv/ca crl --partition all\n"
	  "  rolecert --ca /srv/ca crl import root.crl\n" },
	{ "ocsp", "sign", cmd_ocsp_sign, "ocsp-sign", NEED_CA, 0, 64,
	  "[SERIAL...] [--hash HASH] -o DIR | --request FILE -o FILE",
	  "answer OCSP requests, beforehand or one that came", ocsp_sign_options,
	  "Without SERIAL, for all certificates that have not expired.  The answers are signed\n"
	  "by the key that `ocsp` of ca.yaml names, or by the CA's.\n\n"
	  "  rolecert --ca /srv/ca ocsp sign -o /srv/ocsp\n"
	  "  rolecert --ca /srv/ca ocsp sign --request question.der -o answer.der\n" },
	{ "ledger", "list", cmd_ledger_list, "ledger-list ledger-events", NEED_CA, 0, 0,
	  "[--events]",
	  "everything that the CA signed or meant to sign", list_options,
	  "With --events: everything that happened, refusals too; with -v its digests.\n\n"
	  "  rolecert --ca /srv/ca ledger list\n"
	  "  rolecert --ca /srv/ca ledger list --events\n" },
	{ "ledger", "show", cmd_ledger_show, "ledger-show", NEED_CA, 1, 1, "SERIAL",
	  "one entry of the ledger, with its certificate", NULL,
	  "SERIAL is hexadecimal, or the entry's number.  With -v the key's custody at that\n"
	  "signature is shown.\n\n"
	  "  rolecert --ca /srv/ca ledger show 12\n" },
	{ "ledger", "recover", cmd_ledger_recover, "ledger-recover", NEED_CA, 0, 0, "",
	  "settle what a process that died left unsettled", NULL,
	  "A signature that was asked for and never recorded is possibly issued: it is marked\n"
	  "LOST.  What a running process is at work on is left alone.\n\n"
	  "  rolecert --ca /srv/ca ledger recover\n" },
	{ "ledger", "verify", cmd_ledger_verify, "ledger-verify ledger-proof", 0, 0, 1,
	  "[DIR|FILE] [--known FILE] [--signatures] [--proof FILE]",
	  "is the record whole, and the one that was sealed?", verify_options,
	  "DIR is a CA home or a copy of one, FILE a backup, for which --ca has the certificates.\n"
	  "Needs no token.  Exit status 0: nothing is wrong;\n"
	  "1: something is.\n\n"
	  "  rolecert ledger verify /srv/ca\n"
	  "  rolecert ledger verify /mnt/audit/ca --known kept.checkpoint --signatures\n" },
	{ "ledger", "checkpoint", cmd_ledger_checkpoint,
	  "ledger-checkpoint ledger-attested ledger-timestamp-request", NEED_CA, 0, 0,
	  "[-o FILE | --cosignature FILE | --timestamp-request FILE | --timestamp FILE]",
	  "seal what happened so far with a signature", checkpoint_options,
	  "The key and its certificate stand under `checkpoint` in ca.yaml.  The text is printed;\n"
	  "FILE and the witness get it signed (CMS, DER):\n\n"
	  "  rolecert --ca /srv/ca ledger checkpoint -o 2026-11-21.checkpoint\n"
	  "  openssl cms -verify -binary -inform DER -in 2026-11-21.checkpoint \\\n"
	  "      -CAfile ca-and-root.pem -purpose any\n"
	  "  rolecert --ca /srv/ca ledger checkpoint --cosignature notary.cms\n" },
	{ "ledger", "prove", cmd_ledger_prove, "ledger-prove", NEED_CA, 1, 1,
	  "SERIAL [--known FILE] [-o FILE]",
	  "what the record says of one certificate, provable without the rest", prove_options,
	  "`ledger verify --proof FILE --known CHECKPOINT` checks it.\n\n"
	  "  rolecert --ca /srv/ca ledger prove 4f:8d:... -o certificate.proof\n" },
	{ "ledger", "backup", cmd_ledger_backup, "ledger-backup", NEED_CA, 1, 1, "FILE",
	  "a copy of the ledger as it is now, while others go on", NULL,
	  "FILE must not be there yet.\n\n"
	  "  rolecert --ca /srv/ca ledger backup /backup/ca-2026-11-21.db\n" },
	{ "ledger", "restore", cmd_ledger_restore, "ledger-restore", NEED_CA, 1, 1,
	  "FILE [--older]",
	  "put a backup of the ledger back, and keep what was there", restore_options,
	  "The backup is verified first.  One that is older than the witness, or than the ledger\n"
	  "that is there, is refused without --older.  Nobody else may be using the ledger.\n\n"
	  "  rolecert --ca /srv/ca ledger restore /backup/ca-2026-11-21.db\n" },
	{ "ledger", "export", cmd_ledger_export, "ledger-export", NEED_CA, 0, 0,
	  "--bundle SERIAL|ENTRY|FROM-TO [--known FILE] [-o FILE]",
	  "evidence of what was signed, for somebody outside", export_options,
	  "A tar with request, plan, texts, what was signed, and the proof that the sealed record\n"
	  "holds it.  Its README says how to verify it without rolecert.\n\n"
	  "  rolecert --ca /srv/ca ledger export --bundle 4f:8d:... -o certificate.bundle\n"
	  "  rolecert --ca /srv/ca ledger export --bundle oauth -o oauth.bundle\n"
	  "  rolecert --ca /srv/ca ledger export --bundle 12-40 -o autumn.bundle\n" },
	{ "verify", NULL, cmd_verify, "verify", 0, 1, 1, "BUNDLE [--issuer FILE] [--known FILE]",
	  "does this evidence hold?", bundle_options,
	  "Needs neither token nor ledger.  Exit status 0: it holds; 1: it does not.\n\n"
	  "  rolecert verify certificate.bundle --issuer contoso-root.pem\n" },
	{ "doctor", NULL, cmd_doctor, "doctor", 0, 0, 0, "[--module PATH]",
	  "is everything in its place: modules, tokens, files, clock, ledger, lists?",
	  doctor_options,
	  "Nothing is changed and no PIN is sent.  Exit status 0: no errors; 1: errors.\n\n"
	  "  rolecert --ca /srv/ca doctor\n" },
	{ "explain", NULL, cmd_explain, "explain", 0, 0, 1, "[RULE]",
	  "what a rule means, why it exists, how to mend it", NULL,
	  "Every refusal ends in the rule that it follows, in brackets.  Without RULE, all\n"
	  "rules are listed.\n\n"
	  "  rolecert explain no-such-option\n" },
	{ "completion", NULL, cmd_completion, NULL, 0, 0, WORDS_MAX,
	  "bash|zsh|fish | --words -- WORD...",
	  "a script by which the shell completes command lines with Tab", completion_options,
	  "It completes commands, options and their words, and, with -t, the entries of the\n"
	  "plan.\n\n"
	  "  . <(rolecert completion bash)\n"
	  "  rolecert completion fish >~/.config/fish/completions/rolecert.fish\n" },
	{ "help", NULL, cmd_help, "help", 0, 0, 2, "[COMMAND [SUB-COMMAND]]",
	  "the same as COMMAND --help", NULL, NULL },
};
const size_t n_commands = ARRAY_LEN(commands);
