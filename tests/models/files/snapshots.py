"""snapshots.py SNAPSHOT CHECKPOINT FOLDER: variants of a snapshot of NVIDIA's program, whose G_ema makes the same pictures
in all of them, as other programs and people leave them, each in a file of its own. NVIDIA's classes are stood in for. And a
checkpoint of rosinality's program after DataParallel and in half precision, beside the same numbers as it writes them."""
import collections
import datetime
import gzip
import os
import pathlib
import pickle
import sys
import types
import zipfile

import numpy
import torch
from torch import nn

source, checkpoint, folder = sys.argv[1:4]


def module(name):
    """A module of that name, which is made where there is none."""
    parts = name.split(".")
    for count in range(1, len(parts) + 1):
        sys.modules.setdefault(".".join(parts[:count]), types.ModuleType(parts[count - 1]))
    return sys.modules[name]


def stranger(where, name, state=None, base=object):
    """An object of a class that exists in the file alone."""
    kind = type(name, (base,), {"__module__": where, "__qualname__": name})
    setattr(module(where), name, kind)
    made = kind()
    made.__dict__.update(state or {})
    return made


class Persistent:
    """An object of torch_utils.persistence: its description holds the source of its class and its state."""

    def __init__(self, description):
        self.description = description

    def __reduce__(self):
        return module("torch_utils.persistence")._reconstruct_persistent_obj, (self.description,)

    @property
    def state(self):
        return self.description["state"]


def _reconstruct_persistent_obj(description):
    return Persistent(description)


_reconstruct_persistent_obj.__module__ = "torch_utils.persistence"
module("torch_utils.persistence")._reconstruct_persistent_obj = _reconstruct_persistent_obj
stranger("dnnlib.util", "EasyDict", base=dict)


def snapshot():
    with open(source, "rb") as file:
        return pickle.load(file)


def dump(name, what):
    with open(os.path.join(folder, name), "wb") as file:
        pickle.dump(what, file)


def state_of(network):
    return network.state if isinstance(network, Persistent) else network.__dict__


def state_dict(network, prefix="", names=None):
    names = collections.OrderedDict() if names is None else names
    for kind in ("_parameters", "_buffers"):
        for name, tensor in (state_of(network).get(kind) or {}).items():
            if tensor is not None:
                names[prefix + name] = tensor.data
    for name, child in state_of(network).get("_modules", {}).items():
        state_dict(child, prefix + name + ".", names)
    return names


def change(network, how):
    """Calls how(name, parameters, buffers, state) of the network and of all within it."""
    def visit(name, inner):
        state = state_of(inner)
        how(name, state.get("_parameters", {}), state.get("_buffers", {}), state)
        for child_name, child in state.get("_modules", {}).items():
            visit(child_name, child)
    visit("", network)


def narrow(name, parameters, buffers, state):
    """Pictures that are twice as high as wide."""
    if "const" in parameters:
        parameters["const"] = nn.Parameter(parameters["const"].data[:, :, :2].clone())
    if "noise_const" in buffers:
        buffers["noise_const"] = buffers["noise_const"][:, :buffers["noise_const"].shape[1] // 2].clone()


def with_transparency(name, parameters, buffers, state):
    """A fourth channel that is the first again."""
    if name == "torgb":
        for key in ("weight", "bias"):
            parameters[key] = nn.Parameter(torch.cat([parameters[key].data, parameters[key].data[:1]]))
    if "img_channels" in state:
        state["img_channels"] = 4
    if "_init_kwargs" in state and "img_channels" in state["_init_kwargs"]:
        state["_init_kwargs"]["img_channels"] = 4


def changed(how):
    made = dict(snapshot(), D=None)
    for name in ("G", "G_ema"):
        change(made[name], how)
    return made


whole = snapshot()
average = whole["G_ema"]
foreign = stranger("pg_modules.discriminator", "ProjectedDiscriminator", {
    "feature_network": stranger("timm.models.efficientnet", "EfficientNet", {"training": False}), "_modules": {}})
for file_name, content in {
        "roundtrip.pkl": whole,
        "only_G_ema.pkl": {"G_ema": average},
        "G_D_none.pkl": {"G": None, "D": None, "G_ema": average, "augment_pipe": None, "training_set_kwargs": {"class_name": "x"}},
        "bare_generator.pkl": average,
        "lower_case.pkl": {"g_ema": average},
        "key_model.pkl": {"model": average},
        "foreign_discriminator.pkl": dict(whole, D=foreign),
        "progress_tensors.pkl": dict(whole, progress={"cur_nimg": torch.tensor([25000]), "cur_tick": torch.tensor([1])}),
        "omegaconf_kwargs.pkl": dict(whole, training_set_kwargs=stranger("omegaconf.dictconfig", "DictConfig", {"path": "data.zip"})),
        "path_and_date.pkl": dict(whole, stats={"path": pathlib.PosixPath("a"), "when": datetime.datetime(2020, 1, 1)}),
        "tall_pictures.pkl": changed(narrow),
        "rgba_generator.pkl": changed(with_transparency)}.items():
    dump(file_name, content)

torch.save(average, os.path.join(folder, "torch_saved_generator.pt"))
torch.save(state_dict(average), os.path.join(folder, "state_dict_of_G_ema.pt"))
torch.save({"G_ema": state_dict(average), "cur_nimg": 25000}, os.path.join(folder, "state_dict_wrapped.pt"))

with open(source, "rb") as source_file:
    raw = source_file.read()
with open(os.path.join(folder, "cut_at_90_percent.pkl"), "wb") as cut:
    cut.write(raw[:len(raw) * 9 // 10])
with gzip.open(os.path.join(folder, "snapshot.pkl.gz"), "wb") as packed:
    packed.write(raw)
with zipfile.ZipFile(os.path.join(folder, "snapshot_pkl.zip"), "w", zipfile.ZIP_DEFLATED) as archive:
    archive.writestr("00000-run/network-snapshot-000025.pkl", raw)

# The Progressive GAN of 2018.
description = {"version": 2, "name": "G", "build_module_src": "", "build_func_name": "G_paper", "static_kwargs": {"resolution": 64},
               "variables": [("lod", numpy.float32(0))]}
dump("progan_2018_tfutil.pkl", (stranger("tfutil", "Network", description),) * 3)

halved = {k: v.half() for k, v in torch.load(checkpoint, weights_only=False)["g_ema"].items()}
torch.save({"g_ema": {"module." + k: v for k, v in halved.items()}}, os.path.join(folder, "rosinality_module_prefix.pt"))
torch.save({"g_ema": {k: v.float() for k, v in halved.items()}}, os.path.join(folder, "rosinality_plain.pt"))
