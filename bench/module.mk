# The load generator; `make bench` runs it against our broker and mosquitto.
$(eval $(call program,mqtt-load,bench/mqtt_load.c bench/load.c bench/process.c,net protocol base,-lwslay -luv -lssl -lcrypto -lcjson))

## bench: the broker beside mosquitto, the client library beside Paho's, and the time the suites take (ROWS=… REPS=…)
bench: all certs
	bench/run $(REPS:%=--reps %) $(subst $(comma), ,$(ROWS))
.PHONY: bench

# What a client library costs its device, with ours and with Paho's. Ours is taken as an application takes it.
DEVICE_LOAD := bench/device_load.c bench/process.c
$(eval $(call program,device-load-ours,$(DEVICE_LOAD) bench/device_ours.c,protocol base,$(CLIENT_LIBRARIES) -lpthread -lcjson))
$(eval $(call program,device-load-paho,$(DEVICE_LOAD) bench/device_paho.c,protocol base,-lpaho-mqtt3cs -lcrypto -lcjson))
$(BUILD)/device-load-ours: $(BUILD)/libiotclient.a
