/*
 * profiles.h - where the role definitions are, and their files read.
 *
 * Searched are, in this order: --profiles (or ROLECERT_PROFILES), CAHOME/profiles,
 * and the installed ones, which are the first of
 *
 *      ../share/rolecert/profiles    beside the program as it is installed
 *      ../profiles                   beside the folder it was built in
 *
 * No path is compiled in: the same program serves wherever it is put.
 *
 * A folder of profiles holds a folder for each product, and one called base; of
 * these every NAME.yaml is read, and nothing deeper.  NAME.test.yaml holds tests
 * (plan/profile_test.h) and is no role.
 */
#ifndef CLI_PROFILES_H
#define CLI_PROFILES_H

#include "cli/cli.h"
#include "profile/program.h"

/* The folder of the running program, or NULL where there is no /proc. */
const char *program_folder(struct cli *cli);

/* Rule profiles-missing; those of catalog_read. */
enum rc_status profiles_catalog(struct cli *cli, struct catalog **ret, struct error *err) RC_CHECK;
/* The first step of two (catalog_open); the files live as long as the command. */
enum rc_status profiles_catalog_open(struct cli *cli, struct catalog **ret,
    struct error *err) RC_CHECK;

/* Those of this folder; one without a folder `base` of its own builds on the
 * installed ones, as with --profiles. */
enum rc_status profiles_catalog_of(struct cli *cli, const char *folder, struct catalog **ret,
    struct error *err) RC_CHECK;

/* The product of this name; rule no-such-product, with the nearest. */
enum rc_status profiles_product(const struct catalog *catalog, const char *name,
    const struct product **ret, struct error *err) RC_CHECK;

/* The files of tests beside the roles: in --profiles when it is given, else in
 * every place; of `folder`, when it is not NULL, and of the folders in it. */
enum rc_status profiles_test_files(struct cli *cli, const char *folder,
    const struct profile_file **ret, size_t *ret_n, struct error *err) RC_CHECK;

/* The sample topology that is kept with the installed profiles. */
enum rc_status profiles_sample(struct cli *cli, const char **ret, struct error *err) RC_CHECK;

#endif
