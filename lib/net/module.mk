$(eval $(call library,net,lib/net))
