## certs: make the test root and server certificates in certs/out (kept while they are good for 30 more days)
certs:
	certs/make-certs

.PHONY: certs
