# Makefile - builds, tests and installs rolecert.  `make help` lists the targets.
#
# One make, no recursion for building: every source file is found, each folder
# of src/LAYERS is an archive, and what is built lies under $(B).

include config.mk

VERSION   := 0.1.0
SOVERSION := 0
comma     := ,
empty     :=
space     := $(empty) $(empty)
B         := build$(if $(SANITIZE),-$(subst $(comma),-,$(SANITIZE)))$(if $(COVERAGE),-coverage)
Q         := $(if $(V),,@)
say        = $(if $(V),,@printf '  %-5s %s\n' '$(1)' '$(2)')

LAYERS    := $(shell sed -e '/^\#/d' -e '/^$$/d' src/LAYERS)
SUITES    := $(sort $(foreach f,$(wildcard tests/unit/*/*.c),$(word 3,$(subst /, ,$(f)))))
PKGS      := libcrypto libssl libp11 p11-kit-1 libfyaml libxml-2.0 libidn2 sqlite3 jansson

# Before anything is compiled, the packages that it needs: scripts/deps installs
# what lacks, and only then is pkg-config asked for flags.
GOALS      := $(filter-out help clean deps deb check-deb,$(or $(MAKECMDGOALS),all))
NEEDED     := $(if $(GOALS),build)
ifneq ($(filter demo,$(GOALS)),)
  NEEDED   := demo
endif
ifneq ($(filter check% coverage bench bench-size bench-gate fuzz %/units %/fuzzers,$(GOALS)),)
  NEEDED   := test
endif
ifneq ($(filter check-tokens tokens-matrix,$(GOALS)),)
  NEEDED   := tokens
endif
ifneq ($(filter check-report,$(GOALS)),)
  NEEDED   := report
endif
ifneq ($(filter check-interop,$(GOALS)),)
  NEEDED   := interop
endif
ifneq ($(NEEDED),)
  ifneq ($(shell scripts/deps $(NEEDED) 1>&2 && echo ok),ok)
    $(error the packages above are missing)
  endif
endif

# Who asks for no number of jobs gets one a processor: the first build is waited for.
ifneq ($(filter build demo,$(NEEDED)),)
  MAKEFLAGS += -j$(shell nproc)
endif

PKG_CFLAGS := $(shell pkg-config --cflags $(PKGS) 2>/dev/null | sed 's/-I/-isystem /g')
PKG_LIBS   := $(shell pkg-config --libs $(PKGS) 2>/dev/null) -ldl -lpthread
CUNIT_LIBS := -lcunit

WARN := -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion \
        -Wstrict-prototypes -Wmissing-prototypes -Wold-style-definition \
        -Wpointer-arith -Wcast-qual -Wwrite-strings -Wundef -Wvla \
        -Wformat=2 -Wnull-dereference -Wimplicit-fallthrough -Werror
HARD := -fstack-protector-strong -fPIC -fvisibility=hidden \
        $(if $(SANITIZE)$(COVERAGE)$(filter -O0,$(CFLAGS)),,-U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3)
# Whoever builds reproducibly says so by SOURCE_DATE_EPOCH: then the place where it is
# built is not in what is built.
HARD += $(if $(SOURCE_DATE_EPOCH),-ffile-prefix-map=$(CURDIR)=.)
SAN  := $(if $(SANITIZE),-fsanitize=$(SANITIZE) -fno-sanitize-recover=all -fno-omit-frame-pointer)
COV  := $(if $(COVERAGE),--coverage -O0)

ALL_CFLAGS := -std=gnu11 -D_GNU_SOURCE -DROLECERT_VERSION='"$(VERSION)"' \
              $(CFLAGS) $(HARD) $(SAN) $(COV) $(WARN) -Iinclude -Isrc -I. $(PKG_CFLAGS)
ALL_LDFLAGS := $(LDFLAGS) -pie -Wl,-z,relro,-z,now $(SAN) $(COV)
# A sanitizer's own names are found in the program that loads the library.
SO_LDFLAGS  := $(LDFLAGS) -shared -Wl,-z,relro,-z,now $(if $(SANITIZE),,-Wl,-z,defs) $(SAN) $(COV) \
               -Wl,-soname,librolecert.so.$(SOVERSION) -Wl,--version-script=include/rolecert/librolecert.map

# What a compiler or a linker is told, kept in a file: what was built by other
# words is built again.  (The list of sources likewise: an archive forgets a file
# that is gone.)  What stands there already is not written: another make may be at work.
is_same  = $(if $(subst x$(1),,x$(2))$(subst x$(2),,x$(1)),,yes)
remember = $(if $(call is_same,$(file <$(B)/$(1)),$(2)),,$(file >$(B)/$(1),$(2)))
ifneq ($(NEEDED),)
  $(shell mkdir -p $(B))
  $(call remember,flags,$(shell $(CC) --version 2>&1 | head -n 1) $(CC) $(ALL_CFLAGS) $(ALL_LDFLAGS) $(SO_LDFLAGS) $(PKG_LIBS))
endif

# -- what there is ------------------------------------------------------------

layer_srcs  = $(sort $(shell find src/$(1) -name '*.c' 2>/dev/null))
ENGINE_SRCS := $(sort $(wildcard engines/*.c))
obj         = $(patsubst %.c,$(B)/obj/%.o,$(1))
HEADERS    := $(sort $(shell find include src engines tests -name '*.h' ! -path 'tests/alarms/*' 2>/dev/null))
ARCHIVES   := $(foreach l,$(LAYERS),$(if $(call layer_srcs,$(l)),$(B)/lib/$(l).a))
# the library is everything but the command line
LIB_LAYERS := $(filter-out cli,$(LAYERS))
LIB_OBJS   := $(call obj,$(foreach l,$(LIB_LAYERS),$(call layer_srcs,$(l))) $(ENGINE_SRCS))
# the archives at or below a layer, highest first as the linker wants them
below       = $(if $(1),$(if $(filter $(1),$(firstword $(2))),$(firstword $(2)),$(call below,$(1),$(wordlist 2,99,$(2))) $(firstword $(2))))
at_or_below = $(filter $(ARCHIVES),$(patsubst %,$(B)/lib/%.a,$(call below,$(1),$(LAYERS))))

ifneq ($(NEEDED),)
  $(call remember,sources,$(foreach l,$(LAYERS),$(call layer_srcs,$(l))) $(ENGINE_SRCS) $(wildcard tests/unit/*/*.c))
endif

.PHONY: all help clean check check-unit check-asan check-style check-layers check-headers check-clang \
        check-cli check-tokens check-report check-faults check-crash check-laws check-interop tokens-matrix check-valgrind check-alarms coverage demo bench bench-size bench-gate check-threads bench-crl fuzz install deps $(B)/units $(B)/fuzzers
.SECONDARY:
.DELETE_ON_ERROR:

all: $(B)/rolecert $(B)/librolecert.a $(B)/librolecert.so ## build the program and the library

help: ## this list
	@sed -n 's/^\([a-z-]*\):[^#]*## */\1\t/p' $(MAKEFILE_LIST) | sort | \
	  awk -F'\t' '{ printf "  make %-18s %s\n", $$1, $$2 }'

# -- objects, archives, programs ----------------------------------------------

$(B)/obj/%.o: %.c $(B)/flags
	@mkdir -p $(@D)
	$(call say,CC,$<)
	$(Q)$(CC) $(ALL_CFLAGS) -MMD -MP -c -o $@ $<

# Only one file is to know it, and only that one is built anew for it.
$(B)/obj/engines/libp11.o: ALL_CFLAGS += -DLIBP11_VERSION='"$(shell pkg-config --modversion libp11 2>/dev/null)"'

define archive_rule
$(B)/lib/$(1).a: $(call obj,$(call layer_srcs,$(1))) $(B)/sources
	@mkdir -p $$(@D)
	$$(call say,AR,$$@)
	$$(Q)rm -f $$@ && $$(AR) rcs $$@ $$(filter %.o,$$^)
endef
$(foreach l,$(LAYERS),$(if $(call layer_srcs,$(l)),$(eval $(call archive_rule,$(l)))))

$(B)/lib/engines.a: $(call obj,$(ENGINE_SRCS)) $(B)/sources
	@mkdir -p $(@D)
	$(call say,AR,$@)
	$(Q)rm -f $@ && $(AR) rcs $@ $(filter %.o,$^)

LINK = $(CC) $(ALL_LDFLAGS) -o $@ $(filter %.o,$^) -Wl,--start-group $(filter %.a,$^) -Wl,--end-group

$(B)/rolecert: $(ARCHIVES) $(B)/lib/engines.a $(B)/flags
	$(call say,LD,$@)
	$(Q)$(LINK) $(PKG_LIBS)

# One object whose hidden symbols are local: what is not in the map cannot clash
# with a program's own names.
$(B)/librolecert.a: $(LIB_OBJS) $(B)/sources
	$(call say,AR,$@)
	$(Q)$(LD) -r -o $(B)/librolecert.o $(LIB_OBJS) && $(OBJCOPY) --localize-hidden $(B)/librolecert.o
	$(Q)rm -f $@ && $(AR) rcs $@ $(B)/librolecert.o

$(B)/librolecert.so: $(LIB_OBJS) include/rolecert/librolecert.map $(B)/flags $(B)/sources
	$(call say,LD,$@)
	$(Q)$(CC) $(SO_LDFLAGS) -o $@ $(LIB_OBJS) $(PKG_LIBS)

# -- tests ----------------------------------------------------------------------

# tests/unit/LAYER is one program, linked to the archives at or below LAYER;
# tests/unit/engines sees what an engine may see: engines/ and base/.
unit_srcs = $(sort $(shell find tests/unit/$(1) -name '*.c'))
unit_libs = $(if $(filter engines,$(1)),$(B)/lib/engines.a $(filter %/base.a,$(ARCHIVES)),$(call at_or_below,$(1)) \
              $(if $(filter cli issue evidence,$(1)),$(B)/lib/engines.a))
define unit_rule
$(B)/tests/unit-$(1): $(call obj,$(call unit_srcs,$(1)) tests/unit.c) $(call unit_libs,$(1)) $(B)/flags $(B)/sources
	@mkdir -p $$(@D)
	$$(call say,LD,$$@)
	$$(Q)$$(LINK) $$(CUNIT_LIBS) $$(PKG_LIBS)
endef
$(foreach s,$(SUITES),$(eval $(call unit_rule,$(s))))
UNITS := $(patsubst %,$(B)/tests/unit-%,$(SUITES))
$(B)/units: $(UNITS)

# A fuzz target sees the whole library.  fuzz-NAME is libFuzzer's (clang),
# replay-NAME runs it over the files that it is given, with any compiler.
FUZZERS   := $(sort $(wildcard tests/fuzz/fuzz_*.c))
FUZZ_LIBS := $(filter-out %/cli.a,$(ARCHIVES)) $(B)/lib/engines.a
$(B)/fuzz/fuzz_%: $(B)/obj/tests/fuzz/fuzz_%.o $(FUZZ_LIBS) $(B)/flags
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(LINK) -fsanitize=fuzzer $(PKG_LIBS)
$(B)/fuzz/replay_%: $(B)/obj/tests/fuzz/fuzz_%.o $(B)/obj/tests/fuzz/replay.o $(FUZZ_LIBS) $(B)/flags
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(LINK) $(PKG_LIBS)
FUZZ_KIND := $(if $(findstring fuzzer,$(SANITIZE)),fuzz,replay)
$(B)/fuzzers: $(patsubst tests/fuzz/fuzz_%.c,$(B)/fuzz/$(FUZZ_KIND)_%,$(FUZZERS))

# Measuring programs see the whole library, too.
$(B)/bench-%: $(B)/obj/tests/bench/%.o $(FUZZ_LIBS) $(B)/flags
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(LINK) $(PKG_LIBS)

check: ## everything that CI runs, each part with its own result
	@scripts/check

.PHONY: check-all
check-all: all ## the same with no samples, and what takes too long for it (hours)
	@WHOLE=1 FUZZ_SECONDS=60 scripts/check
	@$(MAKE) --no-print-directory check-clang check-threads check-crash check-faults check-tokens

check-unit: $(UNITS) ## unit tests (CUnit)
	@scripts/run-units $(UNITS)

check-cli: all $(B)/bench-tool ## golden, refusal, CLI and token tests
	@ROLECERT=$(abspath $(B)/rolecert) scripts/run-cases $(CASES)

check-tokens: all ## token tests over every PKCS#11 module that starts here
	@ROLECERT=$(abspath $(B)/rolecert) scripts/check-tokens

check-report: all ## the report in a browser: light, dark, narrow, printed
	@scripts/check-report $(B)/rolecert $(B)/report

check-faults: all ## each PKCS#11 function failing with each return code
	@ROLECERT=$(abspath $(B)/rolecert) scripts/check-faults

check-crash: all ## every command killed at each system call, disk errors, power loss, many at once
	@ROLECERT=$(abspath $(B)/rolecert) scripts/check-crash
	@ROLECERT=$(abspath $(B)/rolecert) scripts/check-crash --token --sample 37 kill fail parallel

tokens-matrix: all ## the table of docs/tokens.md, from the modules that start here
	@ROLECERT=$(abspath $(B)/rolecert) scripts/tokens-matrix

check-asan: ## unit, golden and CLI tests under ASan and UBSan
	@$(MAKE) --no-print-directory SANITIZE=address,undefined CFLAGS='-O1 -g' check-unit check-cli

.PHONY: check-shells
check-shells: all ## completion in bash, zsh and fish (installed when they are missing)
	@scripts/deps shells
	@ROLECERT=$(abspath $(B)/rolecert) scripts/run-cases cli/completion

check-interop: all ## other people's servers and verifiers, on loopback (docs/interop.md)
	@INTEROP=1 CASE_LIMIT=$${CASE_LIMIT:-600} scripts/run-cases interop/

check-laws: ## break each law in a scratch copy: its test must go red
	@scripts/check-laws

check-valgrind: all $(UNITS) ## unit tests, golden cases and refusals under valgrind
	@scripts/run-valgrind $(B)

check-layers: ## every include goes down
	@scripts/layers

check-style: check-layers check-headers ## layers, headers alone, budgets, banned calls, rules
	@scripts/style

check-headers: $(patsubst %.h,$(B)/headers/%.ok,$(HEADERS)) ## every header compiles alone
$(B)/headers/%.ok: %.h $(B)/flags
	@mkdir -p $(@D)
	$(Q)printf '#include "%s"\n' '$(patsubst include/%,%,$(patsubst src/%,%,$<))' | \
	  $(CC) $(ALL_CFLAGS) -MMD -MF $(@:.ok=.d) -MT $@ -x c -fsyntax-only - && touch $@

check-clang: ## everything compiles under clang's warnings
	@$(MAKE) --no-print-directory CC=clang B=build-clang all build-clang/units

check-alarms: ## the checks themselves: what is planted must be reported
	@scripts/check-alarms

coverage: ## line coverage of the pure half, at least 90 %
	@scripts/coverage

demo: all ## import a topology, make a lab of it, issue and check everything
	@scripts/demo $(B)/rolecert

bench: all $(B)/bench-tool $(B)/bench-ledger ## issuing beside other programs and beside what is possible, as a table
	@scripts/bench $(B)/rolecert
	@rm -rf $(B)/bench-home && $(B)/bench-ledger $(B)/bench-home; rm -rf $(B)/bench-home

bench-size: all ## the compiler and planner beside their goals
	@scripts/bench-size $(B)/rolecert

bench-gate: all $(B)/bench-gate ## what the custody gate of one login costs (in a lab: . DIR/env.sh)
	@$(B)/bench-gate $(SOFTHSM) 'pkcs11:token=rolecert-lab;object=issuing' "$$ROLECERT_PIN_FILE"

check-threads: all $(UNITS) ## races: lanes, batches, engines under ThreadSanitizer and helgrind
	@scripts/check-threads

bench-crl: all ## a revocation list of a million entries beside its goal (3 GB, minutes)
	@scripts/bench-crl $(B)/rolecert

FUZZ_SECONDS ?= 10
fuzz: ## fuzz what reads foreign bytes, FUZZ_SECONDS each
	@scripts/fuzz $(FUZZ_SECONDS)

deps: ## install what building and testing need
	@scripts/deps test

# -- installation ---------------------------------------------------------------

MAN_PAGES := $(wildcard docs/man/*.[0-9])
install: all ## install under $(DESTDIR)$(PREFIX)
	install -D -m 755 $(B)/rolecert $(DESTDIR)$(BINDIR)/rolecert
	install -D -m 644 $(B)/librolecert.a $(DESTDIR)$(LIBDIR)/librolecert.a
	install -D -m 644 $(B)/librolecert.so $(DESTDIR)$(LIBDIR)/librolecert.so.$(SOVERSION)
	ln -sf librolecert.so.$(SOVERSION) $(DESTDIR)$(LIBDIR)/librolecert.so
	install -d $(DESTDIR)$(LIBDIR)/pkgconfig
	sed -e 's|@PREFIX@|$(PREFIX)|' -e 's|@LIBDIR@|$(LIBDIR)|' -e 's|@INCLUDEDIR@|$(INCLUDEDIR)|' \
	  -e 's|@VERSION@|$(VERSION)|' -e 's|@REQUIRES@|$(PKGS)|' scripts/rolecert.pc.in \
	  >$(DESTDIR)$(LIBDIR)/pkgconfig/rolecert.pc
	install -d $(DESTDIR)$(INCLUDEDIR)/rolecert $(DESTDIR)$(DATADIR)/rolecert
	install -m 644 include/rolecert/*.h $(DESTDIR)$(INCLUDEDIR)/rolecert
	$(foreach page,$(MAN_PAGES),install -D -m 644 $(page) \
	  $(DESTDIR)$(MANDIR)/man$(patsubst .%,%,$(suffix $(page)))/$(notdir $(page)) &&) true
	for row in bash:bash-completion/completions/rolecert zsh:zsh/site-functions/_rolecert \
	    fish:fish/vendor_completions.d/rolecert.fish; do \
	  install -d "$(DESTDIR)$(DATADIR)/$$(dirname "$${row#*:}")" && \
	  $(B)/rolecert completion "$${row%%:*}" >"$(DESTDIR)$(DATADIR)/$${row#*:}" || exit 1; done
	rm -rf $(DESTDIR)$(DATADIR)/rolecert/profiles
	cp -R profiles $(DESTDIR)$(DATADIR)/rolecert/profiles

.PHONY: deb sbom check-deb check-reproducible
deb: ## the Debian packages, into build/deb, looked at by lintian
	@scripts/deb

check-deb: ## the packages installed and used in a new Debian (root, a mirror)
	@scripts/check-deb

check-reproducible: ## two builds in two folders: the same bytes
	@scripts/check-reproducible

sbom: $(B)/rolecert ## what the program is linked with, as SPDX, into build/
	@scripts/sbom $(B)/rolecert $(VERSION) >$(B)/rolecert.spdx.json.new && \
	  mv $(B)/rolecert.spdx.json.new $(B)/rolecert.spdx.json

clean: ## remove what was built
	rm -rf build build-*

ifneq ($(NEEDED),)
-include $(shell find $(B) -path $(B)/cases -prune -o -type f -name '*.d' -print 2>/dev/null)
endif
