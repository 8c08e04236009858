"""Muon for the matrices of a network, AdamW for all else.

The momentum of a layer's gradient is made orthogonal (all singular values about one), so rare
directions are learned as fast as common ones: Jordan et al., "Muon: an optimizer for hidden layers
in neural networks", 2024, whose quintic iteration is used here.  Every matrix here is followed by
batch normalisation, so its length means nothing: a step turns it by `turn` of its length, which is
kept.
"""

import torch

COEFFICIENTS = (3.4445, -4.7750, 2.0315)


def orthogonal(g, rounds=5):
    """The nearest matrix whose singular values are all about one."""
    a, b, c = COEFFICIENTS
    x = g.bfloat16() if g.is_cuda else g.float()
    tall = x.shape[0] > x.shape[1]
    x = x.T if tall else x
    x = x / (x.norm() + 1e-7)
    for _ in range(rounds):
        square = x @ x.T
        x = a * x + (b * square + c * square @ square) @ x
    return (x.T if tall else x).to(g.dtype)


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
            for p in group["params"]:
                if p.grad is not None:
                    (self._turn if group["matrix"] else self._adam)(p, group)

    def _turn(self, p, group):
        state, g, m = self.state[p], p.grad, group["momentum"]
        average = state.setdefault("exp_avg", torch.zeros_like(p))
        average.lerp_(g, 1 - m)
        update = orthogonal(g.lerp(average, m).flatten(1)).view_as(p)
        length = p.norm()
        p.add_(update, alpha=-float(group["lr"] * length / (update.norm() + 1e-7)))
        p.mul_(length / p.norm())

    def _adam(self, p, group):
        state, g, (b1, b2) = self.state[p], p.grad, group["betas"]
        step = state["step"] = state.get("step", 0) + 1
        average = state.setdefault("exp_avg", torch.zeros_like(p))
        square = state.setdefault("exp_avg_sq", torch.zeros_like(p))
        average.lerp_(g, 1 - b1)
        square.lerp_(g * g, 1 - b2)
        p.mul_(1 - group["lr"] * group["decay"])
        scale = (square / (1 - b2**step)).sqrt_().add_(1e-8)
        p.addcdiv_(average, scale, value=-group["lr"] / (1 - b1**step))
