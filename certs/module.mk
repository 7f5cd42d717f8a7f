## certs: make the test root and server certificates in certs/out (kept while they are good for 30 more days)
certs:
	certs/make-certs

.PHONY: certs

$(eval $(call installs,755,certs/make-certs certs/make-bad-certs,share/iotconform/certs))
$(eval $(call installs_data,$(wildcard certs/profiles/*.cnf)))
