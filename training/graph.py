"""Writes an ONNX graph node by node.

Networks here write themselves (their `emit`), with normalisation folded into the convolution
before it, so what the program runs has nothing in it that only training needs, and no exporter's
version decides how it looks.
"""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

OPSET = 17


class Graph:
    def __init__(self, channels, rows=None):
        """One input "x": batch x channels x rows x columns; None: any."""
        shape = ["batch", channels, rows or "rows", "columns"]
        self.inputs = [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)]
        self.nodes, self.weights, self.names = [], [], {}

    def name(self, kind):
        n = self.names[kind] = self.names.get(kind, 0) + 1
        return f"{kind}_{n}"

    def constant(self, array, kind):
        name = self.name(kind)
        self.weights.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def node(self, op, inputs, kind=None, **attributes):
        name = self.name(kind or op.lower())
        self.nodes.append(helper.make_node(op, inputs, [name], name=name, **attributes))
        return name

    def conv(self, x, weight, bias, stride=(1, 1), pads=None, groups=1, relu=False, kind="conv"):
        kernel = weight.shape[2:]
        ph, pw = pads if pads is not None else (kernel[0] // 2, kernel[1] // 2)
        w = self.constant(weight.astype(np.float32), "weight")
        b = self.constant(bias.astype(np.float32), "bias")
        y = self.node(
            "Conv",
            [x, w, b],
            kind,
            kernel_shape=list(kernel),
            strides=list(stride),
            pads=[ph, pw, ph, pw],
            group=groups,
        )
        return self.node("Relu", [y]) if relu else y

    def matmul(self, x, weight, bias, kind="matmul"):
        """x [..., in] times weight [in, out] plus bias."""
        w = self.constant(weight.astype(np.float32), "weight")
        b = self.constant(bias.astype(np.float32), "bias")
        return self.node("Add", [self.node("MatMul", [x, w], kind), b])

    def model(self, y, shape, producer="dure"):
        """Closes the graph with output `y`, renamed to "y"."""
        self.nodes.append(helper.make_node("Identity", [y], ["y"], name="y"))
        out = helper.make_tensor_value_info("y", TensorProto.FLOAT, shape)
        graph = helper.make_graph(self.nodes, producer, self.inputs, [out], self.weights)
        model = helper.make_model(
            graph, producer_name=producer, opset_imports=[helper.make_opsetid("", OPSET)]
        )
        model.ir_version = 8
        onnx.checker.check_model(model)
        return model
