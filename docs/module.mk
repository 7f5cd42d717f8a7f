$(eval $(call installs,644,README.md $(wildcard docs/*.md),share/doc/iotconform))
