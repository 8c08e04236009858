#include "image/pdf.h"

static int not_yet(struct err *e)
{
    return err_set(e, ERR_UNSUPPORTED, "PDF is not read");
}

int pdf_open_file(const char *path, const struct document_limits *limits, struct pdf **ret,
                  int *ret_pages, struct err *e)
{
    (void)path, (void)limits, (void)ret, (void)ret_pages;
    return not_yet(e);
}

int pdf_open_memory(const void *bytes, size_t len, const struct document_limits *limits,
                    struct pdf **ret, int *ret_pages, struct err *e)
{
    (void)bytes, (void)len, (void)limits, (void)ret, (void)ret_pages;
    return not_yet(e);
}

void pdf_close(struct pdf *p)
{
    (void)p;
}

int pdf_read_page(struct pdf *p, int index, struct arena *a, struct document_page *ret,
                  struct err *e)
{
    (void)p, (void)index, (void)a, (void)ret;
    return not_yet(e);
}
