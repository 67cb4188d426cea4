/*
 * config_parts.h - what the readers of ca.yaml share.  Private to issue/.
 */
#ifndef ISSUE_CONFIG_PARTS_H
#define ISSUE_CONFIG_PARTS_H

#include "issue/home.h"
#include "text/node.h"

enum { CONFIG_DAY = 24 * 60 * 60 };

struct reading {
	struct arena *arena;
	struct home_config *config;
	struct approvals_reading *approvals;     /* while `approval` is read */
	struct error *err;
};

typedef enum rc_status (*read_fn)(struct reading *r, const struct node *node);

struct key {
	const char *word;
	read_fn read;
	bool required;
};

/* Every key that is there is read, so that all faults are told at once. */
enum rc_status keys_read(struct reading *r, const struct node *map, const struct key *keys,
    size_t n, const char *what) RC_CHECK;
/* Not empty, no control character. */
enum rc_status text_read(struct reading *r, const struct node *node, const char *what,
    const char **ret) RC_CHECK;
enum rc_status seconds_read(struct reading *r, const struct node *node, const char *what,
    int64_t most, int64_t *ret) RC_CHECK;

/* config_approval.c */
enum rc_status approval_read(struct reading *r, const struct node *node) RC_CHECK;

#endif
