#pragma once
// Snapshots of NVIDIA's programs: ordinary pickles that name classes of theirs and carry those classes' source code.
// The code is never looked at; only settings and tensors are taken out.
//
//   PyTorch (StyleGAN2-ADA, StyleGAN3): a dictionary of "persistent" modules G, D and G_ema, each storage in a stream
//   of
//     torch.save of its own.
//   TensorFlow (StyleGAN version 3, StyleGAN2 4, StyleGAN2-ADA 5): a tuple of the networks G, D and Gs, the last being
//     the moving average and called G_ema here, with NumPy arrays.

#include <filesystem>
#include <vector>

#include "io/reading.h"
#include "io/weight_set.h"

namespace ganvas::io {

/// True when the file begins like a pickle of protocol 2 or newer, or is called .pkl.
bool looks_like_pickle(const std::filesystem::path& path);

/// The networks of a snapshot, the moving average first. Names are those of the program that wrote it, parts joined by
/// "." (PyTorch) or "/" (TensorFlow). Metadata of the PyTorch ones: "class_name", "init_args", "init_kwargs"; of the
/// TensorFlow ones: "tf_version", "name", "build_func_name", "static_kwargs", "components". Throws Error with one
/// sentence for anything else, broken or hostile.
std::vector<std::pair<std::string, WeightSet>> read_nvidia_pickle(const std::filesystem::path& path,
                                                                  Reading* reading = nullptr);

}  // namespace ganvas::io
