#pragma once
// What rank 0 tells the other ranks before each step. Nobody steps without having been told.

#include <memory>
#include <string>
#include <vector>

#include "train/ranks/process_group.h"

namespace ganvas::train {

struct Orders {
  bool go = true;                  ///< false: the run is over
  std::vector<std::string> edits;  ///< live changes to make first, in order: Edits as JSON texts
  bool step = true;                ///< a step follows
  std::string restore;             ///< a checkpoint to go back to before all else; empty: none
  bool operator==(const Orders&) const = default;
};

/// One message a step, as JSON text: {"go": true, "edits": ["..."], "step": true, "restore": ""}. For one thread.
class RankOrders {
 public:
  explicit RankOrders(std::shared_ptr<ProcessGroup> group) : group_(std::move(group)) {}
  /// Rank 0, before each step and once at the end. Throws Error when a rank is lost.
  void give(const Orders& orders);
  /// The others; waits as long as rank 0 lives, however long it is paused. Throws Error when it is lost, or says what
  /// this version does not know.
  Orders receive();

 private:
  std::shared_ptr<ProcessGroup> group_;
};

}  // namespace ganvas::train
