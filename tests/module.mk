# Unit tests: every tests/unit/test_STEM.c is a suite; the table of suites is made from the file names.
UNIT_TESTS ?= $(wildcard tests/unit/test_*.c)
UNIT_STEMS := $(patsubst tests/unit/test_%.c,%,$(UNIT_TESTS))

$(BUILD)/gen/unit_suites.c: $(UNIT_TESTS) tests/module.mk
	@mkdir -p $(@D)
	@{ echo '#include "tests/unit/unit.h"'; \
	   for s in $(UNIT_STEMS); do echo "void unit_$$s(void);"; done; \
	   echo 'const struct unit_suite unit_suites[] = {'; \
	   for s in $(UNIT_STEMS); do echo "    {\"$$s\", unit_$$s},"; done; \
	   echo '    {NULL, NULL}};'; } > $@

$(BUILD)/obj/gen/unit_suites.o: $(BUILD)/gen/unit_suites.c
	@mkdir -p $(@D)
	@$(CC) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

# What the suites share: every other file of the folder.
UNIT_SHARED := $(filter-out tests/unit/test_%.c,$(wildcard tests/unit/*.c))
UNIT_OBJECTS := $(patsubst %.c,$(BUILD)/obj/%.o,$(UNIT_SHARED) $(UNIT_TESTS)) $(BUILD)/obj/gen/unit_suites.o
UNIT_LIBRARIES := $(patsubst %,$(BUILD)/lib/%.a,harness iotclient broker net rules protocol base)
PROGRAMS += $(BUILD)/unit-tests
$(BUILD)/unit-tests: $(UNIT_OBJECTS) $(UNIT_LIBRARIES)
	@echo "  LINK  $@"
	@$(CC) $(LDFLAGS) -o $@ $^ -lcunit $(SYSTEM_LIBRARIES)

include tests/fuzz/fuzz.mk
include tests/interop/interop.mk

# A device that the judge is tried on, good or broken in one way.
$(eval $(call program,test-device,$(wildcard tests/devices/*.c),harness net protocol base,$(SYSTEM_LIBRARIES)))
include tests/good-devices/good-devices.mk
