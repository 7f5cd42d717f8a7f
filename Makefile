# iotconform. `make help` lists the targets; each folder's module.mk says what it builds.
.DEFAULT_GOAL := all
SHELL := /bin/bash

CC ?= cc
BUILD ?= $(if $(filter thread,$(SANITIZE)),build/thread,$(if $(filter 1,$(SANITIZE)),build/sanitize,build))
comma := ,
PREFIX ?= /usr/local
MAKEFLAGS += --no-print-directory
# `make deps check`: deps comes first also with -j; and without -j we use all processors where much is compiled.
FIRST := $(filter deps,$(MAKECMDGOALS))
PARALLEL = $(if $(findstring jobserver,$(MAKEFLAGS)),,-j$(shell nproc))

WARNINGS := -std=c11 -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wvla -Werror
HARDEN := -O2 -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fPIE -fcf-protection
SANITIZERS := -O1 -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
THREAD_SANITIZER := -O1 -fsanitize=thread -fno-omit-frame-pointer
COUNTERS := -O0 --coverage
CPPFLAGS := -D_GNU_SOURCE -I.
CFLAGS := $(WARNINGS) -g $(if $(filter 1,$(COVERAGE)),$(COUNTERS),$(if $(filter thread,$(SANITIZE)),$(THREAD_SANITIZER),$(if $(filter 1,$(SANITIZE)),$(SANITIZERS),$(HARDEN))))
LDFLAGS := $(if $(filter 1,$(COVERAGE)),--coverage) $(if $(filter thread,$(SANITIZE)),-fsanitize=thread,$(if $(filter 1,$(SANITIZE)),-fsanitize=address$(comma)undefined,-pie -Wl$(comma)-z$(comma)relro$(comma)-z$(comma)now))


SYSTEM_LIBRARIES := -lmicrohttpd -lcurl -lwslay -luv -lssl -lcrypto -lcjson -lm
PROGRAMS :=
MODULES := lib/base lib/protocol lib/rules lib/net mock-broker console client harness suites vectors certs docs man packaging tests bench

# $(call library,NAME,FOLDER,EXCLUDED SOURCES): build/lib/NAME.a from the folder's .c files.
define library
$(1)_SOURCES := $$(filter-out $(3),$$(wildcard $(2)/*.c))
$$(BUILD)/lib/$(1).a: $$($(1)_SOURCES:%.c=$$(BUILD)/obj/%.o)
endef

# $(call program,NAME,SOURCES,LIBRARIES,SYSTEM LIBRARIES): build/NAME.
define program
PROGRAMS += $$(BUILD)/$(1)
$$(BUILD)/$(1): $$(patsubst %.c,$$(BUILD)/obj/%.o,$(2)) $(patsubst %,$$(BUILD)/lib/%.a,$(3))
	@mkdir -p $$(@D)
	@echo "  LINK  $$@"
	@$$(CC) $$(LDFLAGS) -o $$@ $$^ $(4)
endef

# $(call installs,MODE,FILES,FOLDER): what `make install` puts into PREFIX/FOLDER. A file NAME.in loses the suffix, and @PREFIX@
# in it becomes the prefix. $(call installs_data,FILES): into share/iotconform, by their paths.
INSTALLED :=
define installs
INSTALLED += $(foreach file,$(2),$(1):$(file):$(3)/$(notdir $(file:.in=)))
endef
define installs_data
INSTALLED += $(foreach file,$(1),644:$(file):share/iotconform/$(file))
endef
# $(call installs_as,MODE,FILE,PLACE): under another name. $(call installs_link,TARGET,PLACE): a symbolic link.
define installs_as
INSTALLED += $(1):$(2):$(3)
endef
define installs_link
INSTALLED += link:$(1):$(2)
endef

include $(MODULES:%=%/module.mk)

## all: build everything (SANITIZE=1: under ASan and UBSan, in build/sanitize; SANITIZE=thread: in build/thread)
all: $(PROGRAMS)

## help: this list
help:
	@sed -n 's/^## //p' $(filter-out %.d,$(MAKEFILE_LIST)) | sort

## deps: install what is missing (Debian 12 packages)
deps:
	tools/install-deps

## check: every test there is, in both builds; the last line counts them
check: $(FIRST)
	+$(MAKE) $(PARALLEL) all certs
	+$(MAKE) $(PARALLEL) SANITIZE=1 all
	+$(MAKE) $(PARALLEL) SANITIZE=thread client-programs
	tools/check

## report: run all suites against the mock; leaves reports/latest/index.html
report: $(FIRST)
	+$(MAKE) $(PARALLEL) all certs
	$(BUILD)/iotconform run --out reports/latest

## lint: layers, banned calls, lengths, formatting
lint: $(FIRST)
	tools/lint

## mutants: change each profile value, take out each row of the tables in turn; a case must notice
mutants: all certs
	tools/mutants

## coverage: which branches of lib/protocol and lib/rules the tests take (needs gcovr)
coverage:
	tools/coverage

## docs: write the documents that tables are the source of
docs: all
	$(BUILD)/iotconform explain --list-markdown >docs/explain.md
	$(BUILD)/iotconform list --profiles-markdown >docs/profiles.md

## format: let clang-format write the style
format:
	clang-format -i $$(git ls-files '*.c' '*.h' | grep -v ^tests/selftest/lint/)

## install: programs, their data, the client library, manual pages and a service below PREFIX (/usr/local); DESTDIR goes before it
install: $(foreach item,$(filter-out link:%,$(INSTALLED)),$(word 2,$(subst :, ,$(item))))
	@PREFIX='$(PREFIX)' DESTDIR='$(DESTDIR)' tools/install-files install $(INSTALLED)

## uninstall: take away what `make install` put below PREFIX (certificates are the users' and stay)
uninstall:
	@PREFIX='$(PREFIX)' DESTDIR='$(DESTDIR)' tools/install-files uninstall

## container-test: the Dockerfile's lines in a clean Debian without a container engine (as root; needs debootstrap, two minutes)
container-test:
	tools/container-test

## clean: remove what was built (certificates are kept)
clean:
	rm -rf build

$(BUILD)/lib/%.a:
	@mkdir -p $(@D)
	@rm -f $@
	@echo "  AR    $@"
	@ar rcs $@ $^

$(BUILD)/obj/%.o: %.c | $(FIRST)
	@mkdir -p $(@D)
	@echo "  CC    $<"
	@$(CC) $(CPPFLAGS) $(CFLAGS) -MMD -MP -c -o $@ $<

-include $(shell find $(BUILD)/obj $(BUILD)/pic $(BUILD)/small -name '*.d' 2>/dev/null)

.PHONY: all help deps check report lint mutants coverage docs format install uninstall container-test clean
