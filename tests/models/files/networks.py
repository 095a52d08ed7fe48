"""Small generators as people build them, with weights as after some training: nothing is at its initial value."""
import collections
import pickle
import struct

import torch
from torch import nn


def settled(net, seed=0):
    random = torch.Generator().manual_seed(seed)
    draw = lambda like, scale: torch.randn(like.shape, generator=random) * scale
    with torch.no_grad():
        for module in net.modules():
            if isinstance(module, (nn.ConvTranspose2d, nn.Conv2d, nn.Linear)):
                module.weight.copy_(draw(module.weight, 0.24 if isinstance(module, nn.Linear) else 0.08))
                if module.bias is not None:
                    module.bias.copy_(draw(module.bias, 0.1))
            elif isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d, nn.InstanceNorm2d)) and module.affine:
                module.weight.copy_(1 + draw(module.weight, 0.1))
                module.bias.copy_(draw(module.bias, 0.1))
    return settled_norms(net, seed + 1)


def settled_norms(net, seed=3):
    random = torch.Generator().manual_seed(seed)
    for module in net.modules():
        if isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d)) and module.track_running_stats:
            module.running_mean = 0.05 * torch.randn(module.running_mean.shape, generator=random)
            module.running_var = 0.3 + 0.2 * torch.rand(module.running_var.shape, generator=random)
    return net.eval()


class Dcgan(nn.Module):
    """Transposed convolutions in a Sequential; takes latents [N, z_dim]."""

    def __init__(self, layers):
        super().__init__()
        self.main = nn.Sequential(*layers)

    def forward(self, z):
        return self.main(z[:, :, None, None])


def dcgan(z_dim=16, channels=(16, 8, 8), colours=3, first=4, norm=nn.BatchNorm2d, act=nn.ReLU, end=nn.Tanh, bias=False,
          dropout=False, before_end=None, seed=0):
    layers, previous = [], z_dim
    for number, wide in enumerate(channels):
        layers.append(nn.ConvTranspose2d(previous, wide, 4 if number else first, 2 if number else 1, 1 if number else 0, bias=bias))
        if norm is not None:
            layers.append(norm(wide))
        layers.append(act())
        if dropout:
            layers.append(nn.Dropout2d(0.3))
        previous = wide
    layers.append(nn.ConvTranspose2d(previous, colours, 4, 2, 1, bias=bias))
    if before_end is not None:
        layers.append(before_end)
    return settled(Dcgan(layers + [end()]), seed)


def without_ends(net):
    return net.main.eval()


def named(net, prefix="main."):
    """The state dict with that in front of the numbers of the Sequential."""
    return collections.OrderedDict((prefix + k.removeprefix("main."), v) for k, v in net.state_dict().items())


def with_state(net, state):
    net.load_state_dict({k: v.to(net.state_dict()[k].dtype) for k, v in state.items()})
    return net.eval()


def discriminator():
    layers, previous = [], 3
    for wide in (8, 16, 32):
        layers += [nn.Conv2d(previous, wide, 4, 2, 1, bias=False)] + ([nn.BatchNorm2d(wide)] if previous > 3 else []) + [nn.LeakyReLU(0.2)]
        previous = wide
    return settled(nn.Sequential(*layers, nn.Conv2d(previous, 1, 4, 1, 0, bias=False)), 1)


class Generator(nn.Module):
    """One that is kept as a whole, under the name that most programs give it."""

    def __init__(self):
        super().__init__()
        self.main = dcgan().main

    def forward(self, z):
        return self.main(z.view(z.shape[0], -1, 1, 1))


Generator.__module__ = "__main__"


class Blocks(nn.Module):
    """net.0.0.weight, net.0.1.weight, ..."""

    def __init__(self):
        super().__init__()
        parts, previous = [], 16
        for number, wide in enumerate((16, 8, 8)):
            up = nn.ConvTranspose2d(previous, wide, 4, 2 if number else 1, 1 if number else 0, bias=False)
            parts.append(nn.Sequential(up, nn.BatchNorm2d(wide), nn.ReLU()))
            previous = wide
        self.net = nn.Sequential(*parts, nn.ConvTranspose2d(previous, 3, 4, 2, 1), nn.Tanh())

    def forward(self, z):
        return self.net(z[:, :, None, None])


class Attributes(nn.Module):
    """An attribute a layer: tconv1, bn1, ..."""

    def __init__(self, up, norm):
        super().__init__()
        self.pairs, previous = [], 16
        for number, wide in enumerate((16, 8, 8)):
            self.pairs.append((up.format(number + 1), norm.format(number + 1)))
            self.add_module(self.pairs[-1][0], nn.ConvTranspose2d(previous, wide, 4, 2 if number else 1, 1 if number else 0, bias=False))
            self.add_module(self.pairs[-1][1], nn.BatchNorm2d(wide))
            previous = wide
        self.last = up.format(4)
        self.add_module(self.last, nn.ConvTranspose2d(previous, 3, 4, 2, 1, bias=False))
        settled(self)

    def forward(self, z):
        x = z[:, :, None, None]
        for up, norm in self.pairs:
            x = torch.relu(getattr(self, norm)(getattr(self, up)(x)))
        return torch.tanh(getattr(self, self.last)(x))


class LinearFirst(nn.Module):
    """Project and reshape, as Radford et al. 2015 draw it."""

    def __init__(self):
        super().__init__()
        self.fc, self.bn0 = nn.Linear(16, 256), nn.BatchNorm1d(256)
        self.deconv1, self.bn1 = nn.ConvTranspose2d(16, 8, 4, 2, 1), nn.BatchNorm2d(8)
        self.deconv2, self.bn2 = nn.ConvTranspose2d(8, 8, 4, 2, 1), nn.BatchNorm2d(8)
        self.deconv3 = nn.ConvTranspose2d(8, 3, 4, 2, 1)

    def forward(self, z):
        x = torch.relu(self.bn0(self.fc(z))).view(-1, 16, 4, 4)
        return torch.tanh(self.deconv3(torch.relu(self.bn2(self.deconv2(torch.relu(self.bn1(self.deconv1(x))))))))


class UpsampleConv(nn.Module):
    """Nearest neighbours and 3x3 convolutions, with an eps of 0.8 in all norms but the first."""

    def __init__(self, classes=0):
        super().__init__()
        if classes:
            self.label_emb = nn.Embedding(classes, 16)
        self.l1 = nn.Sequential(nn.Linear(16, 16 * 64))
        self.conv_blocks = nn.Sequential(
            nn.BatchNorm2d(16), nn.Upsample(scale_factor=2), nn.Conv2d(16, 16, 3, 1, 1), nn.BatchNorm2d(16, 0.8), nn.LeakyReLU(0.2),
            nn.Upsample(scale_factor=2), nn.Conv2d(16, 8, 3, 1, 1), nn.BatchNorm2d(8, 0.8), nn.LeakyReLU(0.2), nn.Conv2d(8, 3, 3, 1, 1), nn.Tanh())

    def forward(self, z):
        if hasattr(self, "label_emb"):
            z = z * self.label_emb(torch.zeros(len(z), dtype=torch.long))
        return self.conv_blocks(self.l1(z).view(-1, 16, 8, 8))


class Dense(nn.Module):
    """Linear layers to 28x28, as the first GAN of many courses."""

    def __init__(self, widths, prefix):
        super().__init__()
        layers, previous = [], 8
        for wide in widths:
            layers += [nn.Linear(previous, wide), nn.ReLU()]
            previous = wide
        net = nn.Sequential(*layers, nn.Linear(previous, 784), nn.Tanh())
        if prefix:
            self.add_module(prefix, net)
        else:
            for number, layer in enumerate(net):
                self.add_module(str(number), layer)

    def forward(self, z):
        x = z
        for layer in self.modules():
            if not list(layer.children()):
                x = layer(x)
        return x.view(-1, 1, 28, 28)


class Course(nn.Module):
    """28x28 out of kernels of 3, 4, 3 and 4 with strides of 2, 1, 2 and 2."""

    def __init__(self):
        super().__init__()
        blocks, previous = [], 8
        for wide, kernel, stride in ((8, 3, 2), (8, 4, 1), (8, 3, 2)):
            blocks.append(nn.Sequential(nn.ConvTranspose2d(previous, wide, kernel, stride), nn.BatchNorm2d(wide), nn.ReLU()))
            previous = wide
        self.gen = nn.Sequential(*blocks, nn.Sequential(nn.ConvTranspose2d(previous, 1, 4, 2), nn.Tanh()))

    def forward(self, z):
        return self.gen(z[:, :, None, None])


class DotsOf2017(nn.Module):
    """The names of the first public WGAN program, before PyTorch 0.4."""

    def __init__(self):
        super().__init__()
        self.main = nn.Sequential()
        previous = 16
        for number, wide in enumerate((32, 16, 8)):
            part = "pyramid" if number else "initial"
            names = (f"{part}.{previous}-{wide}.convt", f"{part}.{wide}.batchnorm", f"{part}.{wide}.relu")
            layers = (nn.ConvTranspose2d(previous, wide, 4, 2 if number else 1, 1 if number else 0, bias=False), nn.BatchNorm2d(wide), nn.ReLU())
            for name, layer in zip(names, layers):
                self.main._modules[name] = layer
            previous = wide
        self.main._modules[f"final.{previous}-3.convt"] = nn.ConvTranspose2d(previous, 3, 4, 2, 1, bias=False)
        self.main._modules["final.3.tanh"] = nn.Tanh()

    def forward(self, z):
        return self.main(z[:, :, None, None])


def without_statistics(net):
    for number, module in enumerate(net.main):
        if isinstance(module, nn.BatchNorm2d):
            net.main[number] = nn.BatchNorm2d(module.num_features, track_running_stats=False)
    return net.eval()


def with_eps(net, eps):
    for module in net.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.eps = eps
    return net


def with_plain_convolution():
    layers, previous = [], 16
    for number, wide in enumerate((16, 8, 8, 8)):
        kernel, stride, padding = ((4, 1, 0), (4, 2, 1), (4, 2, 1), (3, 1, 1))[number]
        kind = nn.Conv2d if kernel == 3 else nn.ConvTranspose2d
        layers += [kind(previous, wide, kernel, stride, padding), nn.BatchNorm2d(wide), nn.ReLU()]
        previous = wide
    return settled(Dcgan(layers + [nn.ConvTranspose2d(previous, 3, 4, 2, 1), nn.Tanh()]))


def ways_to_build():
    """File name -> network, size of its latents."""
    built = {
        "size16": dict(channels=(16, 8)), "size32": dict(), "size64": dict(channels=(16, 8, 8, 4)),
        "size128": dict(channels=(16, 8, 8, 4, 4)), "size256": dict(channels=(16, 8, 8, 4, 4, 4)),
        "size512": dict(channels=(16, 8, 8, 4, 4, 4, 4)),
        "size28_k7": dict(channels=(16, 8), first=7, colours=1), "size48_k3": dict(channels=(16, 8, 8, 8), first=3),
        "size96_k6": dict(channels=(16, 8, 8, 8), first=6), "rgba": dict(colours=4), "two_channels": dict(colours=2),
        "gray": dict(colours=1), "odd_channels": dict(channels=(33, 17, 5)), "leaky_relu": dict(act=lambda: nn.LeakyReLU(0.2)),
        "elu": dict(act=nn.ELU), "sigmoid_out": dict(end=nn.Sigmoid), "instance_norm": dict(norm=nn.InstanceNorm2d),
        "instance_norm_affine": dict(norm=lambda wide: nn.InstanceNorm2d(wide, affine=True)), "no_norm": dict(norm=None),
        "bias": dict(bias=True), "dropout": dict(dropout=True), "nz1": dict(z_dim=1), "nz512": dict(z_dim=512),
        "bn_after_last": dict(before_end=nn.BatchNorm2d(3))}
    made = {name + ".pth": (dcgan(**options), options.get("z_dim", 16)) for name, options in built.items()}
    made["extra_conv3x3.pth"] = with_plain_convolution(), 16
    made["bn_eps_08.pth"] = with_eps(dcgan(), 0.8), 16
    made["bn_no_running_stats.pth"] = without_statistics(dcgan()), 16
    for name, (net, z_dim) in {
            "linear_first.pth": (LinearFirst(), 16), "upsample_conv.pth": (UpsampleConv(), 16),
            "conditional_embedding.pth": (UpsampleConv(10), 16), "blocks_net_0_0.pth": (Blocks(), 16),
            "names_deconv_bn.pth": (Attributes("deconv{}", "deconv{}_bn"), 16), "course_28.pth": (Course(), 8),
            "mlp_0_2_4.ckpt": (Dense((16, 16), ""), 8), "mlp_main_tanh.pth": (Dense((16, 16, 16), "main"), 8),
            "wgan_dots_2017.pth": (DotsOf2017(), 16)}.items():
        made[name] = settled(net), z_dim
    return made


def names_of_lucidrains():
    """The tensors' names of lucidrains' StyleGAN2, which is another network than NVIDIA's."""
    names = collections.OrderedDict()
    for number in range(4):
        names[f"S.net.{2 * number}.weight"], names[f"S.net.{2 * number}.bias"] = torch.randn(16, 16), torch.zeros(16)
    names["G.initial_block"], names["G.initial_conv.weight"] = torch.randn(1, 32, 4, 4), torch.randn(32, 32, 3, 3)
    for number, (wide, narrow) in enumerate([(32, 16), (16, 8)]):
        block = f"G.blocks.{number}."
        names[block + "to_style1.weight"], names[block + "conv1.weight"] = torch.randn(wide, 16), torch.randn(narrow, wide, 3, 3)
        names[block + "to_rgb.conv.weight"] = torch.randn(3, narrow, 1, 1)
    return names


def save_of_2017(state, where):
    """As torch.save wrote before PyTorch 0.4: three pickled numbers, a pickle whose tensors are calls of
    torch._utils._rebuild_tensor(storage, offset, size, stride), the storages' keys, the storages."""
    text = lambda s: b"X" + struct.pack("<I", len(s)) + s.encode()
    number = lambda n: b"J" + struct.pack("<i", n)
    group = lambda numbers: b"(" + b"".join(number(n) for n in numbers) + b"t"
    body, storages = b"\x80\x02ccollections\nOrderedDict\n)R(", {}
    for name, tensor in state.items():
        if not tensor.is_floating_point():
            continue  # counters of batch norms came later
        key = str(94000000 + len(storages))
        storages[key] = tensor.contiguous()
        body += text(name) + b"ctorch._utils\n_rebuild_tensor\n(("
        body += text("storage") + b"ctorch\nFloatStorage\n" + text(key) + text("cpu") + number(tensor.numel()) + b"NtQ"
        body += number(0) + group(tensor.shape) + group(storages[key].stride()) + b"tR"
    with open(where, "wb") as file:
        for value in (0x1950A86A20F9469CFC6C, 1001, {"protocol_version": 1001, "little_endian": True, "type_sizes": {"short": 2, "int": 4, "long": 4}}):
            pickle.dump(value, file, 2)
        file.write(body + b"u.")
        pickle.dump(sorted(storages), file, 2)
        for key in sorted(storages):
            file.write(struct.pack("<q", storages[key].numel()) + storages[key].numpy().tobytes())
