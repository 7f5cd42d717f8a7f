$(eval $(call library,iotclient,client))
