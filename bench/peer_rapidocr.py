#!/usr/bin/env python3
"""RapidOCR 3.10 with the models it carries (PP-OCRv6 small): the same ONNX files as ours."""

import os

from pool import arguments_parser, limit_threads, run


def main():
    parser = arguments_parser(__doc__)
    parser.add_argument("--angle", action="store_true", help="use its angle classifier")
    arguments = parser.parse_args()
    limit_threads(arguments.threads)
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"  # as in ours: nothing leaves the machine

    def make_reader():
        import cv2
        import numpy as np
        from rapidocr import RapidOCR

        cv2.setNumThreads(arguments.threads)
        engine = RapidOCR(
            params={
                "Global.log_level": "error",
                "Global.use_cls": arguments.angle,
                "EngineConfig.onnxruntime.intra_op_num_threads": arguments.threads,
            }
        )

        def read(path):
            # imdecode turns the picture upright by its EXIF, as our decoder does.
            result = engine(cv2.imdecode(np.fromfile(path, dtype=np.uint8), cv2.IMREAD_COLOR))
            if result.txts is None:
                return []
            return [
                {"text": text, "box": [round(float(c), 1) for corner in box for c in corner]}
                for box, text in zip(result.boxes, result.txts, strict=True)
            ]

        return read

    run(make_reader, arguments)


if __name__ == "__main__":
    main()
