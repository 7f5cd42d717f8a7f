$(eval $(call installs_data,$(wildcard suites/*.json suites/*/*.json)))
