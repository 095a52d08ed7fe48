#pragma once
// Threads that help another one. No torch.

#include <atomic>
#include <cstdint>
#include <thread>
#include <vector>

namespace ganvas::ops {

/// The helpers of one thread. A thread that waits for work looks for it a few microseconds before it sleeps, for to be
/// woken takes longer than most parts of a small network; it sleeps at once where another team of this program was at
/// work in the last moments, for then its processor is wanted. run() is called by the thread that made the team.
class Team {
 public:
  explicit Team(int helpers);
  ~Team();  ///< ends the helpers
  Team(const Team&) = delete;
  Team& operator=(const Team&) = delete;

  [[nodiscard]] int helpers() const { return static_cast<int>(threads_.size()); }

  using Work = void (*)(void* data, int part);
  /// Calls work(data, part) for part = 0 .. parts - 1, each once, on this thread and its helpers; who is free takes the
  /// next one, so a helper that has no processor delays nothing. Returns when all are done. 1 <= parts <= 65535; `work`
  /// throws nothing.
  void run(int parts, Work work, void* data);

 private:
  void help();
  bool take_one();
  [[nodiscard]] bool has_work() const;
  /// Looks for `ready` for a while; false: it is time to sleep.
  template <typename Ready>
  bool found_soon(const Ready& ready) const;

  Work work_ = nullptr;
  void* data_ = nullptr;
  std::atomic<std::uint64_t> parts_{0};  ///< from the top: 32 bits a number of the call, 16 its parts, 16 those taken
  std::atomic<int> done_{0};             ///< parts of this call
  std::atomic<int> sleepers_{0};
  std::atomic<int> wake_{0};  ///< what sleepers wait on
  std::atomic<bool> ends_{false};
  std::vector<std::thread> threads_;
};

}  // namespace ganvas::ops
