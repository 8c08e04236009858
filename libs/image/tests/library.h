/* What tests that open documents begin and end with, for cmocka_run_group_tests. */
#ifndef IMAGE_TESTS_LIBRARY_H
#define IMAGE_TESTS_LIBRARY_H

#include "base/err.h"
#include "image/document.h"

static inline int library_start(void **state)
{
    (void)state;
    struct err e = ERR_INIT;
    return document_library_init(&e);
}

static inline int library_stop(void **state)
{
    (void)state;
    document_library_shutdown();
    return 0;
}

#endif
