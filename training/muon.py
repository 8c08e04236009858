"""Muon for the matrices of a network, AdamW for all else.

The momentum of a layer's gradient is made orthogonal (all singular values about one), so rare
directions are learned as fast as common ones: Jordan et al., "Muon: an optimizer for hidden layers
in neural networks", 2024, whose quintic iteration is used here.  Every matrix here is followed by
batch normalisation, so its length means nothing: a step turns it by `turn` of its length, which is
kept.

A GPU spends longer on being told of a small product than on the product, so matrices of one shape
are turned together, and AdamW goes through all its weights at once.
"""

import torch

COEFFICIENTS = (3.4445, -4.7750, 2.0315)


def orthogonal(g, rounds=5):
    """The nearest matrices to g [..., rows, columns] whose singular values are all about one."""
    a, b, c = COEFFICIENTS
    x = g.bfloat16() if g.is_cuda else g.float()
    tall = x.shape[-2] > x.shape[-1]
    x = x.mT if tall else x
    x = x / (x.norm(dim=(-2, -1), keepdim=True) + 1e-7)
    for _ in range(rounds):
        square = x @ x.mT
        x = a * x + (b * square + c * square @ square) @ x
    return (x.mT if tall else x).to(g.dtype)


def is_matrix(name, p):
    """Dense convolutions inside the network; not depthwise ones, the first layer or the classes."""
    return p.ndim == 4 and p.shape[1] > 1 and not name.startswith("classes")


class Muon(torch.optim.Optimizer):
    def __init__(self, net, lr, turn, decay, momentum=0.92, betas=(0.9, 0.98)):
        named = list(net.named_parameters())
        groups = [
            {"params": [p for n, p in named if is_matrix(n, p)], "matrix": True, "peak": turn},
            {
                "params": [p for n, p in named if not is_matrix(n, p) and p.ndim > 1],
                "matrix": False,
                "peak": lr,
                "decay": decay,
            },
            {
                "params": [p for _, p in named if p.ndim < 2],
                "matrix": False,
                "peak": lr,
                "decay": 0.0,
            },
        ]
        super().__init__(groups, {"momentum": momentum, "betas": betas, "lr": lr})

    def set_part(self, part):
        """Sets the learning rates to `part` (0..1) of their peaks."""
        for group in self.param_groups:
            group["lr"] = group["peak"] * part

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            given = [p for p in group["params"] if p.grad is not None]
            if given:
                (self._turn if group["matrix"] else self._adam)(given, group)

    def _moments(self, weights, name):
        for p in weights:
            if name not in self.state[p]:
                self.state[p][name] = torch.zeros_like(p)
        return [self.state[p][name] for p in weights]

    def _turn(self, weights, group):
        gradients = [p.grad for p in weights]
        averages = self._moments(weights, "exp_avg")
        torch._foreach_lerp_(averages, gradients, 1 - group["momentum"])
        ahead = torch._foreach_lerp(gradients, averages, group["momentum"])
        alike = {}
        for p, g in zip(weights, ahead, strict=True):
            alike.setdefault(p.flatten(1).shape, []).append((p, g.flatten(1)))
        for pairs in alike.values():
            turned = orthogonal(torch.stack([g for _, g in pairs]))
            old = torch.stack([p.flatten(1) for p, _ in pairs])
            length, size = (m.norm(dim=(1, 2), keepdim=True) for m in (old, turned))
            new = old - group["lr"] * length / (size + 1e-7) * turned
            new *= length / new.norm(dim=(1, 2), keepdim=True)
            torch._foreach_copy_(
                [p for p, _ in pairs], [m.view_as(p) for m, (p, _) in zip(new, pairs, strict=True)]
            )

    def _adam(self, weights, group):
        gradients, (b1, b2) = [p.grad for p in weights], group["betas"]
        step = 1 + max(self.state[p].get("step", 0) for p in weights)
        for p in weights:
            self.state[p]["step"] = step
        averages = self._moments(weights, "exp_avg")
        squares = self._moments(weights, "exp_avg_sq")
        torch._foreach_lerp_(averages, gradients, 1 - b1)
        torch._foreach_lerp_(squares, torch._foreach_mul(gradients, gradients), 1 - b2)
        torch._foreach_mul_(weights, 1 - group["lr"] * group["decay"])
        scales = torch._foreach_div(squares, 1 - b2**step)
        torch._foreach_sqrt_(scales)
        torch._foreach_add_(scales, 1e-8)
        torch._foreach_addcdiv_(weights, averages, scales, value=-group["lr"] / (1 - b1**step))
