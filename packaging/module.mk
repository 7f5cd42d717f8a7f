$(eval $(call installs,644,packaging/mock-broker.service.in,lib/systemd/system))
$(eval $(call installs,755,packaging/health,share/iotconform))
