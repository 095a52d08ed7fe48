#pragma once
// TorchScript programs as data: their text, their objects, their tensors. Nothing runs; what the text says is for the
// models' reader to understand (models/layered/script).

#include "io/torch/torch_archive.h"

namespace ganvas::io {

/// The tensors by the path of the attribute that holds them ("main.0.weight"), those of the program's constants as
/// "CONSTANTS.c0", ... Metadata "torchscript": {"code": {"__torch__.torch.nn.modules.conv": text, ...}, "objects":
/// {path: {"class": "__torch__.Generator", "attributes": {name: value}}}}, the program itself under the path "". Of
/// attributes only plain values are kept: numbers, texts, lists of them. Throws Error with a clause.
WeightSet read_torchscript(TorchArchive& archive, Reading& reading);

}  // namespace ganvas::io
