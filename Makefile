# iotconform. `make help` lists the targets; each folder's module.mk says what it builds.
.DEFAULT_GOAL := all
SHELL := /bin/bash

CC ?= cc
BUILD ?= $(if $(filter 1,$(SANITIZE)),build/sanitize,build)
comma := ,
PREFIX ?= /usr/local
MAKEFLAGS += --no-print-directory
# `make deps check`: deps comes first also with -j; and without -j we use all processors where much is compiled.
FIRST := $(filter deps,$(MAKECMDGOALS))
PARALLEL = $(if $(findstring jobserver,$(MAKEFLAGS)),,-j$(shell nproc))

WARNINGS := -std=c11 -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wvla -Werror
HARDEN := -O2 -D_FORTIFY_SOURCE=2 -fstack-protector-strong -fPIE -fcf-protection
SANITIZERS := -O1 -fsanitize=address,undefined -fno-sanitize-recover=undefined -fno-omit-frame-pointer
COUNTERS := -O0 --coverage
CPPFLAGS := -D_GNU_SOURCE -I. -DINSTALL_SHARE='"$(PREFIX)/share/iotconform"'
CFLAGS := $(WARNINGS) -g $(if $(filter 1,$(COVERAGE)),$(COUNTERS),$(if $(filter 1,$(SANITIZE)),$(SANITIZERS),$(HARDEN)))
LDFLAGS := $(if $(filter 1,$(COVERAGE)),--coverage) $(if $(filter 1,$(SANITIZE)),-fsanitize=address$(comma)undefined,-pie -Wl$(comma)-z$(comma)relro$(comma)-z$(comma)now)


SYSTEM_LIBRARIES := -lmicrohttpd -lcurl -lwslay -luv -lssl -lcrypto -lcjson -lm
PROGRAMS :=
MODULES := lib/base lib/protocol lib/rules lib/net mock-broker console client harness certs tests bench

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

include $(MODULES:%=%/module.mk)

## all: build everything (SANITIZE=1: under ASan and UBSan, in build/sanitize)
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

## install: programs and their data below PREFIX (/usr/local)
install: all
	install -d $(DESTDIR)$(PREFIX)/bin $(DESTDIR)$(PREFIX)/share/iotconform
	install $(BUILD)/mock-broker $(BUILD)/iotconform $(DESTDIR)$(PREFIX)/bin
	cp -r suites vectors $(DESTDIR)$(PREFIX)/share/iotconform
	install -d $(DESTDIR)$(PREFIX)/share/iotconform/certs
	cp -r certs/make-certs certs/profiles $(DESTDIR)$(PREFIX)/share/iotconform/certs
	$(DESTDIR)$(PREFIX)/share/iotconform/certs/make-certs

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

-include $(shell find $(BUILD)/obj -name '*.d' 2>/dev/null)

.PHONY: all help deps check report lint mutants coverage docs format install clean
