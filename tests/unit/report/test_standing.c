#include "report/standing.h"

#include "tests/unit.h"

#define DAY ((int64_t)86400)
#define NOW ((int64_t)1763769600)        /* 2025-11-22T00:00:00Z */

/* Standings of four entries and a certificate that nobody wants. */
struct stage {
	struct entry entries[4];
	struct plan plan;
	struct known_cert known[4];
	struct standing v[4], more;
	struct standings all;
	struct standing_view view;
};

static void
stage_set(struct stage *s)
{
	static const char *const ids[] = { "edge-external/lsedge.contoso.net",
		"web/a\"\\\n,;.contoso.com", "oauth", "front-end/ee.contoso.com" };
	static const enum standing_state states[] = { STANDING_VALID, STANDING_EXPIRING,
		STANDING_MISSING, STANDING_FOREIGN };

	*s = (struct stage){ .all = { .v = s->v, .n = 4, .superfluous = &s->more,
		.n_superfluous = 1, .now = NOW } };
	s->plan = (struct plan){ .topology = "contoso", .product = "lync-2013",
		.entries = s->entries, .n_entries = 4 };
	for (int i = 0; i < 4; i++) {
		s->entries[i] = (struct entry){ .id = ids[i], .role = "r" };
		s->known[i] = (struct known_cert){ .cert = { .serial = BYTES("\x0a\x0b", 2),
			.subject_text = "CN=a, O=b", .issuer_text = "CN=CA",
			.not_after = NOW + (i == 1 ? 12 : 400) * DAY }, .file = "a.cer" };
		s->v[i] = (struct standing){ .entry = &s->entries[i], .state = states[i],
			.cert = states[i] != STANDING_MISSING ? &s->known[i] : NULL,
			.renew_from = s->known[i].cert.not_after - 30 * DAY };
		s->all.count[states[i]]++;
	}
	s->v[1].detail = "12 days left";
	s->v[3].satisfies = true;
	s->more = (struct standing){ .state = STANDING_SUPERFLUOUS, .cert = &s->known[0],
		.detail = "no entry wants it" };
	s->all.count[STANDING_SUPERFLUOUS] = 1;
	s->view = (struct standing_view){ .plan = &s->plan, .standings = &s->all };
}

TEST(standings_are_a_table_that_fits)
{
	SCOPED(buf_clear) struct buf b = BUF_INIT, narrow = BUF_INIT, inked = BUF_INIT;
	struct style style = { .width = 0 };
	struct stage s;

	stage_set(&s);
	s.entries[1].id = "web/www.contoso.com";
	standings_put_text(&s.view, &style, &b);
	EXPECT_TEXT(buf_text(&b),
	    "STATE        UNTIL       DAYS   ENTRY\n"
	    "valid        2026-12-27    400  edge-external/lsedge.contoso.net\n"
	    "expiring     2025-12-04     12  web/www.contoso.com\n"
	    "    12 days left\n"
	    "missing      -           -      oauth\n"
	    "foreign      2026-12-27    400  front-end/ee.contoso.com\n"
	    "superfluous  2026-12-27    400  a.cer\n"
	    "    no entry wants it\n"
	    "\n"
	    "1 valid, 1 expiring, 1 foreign, 1 missing, 1 superfluous: topology 'contoso', "
	    "product lync-2013\n");
	s.view.states = 1U << STANDING_EXPIRING;
	style.width = 44;
	s.v[1].detail = "a text that is longer than the terminal is wide, by far";
	standings_put_text(&s.view, &style, &narrow);
	EXPECT_HAS(buf_text(&narrow),
	    "STATE     UNTIL       DAYS\n"
	    "    ENTRY\n"
	    "expiring  2025-12-04     12\n"
	    "    web/www.contoso.com\n"
	    "    a text that is longer than the terminal\n"
	    "    is wide, by far\n");
	style = (struct style){ .colour = true };
	standings_put_text(&s.view, &style, &inked);
	EXPECT_HAS(buf_text(&inked), "\x1b[33mexpiring\x1b[0m  2025-12-04");
}

TEST(what_is_superfluous_is_work_only_where_asked_for)
{
	struct stage s;

	stage_set(&s);
	EXPECT(standing_view_needs_work(&s.view));
	s.view.states = 1U << STANDING_VALID | 1U << STANDING_FOREIGN;
	EXPECT(!standing_view_needs_work(&s.view));
	s.v[3].satisfies = false;
	EXPECT(standing_view_needs_work(&s.view));
	s.v[3].satisfies = true;
	s.view.states |= 1U << STANDING_SUPERFLUOUS;
	EXPECT(standing_view_needs_work(&s.view));
	s.view.states = 0;
	s.v[1].state = s.v[2].state = STANDING_VALID;
	EXPECT(!standing_view_needs_work(&s.view));
}

TEST(a_calendar_is_escaped_and_folded)
{
	SCOPED(buf_clear) struct buf b = BUF_INIT;
	struct stage s;

	stage_set(&s);
	s.view.states = 1U << STANDING_EXPIRING | 1U << STANDING_MISSING;
	standings_put_calendar(&s.view, &b);
	EXPECT_TEXT(buf_text(&b),
	    "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//rolecert//plan//EN\r\n"
	    "BEGIN:VEVENT\r\nUID:0a0b-0000000000000000@rolecert\r\n"
	    "DTSTAMP:20251122T000000Z\r\nDTSTART;VALUE=DATE:20251104\r\n"
	    "SUMMARY:Renew web/a\"\\\\\\\\\\\\x0a\\,\\;.contoso.com\r\n"
	    "DESCRIPTION:The certificate ends on 2025-12-04\\; topology contoso\\, subject\r\n"
	    "  CN=a\\, O=b\\, serial 0a0b\r\n"
	    "TRANSP:TRANSPARENT\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n");
}

TEST(metrics_escape_their_labels)
{
	SCOPED(buf_clear) struct buf b = BUF_INIT;
	struct stage s;

	stage_set(&s);
	standings_put_metrics(&s.view, &b);
	EXPECT_HAS(buf_text(&b), "# TYPE rolecert_entry_state gauge\n");
	EXPECT_HAS(buf_text(&b), "rolecert_entries{topology=\"contoso\",state=\"missing\"} 1\n");
	EXPECT_HAS(buf_text(&b), "rolecert_entries{topology=\"contoso\",state=\"revoked\"} 0\n");
	EXPECT_HAS(buf_text(&b), "rolecert_entry_state{topology=\"contoso\","
	    "entry=\"web/a\\\"\\\\\\\\\\\\x0a,;.contoso.com\",role=\"r\",pool=\"\",state=\"expiring\"} 1\n");
	EXPECT_HAS(buf_text(&b), "rolecert_entry_needs_work{topology=\"contoso\",entry=\"oauth\",role=\"r\","
	    "pool=\"\"} 1\n");
	EXPECT_HAS(buf_text(&b), "not_after_timestamp_seconds{topology=\"contoso\",entry=\"front-end/"
	    "ee.contoso.com\",role=\"r\",pool=\"\"} 1798329600\n");
	EXPECT(strstr(buf_text(&b), "not_after_timestamp_seconds{topology=\"contoso\",entry=\"oauth\"") == NULL);
	EXPECT_HAS(buf_text(&b), "rolecert_certificates_superfluous{topology=\"contoso\"} 1\n");
}
