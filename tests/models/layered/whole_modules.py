"""whole_modules.py FOLDER: networks as torch.save(net) writes them, NAME.pt, as state dicts, NAME.state.pt, as TorchScript
programs, NAME.traced.ts, NAME.scripted.ts and NAME.frozen.ts (where torch.jit can), and what they make of latents,
NAME.out.pt: z, y, and c where they take labels."""
import sys

import torch
from torch import nn

C, T, B, U = nn.Conv2d, nn.ConvTranspose2d, nn.BatchNorm2d, nn.Unflatten


def activated(activation):
    return nn.Sequential(nn.Linear(6, 64), activation, U(1, (1, 8, 8)), C(1, 1, 3, padding=1), nn.Tanh())


def between(*layers, channels=4, out=4):
    """Layers that take 4 channels of 4x4 pixels and give `out` channels."""
    return nn.Sequential(nn.Linear(6, 16 * channels), U(1, (channels, 4, 4)), *layers, T(out, 3, 4, 2, 1), nn.Tanh())


class Custom(nn.Module):
    """A class that nobody else has, with blocks in it."""

    def __init__(self):
        super().__init__()
        self.steps = 7
        self.first = nn.Sequential(T(6, 8, 4), B(8, 0.8), nn.ReLU(True))
        self.blocks = nn.ModuleList([nn.Sequential(T(8, 8, 4, 2, 1, bias=False), B(8), nn.LeakyReLU(0.1)), nn.Identity()])
        self.last = T(8, 3, 4, 2, 1)
        self.end = nn.Tanh()

    def forward(self, z):
        x = self.first(z[:, :, None, None])
        for block in self.blocks:
            x = block(x)
        return self.end(self.last(x))


class Labelled(nn.Module):
    def __init__(self):
        super().__init__()
        self.label_emb = nn.Embedding(3, 2)
        self.net = nn.Sequential(nn.Linear(8, 64), nn.ReLU(), nn.Linear(64, 64), nn.Tanh())

    def forward(self, z, c):
        return self.net(torch.cat([z, self.label_emb(c)], 1)).view(-1, 1, 8, 8)


networks = {
    "batch_norm": between(B(4, 0.8), nn.ReLU()),
    "batch_norm_plain": between(B(4, affine=False), nn.ReLU()),
    "dense_norm": nn.Sequential(nn.Linear(6, 16), nn.BatchNorm1d(16), nn.ReLU(), nn.Linear(16, 64), nn.Tanh(), U(1, (1, 8, 8))),
    "instance_norm": between(nn.InstanceNorm2d(4, affine=True)),
    "instance_norm_plain": between(nn.InstanceNorm2d(4)),
    "group_norm": between(nn.GroupNorm(2, 4, 1e-3)),
    "layer_norm": between(nn.LayerNorm([4, 4, 4])),
    "convolution": between(C(4, 8, 3, 1, "same"), C(8, 4, 3, 1, 2, dilation=2, groups=2)),
    "transposed": between(T(4, 4, 3, 2, 1, 1, groups=2, bias=False)),
    "nearest": between(nn.Upsample(scale_factor=2), C(4, 4, 3, 1, 1)),
    "bilinear": between(nn.Upsample(scale_factor=2, mode="bilinear"), nn.UpsamplingBilinear2d(scale_factor=2)),
    "shuffled": between(nn.PixelShuffle(2), out=1),
    "pooled": between(nn.Upsample(scale_factor=4), nn.AvgPool2d(2), nn.MaxPool2d(3, 1, 1)),
    "flattened": nn.Sequential(nn.Linear(6, 16), U(1, (4, 2, 2)), nn.Flatten(), nn.Linear(16, 64), nn.Tanh(), U(1, (1, 8, 8))),
    "spectral_norm": between(nn.utils.spectral_norm(T(4, 4, 4, 2, 1)), nn.utils.spectral_norm(C(4, 4, 3, 1, 1))),
    "weight_norm": between(nn.utils.weight_norm(T(4, 4, 4, 2, 1)), nn.utils.weight_norm(C(4, 4, 3, 1, 1))),
    "custom": Custom(),
    "labelled": Labelled(),
}
for activation in (nn.ReLU(True), nn.ReLU6(), nn.LeakyReLU(0.3), nn.ELU(0.7), nn.SELU(), nn.SiLU(), nn.GELU(),
                   nn.GELU("tanh"), nn.Tanh(), nn.Sigmoid(), nn.Softplus(), nn.Hardtanh(-0.5, 0.8), nn.PReLU(), nn.PReLU(64, 0.4),
                   nn.Identity(), nn.Dropout(0.5)):
    networks[f"{type(activation).__name__}{len(networks)}"] = activated(activation)

torch.manual_seed(1)
for name, net in networks.items():
    if hasattr(net, "label_emb"):
        given = {"z": torch.randn(4, 6), "c": torch.tensor([0, 1, 2, 1])}
    else:
        given = {"z": torch.randn(4, 6)}
    with torch.no_grad():
        for p in net.parameters():
            p.add_(0.2 * torch.randn_like(p))
        for _ in range(3):
            net(*given.values())  # moving averages, vectors of spectral norms
        given["y"] = net.eval()(*given.values())
    base = sys.argv[1] + "/" + name
    torch.save(net, base + ".pt")
    torch.save(net.state_dict(), base + ".state.pt")
    torch.save(given, base + ".out.pt")
    torch.jit.trace(net, tuple(given.values())[:-1]).save(base + ".traced.ts")
    if name not in ("spectral_norm", "weight_norm"):  # whose hooks torch.jit cannot script
        scripted = torch.jit.script(net)
        scripted.save(base + ".scripted.ts")
        torch.jit.freeze(scripted).save(base + ".frozen.ts")
