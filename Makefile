# Makefile - builds, tests and installs rolecert.  `make help` lists the targets.
#
# One make, no recursion for building: every source file is found, each folder
# of src/LAYERS is an archive, and what is built lies under $(B).

include config.mk

VERSION   := 0.1.0
comma     := ,
empty     :=
space     := $(empty) $(empty)
B         := build$(if $(SANITIZE),-$(subst $(comma),-,$(SANITIZE)))$(if $(COVERAGE),-coverage)
Q         := $(if $(V),,@)
say        = $(if $(V),,@printf '  %-5s %s\n' '$(1)' '$(2)')

LAYERS    := $(shell sed -e '/^\#/d' -e '/^$$/d' src/LAYERS)
SUITES    := $(sort $(foreach f,$(wildcard tests/unit/*/*.c),$(word 3,$(subst /, ,$(f)))))
PKGS      := libcrypto libp11 p11-kit-1 libfyaml libxml-2.0 libidn2 sqlite3 jansson

# Before anything is compiled, the packages that it needs (scripts/deps asks
# pkg-config first and does nothing when all is there).
NEEDS_PKGS := $(filter-out help clean,$(or $(MAKECMDGOALS),all))
ifneq ($(NEEDS_PKGS),)
  ifneq ($(shell scripts/deps $(if $(filter check% demo bench coverage fuzz,$(MAKECMDGOALS)),test,build) 1>&2 && echo ok),ok)
    $(error the packages above are missing)
  endif
endif

PKG_CFLAGS := $(shell pkg-config --cflags $(PKGS) 2>/dev/null | sed 's/-I/-isystem /g')
PKG_LIBS   := $(shell pkg-config --libs $(PKGS) 2>/dev/null) -ldl -lpthread
CUNIT_LIBS := -lcunit

WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion \
        -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition \
        -Wpointer-arith -Wcast-qual -Wwrite-strings -Wundef -Wvla \
        -Wformat=2 -Wnull-dereference -Wimplicit-fallthrough -Werror
HARD := -fstack-protector-strong -fPIC -fvisibility=hidden \
        $(if $(SANITIZE)$(COVERAGE),,-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3)
SAN  := $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-sanitize-recover=all -fno-omit-frame-pointer)
COV  := $(if $(COVERAGE),--coverage -O0)

ALL_CFLAGS := -std=gnu11 -D_GNU_SOURCE -DROLECERT_VERSION='"$(VERSION)"' \
              $(CFLAGS) $(HARD) $(SAN) $(COV) $(WARN) -Iinclude -Isrc -I. $(PKG_CFLAGS)
ALL_LDFLAGS := $(LDFLAGS) -pie -Wl,-z,relro,-z,now $(SAN) $(COV)

# -- what there is ------------------------------------------------------------

layer_srcs  = $(sort $(shell find src/$(1) -name '*.c' 2>/dev/null))
ENGINE_SRCS := $(sort $(wildcard engines/*.c))
obj         = $(patsubst %.c,$(B)/obj/%.o,$(1))
HEADERS    := $(sort $(shell find include src engines -name '*.h'))
ARCHIVES   := $(foreach l,$(LAYERS),$(if $(call layer_srcs,$(l)),$(B)/lib/$(l).a))
# the library is everything but the command line
LIB_LAYERS := $(filter-out cli,$(LAYERS))
LIB_OBJS   := $(call obj,$(foreach l,$(LIB_LAYERS),$(call layer_srcs,$(l))) $(ENGINE_SRCS))
# the archives at or below a layer, highest first as the linker wants them
below       = $(if $(1),$(if $(filter $(1),$(firstword $(2))),$(firstword $(2)),$(call below,$(1),$(wordlist 2,99,$(2))) $(firstword $(2))))
reverse     = $(if $(1),$(call reverse,$(wordlist 2,99,$(1))) $(firstword $(1)))
at_or_below = $(filter $(ARCHIVES),$(patsubst %,$(B)/lib/%.a,$(call below,$(1),$(LAYERS))))

.PHONY: all help clean check check-fast check-unit check-asan check-style check-layers check-headers \
        check-clang check-cli check-valgrind coverage demo bench fuzz install deps
.SECONDARY:
.DELETE_ON_ERROR:

all: $(B)/rolecert $(B)/librolecert.a $(B)/librolecert.so $(B)/rolecert.pc ## build the program and the library

help: ## this list
	@sed -n 's/^\([a-z-]*\):[^#]*## */\1\t/p' $(MAKEFILE_LIST) | sort | \
	  awk -F'\t' '{ printf "  make %-14s %s\n", $$1, $$2 }'

# -- objects, archives, programs ----------------------------------------------

$(B)/obj/%.o: %.c Makefile config.mk
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

define archive_rule
$(B)/lib/$(1).a: $(call obj,$(call layer_srcs,$(1)))
	@mkdir -p $$(@D)
	$$(call say,AR,$$@)
	$$(Q)rm -f $$@ && $$(AR) rcs $$@ $$^
endef
$(foreach l,$(LAYERS),$(if $(call layer_srcs,$(l)),$(eval $(call archive_rule,$(l)))))

$(B)/lib/engines.a: $(call obj,$(ENGINE_SRCS))
	@mkdir -p $(@D)
	$(call say,AR,$@)
	$(Q)rm -f $@ && $(AR) rcs $@ $^

PROGRAM_ARCHIVES = $(call reverse,$(ARCHIVES)) $(if $(ENGINE_SRCS),$(B)/lib/engines.a) $(filter %/base.a,$(ARCHIVES))
$(B)/rolecert: $(PROGRAM_ARCHIVES)
	$(call say,LD,$@)
	$(Q)$(CC) $(ALL_LDFLAGS) -o $@ -Wl,--start-group $^ -Wl,--end-group $(PKG_LIBS)

# One object whose hidden symbols are local: what is not in the map cannot clash
# with a program's own names.
$(B)/librolecert.a: $(LIB_OBJS)
	$(call say,AR,$@)
	$(Q)ld -r -o $(B)/librolecert.o $^ && objcopy --localize-hidden $(B)/librolecert.o
	$(Q)rm -f $@ && $(AR) rcs $@ $(B)/librolecert.o

$(B)/librolecert.so: $(LIB_OBJS) include/rolecert/librolecert.map
	$(call say,LD,$@)
	$(Q)$(CC) -shared $(LDFLAGS) $(SAN) $(COV) -Wl,-z,relro,-z,now -Wl,-soname,librolecert.so.1 \
	  -Wl,--version-script=include/rolecert/librolecert.map -o $@ $(LIB_OBJS) $(PKG_LIBS)

$(B)/rolecert.pc: scripts/rolecert.pc.in Makefile config.mk
	$(Q)sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@LIBDIR@|$(LIBDIR)|' -e 's|@INCLUDEDIR@|$(INCLUDEDIR)|' \
	  -e 's|@VERSION@|$(VERSION)|' -e 's|@REQUIRES@|$(PKGS)|' $< > $@

# -- tests ----------------------------------------------------------------------

# tests/unit/LAYER is one program, linked to the archives at or below LAYER;
# tests/unit/engines sees what an engine may see: engines/ and base/.
unit_srcs = $(sort $(shell find tests/unit/$(1) -name '*.c'))
define unit_rule
$(B)/tests/unit-$(1): $(call obj,$(call unit_srcs,$(1)) tests/unit.c) \
    $(if $(filter engines,$(1)),$(B)/lib/engines.a $(B)/lib/base.a,$(call at_or_below,$(1)))
	@mkdir -p $$(@D)
	$$(call say,LD,$$@)
	$$(Q)$$(CC) $$(ALL_LDFLAGS) -o $$@ $$^ $$(CUNIT_LIBS) $$(PKG_LIBS)
endef
$(foreach s,$(SUITES),$(eval $(call unit_rule,$(s))))
UNITS := $(patsubst %,$(B)/tests/unit-%,$(SUITES))

check: ## everything that CI runs
	@scripts/check

check-unit: $(UNITS) ## unit tests (CUnit)
	@scripts/run-units $(UNITS)

check-asan: ## unit, golden and CLI tests under ASan and UBSan
	@$(MAKE) --no-print-directory SANITIZE=address,undefined CFLAGS='-O1 -g' check-unit check-cli

check-valgrind: all $(UNITS) ## unit and golden tests under valgrind
	@scripts/run-valgrind $(UNITS)

check-cli: all ## golden, refusal, CLI and token tests
	@ROLECERT=$(abspath $(B)/rolecert) scripts/run-cases

check-layers: ## every include goes down
	@scripts/layers

check-style: check-layers check-headers ## layers, headers alone, budgets, banned calls, rules
	@scripts/style

check-headers: $(patsubst %.h,$(B)/headers/%.ok,$(HEADERS)) ## every header compiles alone
$(B)/headers/%.ok: %.h
	@mkdir -p $(@D)
	$(Q)printf '#include "%s"\n' '$(patsubst include/%,%,$(patsubst src/%,%,$<))' | \
	  $(CC) $(ALL_CFLAGS) -MMD -MF $(@:.ok=.d) -MT $@ -x c -fsyntax-only - && touch $@

check-clang: ## the same code under clang's warnings
	@$(MAKE) --no-print-directory CC=clang B=build-clang build-clang/rolecert

coverage: ## line coverage of the pure half
	@scripts/coverage

demo: all ## import a topology, make a lab of it, issue and check everything
	@scripts/demo $(B)/rolecert

bench: all ## ratios of one run
	@scripts/bench $(B)/rolecert

FUZZ_SECONDS ?= 10
fuzz: ## fuzz what reads foreign bytes, FUZZ_SECONDS each
	@scripts/fuzz $(FUZZ_SECONDS)

deps: ## install what the project needs
	@scripts/deps test

# -- installation ---------------------------------------------------------------

install: all ## install under $(DESTDIR)$(PREFIX)
	install -D -m 755 $(B)/rolecert $(DESTDIR)$(BINDIR)/rolecert
	install -D -m 644 $(B)/librolecert.a $(DESTDIR)$(LIBDIR)/librolecert.a
	install -D -m 644 $(B)/librolecert.so $(DESTDIR)$(LIBDIR)/librolecert.so.1
	ln -sf librolecert.so.1 $(DESTDIR)$(LIBDIR)/librolecert.so
	install -D -m 644 $(B)/rolecert.pc $(DESTDIR)$(LIBDIR)/pkgconfig/rolecert.pc
	install -d $(DESTDIR)$(INCLUDEDIR)/rolecert $(DESTDIR)$(DATADIR)/rolecert $(DESTDIR)$(MANDIR)/man1
	install -m 644 include/rolecert/*.h $(DESTDIR)$(INCLUDEDIR)/rolecert
	install -m 644 docs/man/*.1 $(DESTDIR)$(MANDIR)/man1
	cp -R profiles $(DESTDIR)$(DATADIR)/rolecert/

clean: ## remove what was built
	rm -rf build build-*

-include $(shell find $(B) -name '*.d' 2>/dev/null)
