"""weights.py FOLDER: files as people keep the weights of generators in, one for each way of keeping them and each way of
building the network, and what the network makes of two latents: NAME.out.pt with z and y. Only such files are here of
which public reports tell."""
import collections
import datetime
import gzip
import json
import os
import pathlib
import pickle
import struct
import sys
import zipfile

import numpy
import torch
from torch import nn

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import networks
from networks import dcgan, named

Generator = networks.Generator  # so that whole modules are of __main__.Generator, as those of most programs
folder = sys.argv[1]
Ordered = collections.OrderedDict


def path(name):
    return os.path.join(folder, name)


def keep(name, network, z_dim=16):
    """What the network makes of two latents, one by one, from -1 to 1, beside the file of that name."""
    z = torch.randn(2, z_dim, generator=torch.Generator().manual_seed(5))
    with torch.no_grad():
        y = torch.cat([network.eval()(one) for one in z.split(1)])
    if name.startswith("sigmoid"):
        y = y * 2 - 1
    torch.save({"z": z, "y": y}, path(name + ".out.pt"))


def save(name, what, network=None, z_dim=16, **options):
    torch.save(what, path(name), **options)
    if network is not None:
        keep(name, network, z_dim)


def write(name, content):
    with open(path(name), "wb") as file:
        file.write(content)


def write_safetensors(name, state, metadata=None):
    """The format is an 8-byte length, a JSON header and the tensors (https://github.com/huggingface/safetensors)."""
    types = {torch.float32: "F32", torch.bfloat16: "BF16", torch.int64: "I64"}
    header, content = {}, b""
    if metadata:
        header["__metadata__"] = metadata
    for key, tensor in state.items():
        raw = tensor.contiguous().flatten().view(torch.uint8).numpy().tobytes() if tensor.dim() else struct.pack("<q", tensor)
        header[key] = {"dtype": types[tensor.dtype], "shape": list(tensor.shape), "data_offsets": [len(content), len(content) + len(raw)]}
        content += raw
    text = json.dumps(header).encode()
    write(name, struct.pack("<Q", len(text)) + text + content)


def cast(state, dtype):
    return Ordered((k, v.to(dtype) if v.is_floating_point() else v) for k, v in state.items())


def wrappers():
    g, d = dcgan(), networks.discriminator()
    G, D = named(g), named(d)
    adam = torch.optim.Adam(g.parameters(), 2e-4)
    both = {"epoch": 5, "netG": G, "netD": D, "optimizerG": adam.state_dict(), "lossG": [1.0, 2.0]}
    flat = Ordered([("generator." + k, v) for k, v in G.items()] + [("discriminator." + k, v) for k, v in D.items()])
    lightning = {"epoch": 1, "global_step": 10, "pytorch-lightning_version": "2.2.0", "state_dict": flat, "loops": {"fit_loop": {"state_dict": {}}},
                 "callbacks": {}, "optimizer_states": [adam.state_dict()], "lr_schedulers": [], "hparams_name": "kwargs",
                 "hyper_parameters": {"latent_dim": 16, "lr": 2e-4}}
    for name, what in {
            "plain.pth": G,
            "dataparallel.pth": Ordered(("module." + k, v) for k, v in G.items()),
            "dict_netG_netD.pth": both,
            "dict_fixed_noise.pth": dict(both, fixed_noise=torch.randn(64, 16, 1, 1)),
            "dict_numpy_scalar.pth": dict(both, G_losses=[numpy.float64(1.5)], d_acc=numpy.float32(0.5)),
            "dict_numpy_array.pth": dict(both, history=numpy.zeros(3)),
            "dict_state_dict.pth.tar": {"state_dict": G, "epoch": 3, "arch": "dcgan"},
            "dict_generator.pth": {"generator": G, "discriminator": D, "params": {"nz": 16, "ngf": 8}},
            "dict_nested_models.pth": {"models": {"generator": G, "discriminator": D}},
            "list_of_state_dicts.pth": [G, D],
            "tuple_of_state_dicts.pth": (G, D),
            "dict_datetime.pth": dict(both, date=datetime.datetime(2021, 1, 2)),
            "dict_path.pth": dict(both, out=pathlib.PosixPath("runs/1")),
            "dict_defaultdict.pth": dict(both, log=collections.defaultdict(list)),
            "dict_counter_scheduler.pth": dict(both, milestones=collections.Counter([3, 5])),
            "dict_rng_state.pth": dict(both, rng_state=torch.get_rng_state(), np_rng=numpy.random.get_state()),
            "dict_dtype_slice.pth": dict(both, complex=complex(1, 2), dtype=torch.float32, enum=slice(1, 2)),
            "lightning_like.ckpt": lightning,
            "averaged_model.pth": Ordered([("n_averaged", torch.tensor(7))] + [("module." + k, v) for k, v in G.items()]),
            "dict_G_ema.pth": {"G": named(dcgan(seed=8)), "G_ema": G, "D": D},
            "torch_ema.pth": {"ema_state_dict": {"decay": 0.999, "num_updates": 3, "shadow_params": list(G.values())}, "netG": G},
            "torch_compile.pth": Ordered(("_orig_mod." + k, v) for k, v in G.items()),
            "ddp_compile.pth": Ordered(("module._orig_mod." + k, v) for k, v in G.items()),
            "prefix_netG.pth": Ordered(("netG." + k, v) for k, v in G.items()),
            "prefix_gen.pth": named(g, "gen."),
            "prefix_model.pth": named(g, "model."),
            "prefix_layers.pth": named(g, "layers."),
            "parameters.pth": Ordered((k, nn.Parameter(v) if v.is_floating_point() else v) for k, v in G.items()),
            "channels_last.pth": Ordered((k, v.to(memory_format=torch.channels_last) if v.dim() == 4 else v) for k, v in G.items()),
            "double.pth": cast(G, torch.float64),
            "torch_0_3_no_counters.pth": Ordered((k, v) for k, v in G.items() if "num_batches" not in k)}.items():
        save(name, what, g)
    save("legacy_container.pth", G, g, _use_new_zipfile_serialization=False)
    networks.save_of_2017(G, path("torch_0_3_rebuild.pth"))
    keep("torch_0_3_rebuild.pth", g)
    tag = torch.serialization.location_tag
    torch.serialization.location_tag = lambda storage: "cuda:1"
    save("cuda1.pth", G, g)
    torch.serialization.location_tag = tag
    for name, dtype in {"half.pth": torch.float16, "bfloat16.pth": torch.bfloat16}.items():
        save(name, cast(G, dtype), networks.with_state(dcgan(), cast(g.state_dict(), dtype)))
    broken = Ordered((k, v.clone()) for k, v in G.items())
    broken["main.0.weight"][0, 0, 0, 0] = float("nan")
    save("nan_weights.pth", broken)
    write_safetensors("plain.safetensors", G)
    keep("plain.safetensors", g)
    write_safetensors("both.safetensors", flat, {"format": "pt"})
    keep("both.safetensors", g)
    write_safetensors("bf16.safetensors", cast(G, torch.bfloat16))
    keep("bf16.safetensors", networks.with_state(dcgan(), cast(g.state_dict(), torch.bfloat16)))
    for name, what in {"pickled_state_dict.pkl": G, "numpy_state_dict.pkl": {k: v.numpy() for k, v in G.items()}}.items():
        write(name, pickle.dumps(what))
        keep(name, g)
    numpy.savez(path("weights.npz"), **{k: v.numpy() for k, v in G.items()})


def whole_modules():
    whole = Generator().eval()
    sequential = networks.without_ends(dcgan())
    save("whole_module.pth", whole, whole)
    save("whole_module_legacy.pth", whole, whole, _use_new_zipfile_serialization=False)
    save("whole_dataparallel.pth", nn.DataParallel(whole), whole)
    save("whole_sequential.pth", sequential, dcgan())
    write("pickled_module.pkl", pickle.dumps(whole))
    keep("pickled_module.pkl", whole)
    torch.jit.trace(sequential, torch.randn(1, 16, 1, 1)).save(path("torchscript.pt"))
    keep("torchscript.pt", dcgan())
    torch.jit.trace(dcgan(), torch.randn(1, 16)).save(path("torchscript_flat.pt"))
    keep("torchscript_flat.pt", dcgan())


def ways_to_build():
    for name, (network, z_dim) in networks.ways_to_build().items():
        save(name, named(network) if isinstance(network, networks.Dcgan) else network.state_dict(), network, z_dim)
    g = networks.Attributes("tconv{}", "bn{}").eval()
    save("names_tconv_bn.pth", {"generator": g.state_dict(), "discriminator": networks.discriminator().state_dict(), "params": {"nz": 16}}, g)
    for name, wrap in {"spectral_norm_old": nn.utils.spectral_norm, "spectral_norm_new": nn.utils.parametrizations.spectral_norm,
                       "weight_norm_old": nn.utils.weight_norm, "weight_norm_new": nn.utils.parametrizations.weight_norm}.items():
        net = dcgan()
        for module in net.main:
            if isinstance(module, nn.ConvTranspose2d):
                wrap(module)
        net.train()(torch.randn(2, 16))
        save(name + ".pth", named(networks.settled_norms(net)), net)


def no_models():
    """What stands where a model was meant, and models of other kinds."""
    pointer = b"version https://git-lfs.github.com/spec/v1\noid sha256:" + b"0" * 64 + b"\nsize 14579088\n"
    page = b"<!DOCTYPE html><html><head><title>Virus scan warning</title></head><body>This file is too large.</body></html>"
    for kind in ("pth", "pkl", "safetensors"):
        write("lfs_pointer." + kind, pointer)
        write("drive_page." + kind, page)
        write("empty." + kind, b"")
    write("xml_error.pkl", b"<?xml version='1.0' encoding='UTF-8'?><Error><Code>AccessDenied</Code></Error>")
    with open(path("plain.pth"), "rb") as file:
        plain = file.read()
    write("half_downloaded.pth", plain[:len(plain) // 2])
    write("half_downloaded.pth.crdownload", plain[:len(plain) // 2])
    with zipfile.ZipFile(path("plain.pth")) as archive:
        archive.extractall(path("unzipped_pth"))
        for name, packed in {"rezipped_deflate.pth": zipfile.ZIP_DEFLATED, "rezipped_stored.pth": zipfile.ZIP_STORED, "rezipped_macos.pth": zipfile.ZIP_STORED}.items():
            with zipfile.ZipFile(path(name), "w", packed) as copy:
                for entry in archive.infolist():
                    copy.writestr(entry.filename, archive.read(entry))
                if "macos" in name:
                    copy.writestr("__MACOSX/plain/._data.pkl", b"\0\5\x16\7" + b"\0" * 60)
            keep(name, dcgan())
    with zipfile.ZipFile(path("model_in_zip.zip"), "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(path("plain.pth"), "models/plain.pth")
    write("plain.pth.gz", gzip.compress(plain))
    save("classifier.pth", nn.Sequential(nn.Linear(4, 4)).state_dict())
    save("lucidrains_stylegan2.pt", {"GAN": networks.names_of_lucidrains(), "version": "1.9.0"})


wrappers()
whole_modules()
ways_to_build()
no_models()
