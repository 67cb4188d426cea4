/*
 * deliver.h - an issued certificate in the form that people want, in a file.
 *
 *      form         suffix            holds
 *      pem          .pem .crt         the leaf
 *      der          .der .cer         the leaf, DER
 *      p7b          .p7b .p7c         PKCS#7, DER: leaf, CA, its chain
 *      chain.pem    chain.pem         PEM: leaf, CA, its chain up to but without the root
 *
 * A file is written whole or not at all (os/ replaces it atomically) and is
 * readable by all: there is nothing secret in it.
 */
#ifndef ISSUE_DELIVER_H
#define ISSUE_DELIVER_H

#include "issue/issuance.h"

enum delivery_form { DELIVER_NONE, DELIVER_PEM, DELIVER_DER, DELIVER_P7B, DELIVER_CHAIN };

/* By the word of --form, or by a path's suffix; DELIVER_NONE: neither. */
enum delivery_form delivery_form_find(const char *word);
enum delivery_form delivery_form_of_path(const char *path);
const char *delivery_form_word(enum delivery_form form);

/* Appended. */
enum rc_status deliver_put(const struct home *home, struct bytes der,
    enum delivery_form form, struct buf *out, struct error *err) RC_CHECK;

/* form NONE: the path says.  Rule deliver-form when it does not. */
enum rc_status deliver_file(const struct home *home, struct bytes der,
    enum delivery_form form, const char *path, struct error *err) RC_CHECK;

/* One of many: FOLDER/ENTRY.FORM, with "--" for each "/" of the entry's id, not flushed
 * (dir_flush_all()).  The path, in the arena. */
const char *deliver_path(const char *folder, const struct entry *entry,
    enum delivery_form form, struct arena *arena);
enum rc_status deliver_later(const struct home *home, struct bytes der,
    enum delivery_form form, const char *path, struct error *err) RC_CHECK;
/* "ROLE--POOL": an entry's id as the name of a file; appended. */
void deliver_put_name(const char *id, struct buf *out);

#endif
