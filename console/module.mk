# What the page /console needs and we do not write: MQTT.js, locked by package-lock.json. mock-broker/module.mk puts our own files
# into the program.
ASSETS := build/share/console
NPM_CI := npm ci --silent --ignore-scripts --no-audit --no-fund

$(ASSETS)/mqtt.min.js.gz: console/package-lock.json
	@mkdir -p build/npm/console $(@D)
	cp console/package.json console/package-lock.json build/npm/console
	cd build/npm/console && $(NPM_CI)
	gzip -9nc build/npm/console/node_modules/mqtt/dist/mqtt.min.js >$@.new
	mv $@.new $@

## console-assets: fetch MQTT.js from the npm registry for the device in the page /console (build/share/console)
console-assets: $(ASSETS)/mqtt.min.js.gz

.PHONY: console-assets

# What drives the browser in tests/browser.
build/npm/browser/node_modules: tests/browser/package-lock.json
	@mkdir -p $(@D)
	cp tests/browser/package.json tests/browser/package-lock.json $(@D)
	cd $(@D) && $(NPM_CI)
	@touch $@

# An installation has the library when it was fetched before.
$(if $(wildcard $(ASSETS)/mqtt.min.js.gz),$(eval $(call installs,644,$(ASSETS)/mqtt.min.js.gz,share/iotconform/console)))
