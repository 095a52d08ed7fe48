#pragma once
// One network of a snapshot of NVIDIA's programs, out of the parsed pickle.

#include "io/mapped_file.h"
#include "io/pickle/pickle.h"
#include "io/reading.h"
#include "io/weight_set.h"

namespace ganvas::io {

/// True for a storage, which NVIDIA's PyTorch programs pickle as a stream of torch.save within the pickle.
bool is_nested_storage(const PickleTree& tree, const PickleValue& value);
/// Throws Error with a clause when the stream within is not a storage.
void check_nested_storage(const PickleTree& tree, const PickleValue& value, Reading& reading);

/// True for a module of the PyTorch programs (torch_utils.persistence).
bool is_nvidia_module(const PickleTree& tree, const PickleValue& value);
/// Its parameters and buffers under the names of its state dict, and what it was made with. `file` is the one that the
/// tree was parsed from. Throws Error with a clause, and Cancelled.
WeightSet read_nvidia_module(const PickleTree& tree, const PickleValue& value, const MappedFile& file,
                             Reading& reading);

/// A dictionary of tensors and NumPy arrays; empty when it holds none. Throws Error with a clause.
WeightSet read_pickled_state(const PickleTree& tree, const PickleValue& value, const MappedFile& file,
                             Reading& reading);

/// True for a network of the TensorFlow programs (dnnlib.tflib).
bool is_nvidia_network(const PickleTree& tree, const PickleValue& value);
/// Its variables and those of its components, and what it was made with. Throws Error with a clause.
WeightSet read_nvidia_network(const PickleTree& tree, const PickleValue& value, Reading& reading);

}  // namespace ganvas::io
