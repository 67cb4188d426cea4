/*
 * What is pinned in the ledger: the policy of ca.yaml, and how token and key were.
 */
#include <stdio.h>

#include "tests/unit/issue/fixture.h"

static const struct rc_engine_config config = { .uri = NULL };

/* In ca.yaml the first `from` becomes `to`. */
static void
edit(const struct fixture *f, const char *from, const char *to)
{
	SCOPED(buf_clear) struct buf old = BUF_INIT;
	SCOPED(buf_clear) struct buf new = BUF_INIT;
	const char *path = folder_path(&f->folder, "ca/ca.yaml"), *at;

	folder_read(path, &old);
	at = strstr(buf_text(&old), from);
	REQUIRE(at != NULL);
	buf_put(&new, old.p, (size_t)(at - buf_text(&old)));
	buf_puts(&new, to);
	buf_puts(&new, at + strlen(from));
	folder_write(path, buf_text(&new));
}

static enum rc_status
reopen(struct fixture *f, enum home_use use)
{
	signer_close(TAKE(f->signer));
	home_close(TAKE(f->home));
	error_clear(f->err);
	return home_open(folder_path(&f->folder, "ca"), use, &fixture_clock, &f->home, f->err);
}

static enum rc_status
login(struct fixture *f)
{
	signer_close(TAKE(f->signer));
	error_clear(f->err);
	return signer_open(f->home, &fake_token, &config, &f->signer, f->err);
}

/* The findings of the last login that are drift, in the order of the record. */
static const char *
drift(const struct fixture *f, size_t nth)
{
	const struct custody *c = signer_custody(f->signer);

	for (size_t i = 0; i < c->n; i++)
		if (c->finding[i].rule == RULE_TOKEN_DRIFT && nth-- == 0)
			return c->finding[i].text;
	return "";
}

static void
set_text(char *field, size_t room, const char *text)
{
	(void)snprintf(field, room, "%s", text);
}
#define SET(field, text) set_text((field), sizeof(field), (text))

/* -- policy ---------------------------------------------------------------------------- */

TEST(a_policy_holds_until_another_is_accepted)
{
	SCOPED(fixture_clear) struct fixture f = { .home = NULL };

	fake_reset(KEY_EC_P256);
	fixture_make(&f, CUSTODY_STRICT);
	edit(&f, "custody: strict", "custody: lab");
	edit(&f, "\n# Its certificate", "module: /usr/lib/other.so\n# Its certificate");
	EXPECT(reopen(&f, HOME_SIGN) == RC_POLICY);
	EXPECT_INT(error_rule(f.err), RULE_POLICY_CHANGED);
	EXPECT_INT(error_count(f.err), 2);
	REQUIRE_OK(reopen(&f, HOME_POLICY), f.err);
	EXPECT_INT(ledger_events(f.home->ledger, "policy"), 0);
	EXPECT_OK(home_policy_accept(f.home, 0, f.err), f.err);
	EXPECT_INT(ledger_events(f.home->ledger, "policy"), 1);
	EXPECT_INT(ledger_events(f.home->ledger, "note"), 1);
	EXPECT_RULE(home_policy_accept(f.home, 0, f.err), f.err, RULE_POLICY_SAME);
	/* The pin record is still there. */
	EXPECT_HAS(f.home->record, "token.serial 77\n");
	REQUIRE_OK(reopen(&f, HOME_SIGN), f.err);
	EXPECT_HAS(f.home->record, "token.serial 77\n");
	EXPECT_INT(f.home->config.custody, CUSTODY_LAB);
	EXPECT_OK(login(&f), f.err);
}

TEST(every_word_that_makes_a_ca_less_careful_is_pinned)
{
	static const struct {
		const char *from, *to;
	} edits[] = {
		{ "custody: strict", "custody: imported-ok" },
		{ "probe: session", "probe: pin-record" },
		{ "probe: session", "accept: [{ manufacturer: Maker }]\nprobe: session" },
		{ "\n# Its certificate", "module: /usr/lib/other.so\n# Its certificate" },
		{ "\n# Its certificate", "module_args: x\n# Its certificate" },
		{ "object=issuing", "object=other" },
	};

	for (size_t i = 0; i < ARRAY_LEN(edits); i++) {
		SCOPED(fixture_clear) struct fixture f = { .home = NULL };

		fake_reset(KEY_EC_P256);
		fixture_make(&f, CUSTODY_STRICT);
		edit(&f, edits[i].from, edits[i].to);
		EXPECT(reopen(&f, HOME_SIGN) == RC_POLICY);
		EXPECT_INT(error_rule(f.err), RULE_POLICY_CHANGED);
		EXPECT_INT(error_count(f.err), 1);
	}
}

TEST(memory_is_for_ever_and_nothing_becomes_it)
{
	SCOPED(fixture_clear) struct fixture f = { .home = NULL };

	fake_reset(KEY_EC_P256);
	fixture_make(&f, CUSTODY_STRICT);
	edit(&f, "custody: strict", "custody: memory");
	REQUIRE_OK(reopen(&f, HOME_POLICY), f.err);
	EXPECT_RULE(home_policy_accept(f.home, 0, f.err), f.err, RULE_POLICY_MEMORY);
	EXPECT_INT(ledger_events(f.home->ledger, "policy"), 0);
}

/* -- drift ------------------------------------------------------------------------------- */

TEST(a_token_as_it_was_has_not_drifted)
{
	SCOPED(fixture_clear) struct fixture f = { .home = NULL };

	fake_reset(KEY_EC_P256);
	fixture_make(&f, CUSTODY_STRICT);
	/* PIN counters are no part of a token. */
	fake.facts.token.flags |= 0x10000;
	fake.facts.token.pin_count_low = true;
	REQUIRE_OK(login(&f), f.err);
	EXPECT_TEXT(drift(&f, 0), "");
	EXPECT_INT(signer_custody(f.signer)->n, 0);
}

TEST(what_drifted_is_told_item_by_item_until_it_is_recorded)
{
	SCOPED(fixture_clear) struct fixture f = { .home = NULL };
	SCOPED(arena_free) struct arena *arena = arena_new();
	const char *differences = NULL;
	bool pinned = false;

	fake_reset(KEY_EC_P256);
	fixture_make(&f, CUSTODY_STRICT);
	SET(fake.facts.token.serial, "78");
	SET(fake.facts.token.firmware, "1.3");
	fake.facts.token.flags = 0x20;
	fake.facts.decrypt = RC_TRUE;
	fake.facts.mechanism[0] = (struct rc_mechanism){ 0x1042, "CKM_ECDSA_SHA1" };
	fake.facts.mechanism[1].type = 0x80000002;
	REQUIRE_OK(login(&f), f.err);
	EXPECT_TEXT(drift(&f, 0), "token.serial was '77', is '78'");
	EXPECT_TEXT(drift(&f, 1), "token.firmware was '1.2', is '1.3'");
	EXPECT_TEXT(drift(&f, 2), "token.flags was '0x0000', is '0x0020'");
	EXPECT_TEXT(drift(&f, 3), "CKA_DECRYPT was 'false', is 'true'");
	EXPECT_TEXT(drift(&f, 4), "mechanisms that are no longer listed: CKM_ECDSA, 0x80000001");
	EXPECT_TEXT(drift(&f, 5), "mechanisms that were not listed: CKM_ECDSA_SHA1, 0x80000002");
	EXPECT_TEXT(drift(&f, 6), "");
	REQUIRE_OK(signer_repin(f.home, &fake_token, &config, arena, &differences, &pinned,
	    f.err), f.err);
	EXPECT(pinned);
	EXPECT_HAS(differences, "token.serial was '77', is '78'\n");
	EXPECT_INT(ledger_events(f.home->ledger, "policy"), 1);
	EXPECT_INT(ledger_events(f.home->ledger, "note"), 1);
	REQUIRE_OK(login(&f), f.err);
	EXPECT_TEXT(drift(&f, 0), "");
	REQUIRE_OK(signer_repin(f.home, &fake_token, &config, arena, &differences, &pinned,
	    f.err), f.err);
	EXPECT(!pinned);
	EXPECT_INT(ledger_events(f.home->ledger, "policy"), 1);
}

TEST(a_drifted_token_is_refused_at_hardware)
{
	SCOPED(fixture_clear) struct fixture f = { .home = NULL };
	SCOPED(arena_free) struct arena *arena = arena_new();
	const char *differences = NULL;
	bool pinned = false;

	fake_reset(KEY_EC_P256);
	fixture_make(&f, CUSTODY_STRICT);
	edit(&f, "custody: strict", "custody: hardware\naccept: [{ manufacturer: Maker }]");
	REQUIRE_OK(reopen(&f, HOME_POLICY), f.err);
	REQUIRE_OK(home_policy_accept(f.home, 0, f.err), f.err);
	REQUIRE_OK(login(&f), f.err);
	SET(fake.facts.token.serial, "78");
	EXPECT_RULE(login(&f), f.err, RULE_TOKEN_DRIFT);
	REQUIRE_OK(signer_repin(f.home, &fake_token, &config, arena, &differences, &pinned,
	    f.err), f.err);
	EXPECT_OK(login(&f), f.err);
	/* What is refused for another reason is not recorded. */
	fake.facts.extractable = RC_TRUE;
	EXPECT_RULE(signer_repin(f.home, &fake_token, &config, arena, &differences, &pinned,
	    f.err), f.err, RULE_KEY_EXTRACTABLE);
	EXPECT_INT(ledger_events(f.home->ledger, "policy"), 2);
}

/* -- pinned probes ------------------------------------------------------------------------- */

TEST(pinned_probes_are_not_made_and_count)
{
	SCOPED(fixture_clear) struct fixture f = { .home = NULL };
	SCOPED(arena_free) struct arena *arena = arena_new();
	const char *differences = NULL;
	bool pinned = false;

	fake_reset(KEY_EC_P256);
	fixture_make(&f, CUSTODY_STRICT);
	edit(&f, "probe: session", "probe: pin-record");
	REQUIRE_OK(reopen(&f, HOME_POLICY), f.err);
	REQUIRE_OK(home_policy_accept(f.home, 0, f.err), f.err);
	/* Whatever a probe would come to now: nobody asks. */
	fake.facts.wrappable = RC_TRUE;
	REQUIRE_OK(login(&f), f.err);
	EXPECT_INT(fake.depth, RC_DEPTH_ATTRIBUTES);
	EXPECT_INT(signer_custody(f.signer)->n, 0);
	EXPECT(signer_custody(f.signer)->pinned);
	EXPECT_INT(signer_facts(f.signer)->n_probes, 1);
	EXPECT_TEXT(signer_facts(f.signer)->probe[0].name, "CKM_AES_KEY_WRAP");
	EXPECT_TEXT(signer_facts(f.signer)->probe[0].answer, "CKR_KEY_UNEXTRACTABLE");
	EXPECT_INT(signer_facts(f.signer)->probe[0].kind, RC_PROBE_WRAP);
	EXPECT_INT(signer_facts(f.signer)->wrappable, RC_FALSE);
	/* Attributes are read all the same. */
	fake.facts.extractable = RC_TRUE;
	EXPECT_RULE(login(&f), f.err, RULE_KEY_EXTRACTABLE);
	fake.facts.extractable = RC_FALSE;
	/* Repinning makes them, as far as it goes. */
	EXPECT_RULE(signer_repin(f.home, &fake_token, &config, arena, &differences, &pinned,
	    f.err), f.err, RULE_KEY_WRAPPABLE);
	EXPECT_INT(fake.depth, RC_DEPTH_FULL);
	fake.facts.wrappable = RC_FALSE;
	fake.facts.probe[0].done = RC_FALSE;
	set_text(fake.facts.probe[0].answer, sizeof(fake.facts.probe[0].answer),
	    "CKR_KEY_NOT_WRAPPABLE");
	REQUIRE_OK(signer_repin(f.home, &fake_token, &config, arena, &differences, &pinned,
	    f.err), f.err);
	EXPECT(pinned);
	EXPECT_TEXT(differences, "");
	REQUIRE_OK(login(&f), f.err);
	EXPECT_TEXT(signer_facts(f.signer)->probe[0].answer, "CKR_KEY_NOT_WRAPPABLE");
}

TEST(a_ca_in_memory_has_no_record)
{
	SCOPED(fixture_clear) struct fixture f = { .home = NULL };
	SCOPED(arena_free) struct arena *arena = arena_new();
	const char *differences = NULL;
	bool pinned = false;

	fake_reset(KEY_EC_P256);
	fake.facts.engine = "memory";
	fixture_make(&f, CUSTODY_MEMORY);
	EXPECT_TEXT(f.home->record, "");
	EXPECT_RULE(signer_repin(f.home, &fake_memory, &config, arena, &differences, &pinned,
	    f.err), f.err, RULE_CUSTODY_ENGINE);
}

/* -- opened aside ----------------------------------------------------------------------- */

TEST(a_home_that_is_opened_aside_is_ready_when_it_is_wanted)
{
	SCOPED(fixture_clear) struct fixture f = { .home = NULL };
	SCOPED(home_opening_free) struct home_opening *opening = NULL, *unwanted = NULL;

	fake_reset(KEY_EC_P256);
	fixture_make(&f, CUSTODY_STRICT);
	signer_close(TAKE(f.signer));
	home_close(TAKE(f.home));
	opening = home_open_begin(folder_path(&f.folder, "ca"), HOME_SIGN, &fixture_clock);
	unwanted = home_open_begin(folder_path(&f.folder, "ca"), HOME_SIGN, &fixture_clock);
	REQUIRE_OK(home_open_end(opening, &f.home, f.err), f.err);
	EXPECT(f.home->has_certificate);
	EXPECT_OK(login(&f), f.err);
}

TEST(what_is_wrong_with_a_home_aside_is_told_when_it_is_wanted)
{
	SCOPED(fixture_clear) struct fixture f = { .home = NULL };
	SCOPED(home_opening_free) struct home_opening *opening = NULL, *behind = NULL;

	fake_reset(KEY_EC_P256);
	fixture_make(&f, CUSTODY_STRICT);
	signer_close(TAKE(f.signer));
	home_close(TAKE(f.home));
	opening = home_open_begin(folder_path(&f.folder, "none"), HOME_SIGN, &fixture_clock);
	EXPECT_RULE(home_open_end(opening, &f.home, f.err), f.err, RULE_CA_HOME);
	EXPECT(f.home == NULL);
	error_clear(f.err);
	/* What is judged when it is entered: the clock. */
	fixture_now -= 86400;
	behind = home_open_begin(folder_path(&f.folder, "ca"), HOME_SIGN, &fixture_clock);
	EXPECT_RULE(home_open_end(behind, &f.home, f.err), f.err, RULE_LEDGER_CLOCK);
	fixture_now += 86400;
}
