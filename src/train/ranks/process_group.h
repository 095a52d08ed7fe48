#pragma once
// The processes ("ranks") that train one run together, as torchrun starts them.

#include <ATen/ATen.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace c10d {
class Store;
}

namespace ganvas::train {

class ThreadMeeting;  // train/ranks/thread_meeting.h

/// Which of how many processes this one is, and where they meet.
struct RankPlace {
  int rank = 0;
  int size = 1;
  int local_rank = 0;  ///< among the processes of this machine
  int local_size = 1;
  std::string address;  ///< of the meeting place
  int port = 0;
  bool launcher_hosts = false;  ///< the launcher keeps the meeting place, else rank 0 does
  std::string attempt = "0";    ///< restarts by the launcher meet anew
};

/// What torchrun's environment says (RANK, WORLD_SIZE, LOCAL_RANK, LOCAL_WORLD_SIZE, MASTER_ADDR, MASTER_PORT); nothing
/// where WORLD_SIZE is absent or 1. Throws Error naming the variable that is missing or no number.
std::optional<RankPlace> rank_place_from_environment();

/// Every rank calls the same things in the same order. For one thread at a time. A heartbeat watches the other ranks:
/// when one ends, hangs or loses its connection, calls that wait for it throw an Error within 10 seconds that names the
/// rank; so does every call after that.
class ProcessGroup {
 public:
  /// Meets the others at `store`, which the group keeps; waits for them. `on_device`: whether tensors on `device` are
  /// summed there, which needs a GPU of its own for each rank. Throws Error when not all come.
  ProcessGroup(c10::intrusive_ptr<c10d::Store> store, int rank, int size, at::Device device = at::kCPU,
               bool on_device = false);
  /// Ranks that are threads of this process. They need no heartbeat: one that ends leaves the meeting.
  ProcessGroup(std::shared_ptr<ThreadMeeting> meeting, int rank);
  ~ProcessGroup();
  ProcessGroup(const ProcessGroup&) = delete;
  ProcessGroup& operator=(const ProcessGroup&) = delete;

  [[nodiscard]] int rank() const;
  [[nodiscard]] int size() const;

  /// Sums a tensor over the ranks, in place; all end with the same bits.
  void all_reduce(at::Tensor& tensor);
  /// Whether something holds on any rank.
  bool any(bool here);
  /// A text of each rank, in their order.
  std::vector<std::string> gather(const std::string& text);
  /// Rank 0 sends a text to all, which wait for it however long it takes. -> the text.
  std::string from_first(const std::string& text);

  /// Throws the Error of a lost rank, if one is. Results that came from a device are good only if this is quiet after.
  void check() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// Meets the others where torchrun says. Throws Error when they do not come within a minute.
std::shared_ptr<ProcessGroup> join_ranks(const RankPlace& place, at::Device device);

}  // namespace ganvas::train
