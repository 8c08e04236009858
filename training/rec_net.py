"""The recogniser's network: 32 rows of grey in, one row of class scores per 4 columns out.

Made for one CPU core: depthwise-separable convolutions with ReLU alone (they fuse and quantise
well), nothing that looks at the whole width (so what stands right of a line, padding too, cannot
change its far end), a narrow last layer before the classes, which are the dearest product of all.
"""

import torch
from torch import nn

from graph import Graph
from layers import ConvBN, Residual, Separable, emit_all

HEIGHT, STRIDE = 32, 4

# Channels at 16, 8, 4, 2 and 1 rows with how many residual blocks follow, the width inside the
# mixing blocks along the line, and the vector that the classes are told apart by.
SIZES = {
    "small": {
        "stem": 32,
        "stages": ((48, 0), (96, 2), (160, 2), (224, 2)),
        "mix": (2, 336),
        "vector": 128,
    },
    "base": {
        "stem": 32,
        "stages": ((64, 1), (112, 2), (192, 3), (288, 2)),
        "mix": (3, 480),
        "vector": 160,
    },
    "tiny": {
        "stem": 16,
        "stages": ((24, 0), (48, 1), (80, 1), (128, 1)),
        "mix": (1, 192),
        "vector": 96,
    },
}


class Recogniser(nn.Module):
    def __init__(self, classes, size="small"):
        super().__init__()
        s = SIZES[size]
        (c1, n1), (c2, n2), (c3, n3), (c4, n4) = s["stages"]
        blocks, wide = s["mix"]
        body = [ConvBN(1, s["stem"], 3, 2), Separable(s["stem"], c1)]
        body += [Residual(c1) for _ in range(n1)]
        body += [Separable(c1, c2, 3, 2), *[Residual(c2) for _ in range(n2)]]
        body += [Separable(c2, c3, 3, (2, 1)), *[Residual(c3, (3, 5)) for _ in range(n3)]]
        body += [Separable(c3, c4, 3, (2, 1)), *[Residual(c4, (3, 5)) for _ in range(n4)]]
        # Two rows become one.
        body += [ConvBN(c4, c4, (2, 3), groups=c4, relu=False, pads=(0, 1))]
        body += [Residual(c4, (1, 9), wide) for _ in range(blocks)]
        self.body = nn.Sequential(*body)
        self.vector = ConvBN(c4, s["vector"], 1, relu=False)
        self.drop = nn.Dropout(0.05)
        self.classes = nn.Linear(s["vector"], classes)
        nn.init.zeros_(self.classes.bias)

    def vectors(self, x):
        """[N, 1, 32, W] in -1..1 -> [N, W / 4, channels]."""
        return self.vector(self.body(x)).squeeze(2).transpose(1, 2)

    def scores(self, vectors):
        """[..., channels] -> [..., classes]."""
        return self.classes(self.drop(vectors))

    def forward(self, x):
        """[N, 1, 32, W] in -1..1 -> scores [N, W / 4, classes]."""
        return self.scores(self.vectors(x))

    def to_onnx(self):
        """The network with its probabilities, as the program runs it."""
        g = Graph(1, HEIGHT)
        y = self.vector.emit(g, emit_all(self.body, g, "x"))
        y = g.node("Squeeze", [y, g.constant(torch.tensor([2]).numpy(), "axes")])
        y = g.node("Transpose", [y], perm=[0, 2, 1])
        weight = self.classes.weight.detach().float().cpu().numpy().T
        bias = self.classes.bias.detach().float().cpu().numpy()
        y = g.node("Softmax", [g.matmul(y, weight, bias, "classes")], axis=-1)
        return g.model(y, ["batch", "steps", len(bias)])
