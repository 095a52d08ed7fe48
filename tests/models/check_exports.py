"""Runs exported programs on the latents beside them and compares with our own pictures.

check_exports.py FOLDER: for each NAME.json there ({"inputs": ["z", "psi"]}) NAME.safetensors holds the inputs, w and the
picture; NAME.pt is the TorchScript program, NAME.onnx, NAME.mapping.onnx and NAME.synthesis.onnx the graphs.
"""
import glob
import json
import struct
import sys

import numpy
import onnxruntime
import torch


def read(path):  # floats of a safetensors file
    with open(path, "rb") as file:
        header = json.loads(file.read(struct.unpack("<Q", file.read(8))[0]))
        data = file.read()
    header.pop("__metadata__", None)
    return {name: torch.tensor(numpy.frombuffer(data[slice(*entry["data_offsets"])], "<f4").reshape(entry["shape"]))
            for name, entry in header.items()}


def run(path, inputs):
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    names = [value.name for value in session.get_inputs()]
    return torch.tensor(session.run(None, {name: inputs[name].numpy() for name in names})[0])


worst = 0.0
checked = 0
for about in sorted(glob.glob(sys.argv[1] + "/*.json")):
    base = about[:-len(".json")]
    values = read(base + ".safetensors")
    inputs = [values[name] for name in json.load(open(about))["inputs"]]
    program = torch.jit.load(base + ".pt")
    results = {
        "TorchScript": (program(*inputs), values["picture"]),
        "TorchScript map": (program.map(*inputs), values["w"]),
        "TorchScript synthesize": (program.synthesize(values["w"]), values["picture"]),
        "ONNX": (run(base + ".onnx", values), values["picture"]),
        "ONNX mapping": (run(base + ".mapping.onnx", values), values["w"]),
        "ONNX synthesis": (run(base + ".synthesis.onnx", values), values["picture"]),
    }
    for name, (got, wanted) in results.items():
        assert got.shape == wanted.shape, (base, name, got.shape, wanted.shape)
        difference = (got - wanted).abs().max().item() / max(1.0, wanted.abs().max().item())
        assert difference <= 1e-4, (base, name, difference)
        worst = max(worst, difference)
        checked += 1
print(f"{checked} results, worst difference {worst:.1e}")
