#include "check/standing.h"

#include <ctype.h>
#include <stdlib.h>

#include "plan/emit.h"

enum { DAY = 86400 };

const char *const standing_words[STANDING_STATES] = {
	[STANDING_MISSING] = "missing", [STANDING_EXPIRED] = "expired",
	[STANDING_REVOKED] = "revoked", [STANDING_WRONG] = "wrong",
	[STANDING_FOREIGN] = "foreign", [STANDING_SUPERSEDED] = "superseded",
	[STANDING_EXPIRING] = "expiring", [STANDING_VALID] = "valid",
	[STANDING_SUPERFLUOUS] = "superfluous",
};

const char *
standing_word(enum standing_state state)
{
	return standing_words[state];
}

enum standing_state
standing_find(const char *word)
{
	enum standing_state state = 0;

	while (state < STANDING_STATES && strcmp(standing_words[state], word) != 0)
		state++;
	return state;
}

/* -- entries by a word ------------------------------------------------------------------ */

/* A word of an entry (id, stem of its files, host name), in small letters and without a
 * dot at the end. */
struct mark {
	const char *word;
	size_t entry;
};

struct marks {
	VEC(struct mark) list;
};

static const char *
word_key(struct arena *arena, const char *word)
{
	size_t n = strlen(word);
	char *key = arena_strndup(arena, word, n > 1 && word[n - 1] == '.' ? n - 1 : n);

	for (char *c = key; *c != '\0'; c++)
		*c = (char)tolower((unsigned char)*c);
	return key;
}

static void
mark(struct marks *marks, const char *word, size_t entry, struct arena *arena)
{
	*VEC_PUSH(arena, &marks->list) = (struct mark){ word_key(arena, word), entry };
}

static int
mark_compare(const void *a, const void *b)
{
	const struct mark *x = a, *y = b;
	int order = strcmp(x->word, y->word);

	return order != 0 ? order : (x->entry > y->entry) - (x->entry < y->entry);
}

static void
marks_sort(struct marks *marks)
{
	if (marks->list.n > 1)
		qsort(marks->list.v, marks->list.n, sizeof(*marks->list.v), mark_compare);
}

/* The first of this word or beyond it. */
static size_t
marks_from(const struct marks *marks, const char *key)
{
	size_t low = 0, high = marks->list.n;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (strcmp(marks->list.v[middle].word, key) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

static bool
is_mark(const struct marks *marks, size_t i, const char *key)
{
	return i < marks->list.n && strcmp(marks->list.v[i].word, key) == 0;
}

/* -- the work ------------------------------------------------------------------------------ */

struct finding {
	const struct plan *plan;
	const struct standing_facts *facts;
	struct standings *found;
	struct marks ids, stems, names;
	VEC(struct standing) superfluous;
	struct arena *scratch;
};

/* The host name by which a certificate for it is known. */
static const char *
name_of(const struct entry *entry)
{
	if (entry->subject.attr[DN_CN] != NULL)
		return entry->subject.attr[DN_CN];
	return entry->n_san != 0 ? entry->san[0].value : NULL;
}

static void
mark_entries(struct finding *f)
{
	for (size_t i = 0; i < f->plan->n_entries; i++) {
		const struct entry *entry = &f->plan->entries[i];

		mark(&f->ids, entry->id, i, f->scratch);
		mark(&f->stems, emit_stem(f->scratch, entry), i, f->scratch);
		if (name_of(entry) != NULL)
			mark(&f->names, name_of(entry), i, f->scratch);
	}
	marks_sort(&f->ids);
	marks_sort(&f->stems);
	marks_sort(&f->names);
}

/* False: none. */
static bool
entry_of(const struct finding *f, const struct marks *marks, const char *word, size_t *ret)
{
	const char *key;
	size_t i;

	if (word == NULL)
		return false;
	key = word_key(f->scratch, word);
	i = marks_from(marks, key);
	if (!is_mark(marks, i, key))
		return false;
	*ret = marks->list.v[i].entry;
	return true;
}

/* -- one certificate and one entry ---------------------------------------------------------- */

static bool
is_of_time(enum rule rule)
{
	return rule == RULE_CHECK_EXPIRED || rule == RULE_CHECK_NOT_YET_VALID;
}

/* What is wrong with it at any time. */
static size_t
lasting_errors(const struct error *findings)
{
	size_t n = 0;

	for (const struct diagnosis *d = error_first(findings); d != NULL; d = d->next)
		if (d->severity == SEVERITY_ERROR && !is_of_time(d->rule))
			n++;
	return n;
}

static struct error *
judge(const struct finding *f, size_t entry, const struct known_cert *known)
{
	struct judge_context context = { .now = f->facts->now };
	struct error *findings = error_new();

	if (!known->foreign) {
		context.issuers = f->facts->issuers;
		context.n_issuers = f->facts->n_issuers;
		context.lists = f->facts->lists;
		context.n_lists = f->facts->n_lists;
	}
	(void)judge_entry(&f->plan->entries[entry], &known->cert, &context, findings);
	return findings;
}

static enum standing_state
state_of(const struct standing *s, int64_t now)
{
	if (s->cert->record == KNOWN_HELD || s->cert->record == KNOWN_REVOKED)
		return STANDING_REVOKED;
	if (now > s->cert->cert.not_after)
		return STANDING_EXPIRED;
	if (s->cert->foreign)
		return STANDING_FOREIGN;
	if (!s->satisfies || now < s->cert->cert.not_before)
		return STANDING_WRONG;
	return now >= s->renew_from ? STANDING_EXPIRING : STANDING_VALID;
}

/* How good it is that this one stands; more is better. */
static unsigned
worth(const struct standing *s)
{
	static const unsigned worths[STANDING_STATES] = {
		[STANDING_EXPIRED] = 1, [STANDING_REVOKED] = 2, [STANDING_FOREIGN] = 3,
		[STANDING_WRONG] = 4, [STANDING_EXPIRING] = 6, [STANDING_VALID] = 7,
	};

	return s->state == STANDING_FOREIGN && s->satisfies ? 5 : worths[s->state];
}

static bool
is_better(const struct standing *a, const struct standing *b)
{
	if (b->cert == NULL || worth(a) != worth(b))
		return b->cert == NULL || worth(a) > worth(b);
	return a->cert->cert.not_after > b->cert->cert.not_after;
}

/* Takes the findings. */
static void
claim(struct finding *f, size_t entry, const struct known_cert *known, struct error *take)
{
	struct standing *stands = &f->found->v[entry];
	struct standing s = { .entry = stands->entry, .cert = known, .newer = stands->newer,
		.findings = take };

	s.satisfies = lasting_errors(take) == 0;
	s.renew_from = entry_renew_from(s.entry, known->cert.not_before, known->cert.not_after);
	s.state = state_of(&s, f->facts->now);
	if (is_better(&s, stands)) {
		error_free(stands->findings);
		*stands = s;
	} else {
		error_free(take);
	}
}

/* -- whose is it? --------------------------------------------------------------------------- */

/* What was found so far among the entries that it may be for. */
struct search {
	const struct known_cert *known;
	size_t wanted;                   /* by how many it is claimed         */
	struct error *nearest;           /* the findings, or NULL             */
	size_t nearest_entry;
};

static void
try_entry(struct finding *f, struct search *search, size_t entry)
{
	struct error *findings = judge(f, entry, search->known);

	if (lasting_errors(findings) == 0) {
		claim(f, entry, search->known, findings);
		search->wanted++;
	} else if (search->nearest == NULL ||
	    lasting_errors(findings) < lasting_errors(search->nearest)) {
		error_free(search->nearest);
		search->nearest = findings;
		search->nearest_entry = entry;
	} else {
		error_free(findings);
	}
}

static void
try_name(struct finding *f, struct search *search, const char *name)
{
	const char *key = word_key(f->scratch, name);

	for (size_t i = marks_from(&f->names, key); is_mark(&f->names, i, key); i++)
		try_entry(f, search, f->names.list.v[i].entry);
}

static void
add_superfluous(struct finding *f, const struct known_cert *known)
{
	if (f->facts->now > known->cert.not_after || known->record > KNOWN_ISSUED)
		return;          /* nobody wants it, and it does no more harm */
	*VEC_PUSH(f->found->arena, &f->superfluous) = (struct standing){
		.state = STANDING_SUPERFLUOUS, .cert = known,
		.detail = known->entry != NULL ? arena_printf(f->found->arena,
		    "the entry '%s' is planned no more", known->entry) : "no entry wants it",
	};
}

static void
try_names(struct finding *f, struct search *search)
{
	const struct cert_ext *san = cert_find_ext(&search->known->cert, EXT_SUBJECT_ALT_NAME);
	const char *cn = search->known->cert.subject_dn.attr[DN_CN];

	if (cn != NULL)
		try_name(f, search, cn);
	else if (san != NULL && san->value.u.names.n != 0)
		try_name(f, search, san->value.u.names.v[0].value);
}

static void
place_by_names(struct finding *f, const struct known_cert *known)
{
	struct search search = { .known = known };
	size_t entry;

	try_names(f, &search);
	if (entry_of(f, &f->stems, known->stem, &entry)) {
		claim(f, entry, known, judge(f, entry, known));
		search.wanted++;
	}
	if (search.wanted == 0 && search.nearest != NULL)
		claim(f, search.nearest_entry, known, TAKE(search.nearest));
	else if (search.wanted == 0)
		add_superfluous(f, known);
	error_free(search.nearest);
}

/* On record, and in a folder there may be another: which of these is the newest? */
static void
note_newer(struct finding *f, const struct known_cert *known)
{
	struct standing *stands;
	size_t entry;

	if (known->record != KNOWN_ISSUED || f->facts->now > known->cert.not_after)
		return;
	if (!entry_of(f, &f->ids, known->entry, &entry)) {
		add_superfluous(f, known);
		return;
	}
	stands = &f->found->v[entry];
	if (stands->newer == NULL || known->number > stands->newer->number)
		stands->newer = known;
}

static void
place(struct finding *f, const struct known_cert *known)
{
	size_t entry;

	if (cert_is_ca(&known->cert))
		return;
	if (f->facts->folder && known->file == NULL)
		note_newer(f, known);
	else if (entry_of(f, &f->ids, known->entry, &entry))
		claim(f, entry, known, judge(f, entry, known));
	else
		place_by_names(f, known);
}

/* -- what is said of it --------------------------------------------------------------------- */

static void
put_days(int64_t seconds, struct buf *out)
{
	long long days = (long long)(seconds / DAY);

	buf_printf(out, "%lld day%s", days, days == 1 ? "" : "s");
}

/* The first mistake, and how many there are beside it. */
static void
put_first(const struct standing *s, struct buf *out)
{
	const struct diagnosis *first = error_first(s->findings);
	size_t more = error_count(s->findings);

	while (first != NULL && first->severity != SEVERITY_ERROR)
		first = first->next;
	if (first == NULL)
		return;
	buf_printf(out, "%s [%s]", first->message, rule_id(first->rule));
	if (more > 1)
		buf_printf(out, ", and %zu more", more - 1);
}

static void
put_foreign_state(const struct standing *s, struct buf *out)
{
	buf_printf(out, "issued by '%s'; ", s->cert->cert.issuer_text);
	if (s->satisfies)
		buf_puts(out, "satisfies the entry");
	else
		put_first(s, out);
}

static void
put_detail(const struct standing *s, int64_t now, struct buf *out)
{
	switch (s->state) {
	case STANDING_EXPIRED:
		put_days(now - s->cert->cert.not_after, out);
		buf_puts(out, " ago");
		break;
	case STANDING_REVOKED:
		buf_printf(out, s->cert->record == KNOWN_HELD ? "on hold" : "for ever");
		if (s->cert->reason != NULL && s->cert->record != KNOWN_HELD)
			buf_printf(out, ": %s", s->cert->reason);
		break;
	case STANDING_WRONG:
		put_first(s, out);
		break;
	case STANDING_FOREIGN:
		put_foreign_state(s, out);
		break;
	case STANDING_EXPIRING:
		put_days(s->cert->cert.not_after - now, out);
		buf_puts(out, " left");
		break;
	default:
		break;
	}
}

static void
put_newer(const struct standing *s, struct buf *out)
{
	if (s->newer == NULL)
		return;
	buf_puts(out, out->n != 0 ? "; " : "");
	buf_printf(out, s->cert == NULL ? "issued and not in the folder: serial " :
	    "a newer one was issued: serial ");
	buf_put_hex(out, s->newer->cert.serial);
}

/* What lies in the folder may be on record itself, or come from elsewhere. */
static bool
is_newer(const struct known_cert *a, const struct known_cert *b)
{
	return b->number != 0 ? a->number > b->number : a->cert.not_before > b->cert.not_before;
}

static void
settle(struct standings *found, struct standing *s)
{
	SCOPED(buf_clear) struct buf detail = BUF_INIT;

	if (s->cert != NULL && s->newer != NULL && !is_newer(s->newer, s->cert))
		s->newer = NULL;
	if (s->newer != NULL && (s->state == STANDING_VALID || s->state == STANDING_EXPIRING))
		s->state = STANDING_SUPERSEDED;
	put_detail(s, found->now, &detail);
	put_newer(s, &detail);
	if (detail.n != 0)
		s->detail = arena_strdup(found->arena, buf_text(&detail));
	found->count[s->state]++;
}

struct standings *
standings_find(const struct plan *plan, const struct standing_facts *facts)
{
	SCOPED(arena_free) struct arena *scratch = arena_new();
	struct standings *found = mem_zero(sizeof(*found));
	struct finding f = { .plan = plan, .facts = facts, .found = found, .scratch = scratch };

	found->arena = arena_new();
	found->now = facts->now;
	found->n = plan->n_entries;
	found->v = arena_alloc(found->arena, (plan->n_entries + 1) * sizeof(*found->v));
	for (size_t i = 0; i < plan->n_entries; i++)
		found->v[i].entry = &plan->entries[i];
	mark_entries(&f);
	for (size_t i = 0; i < facts->n_known; i++)
		place(&f, &facts->known[i]);
	for (size_t i = 0; i < found->n; i++)
		settle(found, &found->v[i]);
	found->superfluous = f.superfluous.v;
	found->n_superfluous = f.superfluous.n;
	found->count[STANDING_SUPERFLUOUS] = f.superfluous.n;
	return found;
}

void
standings_free(struct standings *standings)
{
	if (standings == NULL)
		return;
	for (size_t i = 0; i < standings->n; i++)
		error_free(standings->v[i].findings);
	arena_free(standings->arena);
	free(standings);
}

bool
standing_needs_work(const struct standing *s, int64_t now)
{
	if (s->state == STANDING_FOREIGN)
		return !s->satisfies || now >= s->renew_from;
	return s->state != STANDING_VALID;
}
