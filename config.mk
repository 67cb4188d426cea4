# config.mk - what a packager may want to change; every value can be given on
# the command line of make or in the environment.

PREFIX     ?= /usr/local
BINDIR     ?= $(PREFIX)/bin
LIBDIR     ?= $(PREFIX)/lib
INCLUDEDIR ?= $(PREFIX)/include
DATADIR    ?= $(PREFIX)/share
MANDIR     ?= $(DATADIR)/man
DESTDIR    ?=

CC         ?= cc
OBJCOPY    ?= objcopy
CFLAGS     ?= -O2 -g
# Debian's SoftHSM; the lab and the tests use it, the program itself does not.
SOFTHSM    ?= /usr/lib/softhsm/libsofthsm2.so

# empty, or a list such as address,undefined: builds into a folder of its own
SANITIZE   ?=
# 1: instrument the pure half for `make coverage`
COVERAGE   ?=
V          ?=
