/*
 * load.h - what commands read before they do anything: files.
 */
#ifndef CLI_LOAD_H
#define CLI_LOAD_H

#include "cli/cli.h"
#include "x509/cert.h"

/* A whole file ("-": stdin), in the program's arena. */
enum rc_status load_file(struct cli *cli, const char *path, size_t limit, struct bytes *ret,
    struct error *err) RC_CHECK;

/* Every certificate of a file, in whatever form people have it. */
enum rc_status load_certs(struct cli *cli, struct bytes file, struct cert **ret, size_t *ret_n,
    struct error *err) RC_CHECK;

/* A certificate file in whatever form people have it: exactly one. */
enum rc_status load_cert(struct cli *cli, const char *path, struct cert *ret,
    struct error *err) RC_CHECK;

/* The same, or that of a server in a container or beside its CAs. */
enum rc_status load_leaf(struct cli *cli, const char *path, struct cert *ret,
    struct error *err) RC_CHECK;

#endif
