# The reference client library. $(BUILD)/lib/iotclient.a is what our own programs link; libiotclient.a and .so are what others get:
# everything of lib/ inside, and nothing but IOT_* and HAL_* outside.
include client/make.settings
CLIENT_FEATURES := -DFEATURE_MQTT_DIRECT=$(if $(filter y,$(FEATURE_MQTT_DIRECT)),1,0) \
	-DFEATURE_MQTT_DIRECT_NOTLS=$(if $(filter y,$(FEATURE_MQTT_DIRECT_NOTLS)),1,0)
CLIENT_CORE := $(wildcard client/core/*.c)
iotclient_SOURCES := $(wildcard client/*.c) $(CLIENT_CORE)
$(BUILD)/lib/iotclient.a: $(iotclient_SOURCES:%.c=$(BUILD)/obj/%.o)

# A symbol of its own only where the choices count.
$(BUILD)/obj/client/environment.o $(BUILD)/pic/client/environment.o: CPPFLAGS += $(CLIENT_FEATURES)
$(BUILD)/obj/client/environment.o $(BUILD)/pic/client/environment.o: client/make.settings

# Position-independent objects: the library's, and an archive of those of lib/, from which only what it uses is taken. The harness's
# connection is not part of what is given away.
CLIENT_PIC := $(patsubst %.c,$(BUILD)/pic/%.o,$(filter-out client/link.c,$(iotclient_SOURCES)))
CLIENT_LIB_PIC := $(patsubst %.c,$(BUILD)/pic/%.o,$(net_SOURCES) $(protocol_SOURCES) $(base_SOURCES))
CLIENT_LIBRARIES := -lcurl -lcjson -lwslay -lssl -lcrypto -lm
# The major number is the soname's: it grows when a program that was linked before does not run any more.
CLIENT_VERSION := 1.0.0
CLIENT_SONAME := libiotclient.so.$(firstword $(subst ., ,$(CLIENT_VERSION)))

$(BUILD)/pic/%.o: %.c | $(FIRST)
	@mkdir -p $(@D)
	@echo "  CC    $< (PIC)"
	@$(CC) $(CPPFLAGS) $(CFLAGS:-fPIE=) -fPIC -MMD -MP -c -o $@ $<

$(BUILD)/pic/lib.a: $(CLIENT_LIB_PIC)
	@rm -f $@
	@ar rcs $@ $^

$(BUILD)/libiotclient.so: $(CLIENT_PIC) $(BUILD)/pic/lib.a client/libiotclient.map
	@echo "  LINK  $@"
	@$(CC) $(filter-out -pie,$(LDFLAGS)) -shared -Wl,-soname,$(CLIENT_SONAME) -Wl,--as-needed \
		-Wl,--version-script,client/libiotclient.map -o $@ $(CLIENT_PIC) $(BUILD)/pic/lib.a $(CLIENT_LIBRARIES)

# One object in which only the public names are left to link with.
$(BUILD)/libiotclient.a: $(CLIENT_PIC) $(BUILD)/pic/lib.a
	@echo "  AR    $@"
	@rm -f $@
	@$(LD) -r -o $(BUILD)/pic/iotclient.o $(CLIENT_PIC) $(BUILD)/pic/lib.a
	@objcopy --wildcard --keep-global-symbol='IOT_*' --keep-global-symbol='HAL_*' $(BUILD)/pic/iotclient.o
	@ar rcs $@ $(BUILD)/pic/iotclient.o

$(BUILD)/iotclient.pc.in: client/iotclient.pc.in client/module.mk
	@mkdir -p $(@D)
	@sed 's|@VERSION@|$(CLIENT_VERSION)|; s|@PRIVATE@|$(CLIENT_LIBRARIES) -lpthread|' $< >$@

$(eval $(call installs,644,$(wildcard client/include/iotclient/*.h),include/iotclient))
$(eval $(call installs,644,$(BUILD)/libiotclient.a,lib))
$(eval $(call installs_as,755,$(BUILD)/libiotclient.so,lib/libiotclient.so.$(CLIENT_VERSION)))
$(eval $(call installs_link,libiotclient.so.$(CLIENT_VERSION),lib/$(CLIENT_SONAME)))
$(eval $(call installs_link,$(CLIENT_SONAME),lib/libiotclient.so))
$(eval $(call installs,644,$(BUILD)/iotclient.pc.in,lib/pkgconfig))

# Programs that know the library by its public headers only, as an application does: client/examples/NAME.c is $(BUILD)/NAME, and
# tests/client/programs/NAME.c is $(BUILD)/client/NAME. Compiled as applications are, with all warnings as errors.
CLIENT_EXAMPLES := $(patsubst client/examples/%.c,$(BUILD)/%,$(wildcard client/examples/*.c))
CLIENT_PROGRAMS := $(patsubst tests/client/programs/%.c,$(BUILD)/client/%,$(wildcard tests/client/programs/*.c))
CLIENT_APPLICATION := $(CC) -std=gnu11 -Wall -Wextra -Werror -g $(filter -O% -fsanitize% -fno-%,$(CFLAGS)) -Iclient/include/iotclient

$(CLIENT_EXAMPLES): $(BUILD)/%: client/examples/%.c client/examples/example.h $(BUILD)/libiotclient.a $(wildcard client/include/iotclient/*.h)
	@echo "  LINK  $@"
	@$(CLIENT_APPLICATION) $(filter-out -pie,$(LDFLAGS)) -o $@ $< $(BUILD)/libiotclient.a $(CLIENT_LIBRARIES) -lpthread

$(CLIENT_PROGRAMS): $(BUILD)/client/%: tests/client/programs/%.c $(BUILD)/libiotclient.a $(wildcard client/include/iotclient/*.h)
	@mkdir -p $(@D)
	@echo "  LINK  $@"
	@$(CLIENT_APPLICATION) $(filter-out -pie,$(LDFLAGS)) -o $@ $< $(BUILD)/libiotclient.a $(CLIENT_LIBRARIES) -lpthread

## client-programs: the client library's example and test programs alone (SANITIZE=thread: under the thread sanitizer)
client-programs: $(CLIENT_EXAMPLES) $(CLIENT_PROGRAMS)
.PHONY: client-programs

PROGRAMS += $(BUILD)/libiotclient.a $(BUILD)/libiotclient.so $(CLIENT_EXAMPLES) $(CLIENT_PROGRAMS)

# The core as a microcontroller takes it: with what it uses of lib/, for size, and without a system's headers' help.
CLIENT_SMALL := $(CLIENT_CORE) $(addprefix lib/protocol/,mqtt_decode.c mqtt_encode.c mqtt_packet.c mqtt_text.c topic.c) $(addprefix lib/base/,buf.c str.c)
CLIENT_SMALL_OBJECTS := $(CLIENT_SMALL:%.c=$(BUILD)/small/%.o)
$(BUILD)/small/%.o: %.c
	@mkdir -p $(@D)
	@$(CC) -D_GNU_SOURCE -I. $(WARNINGS) -Os -ffreestanding -ffunction-sections -fdata-sections -fno-asynchronous-unwind-tables -MMD -MP -c -o $@ $<

$(BUILD)/small/core.o: $(CLIENT_SMALL_OBJECTS)
	@$(LD) -r --gc-sections -e mqtt_client_new $(patsubst %,-u %,mqtt_client_new mqtt_client_destroy mqtt_client_yield mqtt_client_is_online \
		mqtt_client_subscribe mqtt_client_unsubscribe mqtt_client_publish client_settings_renew) -o $@ $^

## client-mutants: change each number of the client library in turn; a test must notice
client-mutants: $(BUILD)/unit-tests certs
	BUILD=$(BUILD) tests/client-mutants/run
.PHONY: client-mutants

## client-size: bytes of the client library's core at -Os, and what it wants of the machine
client-size: $(BUILD)/small/core.o
	@size $<
	@echo "wants: $$(nm -u $< | awk '{ print $$2 }' | tr '\n' ' ')"
.PHONY: client-size

# A second port, tried: the core as above, tests/client/port_plain.c, and of lib/base what docs/porting.md names.
$(BUILD)/small/device-core.o: $(BUILD)/small/core.o
	@objcopy --wildcard --keep-global-symbol='mqtt_client_*' $< $@
$(eval $(call program,client/plain-device,tests/client/plain_device.c tests/client/port_plain.c,,))
$(BUILD)/client/plain-device: $(BUILD)/small/device-core.o $(BUILD)/lib/base.a

# The core under the judge's clock, for tests/client-judged.
$(eval $(call program,client/judged-device,tests/client/judged_device.c tests/client/port_judged.c tests/devices/shared_clock.c,iotclient protocol base,-lcrypto -lcjson -lm))

# The same core on the PC's port, for what is judged over TLS, by the real clock.
$(eval $(call program,client/judged-device-tls,tests/client/judged_device.c,iotclient net protocol base,-lcurl -lwslay -lssl -lcrypto -lcjson -lm))

# Connecting and faults, thousands of times; and a cut behind every byte of a handshake, on a clock that can be put forward.
CLIENT_CUTTER := tests/client/cutter.c tests/client/cutter.h
$(BUILD)/client/soak: $(wildcard tests/client/soak/*)
$(BUILD)/client/every-byte: tests/client/faults/every_byte.c
$(BUILD)/client/every-byte: CLIENT_WRAPPED := -Wl,--wrap=clock_gettime -Wl,--wrap=pthread_cond_timedwait
$(BUILD)/client/soak $(BUILD)/client/every-byte: $(CLIENT_CUTTER) $(BUILD)/libiotclient.a $(wildcard client/include/iotclient/*.h)
	@mkdir -p $(@D)
	@echo "  LINK  $@"
	@$(CLIENT_APPLICATION) -D_GNU_SOURCE -I. $(filter-out -pie,$(LDFLAGS)) $(CLIENT_WRAPPED) -o $@ $(filter %.c,$^) $(BUILD)/libiotclient.a $(CLIENT_LIBRARIES) -lpthread
PROGRAMS += $(BUILD)/client/soak $(BUILD)/client/every-byte

## soak: the client library, sanitized: 10,000 cycles of connecting and a fault in four processes, and a cut behind every byte (some minutes)
soak: $(FIRST)
	+$(MAKE) $(PARALLEL) certs
	+$(MAKE) $(PARALLEL) SANITIZE=1 $(patsubst %,build/sanitize/client/%,soak every-byte told_2_3) build/sanitize/mock-broker
	BUILD=build/sanitize tests/client-faults/run 1
	seq 0 2500 7500 | BUILD=build/sanitize xargs -P 4 -I{} tests/soak/run 2500 {}
.PHONY: soak
