$(eval $(call library,harness,harness,harness/main.c))
$(eval $(call program,iotconform,harness/main.c,harness iotclient net rules protocol base,$(SYSTEM_LIBRARIES)))
