$(eval $(call library,broker,mock-broker,mock-broker/main.c))
