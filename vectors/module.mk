$(eval $(call installs_data,$(wildcard vectors/*.json)))
