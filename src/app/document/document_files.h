#pragma once
// Sessions, timelines and directions as files, read and written beside the window. No torch.

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "app/document/notices.h"
#include "app/document/services.h"
#include "core/threads/worker.h"

namespace ganvas::app {

/// The file that is being read.
struct ReadingView {
  std::string name;    ///< without its folder; empty: none
  double seconds = 0;  ///< since it was asked for
};

/// One file after the other, in the order in which they were asked for: what was saved is whole when it is read.
/// Methods are for the UI thread and never wait, but for finish() and the destructor.
class DocumentFiles {
 public:
  /// Makes the change that a file asks for.
  using Apply = std::function<void(const FileToRead& file, const Change& change)>;

  /// `notices` outlives this, and hears of what cannot be read or written.
  DocumentFiles(Notices& notices, Apply apply);

  void serve(Services& services);
  /// What is being read does not reach the document any more.
  void cancel();
  void tick() { worker_.drain(); }
  void finish() { worker_.finish(); }

  [[nodiscard]] ReadingView reading() const;
  [[nodiscard]] int in_flight() const { return worker_.in_flight(); }

 private:
  struct Wanted {
    std::uint64_t number = 0;
    std::string name;
    std::chrono::steady_clock::time_point asked;
  };
  void write(std::function<void()> write, const std::string& done);
  void read(FileToRead file);
  bool arrived(std::uint64_t number);

  Notices& notices_;
  Apply apply_;
  std::vector<Wanted> wanted_;  ///< oldest first
  std::uint64_t last_ = 0;
  std::atomic<std::uint64_t> dropped_ = 0;  ///< files up to this one need not be read
  Worker worker_;                           ///< last: it ends before the rest goes
};

}  // namespace ganvas::app
