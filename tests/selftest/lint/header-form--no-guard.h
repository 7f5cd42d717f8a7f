/* lint-as: mock-broker/router.h */
/* Says what it is for. */
struct router;
