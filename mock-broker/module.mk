$(eval $(call library,broker,mock-broker,mock-broker/main.c))
$(eval $(call program,mock-broker,mock-broker/main.c,broker net rules protocol base,$(SYSTEM_LIBRARIES)))

# The description of the control API travels in the program: one string a line.
$(BUILD)/gen/openapi_json.c: mock-broker/openapi.json mock-broker/module.mk
	@mkdir -p $(@D)
	@{ echo '#include "mock-broker/openapi.h"'; echo 'const char *const openapi_lines[] = {'; \
	   sed -e 's/[\\"]/\\&/g' -e 's/.*/    "&\\n",/' $<; echo '    0};'; } > $@

$(BUILD)/obj/gen/openapi_json.o: $(BUILD)/gen/openapi_json.c mock-broker/openapi.h
	@mkdir -p $(@D)
	@$(CC) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

$(BUILD)/lib/broker.a: $(BUILD)/obj/gen/openapi_json.o

$(eval $(call installs,755,$(BUILD)/mock-broker,bin))

# So do the files of the page /console. A question mark is escaped because of trigraphs.
CONSOLE_FILES := $(sort $(wildcard console/*.html console/*.css console/*.js console/*.svg))
$(BUILD)/gen/console_files.c: $(CONSOLE_FILES) mock-broker/module.mk
	@mkdir -p $(@D)
	@{ echo '#include "mock-broker/console_files.h"'; \
	   for f in $(CONSOLE_FILES:console/%=%); do \
	     echo "static const char *const $${f//[.-]/_}[] = {"; \
	     sed -e 's/[\\"?]/\\&/g' -e 's/.*/    "&\\n",/' console/$$f; echo '    0};'; \
	   done; \
	   echo 'const struct console_file console_files[] = {'; \
	   for f in $(CONSOLE_FILES:console/%=%); do echo "    {\"$$f\", $${f//[.-]/_}},"; done; \
	   echo '    {0, 0}};'; } > $@

$(BUILD)/obj/gen/console_files.o: $(BUILD)/gen/console_files.c mock-broker/console_files.h
	@mkdir -p $(@D)
	@$(CC) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

$(BUILD)/lib/broker.a: $(BUILD)/obj/gen/console_files.o
