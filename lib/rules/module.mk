$(eval $(call library,rules,lib/rules))
