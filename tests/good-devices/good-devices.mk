# A device on our own library, for tests/good-devices/run.
$(BUILD)/good-device: tests/good-devices/iotclient.c $(BUILD)/libiotclient.a $(wildcard client/include/iotclient/*.h)
	@echo "  LINK  $@"
	@$(CLIENT_APPLICATION) $(filter-out -pie,$(LDFLAGS)) -o $@ $< $(BUILD)/libiotclient.a $(CLIENT_LIBRARIES) -lpthread
