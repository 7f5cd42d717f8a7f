$(eval $(call library,protocol,lib/protocol))
