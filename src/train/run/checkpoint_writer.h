#pragma once
// Puts checkpoints on disk while training goes on.

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace ganvas::train {

/// Owns one thread. write() hands over what is already in memory; at most one file is being written at a time. All
/// methods are for the owner's thread.
class CheckpointWriter {
 public:
  using Write = std::function<void(const std::filesystem::path&)>;
  struct Result {
    std::int64_t step = 0;
    std::filesystem::path file;
    std::string problem;  ///< why it could not be written; empty: it is whole on disk
  };

  CheckpointWriter();
  ~CheckpointWriter();  ///< waits for the file under way
  CheckpointWriter(const CheckpointWriter&) = delete;
  CheckpointWriter& operator=(const CheckpointWriter&) = delete;

  /// True while a file is being written: another write() would wait for it.
  [[nodiscard]] bool busy() const;
  /// Starts writing. Waits for the file before it, if that is not done.
  void write(std::int64_t step, std::filesystem::path file, Write write);
  /// The next file that was finished and not yet taken.
  std::optional<Result> take();
  /// Waits for the file under way, then as take().
  std::optional<Result> wait();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ganvas::train
