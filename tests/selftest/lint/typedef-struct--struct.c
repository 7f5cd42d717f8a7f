/* lint-as: mock-broker/router.c */
typedef struct router {
    int n;
} router;
