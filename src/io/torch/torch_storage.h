#pragma once
// Tensors over the storages of a torch file: what _rebuild_tensor_v2 describes, checked before it is made.

#include <ATen/ATen.h>

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "io/pickle/pickle.h"
#include "io/weight_set.h"

namespace ganvas::io {

/// Where a storage lies and of what type it is: ("storage", torch.FloatStorage, "0", "cpu", 4).
struct StorageId {
  std::string key;
  at::ScalarType type = at::kFloat;
  std::uint64_t count = 0;  ///< elements
};

/// Names that state dicts are made of.
bool allowed_in_torch_file(const std::string& global);

/// True for a persistent id of a class with its source, which the old format has beside those of storages.
bool is_class_id(const PickleTree& tree, const PickleValue& persistent);

/// Reads a persistent id. Throws Error when it has another form.
StorageId storage_id(const PickleTree& tree, const PickleValue& persistent);

/// A tensor of `storage` (uint8 bytes) as the arguments of _rebuild_tensor_v2 say: storage, offset, size, stride.
/// Throws Error when it would leave its storage, overlap itself or be larger than it.
at::Tensor tensor_over(const PickleTree& tree, const std::vector<PickleHandle>& arguments, const StorageId& id,
                       const at::Tensor& storage);

/// True for a tensor or a parameter.
bool is_torch_tensor(const PickleTree& tree, const PickleValue& value);

/// Gives the bytes of a storage as uint8 [bytes].
using ReadStorage = std::function<at::Tensor(const StorageId&)>;

/// The tensors of one pickle; each storage is read once.
class StoredTensors {
 public:
  /// All outlive it.
  StoredTensors(const PickleTree& tree, ReadStorage read, Reading& reading)
      : tree_(tree), read_(std::move(read)), reading_(reading) {}

  /// Of PyTorch's or NumPy's. Throws Error with a clause for what is broken.
  at::Tensor tensor(const PickleValue& value);
  /// Puts it among the weights, within the limits of the reading.
  void keep(WeightSet& weights, const std::string& name, const PickleValue& value);

 private:
  const PickleTree& tree_;
  ReadStorage read_;
  Reading& reading_;
  std::map<std::string, std::pair<StorageId, at::Tensor>> storages_;
};

}  // namespace ganvas::io
