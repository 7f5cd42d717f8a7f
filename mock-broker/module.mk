$(eval $(call library,broker,mock-broker,mock-broker/main.c))
$(eval $(call program,mock-broker,mock-broker/main.c,broker net rules protocol base,$(SYSTEM_LIBRARIES)))
