"""The few layers that the networks are made of; each can write itself as ONNX."""

import torch
from torch import nn


def pair(v):
    return v if isinstance(v, tuple) else (v, v)


class ConvBN(nn.Module):
    """Convolution, batch normalisation, perhaps ReLU; one convolution when exported."""

    def __init__(self, cin, cout, kernel, stride=1, groups=1, relu=True, pads=None):
        super().__init__()
        kernel, stride = pair(kernel), pair(stride)
        self.pads = pads if pads is not None else (kernel[0] // 2, kernel[1] // 2)
        self.conv = nn.Conv2d(cin, cout, kernel, stride, self.pads, groups=groups, bias=False)
        self.bn = nn.BatchNorm2d(cout)
        self.relu = relu
        nn.init.kaiming_normal_(self.conv.weight, mode="fan_out" if groups == 1 else "fan_in")

    def forward(self, x):
        x = self.bn(self.conv(x))
        return x.relu() if self.relu else x

    def folded(self):
        """Weight and bias of the one convolution that does the same as both."""
        bn = self.bn
        scale = bn.weight / torch.sqrt(bn.running_var + bn.eps)
        weight = self.conv.weight * scale[:, None, None, None]
        bias = bn.bias - bn.running_mean * scale
        return weight.detach().float().cpu().numpy(), bias.detach().float().cpu().numpy()

    def emit(self, g, x):
        weight, bias = self.folded()
        return g.conv(x, weight, bias, self.conv.stride, self.pads, self.conv.groups, self.relu)


class Separable(nn.Module):
    """Depthwise then pointwise (MobileNet); may halve a side and change the channels."""

    def __init__(self, cin, cout, kernel=3, stride=1):
        super().__init__()
        self.spatial = ConvBN(cin, cin, kernel, stride, groups=cin)
        self.point = ConvBN(cin, cout, 1)

    def forward(self, x):
        return self.point(self.spatial(x))

    def emit(self, g, x):
        return self.point.emit(g, self.spatial.emit(g, x))


class Residual(nn.Module):
    """x plus a separable convolution of x, then ReLU; `expand` puts a wider layer between."""

    def __init__(self, channels, kernel=3, expand=0):
        super().__init__()
        self.spatial = ConvBN(channels, channels, kernel, groups=channels, relu=not expand)
        self.wide = ConvBN(channels, expand, 1) if expand else None
        self.point = ConvBN(expand or channels, channels, 1, relu=False)

    def forward(self, x):
        y = self.spatial(x)
        if self.wide is not None:
            y = self.wide(y)
        return (x + self.point(y)).relu()

    def emit(self, g, x):
        y = self.spatial.emit(g, x)
        if self.wide is not None:
            y = self.wide.emit(g, y)
        return g.node("Relu", [g.node("Add", [x, self.point.emit(g, y)])])


def emit_all(layers, g, x):
    for layer in layers:
        x = layer.emit(g, x)
    return x


def multiply_adds(net, x):
    """Multiply-adds of one forward pass over `x`, convolutions and linear layers."""
    total = 0

    def count(module, _inputs, out):
        nonlocal total
        if isinstance(module, nn.Conv2d):
            total += module.weight.numel() * out.shape[2] * out.shape[3] * out.shape[0]
        else:
            total += module.weight.numel() * out.numel() // out.shape[-1]

    modules = [m for m in net.modules() if isinstance(m, (nn.Conv2d, nn.Linear))]
    hooks = [m.register_forward_hook(count) for m in modules]
    training = net.training
    net.eval()
    with torch.no_grad():
        net(x)
    net.train(training)
    for h in hooks:
        h.remove()
    return total


def parameters(net):
    return sum(p.numel() for p in net.parameters())
