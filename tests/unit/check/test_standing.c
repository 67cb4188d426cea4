#include "check/standing.h"

#include "tests/unit/check/sample_entry.h"

enum { EDGE, WEB, ENTRIES };

/* A plan of two entries, and up to four certificates that are known. */
struct stage {
	struct arena *arena;
	struct sample_key ca, other_ca, key;
	struct sample leaf;
	struct sample_entry planned[ENTRIES];
	struct entry entries[ENTRIES];
	struct plan plan;
	struct cert issuer;
	struct known_cert known[4];
	struct standing_facts facts;
	struct standings *found;
};

static void
stage_set(struct stage *s)
{
	struct sample root;

	*s = (struct stage){ .arena = arena_new(), .ca = sample_key_make(KEY_EC_P256),
		.other_ca = sample_key_make(KEY_EC_P256), .key = sample_key_make(KEY_EC_P256) };
	root = sample_root(&s->ca);
	s->issuer = sample_cert(&root, s->arena);
	s->leaf = sample_leaf(&s->key, &s->ca);
	for (int i = 0; i < ENTRIES; i++) {
		sample_entry_fill(&s->planned[i]);
		s->entries[i] = s->planned[i].entry;
	}
	s->entries[WEB].id = "web/www.contoso.com";
	s->entries[WEB].subject.attr[DN_CN] = "www.contoso.com";
	s->plan = (struct plan){ .topology = "contoso", .entries = s->entries, .n_entries = ENTRIES };
	s->facts = (struct standing_facts){ .known = s->known, .folder = true, .now = SAMPLE_NOW,
		.issuers = &s->issuer, .n_issuers = 1 };
}

static void
stage_clear(struct stage *s)
{
	standings_free(s->found);
	arena_free(s->arena);
	sample_key_clear(&s->ca);
	sample_key_clear(&s->other_ca);
	sample_key_clear(&s->key);
}
DEFINE_SCOPED_VALUE(stage_clear, struct stage)

/* The leaf as it is now, in a file whose name says nothing. */
static struct known_cert *
add(struct stage *s)
{
	struct known_cert *known = &s->known[s->facts.n_known++];

	*known = (struct known_cert){ .cert = sample_cert(&s->leaf, s->arena),
		.file = "1.cer", .stem = "1" };
	return known;
}

/* The leaf as it is now, on record alone. */
static struct known_cert *
add_record(struct stage *s, int64_t number)
{
	struct known_cert *known = add(s);

	known->file = known->stem = NULL;
	known->record = KNOWN_ISSUED;
	known->entry = s->entries[EDGE].id;
	known->number = number;
	return known;
}

static const struct standing *
find(struct stage *s, int entry)
{
	standings_free(s->found);
	s->found = standings_find(&s->plan, &s->facts);
	return &s->found->v[entry];
}

static const char *
state(struct stage *s, int entry)
{
	return standing_word(find(s, entry)->state);
}

TEST(an_entry_without_a_certificate_is_missing)
{
	SCOPED(stage_clear) struct stage s;

	stage_set(&s);
	EXPECT_TEXT(state(&s, EDGE), "missing");
	EXPECT(s.found->v[EDGE].cert == NULL && s.found->v[EDGE].detail == NULL);
	EXPECT(standing_needs_work(&s.found->v[EDGE], SAMPLE_NOW));
	add(&s);
	EXPECT_TEXT(state(&s, EDGE), "valid");
	EXPECT(!standing_needs_work(&s.found->v[EDGE], SAMPLE_NOW));
	EXPECT_TEXT(standing_word(s.found->v[WEB].state), "missing");
	EXPECT_INT(s.found->count[STANDING_VALID], 1);
	EXPECT_INT(s.found->count[STANDING_MISSING], 1);
}

TEST(a_certificate_expires_after_its_last_second)
{
	SCOPED(stage_clear) struct stage s;

	stage_set(&s);
	add(&s);
	s.facts.now = s.leaf.not_after;
	EXPECT_TEXT(state(&s, EDGE), "expiring");
	EXPECT_TEXT(s.found->v[EDGE].detail, "0 days left");
	s.facts.now += 1 + SAMPLE_DAY;
	EXPECT_TEXT(state(&s, EDGE), "expired");
	EXPECT_TEXT(s.found->v[EDGE].detail, "1 day ago");
	EXPECT(s.found->v[EDGE].satisfies);
}

TEST(the_window_of_renewal_begins_to_the_second)
{
	SCOPED(stage_clear) struct stage s;

	stage_set(&s);
	add(&s);
	s.facts.now = s.leaf.not_after - 30 * SAMPLE_DAY;
	EXPECT_TEXT(state(&s, EDGE), "expiring");
	EXPECT_INT(s.found->v[EDGE].renew_from, s.facts.now);
	EXPECT_TEXT(s.found->v[EDGE].detail, "30 days left");
	s.facts.now--;
	EXPECT_TEXT(state(&s, EDGE), "valid");
	s.entries[EDGE].renew_before_days = 31;
	EXPECT_TEXT(state(&s, EDGE), "expiring");
	/* Of what lives but a few days the last third. */
	s.entries[EDGE].renew_before_days = 0;
	s.known[0].cert.not_before = s.leaf.not_after - 9 * SAMPLE_DAY;
	s.facts.now = s.leaf.not_after - 3 * SAMPLE_DAY;
	EXPECT_TEXT(state(&s, EDGE), "expiring");
	s.facts.now--;
	EXPECT_TEXT(state(&s, EDGE), "valid");
}

TEST(what_is_not_valid_yet_is_wrong)
{
	SCOPED(stage_clear) struct stage s;

	stage_set(&s);
	add(&s);
	s.facts.now = s.leaf.not_before - 1;
	EXPECT_TEXT(state(&s, EDGE), "wrong");
	EXPECT_HAS(s.found->v[EDGE].detail, "[check-not-yet-valid]");
}

TEST(a_revoked_or_held_certificate_does_not_stand)
{
	SCOPED(stage_clear) struct stage s;
	struct known_cert *known;

	stage_set(&s);
	known = add(&s);
	known->record = KNOWN_REVOKED;
	known->reason = "keyCompromise";
	EXPECT_TEXT(state(&s, EDGE), "revoked");
	EXPECT_TEXT(s.found->v[EDGE].detail, "for ever: keyCompromise");
	known->record = KNOWN_HELD;
	EXPECT_TEXT(state(&s, EDGE), "revoked");
	EXPECT_TEXT(s.found->v[EDGE].detail, "on hold");
	known->record = KNOWN_ISSUED;
	EXPECT_TEXT(state(&s, EDGE), "valid");
}

TEST(what_does_not_satisfy_is_wrong_with_its_findings)
{
	SCOPED(stage_clear) struct stage s;

	stage_set(&s);
	s.entries[EDGE].subject.attr[DN_O] = "Fabrikam";
	add(&s);
	EXPECT_TEXT(state(&s, EDGE), "wrong");
	EXPECT(!s.found->v[EDGE].satisfies);
	EXPECT(sample_found(s.found->v[EDGE].findings, RULE_CHECK_SUBJECT, SEVERITY_ERROR));
	EXPECT_HAS(s.found->v[EDGE].detail, "[check-subject]");
	/* One that does beats it. */
	s.leaf.subject.attr[DN_O] = "FABRIKAM";
	add(&s);
	EXPECT_TEXT(state(&s, EDGE), "valid");
	EXPECT(s.found->v[EDGE].cert == &s.known[1]);
}

TEST(a_certificate_of_another_ca_is_foreign)
{
	SCOPED(stage_clear) struct stage s;
	struct known_cert *known;

	stage_set(&s);
	s.leaf.signer = &s.other_ca;
	known = add(&s);
	/* It says that ours issued it, and another key signed. */
	EXPECT_TEXT(state(&s, EDGE), "wrong");
	EXPECT_HAS(s.found->v[EDGE].detail, "[check-chain]");
	known->foreign = true;
	EXPECT_TEXT(state(&s, EDGE), "foreign");
	EXPECT(s.found->v[EDGE].satisfies);
	EXPECT(!standing_needs_work(&s.found->v[EDGE], SAMPLE_NOW));
	EXPECT(standing_needs_work(&s.found->v[EDGE], s.leaf.not_after - SAMPLE_DAY));
	s.entries[EDGE].subject.attr[DN_O] = "Fabrikam";
	EXPECT_TEXT(state(&s, EDGE), "foreign");
	EXPECT(!s.found->v[EDGE].satisfies);
	EXPECT_HAS(s.found->v[EDGE].detail, "[check-subject]");
	EXPECT(standing_needs_work(&s.found->v[EDGE], SAMPLE_NOW));
	s.facts.now = s.leaf.not_after + 1;
	EXPECT_TEXT(state(&s, EDGE), "expired");
}

TEST(what_was_issued_anew_is_superseded)
{
	SCOPED(stage_clear) struct stage s;
	struct known_cert *newer;

	stage_set(&s);
	add(&s);
	newer = add_record(&s, 7);
	/* The same again is not newer. */
	EXPECT_TEXT(state(&s, EDGE), "valid");
	s.facts.n_known--;
	s.leaf.not_before++;
	s.leaf.serial = BYTES("\x0b", 1);
	newer = add_record(&s, 7);
	EXPECT_TEXT(state(&s, EDGE), "superseded");
	EXPECT_TEXT(s.found->v[EDGE].detail, "a newer one was issued: serial 0b");
	EXPECT(s.found->v[EDGE].newer == newer);
	newer->record = KNOWN_REVOKED;
	EXPECT_TEXT(state(&s, EDGE), "valid");
	/* Both on record, made within one second: the order of the record decides. */
	newer->record = KNOWN_ISSUED;
	newer->cert.not_before--;
	s.known[0].number = 6;
	EXPECT_TEXT(state(&s, EDGE), "superseded");
	s.known[0].number = 8;
	EXPECT_TEXT(state(&s, EDGE), "valid");
}

TEST(what_is_on_record_alone_fills_no_place_in_a_folder)
{
	SCOPED(stage_clear) struct stage s;

	stage_set(&s);
	s.leaf.serial = BYTES("\x0b", 1);
	add_record(&s, 7);
	EXPECT_TEXT(state(&s, EDGE), "missing");
	EXPECT_TEXT(s.found->v[EDGE].detail, "issued and not in the folder: serial 0b");
	s.facts.folder = false;
	EXPECT_TEXT(state(&s, EDGE), "valid");
	EXPECT(s.found->v[EDGE].newer == NULL);
}

TEST(what_no_entry_wants_is_superfluous)
{
	SCOPED(stage_clear) struct stage s;
	struct known_cert *known;

	stage_set(&s);
	s.leaf.subject.attr[DN_CN] = "old.contoso.com";
	known = add(&s);
	EXPECT_TEXT(state(&s, EDGE), "missing");
	EXPECT_INT(s.found->n_superfluous, 1);
	EXPECT(s.found->superfluous[0].cert == known);
	EXPECT_TEXT(s.found->superfluous[0].detail, "no entry wants it");
	/* On record, of an entry that is gone. */
	known->file = NULL;
	known->entry = "edge-old/lsedge.contoso.net";
	known->record = KNOWN_ISSUED;
	EXPECT_TEXT(state(&s, EDGE), "missing");
	EXPECT_INT(s.found->n_superfluous, 1);
	EXPECT_HAS(s.found->superfluous[0].detail, "'edge-old/lsedge.contoso.net' is planned no more");
	/* What does no more harm is not told. */
	known->record = KNOWN_REVOKED;
	EXPECT_TEXT(state(&s, EDGE), "missing");
	EXPECT_INT(s.found->n_superfluous, 0);
	known->record = KNOWN_ISSUED;
	s.facts.now = s.leaf.not_after + 1;
	EXPECT_TEXT(state(&s, EDGE), "missing");
	EXPECT_INT(s.found->n_superfluous, 0);
}

TEST(a_ca_certificate_is_nobodys)
{
	SCOPED(stage_clear) struct stage s;

	stage_set(&s);
	s.known[0] = (struct known_cert){ .cert = s.issuer, .file = "ca.pem", .stem = "ca" };
	s.facts.n_known = 1;
	EXPECT_TEXT(state(&s, EDGE), "missing");
	EXPECT_INT(s.found->n_superfluous, 0);
}

TEST(the_name_of_a_file_says_whose_it_is)
{
	SCOPED(stage_clear) struct stage s;
	struct known_cert *known;

	stage_set(&s);
	s.leaf.subject.attr[DN_CN] = "old.contoso.com";
	known = add(&s);
	known->stem = "EDGE-external--lsedge.contoso.net";
	EXPECT_TEXT(state(&s, EDGE), "wrong");
	EXPECT_INT(s.found->n_superfluous, 0);
	known->stem = "edge-external--lsedge.contoso.net.old";
	EXPECT_TEXT(state(&s, EDGE), "missing");
}

TEST(one_certificate_may_do_for_several_entries)
{
	SCOPED(stage_clear) struct stage s;

	stage_set(&s);
	s.entries[WEB].subject.attr[DN_CN] = "SIP.contoso.com.";
	add(&s);
	EXPECT_TEXT(state(&s, EDGE), "valid");
	EXPECT_TEXT(standing_word(s.found->v[WEB].state), "valid");
	/* What satisfies one is not held against the other of that name. */
	s.entries[WEB].subject.attr[DN_O] = "Fabrikam";
	EXPECT_TEXT(state(&s, WEB), "missing");
	EXPECT_TEXT(standing_word(s.found->v[EDGE].state), "valid");
	/* On record it is of one entry. */
	s.known[0].entry = s.entries[WEB].id;
	s.known[0].record = KNOWN_ISSUED;
	EXPECT_TEXT(state(&s, EDGE), "missing");
	EXPECT_TEXT(standing_word(s.found->v[WEB].state), "wrong");
}

TEST(an_entry_without_a_subject_is_known_by_its_first_name)
{
	SCOPED(stage_clear) struct stage s;

	stage_set(&s);
	s.leaf.subject = (struct dn){ .attr = { NULL } };
	s.entries[EDGE].subject = s.leaf.subject;
	add(&s);
	EXPECT_TEXT(state(&s, EDGE), "valid");
}

TEST(words_of_states_are_found)
{
	EXPECT_INT(standing_find("missing"), STANDING_MISSING);
	EXPECT_INT(standing_find("superfluous"), STANDING_SUPERFLUOUS);
	EXPECT_INT(standing_find("Valid"), STANDING_STATES);
}
