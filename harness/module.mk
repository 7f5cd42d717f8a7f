$(eval $(call library,harness,harness,harness/main.c))
$(eval $(call program,iotconform,harness/main.c,harness iotclient net rules protocol base,-lcurl -lwslay -lssl -lcrypto -lcjson -lm))

# The report's style sheet travels in the program: one string a line.
$(BUILD)/gen/report_css.c: harness/report.css harness/module.mk
	@mkdir -p $(@D)
	@{ echo '#include "harness/html.h"'; echo 'const char *const html_style[] = {'; \
	   sed -e 's/[\\"]/\\&/g' -e 's/.*/    "&\\n",/' $<; echo '    0};'; } > $@

$(BUILD)/obj/gen/report_css.o: $(BUILD)/gen/report_css.c harness/html.h
	@mkdir -p $(@D)
	@$(CC) $(CPPFLAGS) $(CFLAGS) -c -o $@ $<

$(BUILD)/lib/harness.a: $(BUILD)/obj/gen/report_css.o

# The judge of devices has a folder of its own, and the same layer.
$(BUILD)/lib/harness.a: $(patsubst %.c,$(BUILD)/obj/%.o,$(wildcard harness/judge/*.c))
$(eval $(call installs,755,$(BUILD)/iotconform,bin))
