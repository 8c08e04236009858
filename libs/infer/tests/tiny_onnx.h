/* Networks of a few hundred bytes, written as ONNX on the spot, so that tests need no weights:
 *
 *   map      mean over the channels: N,C,H,W -> N,1,H,W
 *   ctc      mean over 48 x 8 pixels of each channel: N,3,48,W -> N,W/8,3
 *   classes  mean of each channel: N,3,48,192 -> N,3
 */
#ifndef INFER_TESTS_TINY_ONNX_H
#define INFER_TESTS_TINY_ONNX_H

#include "base/buf.h"

#include <stdbool.h>

enum tiny_kind { TINY_MAP, TINY_CTC, TINY_CLASSES };

struct tiny_options {
    int channels;      /* 0: 3 */
    int rows;          /* 0: free for map, 48 for the others */
    int columns;       /* 0: free for map and ctc, 192 for classes */
    bool all_channels; /* map: gives its input, which is no map */
    bool ints;         /* takes and gives int64 */
    bool two_inputs;
};

/* Appends the network's file to `b`. */
void tiny_onnx(enum tiny_kind kind, const struct tiny_options *o, struct buf *b);

#endif
