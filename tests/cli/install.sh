# heavy: a build and four installations
# What `make install` leaves is complete, found by pkg-config, and works from there.
need make cc pkg-config nm

install_to() {
	make -s -j"$(nproc)" -C "$TOP" --no-print-directory install "$@"
}

# One build serves every prefix: nothing is built again, under whoever runs it.
must_work make -s -j"$(nproc)" -C "$TOP" --no-print-directory all
must_work make -n -C "$TOP" install PREFIX=/opt/rolecert DESTDIR="$PWD/stage"
expect_lacks ' -o build/'

must_work install_to PREFIX=/opt/rolecert DESTDIR="$PWD/stage"
expect_file stage/opt/rolecert/bin/rolecert stage/opt/rolecert/lib/librolecert.a
expect_file stage/opt/rolecert/lib/librolecert.so stage/opt/rolecert/lib/pkgconfig/rolecert.pc
expect_file stage/opt/rolecert/include/rolecert/version.h stage/opt/rolecert/share/man/man1/rolecert.1
expect_file stage/opt/rolecert/share/bash-completion/completions/rolecert \
    stage/opt/rolecert/share/zsh/site-functions/_rolecert stage/opt/rolecert/share/fish/vendor_completions.d/rolecert.fish
expect_file stage/opt/rolecert/share/man/man5/rolecert-profile.5 stage/opt/rolecert/share/man/man5/rolecert-topology.5
expect_no_file stage/usr
expect_equal "$(grep -c "$PWD" stage/opt/rolecert/lib/pkgconfig/rolecert.pc)" 0 "scratch folders in rolecert.pc"
must_work diff -r "$TOP/profiles" stage/opt/rolecert/share/rolecert/profiles

# Where it was not built, and not where it was meant for: profiles are found
# beside the program.
mv stage/opt/rolecert moved
must_work moved/bin/rolecert profile list
cp .out installed.list
must_work "$PROGRAM" profile list
expect_same installed.list .out

# A program outside, through pkg-config, shared and static.
must_work install_to PREFIX="$PWD/prefix"
cat >outside.c <<'END'
#include <stdio.h>

#include <rolecert/version.h>

int
main(void)
{
	return puts(rc_version()) < 0;
}
END
export PKG_CONFIG_PATH=$PWD/prefix/lib/pkgconfig
must_work pkg-config --modversion rolecert
cp .out version
# shellcheck disable=SC2046
must_work cc -o shared outside.c $(pkg-config --cflags --libs rolecert)
must_work env LD_LIBRARY_PATH="$PWD/prefix/lib" ./shared
expect_same .out version
# shellcheck disable=SC2046
must_work cc -o static outside.c $(pkg-config --cflags rolecert) prefix/lib/librolecert.a \
    $(pkg-config --libs $(pkg-config --print-requires-private rolecert)) -ldl -lpthread
must_work ./static
expect_same .out version

# Nothing leaves the library but its promise.
must_work nm -D --defined-only prefix/lib/librolecert.so
expect_equal "$(awk '$2 ~ /^[TDBRVW]$/ && $3 !~ /^rc_/' .out)" "" "names outside rc_ (shared)"
must_work nm -g --defined-only prefix/lib/librolecert.a
expect_equal "$(awk 'NF == 3 && $3 !~ /^rc_/' .out)" "" "names outside rc_ (static)"

# A second installation over the first leaves the same.
must_work install_to PREFIX="$PWD/prefix"
must_work diff -r "$TOP/profiles" prefix/share/rolecert/profiles
