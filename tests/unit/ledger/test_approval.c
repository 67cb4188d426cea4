#include "ledger/approval.h"

#include <stdio.h>

#include "tests/unit.h"
#include "token/record.h"

#define KEY_A "0101010101010101010101010101010101010101010101010101010101010101"
#define KEY_B "0202020202020202020202020202020202020202020202020202020202020202"
#define KEY_C "0303030303030303030303030303030303030303030303030303030303030303"

static const char lines[] =
    "approval need 2 expires 1209600 of Ann, Bob, Carl uid 7\n"
    "officers Ann sha256:" KEY_A " uid 1001, Bob sha256:" KEY_B " uid none,"
    " Carl uid 7 sha256:" KEY_C " uid 0\n"
    "approval.edge-external need 1 expires 60 of Bob\n"
    "approval.web-server automatic\n";

static struct approval_policy
policy_read(struct arena *arena)
{
	SCOPED(error_free) struct error *err = error_new();
	struct approval_policy policy = { .n_rules = 0 };

	REQUIRE_OK(approval_policy_read(lines, arena, &policy, err), err);
	return policy;
}

static struct bytes
key_of(uint8_t octet)
{
	static uint8_t keys[4][SHA256_OCTETS];

	memset(keys[octet], octet, SHA256_OCTETS);
	return BYTES(keys[octet], SHA256_OCTETS);
}

TEST(what_a_policy_says_of_approvals_reads_back)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	SCOPED(buf_clear) struct buf again = BUF_INIT;
	struct approval_policy policy = policy_read(arena);

	EXPECT_INT(policy.n_officers, 3);
	EXPECT_TEXT(policy.officers[2].name, "Carl uid 7");
	EXPECT_INT(policy.officers[1].uid, APPROVAL_NO_UID);
	EXPECT_INT(policy.officers[2].uid, 0);
	EXPECT_INT(approval_rule_of(&policy, "oauth")->need, 2);
	EXPECT_INT(approval_rule_of(&policy, "edge-external")->need, 1);
	EXPECT_INT(approval_rule_of(&policy, "web-server")->need, 0);
	EXPECT(approval_is_needed(&policy));
	approval_policy_put(&policy, &again);
	EXPECT_TEXT(buf_text(&again), lines);
}

TEST(a_policy_without_officers_is_automatic)
{
	static const char *const texts[] = { "", "custody strict\n",
		"approval automatic\nofficers none\n",
		/* of the record, nothing is a rule */
		"approval automatic\nofficers none\n" RECORD_HEAD "\napproval.x need 1\n" };
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(arena_free) struct arena *arena = arena_new();

	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct approval_policy policy = { .n_rules = 0 };

		EXPECT_OK(approval_policy_read(texts[i], arena, &policy, err), err);
		EXPECT(!approval_is_needed(&policy));
		EXPECT_INT(approval_rule_of(&policy, "oauth")->need, 0);
	}
}

TEST(lines_that_are_none_are_refused)
{
	static const char *const texts[] = {
		"approval sometimes\n", "approval need 1 expires 60 of Ann\n",
		"approval need 0 expires 60 of \nofficers none\n",
		"approval need 2 expires 60 of Ann\nofficers Ann sha256:" KEY_A " uid 1\n",
		"approval need 1 expires 0 of Ann\nofficers Ann sha256:" KEY_A " uid 1\n",
		"approval need 1 expires 60 of Ann\nofficers Ann sha256:" KEY_A " uid x\n",
		"approval need 1 expires 60 of Ann\nofficers Ann sha256:01 uid 1\n",
		"approval need 1 expires 60 of Ann\nofficers Ann sha256:" KEY_A "\n",
		"officers  sha256:" KEY_A " uid 1\n", "approval. automatic\n",
		"approval need 99999999999999999999 expires 60 of Ann\n",
	};
	SCOPED(error_free) struct error *err = error_new();
	SCOPED(arena_free) struct arena *arena = arena_new();
	struct approval_policy policy;

	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		EXPECT_RULE(approval_policy_read(texts[i], arena, &policy, err), err,
		    RULE_LOG_DOCUMENT);
}

TEST(the_pin_record_is_no_part_of_the_policy)
{
	uint8_t alone[SHA256_OCTETS], with[SHA256_OCTETS], other[SHA256_OCTETS];

	approval_policy_digest(bytes_of_text("custody strict\n"), alone);
	approval_policy_digest(bytes_of_text("custody strict\n" RECORD_HEAD "\nx 1\n"), with);
	approval_policy_digest(bytes_of_text("custody lab\n" RECORD_HEAD "\nx 1\n"), other);
	EXPECT(memcmp(alone, with, sizeof(alone)) == 0);
	EXPECT(memcmp(alone, other, sizeof(alone)) != 0);
}

static struct approval_subject
subject_make(void)
{
	return (struct approval_subject){
		.role = "oauth", .request = 3, .subject = key_of(1), .entry = key_of(2),
		.requester = "al\nice", .uid = 1000, .ca_key = key_of(3), .policy = key_of(1),
		.expires = 1700000000,
	};
}

TEST(an_officer_signs_what_cannot_be_taken_for_anything_else)
{
	struct approval_subject subject = subject_make();
	SCOPED(buf_clear) struct buf text = BUF_INIT;

	approval_text_put(&subject, NULL, &text);
	EXPECT_TEXT(buf_text(&text), "rolecert approval v1\ndecision approve\nrequest 3\ntbs " KEY_A
	    "\nentry " KEY_B "\nrequester 1000 al\\x0aice\nca-key " KEY_C "\npolicy " KEY_A
	    "\nexpires 2023-11-14T22:13:20Z\n");
	buf_cut(&text, 0);
	subject.is_policy = true;
	subject.uid = APPROVAL_NO_UID;
	subject.requester = NULL;
	approval_text_put(&subject, "too\nbroad", &text);
	EXPECT_TEXT(buf_text(&text), "rolecert approval v1\ndecision deny\nrequest 3\nnew-policy "
	    KEY_A "\nrequester - -\nca-key " KEY_C "\npolicy " KEY_A
	    "\nexpires 2023-11-14T22:13:20Z\nreason too\\x0abroad\n");
}

TEST(each_officer_counts_once_and_none_for_himself)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	struct approval_policy policy = policy_read(arena);
	struct approval_subject subject = subject_make();
	const struct bytes twice[] = { key_of(1), key_of(1) };
	const struct bytes two[] = { key_of(1), key_of(2) };

	EXPECT(!approval_suffices(&policy, &subject, twice, 2));
	EXPECT(!approval_suffices(&policy, &subject, two, 1));
	EXPECT(approval_suffices(&policy, &subject, two, 2));
	subject.uid = 1001;
	EXPECT(!approval_suffices(&policy, &subject, two, 2));
	subject.uid = APPROVAL_NO_UID;
	EXPECT(approval_suffices(&policy, &subject, two, 2));
	subject.requester = "bob";
	EXPECT(!approval_suffices(&policy, &subject, two, 2));
	subject.requester = NULL;
	subject.key = key_of(2);
	EXPECT(!approval_suffices(&policy, &subject, two, 2));
	subject.role = "web-server";
	EXPECT(approval_suffices(&policy, &subject, NULL, 0));
}

TEST(a_change_of_policy_needs_each_of_its_rules)
{
	SCOPED(arena_free) struct arena *arena = arena_new();
	struct approval_policy policy = policy_read(arena);
	struct approval_subject subject = subject_make();
	const struct bytes without_bob[] = { key_of(1), key_of(3) };
	const struct bytes with_bob[] = { key_of(1), key_of(2) };

	subject.is_policy = true;
	EXPECT(!approval_suffices(&policy, &subject, without_bob, 2));
	EXPECT(approval_suffices(&policy, &subject, with_bob, 2));
	EXPECT(approval_officer_for(&policy, &subject, key_of(3)) != NULL);
	subject.is_policy = false;
	subject.role = "edge-external";
	EXPECT(approval_officer_for(&policy, &subject, key_of(3)) == NULL);
}
