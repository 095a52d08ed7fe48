#pragma once
// The zip container of torch.save and torch.jit.save: entries by name, checked before they are unpacked.

#include <zip.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "io/torch/torch_storage.h"

namespace ganvas::io {

/// A zip archive around a data.pkl, closed with the object. Names are those within its folder.
class TorchArchive {
 public:
  /// Throws Error with a clause for what is broken, or holds no data.pkl.
  explicit TorchArchive(const std::filesystem::path& path);

  [[nodiscard]] bool contains(const std::string& name) const;
  /// Entries that begin and end so, in their order.
  [[nodiscard]] std::vector<std::string> names(const std::string& prefix, const std::string& suffix) const;
  /// The bytes of one entry, into what `room` gives for their number. Throws Error with a clause when it is missing,
  /// damaged, larger than `most`, or packed more than tensors can be.
  void read(const std::string& name, std::uint64_t most, const std::function<char*(std::uint64_t)>& room);
  /// The same, as text.
  std::string text(const std::string& name, std::uint64_t most);

 private:
  struct Discard {
    void operator()(zip_t* zip) const { zip_discard(zip); }
  };
  std::unique_ptr<zip_t, Discard> zip_;  // closed also when the constructor refuses what it opened
  std::string root_;
};

/// Reads the storages that lie under that prefix. Both outlive it.
ReadStorage storages_within(TorchArchive& archive, const std::string& prefix, Reading& reading);

}  // namespace ganvas::io
