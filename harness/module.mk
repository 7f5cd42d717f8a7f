$(eval $(call library,harness,harness,harness/main.c))
