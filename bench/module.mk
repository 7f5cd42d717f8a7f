# The load generator; `make bench` runs it against our broker and mosquitto.
$(eval $(call program,mqtt-load,bench/mqtt_load.c bench/load.c bench/process.c,net protocol base,-lwslay -luv -lssl -lcrypto -lcjson))

## bench: side by side with mosquitto, and the time the suites take (ROWS=… REPS=…)
bench: all certs
	ROWS="$(ROWS)" REPS="$(REPS)" bench/run
.PHONY: bench
