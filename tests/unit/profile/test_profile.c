/*
 * The role compiler: each rule is broken once, at its place, and what comes close
 * compiles.
 */
#include "profile/program.h"
#include "tests/unit.h"

static const char product_text[] =
    "product: p\n"
    "kinds:\n"
    "  fe: { servers: required, fields: { on: { type: boolean, default: false }, off: { type: boolean },\n"
    "        web: { type: record, title: the web, fields: { external: { type: fqdn } } } } }\n"
    "  rp: { servers: optional, fields: { publishes: { type: pools, of: [fe] } } }\n";

static const char base_text[] =
    "base: b\n"
    "basic_constraints: { ca: false }\n"
    "extended_key_usage: [serverAuth]\n"
    "key_usage: { rsa: [digitalSignature, keyEncipherment], ec: [digitalSignature] }\n"
    "key: { algorithms: [rsa-2048, ec-p256] }\n"
    "choices: { c: { values: [one, two], default: one, why: because } }\n"
    "define: { meet: [ { each: \"m in ${simple_urls.meet}\", names: [ { dns: \"${m}\" } ] } ] }\n"
    "when: \"${choice.c == 'one'}\"\n";

/* Compiles one role text that stands in p/r.yaml, beside the base b. */
static enum rc_status
compile(const char *role, struct buf *canonical, struct error *err)
{
	struct profile_file files[] = {
		{ "p/product.yaml", "p", "product", 0, bytes_of_text(product_text) },
		{ "base/b.yaml", "base", "b", 0, bytes_of_text(base_text) },
		{ "base/u.yaml", "base", "u", 0,
		    bytes_of_text("base: u\nsan: { names: [ { include: meet } ] }\n") },
		{ "p/r.yaml", "p", "r", 0, bytes_of_text(role) },
	};
	SCOPED(catalog_free) struct catalog *catalog = NULL;
	SCOPED(program_free) struct program *program = NULL;
	const struct product *const *products;
	size_t n;

	TRY(catalog_read(files, ARRAY_LEN(files), &catalog, err));
	products = catalog_products(catalog, &n);
	TRY(program_compile(catalog, products[0], NULL, &program, err));
	if (canonical != NULL)
		role_print(program->roles[0], canonical);
	return RC_OK;
}

#define ROLE "role: r\nextends: base/b\nproducts: [p]\napplies_to: fe\nper: server\n"
#define CN "subject: { CN: \"${server.fqdn}\" }\n"

static const struct { const char *text; enum rule rule; uint32_t line, column; } refused[] = {
	{ "[]", RULE_YAML_TYPE, 1, 1 },
	{ "products: [p]\n", RULE_MISSING_KEY, 1, 1 },
	{ "role: r\nproducts: [q]\n", RULE_UNKNOWN_WORD, 2, 12 },
	{ ROLE CN "sam: {}\n", RULE_UNKNOWN_KEY, 7, 1 },
	{ "role: r\nproducts: [p]\napplies_to: fe\n" CN, RULE_MISSING_KEY, 1, 7 },
	{ "role: r\nproducts: [p]\nper: pool\n", RULE_MISSING_KEY, 1, 7 },
	{ "role: r\nproducts: [p]\nper: topology\napplies_to: fe\n", RULE_UNKNOWN_KEY, 4, 13 },
	{ "role: r\nproducts: [p]\nper: pool\napplies_to: [fe, xx]\n", RULE_UNKNOWN_WORD, 4, 18 },
	{ "role: r\nextends: base/c\nproducts: [p]\n", RULE_UNKNOWN_BASE, 2, 10 },
	{ "role: r\nextends: r\nproducts: [p]\n", RULE_EXTENDS_LOOP, 1, 7 },
	{ ROLE CN "key: { algorithms: [rsa-2048] }\n", RULE_OVERRIDE_MISSING, 7, 1 },
	{ ROLE CN "choices: { c: { values: [x, y], default: x } }\n", RULE_OVERRIDE_MISSING, 7, 12 },
	{ ROLE CN "override: { notes: [] }\n", RULE_OVERRIDE_NOTHING, 7, 13 },
	{ ROLE CN "append: { key: {} }\n", RULE_APPEND_NO_LIST, 7, 11 },
	{ ROLE CN "override: { sam: 1 }\n", RULE_UNKNOWN_KEY, 7, 13 },
	/* expressions */
	{ ROLE "subject: { CN: \"${servr.fqdn}\" }\n", RULE_UNKNOWN_VARIABLE, 6, 19 },
	{ ROLE "subject: { CN: \"${server.fqd}\" }\n", RULE_UNKNOWN_VARIABLE, 6, 26 },
	{ ROLE "subject: { CN: \"${choice.d}\" }\n", RULE_UNKNOWN_VARIABLE, 6, 19 },
	{ ROLE "subject: { CN: \"${fist(sip_domains).name}\" }\n", RULE_UNKNOWN_FUNCTION, 6, 19 },
	{ ROLE "subject: { CN: \"${server.fqdn\" }\n", RULE_EXPR_SYNTAX, 6, 17 },
	{ ROLE "subject: { CN: \"${}\" }\n", RULE_EXPR_SYNTAX, 6, 19 },
	{ ROLE "subject: { CN: \"${server..fqdn}\" }\n", RULE_EXPR_SYNTAX, 6, 19 },
	{ ROLE "subject: { CN: \"${server.fqdn x}\" }\n", RULE_EXPR_SYNTAX, 6, 31 },
	{ ROLE "subject: { CN: \"${'x}\" }\n", RULE_EXPR_SYNTAX, 6, 17 },
	{ ROLE "subject: { CN: \"${a ; b}\" }\n", RULE_EXPR_SYNTAX, 6, 21 },
	{ ROLE "subject: { CN: \"${(server.fqdn}\" }\n", RULE_EXPR_SYNTAX, 6, 31 },
	{ ROLE "subject: { CN: \"${and}\" }\n", RULE_EXPR_SYNTAX, 6, 19 },
	{ ROLE "subject: { CN: \"${1234567890}\" }\n", RULE_EXPR_SYNTAX, 6, 19 },
	{ ROLE "subject: { CN: \"${count(sip_domains}\" }\n", RULE_EXPR_SYNTAX, 6, 36 },
	{ ROLE "subject: { CN: \"${sip_domains}\" }\n", RULE_EXPR_TYPE, 6, 19 },
	{ ROLE "subject: { CN: \"${server.fqdn.x}\" }\n", RULE_EXPR_TYPE, 6, 19 },
	{ ROLE "subject: { CN: \"${server.fqdn else 'x'}\" }\n", RULE_EXPR_UNREACHABLE, 6, 31 },
	{ ROLE "subject: { CN: \"${has(server.fqdn)}\" }\n", RULE_EXPR_UNREACHABLE, 6, 23 },
	{ ROLE "subject: { CN: \"${pool.web.external else 3}\" }\n", RULE_EXPR_TYPE, 6, 42 },
	{ ROLE "subject: { CN: \"${server.fqdn if pool.off}\" }\n", RULE_EXPR_TYPE, 6, 34 },
	{ ROLE "subject: { CN: \"${server.fqdn if pool.on and 'x'}\" }\n", RULE_EXPR_TYPE, 6, 46 },
	{ ROLE "subject: { CN: \"${server.fqdn if not 1}\" }\n", RULE_EXPR_TYPE, 6, 38 },
	{ ROLE "subject: { CN: \"${server.fqdn if 1 == 'x'}\" }\n", RULE_EXPR_TYPE, 6, 36 },
	{ ROLE "subject: { CN: \"${server.fqdn if 'x' in 'y'}\" }\n", RULE_EXPR_TYPE, 6, 41 },
	{ ROLE "subject: { CN: \"${server.fqdn if 'x' in sip_domains}\" }\n", RULE_EXPR_TYPE, 6, 41 },
	{ ROLE "subject: { CN: \"${server.fqdn if choice.c == 'tow'}\" }\n", RULE_UNKNOWN_WORD, 6, 46 },
	{ ROLE "subject: { CN: \"${count(server.fqdn)}\" }\n", RULE_EXPR_TYPE, 6, 25 },
	{ ROLE "subject: { CN: \"${lower(1)}\" }\n", RULE_EXPR_TYPE, 6, 25 },
	{ ROLE "subject: { CN: \"${parent-domain('x.y')}\" }\n", RULE_EXPR_TYPE, 6, 33 },
	{ ROLE "subject: { CN: \"${count(unique(sip_domains))}\" }\n", RULE_EXPR_TYPE, 6, 32 },
	{ ROLE "subject: { CN: \"${count(pools-of('ee'))}\" }\n", RULE_UNKNOWN_WORD, 6, 34 },
	{ ROLE "subject: { CN: \"${count(pools-of(choice.c))}\" }\n", RULE_EXPR_TYPE, 6, 34 },
	/* names */
	{ ROLE CN "san: { names: [ x ] }\n", RULE_YAML_TYPE, 7, 17 },
	{ ROLE CN "san: { names: [ { dns: a.b, ip: 1.2.3.4 } ] }\n", RULE_NAME_ITEM, 7, 17 },
	{ ROLE CN "san: { names: [ { because: x } ] }\n", RULE_NAME_ITEM, 7, 17 },
	{ ROLE CN "san: { names: [ { dsn: x } ] }\n", RULE_UNKNOWN_KEY, 7, 19 },
	{ ROLE CN "san: { order: sorted, names: [] }\n", RULE_UNKNOWN_WORD, 7, 15 },
	{ ROLE CN "san: { names: [ { include: mete } ] }\n", RULE_UNKNOWN_LIST, 7, 28 },
	{ ROLE CN "define: { a: [ { include: a } ] }\nsan: { names: [ { include: a } ] }\n",
	    RULE_INCLUDE_LOOP, 7, 27 },
	{ ROLE CN "san: { names: [ { each: \"d in ${sip_domains}\" } ] }\n", RULE_MISSING_KEY, 7, 25 },
	{ ROLE CN "san: { names: [ { each: \"d of ${sip_domains}\", names: [] } ] }\n",
	    RULE_EXPR_SYNTAX, 7, 25 },
	{ ROLE CN "san: { names: [ { each: \"D in ${sip_domains}\", names: [] } ] }\n",
	    RULE_EXPR_SYNTAX, 7, 26 },
	{ ROLE CN "san: { names: [ { each: \"d in x\", names: [] } ] }\n", RULE_EXPR_SYNTAX, 7, 31 },
	{ ROLE CN "san: { names: [ { each: \"d in ${server.fqdn}\", names: [] } ] }\n",
	    RULE_EXPR_TYPE, 7, 33 },
	{ ROLE CN "san: { names: [ { each: \"pool in ${sip_domains}\", names: [] } ] }\n",
	    RULE_SHADOWED_VARIABLE, 7, 26 },
	{ ROLE CN "san: { names: [ { dns: a.b, when: \"${server.fqdn}\" } ] }\n", RULE_EXPR_TYPE, 7, 38 },
	{ ROLE CN "san: { names: [ { dns: a.b, when: true } ] }\n", RULE_EXPR_SYNTAX, 7, 35 },
	/* each and its index */
	{ ROLE CN "san: { names: [ { each: \"d, in ${sip_domains}\", names: [] } ] }\n",
	    RULE_EXPR_SYNTAX, 7, 29 },
	{ ROLE CN "san: { names: [ { each: \"d, i, k in ${sip_domains}\", names: [] } ] }\n",
	    RULE_EXPR_SYNTAX, 7, 25 },
	{ ROLE CN "san: { names: [ { each: \"d, d in ${sip_domains}\", names: [] } ] }\n",
	    RULE_SHADOWED_VARIABLE, 7, 29 },
	{ ROLE CN "san: { names: [ { each: \"d, i in ${sip_domains}\", names: [ { dns: \"${d.name}\" } ] } ] }\n",
	    RULE_UNUSED_VARIABLE, 7, 29 },
	{ ROLE CN "san: { names: [ { each: \"d in ${sip_domains}\", names: [ { dns: a.b } ] } ] }\n",
	    RULE_UNUSED_VARIABLE, 7, 26 },
	/* types */
	{ ROLE "subject: { CN: \"${server.fqdn if server.fqdn == 'a_b.c'}\" }\n", RULE_NAME_NOT_FQDN, 6, 49 },
	{ ROLE "subject: { CN: \"${server.fqdn if 1 in ['a', 'b']}\" }\n", RULE_EXPR_TYPE, 6, 36 },
	{ ROLE "subject: { CN: \"${server.fqdn if 'a' in ['a', 2]}\" }\n", RULE_EXPR_TYPE, 6, 47 },
	{ ROLE "subject: { CN: \"${server.fqdn if 'a' in [server.fqdn]}\" }\n", RULE_EXPR_SYNTAX, 6, 42 },
	{ ROLE "subject: { CN: \"${server.fqdn if 'a' in []}\" }\n", RULE_EXPR_SYNTAX, 6, 42 },
	{ ROLE "subject: { CN: \"${server.fqdn if choice.c in ['one', 'tow']}\" }\n", RULE_UNKNOWN_WORD, 6, 54 },
	{ ROLE "subject: { CN: \"${server.fqdn if 90d == 90}\" }\n", RULE_EXPR_TYPE, 6, 38 },
	{ ROLE "subject: { CN: \"${server.fqdn if 90x == 90d}\" }\n", RULE_EXPR_SYNTAX, 6, 36 },
	{ ROLE "subject: { CN: \"${host-of(server.fqdn)}\" }\n", RULE_EXPR_TYPE, 6, 27 },
	{ ROLE "subject: { CN: \"${'it''s\" }\n", RULE_EXPR_SYNTAX, 6, 17 },
	/* parameters */
	{ ROLE CN "parameters: { a: { type: fqdn } }\n", RULE_PARAMETER_DEFAULT, 7, 15 },
	{ ROLE CN "parameters: { a: { type: fqdn, required: true, default: a.b } }\n",
	    RULE_PARAMETER_DEFAULT, 7, 57 },
	{ ROLE CN "parameters: { a: { type: fqnd, required: true } }\n", RULE_UNKNOWN_WORD, 7, 26 },
	{ ROLE CN "parameters: { a: { type: duration, default: 90 } }\n", RULE_YAML_TYPE, 7, 45 },
	{ ROLE CN "parameters: { a: { type: oid-list, default: [1.2.3, x] } }\n", RULE_NAME_RID, 7, 53 },
	{ ROLE CN "parameters: { a: { type: text, default: x } }\n", RULE_UNUSED_PARAMETER, 7, 15 },
	{ ROLE CN "parameters: { a: { from: r } }\n", RULE_UNKNOWN_PARAMETER, 7, 26 },
	{ ROLE "subject: { CN: \"${param.a}\" }\n", RULE_UNKNOWN_VARIABLE, 6, 19 },
	{ ROLE CN "validity_days: \"${server.fqdn}\"\n", RULE_EXPR_TYPE, 7, 16 },
	/* choices and notes */
	{ ROLE CN "choices: { d: { values: [x], default: x } }\n", RULE_CHOICE_VALUES, 7, 25 },
	{ ROLE CN "choices: { d: { values: [x, x], default: x } }\n", RULE_CHOICE_VALUES, 7, 29 },
	{ ROLE CN "choices: { d: { values: [x, y], default: z } }\n", RULE_UNKNOWN_WORD, 7, 42 },
	{ ROLE CN "choices: { d: { values: [x, y], default: x } }\n", RULE_UNUSED_CHOICE, 7, 12 },
	{ ROLE CN "choices: { d: { from: r2 } }\n", RULE_UNKNOWN_CHOICE, 7, 23 },
	{ ROLE CN "notes: [ { warning: x, note: y } ]\n", RULE_MISSING_KEY, 7, 10 },
	{ ROLE CN "notes: [ { note: y, rule: nothing } ]\n", RULE_UNKNOWN_WORD, 7, 27 },
	/* the rest */
	{ ROLE CN "append: { extended_key_usage: [serverAuht] }\n", RULE_UNKNOWN_WORD, 7, 32 },
	{ ROLE CN "override: { key_usage: { rsa: [sign] } }\n", RULE_UNKNOWN_WORD, 7, 32 },
	{ ROLE CN "certificate_policies: [ { oid: abc } ]\n", RULE_UNKNOWN_WORD, 7, 32 },
	{ ROLE CN "override: { key: { algorithms: [rsa-1024] } }\n", RULE_UNKNOWN_WORD, 7, 33 },
	{ ROLE CN "override: { key: { algorithms: [rsa-2048], exportable: true } }\n",
	    RULE_KEY_EXPORTABLE, 7, 56 },
	{ ROLE CN "validity_days: 0\n", RULE_VALIDITY_LIMITS, 7, 16 },
	{ ROLE CN "optional: maybe\n", RULE_YAML_TYPE, 7, 11 },
	{ ROLE "subject: { CN: x, O: y }\n", RULE_UNKNOWN_KEY, 6, 19 },
	/* contradictions */
	{ ROLE, RULE_ROLE_CONTRADICTION, 1, 7 },
	{ ROLE CN "override: { key_usage: { rsa: [digitalSignature], ec: [digitalSignature, keyEncipherment] } }\n",
	    RULE_ROLE_CONTRADICTION, 7, 13 },
	{ ROLE CN "override: { key_usage: { rsa: [keyEncipherment], ec: [digitalSignature] } }\n",
	    RULE_ROLE_CONTRADICTION, 7, 13 },
	{ ROLE CN "override: { key_usage: { rsa: [digitalSignature, keyCertSign], ec: [digitalSignature] } }\n",
	    RULE_ROLE_CONTRADICTION, 7, 13 },
	{ ROLE CN "override: { basic_constraints: { ca: true } }\n", RULE_ROLE_CONTRADICTION, 3, 1 },
	{ ROLE CN "override: { basic_constraints: { ca: false, path_length: 0 } }\n",
	    RULE_ROLE_CONTRADICTION, 7, 13 },
};

TEST(every_mistake_of_a_role_is_refused_at_its_place)
{
	SCOPED(error_free) struct error *err = error_new();

	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		enum rc_status status = compile(refused[i].text, NULL, err);
		const struct diagnosis *first = error_first(err);

		if (first == NULL || first->rule != refused[i].rule || first->line != refused[i].line ||
		    first->column != refused[i].column) {
			unit_expect_text(refused[i].text, "refused at its place", "role", __FILE__, __LINE__);
			EXPECT_INT(first != NULL ? first->line : 0, refused[i].line);
			EXPECT_INT(first != NULL ? first->column : 0, refused[i].column);
		}
		EXPECT_RULE(status, err, refused[i].rule);
	}
}

static const char *const accepted[] = {
	ROLE CN,
	ROLE "subject: { CN: \"a-${first(sip_domains).name else 'x'}\" }\n",
	ROLE "subject: { CN: \"$${x} ${lower(server.fqdn)}\" }\n",
	ROLE "subject: { CN: \"${pool.web.external else server.fqdn}\" }\n",
	ROLE "subject: { CN: \"${server.fqdn if has(pool.off) or not (1 == 2) and 'x.y' in simple_urls.meet}\" }\n",
	ROLE CN "append: { extended_key_usage: [1.2.3.4] }\n",
	ROLE "subject: { CN: \"${server.fqdn if choice.c in ['two'] or count(sip_domains) in [1, 2]}\" }\n",
	ROLE "subject: { CN: \"${'it''s'} ${'}'}\" }\n",
	ROLE CN "san: { names: [ { each: \"d, i in ${sip_domains}\", names: [ { dns: \"n${i}.${d.name}\","
	    " when: \"${i in [1, 3] or i == count(sip_domains)}\" } ] },"
	    " { each: \"w in ${['a', 'b']}\", names: [ { dns: \"${w}.${server.fqdn}\" } ] } ] }\n",
	ROLE CN "parameters: { keep: { type: duration, default: 52w, why: so }, at: { type: uri, required: true },\n"
	    "  ips: { type: ip-list, default: [192.0.2.1, \"2001:db8::1\"] } }\n"
	    "validity_days: ${param.keep}\nsan: { names: [ { dns: \"${host-of(param.at)}\" },"
	    " { each: \"a in ${param.ips}\", names: [ { ip: \"${a}\" } ] } ] }\n",
	ROLE CN "certificate_policies: [1.2.3, { oid: 1.2.4, cps: \"http://x.y/\" }]\n",
	ROLE CN "override: { key: { algorithms: [ed25519], exportable: \"${choice.c == 'two'}\", shared: true } }\n",
	ROLE CN "san: { order: set, names: [ { names: [ { ip: 1.2.3.4 }, { email: a@b.c }, { uri: \"x:y\" } ] },"
	    " { include: meet } ] }\n",
	ROLE CN "notes: [ { note: \"${s}\", each: \"s in ${simple_urls.meet}\", when: \"${pool.on}\" } ]\n",
	ROLE CN "replaces: [r]\noptional: true\nassign: [A, { type: B, when: \"${pool.on}\" }]\n",
	"role: r\nextends: base/b\nproducts: [p]\nper: topology\nsubject: { CN: \"${first(first(pools-of('fe'))"
	    ".servers).fqdn else 'none'}\" }\n",
	"role: r\nextends: base/b\nproducts: [p]\nper: pool\napplies_to: rp\n"
	    "subject: { CN: \"${pool.fqdn}\" }\nsan: { names: [ { each: "
	    "\"p in ${pool.publishes}\", names: [ { dns: \"${p.web.external}\" } ] } ] }\n",
	"role: ca\nproducts: [p]\nper: topology\nsubject: { CN: x }\nbasic_constraints: { ca: true, path_length: 1 }\n"
	    "key_usage: { rsa: [keyCertSign], ec: [keyCertSign] }\nkey: { algorithms: [ec-p384] }\n",
};

TEST(what_comes_close_compiles_and_prints_the_same_twice)
{
	SCOPED(error_free) struct error *err = error_new();

	for (size_t i = 0; i < ARRAY_LEN(accepted); i++) {
		struct buf once = BUF_INIT, again = BUF_INIT;

		EXPECT_OK(compile(accepted[i], &once, err), err);
		EXPECT_OK(compile(accepted[i], &again, err), err);
		EXPECT(once.n > 0);
		EXPECT_TEXT(buf_text(&once), buf_text(&again));
		buf_clear(&once);
		buf_clear(&again);
		error_clear(err);
	}
}

TEST(the_compiled_form_says_everything_once)
{
	SCOPED(error_free) struct error *err = error_new();
	struct buf b = BUF_INIT;

	EXPECT_OK(compile(ROLE "title: a role\n" CN
	    "san: { names: [ { dns: \"x.${server.fqdn if not pool.on}\", because: \"a\\nb\" },"
	    " { include: meet } ] }\nassign: [Default]\n"
	    "notes: [ { warning: careful, when: \"${count(sip_domains) != 1}\" } ]\n", &b, err), err);
	EXPECT_TEXT(buf_text(&b),
	    "role r\nproduct p\ntitle a role\nper server\napplies_to fe\n"
	    "planned when (choice#0 == 'one')\nchoice #0 c one* two\nsubject CN=${server.fqdn}\nsan exact\n"
	    "  dns x.${(server.fqdn if not(pool.on))} because a\\nb\n"
	    "  group\n    each #0 in topology.simple_urls.meet\n      dns ${variable#0}\n"
	    "basic_constraints leaf -1\nkey_usage rsa digitalSignature keyEncipherment\n"
	    "key_usage ec digitalSignature\nextended_key_usage 1.3.6.1.5.5.7.3.1\n"
	    "key rsa-2048 ec-p256\nvalidity_days 730\nassign Default\n"
	    "warning [role-note] careful when (count(topology.sip_domains) != 1)\n");
	buf_clear(&b);
}

TEST(the_compiled_form_says_parameters_and_indices)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(buf_clear) struct buf b = BUF_INIT;

	EXPECT_OK(compile(ROLE "subject: { CN: \"$${x} ${'it''s $${'}\" }\nparameters:\n"
	    "  keep: { type: duration, default: 52w }\n  at: { type: fqdn-list, required: true }\n"
	    "validity_days: ${param.keep}\n"
	    "san: { names: [ { each: \"h, i in ${param.at}\", names: [ { dns: \"n${i}.${h}\","
	    " when: \"${i in [1, 3] and param.keep != 1w}\" } ] } ] }\n", &b, err), err);
	EXPECT_HAS(buf_text(&b), "parameter #0 keep is a duration default 364d\n"
	    "parameter #1 at is a list of a host name required\n"
	    "subject CN=$${x} ${'it''s $${'}\nsan exact\n  each #0 #1 in param#1\n"
	    "    dns n${variable#1}.${variable#0} when ((variable#1 in [1, 3]) and (param#0 != 7d))\n");
	EXPECT_HAS(buf_text(&b), "validity_days param#0\n");
}

TEST(an_expression_has_a_limit)
{
	SCOPED(buf_clear) struct buf text = BUF_INIT;

	for (size_t n = 200; n <= 20000; n += 19800) {
		SCOPED(error_free) struct error *err = error_new();
		enum rc_status status;

		buf_cut(&text, 0);
		buf_puts(&text, ROLE "subject: { CN: \"${server.fqdn if pool.on");
		for (size_t i = 0; i < n; i++)
			buf_printf(&text, " or 'a.b%zu' in simple_urls.meet", i);
		buf_puts(&text, "}\" }\n");
		status = compile(buf_text(&text), NULL, err);
		if (n == 200)
			EXPECT_OK(status, err);
		else
			EXPECT_RULE(status, err, RULE_EXPR_SYNTAX);
	}
}

TEST(mistakes_of_several_parts_come_in_one_run)
{
	SCOPED(error_free) struct error *err = error_new();
	struct buf b = BUF_INIT;

	EXPECT(compile(ROLE "subject: { CN: \"${srver.fqdn}\" }\nsan: { names: [ { dns: \"${poool.fqdn}\" },"
	    " { dns: \"${x}\" } ] }\nvalidity_days: x\n", NULL, err) == RC_INPUT);
	EXPECT_INT(error_count(err), 4);
	error_render(err, &b);
	EXPECT_HAS(buf_text(&b), "p/r.yaml:6:19: error: there is no variable 'srver' here [unknown-variable]\n"
	    "    subject: { CN: \"${srver.fqdn}\" }\n                      ^~~~~~~~~~\n"
	    "    did you mean 'server'?\n");
	EXPECT_HAS(buf_text(&b), "    while compiling the role 'r' for p\n");
	buf_clear(&b);
}

TEST(every_mistake_of_a_map_comes_in_one_run)
{
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(buf_clear) struct buf text = BUF_INIT;

	EXPECT(compile(ROLE CN "sam: {}\nvalidity_dys: 1\n"
	    "override:\n  key: { algorithms: [rsa-1024, rsa-2048, dsa], shared: maybe, exportable: true, x: 1 }\n"
	    "  key_usage: { rsa: [sign, crlSign], ec: no }\n  basic_constraints: { ca: 1, path_length: x }\n"
	    "  notes: []\nassign: [ [], { type: A, wen: x }, B ]\nsan: { order: sorted, names: [ { dns: 'a' },"
	    " { ip: x, when: y, because: [] } ] }\n", NULL, err) == RC_INPUT);
	error_sort(err);
	for (const struct diagnosis *d = error_first(err); d != NULL; d = d->next)
		buf_printf(&text, "%u:%u %s\n", d->line, d->column, rule_id(d->rule));
	EXPECT_TEXT(buf_text(&text), "7:1 unknown-key\n8:1 unknown-key\n10:23 unknown-word\n"
	    "10:43 unknown-word\n10:57 yaml-type\n10:76 key-exportable\n10:82 unknown-key\n"
	    "11:22 unknown-word\n11:28 unknown-word\n11:42 yaml-type\n12:28 yaml-type\n"
	    "12:44 yaml-type\n13:3 override-nothing\n14:11 yaml-type\n14:26 unknown-key\n"
	    "15:15 unknown-word\n15:39 name-not-fqdn\n15:52 name-ip\n15:61 expr-syntax\n15:73 yaml-type\n");
}

/* -- the catalog -------------------------------------------------------------------- */

#define FILE_OF(folder_, stem_, place_, text_)                                \
	{ folder_ "/" stem_ ".yaml", folder_, stem_, place_, { (const uint8_t *)(text_), sizeof(text_) - 1 } }

TEST(an_earlier_place_hides_a_later_one)
{
	static const struct profile_file files[] = {
		FILE_OF("p", "product", 1, "product: p\ntitle: shipped\nkinds: { k: {} }\n"),
		FILE_OF("p", "r", 1, "role: r\ntitle: shipped\nproducts: [p]\n"),
		FILE_OF("p", "s", 1, "role: s\nproducts: [p]\n"),
		FILE_OF("mine", "r", 0, "role: r\ntitle: mine\nproducts: [p]\n"),
	};
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(catalog_free) struct catalog *catalog = NULL;
	const struct product *const *products;
	const struct role_listing *list;
	size_t n;

	REQUIRE_OK(catalog_read(files, ARRAY_LEN(files), &catalog, err), err);
	products = catalog_products(catalog, &n);
	EXPECT_INT(n, 1);
	EXPECT_INT(catalog_roles(catalog, products[0], &list), 2);
	EXPECT_TEXT(list[0].title, "mine");
	EXPECT_TEXT(list[1].name, "s");
}

TEST(twice_in_one_place_is_an_error)
{
	static const struct profile_file roles[] = {
		FILE_OF("p", "product", 0, "product: p\n"),
		FILE_OF("p", "r", 0, "role: r\nproducts: [p]\n"),
		FILE_OF("q", "r", 0, "role: r\nproducts: [p]\n"),
	};
	static const struct profile_file products[] = {
		FILE_OF("p", "product", 0, "product: p\n"),
		FILE_OF("q", "product", 0, "product: p\n"),
	};
	static const struct profile_file orphan[] = {
		FILE_OF("p", "product", 0, "product: p\nextends: q\n"),
		FILE_OF("q", "product", 0, "product: q\nextends: p\n"),
	};
	SCOPED(error_free) struct error *err = error_new();
	struct catalog *catalog = NULL;

	EXPECT_RULE(catalog_read(roles, 3, &catalog, err), err, RULE_ROLE_TWICE);
	EXPECT_RULE(catalog_read(products, 2, &catalog, err), err, RULE_PRODUCT_TWICE);
	EXPECT_RULE(catalog_read(orphan, 2, &catalog, err), err, RULE_PRODUCT_UNKNOWN);
	EXPECT(catalog == NULL);
}
