"""Makes the files of this folder: python make.py (torch, onnx, safetensors of PyPI).

Each NAME.onnx is a small generator as PyTorch exports it, NAME.safetensors what it makes: z [4, 6], c [4] where it takes
labels, and y.
"""
import pathlib

import torch
from safetensors.torch import save_file
from torch import nn

folder = pathlib.Path(__file__).parent
T, B, C = nn.ConvTranspose2d, nn.BatchNorm2d, nn.Conv2d


class Enlarging(nn.Module):
    """Its shapes are computed in the graph."""

    def __init__(self):
        super().__init__()
        self.l1 = nn.Linear(6, 64)
        self.net = nn.Sequential(B(4), nn.Upsample(scale_factor=2), C(4, 4, 3, 1, 1), B(4, 0.8), nn.LeakyReLU(0.2),
                                 nn.Upsample(scale_factor=2, mode="bilinear"), C(4, 1, 3, 1, 1), nn.Sigmoid())

    def forward(self, z):
        x = self.l1(z)
        return self.net(x.view(x.shape[0], 4, 4, 4))


class Residual(nn.Module):
    """With labels, a sum on the way, and a number that scales."""

    def __init__(self):
        super().__init__()
        self.emb = nn.Embedding(3, 2)
        self.fc = nn.Linear(8, 64)
        self.c = C(4, 4, 3, 1, 1)
        self.o = C(4, 12, 1)
        self.p = nn.PReLU(4)

    def forward(self, z, c):
        x = self.fc(torch.cat([z, self.emb(c)], 1)).view(-1, 4, 4, 4)
        x = self.p(x + 0.5 * self.c(nn.functional.silu(x)))
        return torch.tanh(nn.functional.pixel_shuffle(self.o(x), 2))


networks = {
    "dcgan": nn.Sequential(nn.Unflatten(1, (6, 1, 1)), T(6, 8, 4, bias=False), B(8), nn.ReLU(),
                           T(8, 4, 4, 2, 1, bias=False), B(4), nn.ELU(0.7), T(4, 3, 4, 2, 1), nn.Tanh()),
    "upsample": Enlarging(),
    "residual": Residual(),
    "mlp": nn.Sequential(nn.Linear(6, 16), nn.BatchNorm1d(16), nn.ReLU6(), nn.Linear(16, 64, bias=False), nn.Tanh()),
    "wide": nn.Sequential(nn.Linear(6, 60), nn.Unflatten(1, (4, 3, 5)), T(4, 4, 4, 2, 1), nn.ReLU(),
                          T(4, 2, (4, 3), (2, 1), 1), nn.Tanh()),  # 12x10, two channels
}
torch.manual_seed(1)
for name, net in networks.items():
    given = {"z": torch.randn(4, 6)}
    if name == "residual":
        given["c"] = torch.tensor([0, 1, 2, 1])
    with torch.no_grad():
        for p in net.parameters():
            p.add_(0.2 * torch.randn_like(p))
        for _ in range(3):
            net(*given.values())  # moving averages
        y = net.eval()(*given.values())
    torch.onnx.export(net, tuple(given.values()), folder / f"{name}.onnx", input_names=list(given), output_names=["y"],
                      dynamic_axes={"z": {0: "n"}, "y": {0: "n"}}, dynamo=False, opset_version=17)
    save_file({key: value.float().contiguous() for key, value in {**given, "y": y}.items()}, folder / f"{name}.safetensors")
