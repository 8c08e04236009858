"""The detector's network: a grey page in, a map of word kernels at half its size out.

A small backbone of separable convolutions, a pyramid summed from the coarsest level down to a
quarter of the page's size (as in DBNet, with sums for its concatenation, which would cost most of
all), and a last step at half size that looks at the first features again: gaps between words are
two or three pixels wide.
"""

import torch
from torch import nn
from torch.nn import functional

from graph import Graph
from layers import ConvBN, Residual, Separable, emit_all

SHRINK = 2  # page pixels per map pixel
MULTIPLE = 32

# Channels of the stem, of the levels at 1/4 to 1/32 with their residual blocks, and of the pyramid.
SIZES = {
    "small": {"stem": 16, "levels": ((32, 1), (64, 2), (128, 3), (192, 2)), "neck": 32},
    "base": {"stem": 24, "levels": ((48, 1), (96, 2), (160, 3), (256, 2)), "neck": 48},
    "tiny": {"stem": 8, "levels": ((16, 0), (32, 1), (48, 1), (64, 1)), "neck": 16},
}
KERNELS = (3, 3, 5, 5)


class Detector(nn.Module):
    def __init__(self, size="small"):
        super().__init__()
        s = SIZES[size]
        neck, before = s["neck"], s["stem"]
        self.stem = ConvBN(1, before, 3, 2)
        self.levels, self.lateral, self.smooth = nn.ModuleList(), nn.ModuleList(), nn.ModuleList()
        for (channels, blocks), k in zip(s["levels"], KERNELS, strict=True):
            level = [Separable(before, channels, 3, 2)]
            level += [Residual(channels, k) for _ in range(blocks)]
            self.levels.append(nn.Sequential(*level))
            self.lateral.append(ConvBN(channels, neck, 1))
            self.smooth.append(Residual(neck, 3))
            before = channels
        self.spread = ConvBN(neck, neck, 1)  # becomes neck / 4 channels at half size
        fine = neck // 4 + s["stem"]
        self.fine = ConvBN(fine, fine, 3, groups=fine)
        self.map = nn.Conv2d(fine, 1, 1)
        nn.init.constant_(self.map.bias, -2.0)

    def forward(self, x):
        """[N, 1, H, W] in -1..1, sides multiples of 32 -> logits [N, 1, H / 2, W / 2]."""
        stem = x = self.stem(x)
        found = []
        for level in self.levels:
            x = level(x)
            found.append(x)
        y = None
        for i in reversed(range(len(found))):
            side = self.lateral[i](found[i])
            y = side if y is None else side + functional.interpolate(y, scale_factor=2.0)
            y = self.smooth[i](y)
        y = functional.pixel_shuffle(self.spread(y), 2)
        return self.map(self.fine(torch.cat([y, stem], 1)))

    def to_onnx(self):
        """The network with its probabilities, as the program runs it."""
        g = Graph(1)
        stem = x = self.stem.emit(g, "x")
        found = []
        for level in self.levels:
            x = emit_all(level, g, x)
            found.append(x)
        scales = g.constant(torch.tensor([1.0, 1.0, 2.0, 2.0]).numpy(), "scales")
        y = None
        for i in reversed(range(len(found))):
            side = self.lateral[i].emit(g, found[i])
            if y is not None:
                up = g.node(
                    "Resize",
                    [y, "", scales],
                    mode="nearest",
                    coordinate_transformation_mode="asymmetric",
                    nearest_mode="floor",
                )
                side = g.node("Add", [side, up])
            y = self.smooth[i].emit(g, side)
        y = g.node("DepthToSpace", [self.spread.emit(g, y)], blocksize=2, mode="CRD")
        y = self.fine.emit(g, g.node("Concat", [y, stem], axis=1))
        weight = self.map.weight.detach().float().cpu().numpy()
        y = g.conv(y, weight, self.map.bias.detach().float().cpu().numpy(), kind="map")
        return g.model(g.node("Sigmoid", [y]), ["batch", 1, "map_rows", "map_columns"])


def loss_of(logits, kernels, weight):
    """Weighted cross entropy, three of the hardest background pixels to each of a kernel, and dice.

    `kernels` is 0 or 1; `weight` is 0 where nothing is to be learned (hidden words) and greater
    than 1 between neighbours."""
    logits, target = logits.float().flatten(1), kernels.flatten(1)
    weight = weight.flatten(1)
    each = functional.binary_cross_entropy_with_logits(logits, target, reduction="none") * weight
    yes = target * (weight > 0)
    no = (1 - target) * (weight > 0)
    wanted = int((3 * yes.sum()).clamp(min=1000))
    hardest = (each * no).flatten().topk(min(wanted, each.numel())).values
    entropy = (each * yes).sum() / yes.sum().clamp(min=1) + hardest.mean()
    p = logits.sigmoid() * (weight > 0)
    dice = 1 - (2 * (p * yes).sum() + 1) / (p.sum() + yes.sum() + 1)
    return entropy + dice
