#pragma once
// The stream that torch.save wrote before version 1.6, and that NVIDIA's snapshots still hold one of for every storage:
// five pickles (magic number, version, machine, object, storage keys), then each storage with its length.

#include <map>
#include <string>
#include <string_view>

#include "io/pickle/pickle.h"
#include "io/reading.h"
#include "io/torch/torch_storage.h"

namespace ganvas::io {

/// True when the bytes begin with the magic number of the stream.
bool is_legacy_torch(std::string_view bytes);

/// A uint8 tensor that holds a copy of the bytes.
at::Tensor copy_bytes(std::string_view bytes);

/// A parsed stream. The bytes must outlive it. Throws Error with a clause.
class LegacyTorch {
 public:
  LegacyTorch(std::string_view bytes, const AllowGlobal& allow, Reading& reading);
  [[nodiscard]] const PickleTree& tree() const { return tree_; }
  /// Where the bytes of a storage lie.
  [[nodiscard]] std::string_view storage(const StorageId& id) const;

 private:
  PickleTree tree_;
  std::map<std::string, std::string_view> storages_;
};

}  // namespace ganvas::io
