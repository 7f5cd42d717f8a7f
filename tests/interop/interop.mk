# The drivers of Paho C (tests/interop/clients/paho-c): foreign code, so without our sanitizers. Only tests/interop/run asks for them.
PAHO_C := tests/interop/clients/paho-c
INTEROP_DRIVERS := $(BUILD)/interop/paho-c-async $(BUILD)/interop/paho-c-sync
$(BUILD)/interop/paho-c-async: PAHO_LIBRARY := paho-mqtt3as
$(BUILD)/interop/paho-c-sync: PAHO_LIBRARY := paho-mqtt3cs
$(BUILD)/interop/paho-c-%: $(PAHO_C)/%.c $(PAHO_C)/lines.c $(PAHO_C)/lines.h
	@mkdir -p $(@D)
	@$(CC) -D_GNU_SOURCE $(WARNINGS) -O2 -o $@ $< $(PAHO_C)/lines.c -l$(PAHO_LIBRARY) -lcjson -lpthread

.PHONY: interop-drivers interop
interop-drivers: $(INTEROP_DRIVERS)

# npm's clients, exactly as package-lock.json has them; none of their scripts is run.
build/interop/node/installed: tests/interop/node/package.json tests/interop/node/package-lock.json
	@command -v npm >/dev/null || { echo "make interop needs node 16 or later and npm (Debian: apt-get install nodejs npm)" >&2; exit 3; }
	@mkdir -p $(@D)
	cp $^ $(@D)
	cd $(@D) && npm ci --ignore-scripts --no-audit --no-fund
	@touch $@

## interop: real clients, those of npm and a browser too, npm's judged as devices, and a heartbeat in real time (needs node, npm, chromium, certutil); the table is build/interop/matrix.html
interop: all certs build/interop/node/installed
	tests/interop/run --all
	@[ ! -f reports/latest/results.json ] || { $(BUILD)/iotconform report reports/latest --clients build/interop/matrix.json && echo "reports/latest has the table too"; }
	tests/good-devices/run mqttjs alibabacloud-iot-device-sdk aliyun-iot-device-sdk
	tests/browser/run
	tests/target/slow
