# Fuzz entry points: every tests/fuzz/fuzz_NAME.c becomes build/fuzz/NAME, with a driver of our own that replays and mutates its
# corpus (`make check`). `make fuzz` builds the same with libFuzzer and lets it search.
FUZZ_NAMES := $(patsubst tests/fuzz/fuzz_%.c,%,$(wildcard tests/fuzz/fuzz_*.c))
FUZZ_SECONDS ?= 60

define fuzz_program
PROGRAMS += $$(BUILD)/fuzz/$(1)
$$(BUILD)/fuzz/$(1): $$(patsubst %,$$(BUILD)/obj/tests/fuzz/%.o,fuzz_$(1) file $$(FUZZ_DRIVER)) $$(UNIT_LIBRARIES)
	@mkdir -p $$(@D)
	@echo "  LINK  $$@"
	@$$(CC) $$(LDFLAGS) -o $$@ $$^ $$(SYSTEM_LIBRARIES)
endef
FUZZ_DRIVER ?= driver
$(foreach name,$(FUZZ_NAMES),$(eval $(call fuzz_program,$(name))))

## fuzz: search with libFuzzer, FUZZ_SECONDS (60) each (needs clang and libclang-rt-14-dev)
fuzz:
	@command -v clang >/dev/null || { echo "make fuzz needs clang: apt-get install clang libclang-rt-14-dev"; exit 2; }
	$(MAKE) BUILD=build/libfuzzer CC=clang FUZZ_DRIVER= \
	  'CFLAGS=$(WARNINGS) -g -O1 -fsanitize=fuzzer-no-link$(comma)address$(comma)undefined -fno-sanitize-recover=undefined -Wno-string-conversion' \
	  'LDFLAGS=-fsanitize=fuzzer$(comma)address$(comma)undefined' $(FUZZ_NAMES:%=build/libfuzzer/fuzz/%)
	@for name in $(FUZZ_NAMES); do \
	  mkdir -p build/libfuzzer/found/$$name; \
	  build/libfuzzer/fuzz/$$name -max_total_time=$(FUZZ_SECONDS) -timeout=10 -print_final_stats=1 -artifact_prefix=build/libfuzzer/found/$$name- \
	    build/libfuzzer/found/$$name tests/fuzz/corpus/$$name || exit 1; \
	done

.PHONY: fuzz
