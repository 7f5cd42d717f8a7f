# A page is written by hand but for its options, which are those of --help.
$(BUILD)/man/%: man/% tools/man-page $(BUILD)/mock-broker $(BUILD)/iotconform
	@mkdir -p $(@D)
	@tools/man-page $< $(BUILD) >$@.new && mv $@.new $@

$(eval $(call installs,644,$(patsubst %,$(BUILD)/%,$(wildcard man/*.1)),share/man/man1))
$(eval $(call installs,644,man/iotclient.3,share/man/man3))
