"""ONNX networks run, timed, and quantised to 8 bits with ONNX Runtime."""

import time
from pathlib import Path

import numpy as np
import onnxruntime as ort
from onnxruntime import quantization as q


def session(path, threads=1):
    o = ort.SessionOptions()
    o.intra_op_num_threads = threads
    o.inter_op_num_threads = 1
    o.log_severity_level = 3
    return ort.InferenceSession(str(path), o, providers=["CPUExecutionProvider"])


class Reader(q.CalibrationDataReader):
    def __init__(self, batches):
        self.batches = iter(batches)

    def get_next(self):
        x = next(self.batches, None)
        return None if x is None else {"x": x}


def quantise(path, out, batches, keep=(), method=q.CalibrationMethod.MinMax):
    """Writes `path` as `out` with 8-bit weights (per channel) and activations, steps from
    calibration `batches` (float arrays); nodes named in `keep` stay float."""
    out = Path(out)
    ready = out.with_suffix(".ready.onnx")
    try:
        q.quant_pre_process(str(path), str(ready), skip_symbolic_shape=True)
        q.quantize_static(
            str(ready),
            str(out),
            Reader(batches),
            quant_format=q.QuantFormat.QDQ,
            per_channel=True,
            activation_type=q.QuantType.QUInt8,
            weight_type=q.QuantType.QInt8,
            nodes_to_exclude=list(keep),
            calibrate_method=method,
        )
    finally:
        ready.unlink(missing_ok=True)


def milliseconds(path, shape, seconds=1.0):
    """Processor time of one run on one thread, the lower quartile of several: what other programs
    take of the machine meanwhile is not counted."""
    s = session(path)
    x = {s.get_inputs()[0].name: np.random.default_rng(0).uniform(-1, 1, shape).astype(np.float32)}
    s.run(None, x)
    times, end = [], time.monotonic() + seconds
    while len(times) < 5 or time.monotonic() < end:
        start = time.process_time()
        s.run(None, x)
        times.append(time.process_time() - start)
    return float(np.percentile(times, 25)) * 1000
