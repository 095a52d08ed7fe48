#pragma once
// Ranks beside rank 0 that are threads of this process: a step of a small network has too little for several threads in
// each of its operators, and enough for several halves of a batch.

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "data/dataset.h"
#include "train/ranks/process_group.h"
#include "train/ranks/thread_meeting.h"
#include "train/run/session.h"

namespace ganvas::train {

/// How many ranks train a recipe fastest in this process: 2 for small networks on a processor whose pictures do not
/// touch one another through batch norm, where the batch can be halved and there are two threads; else 1.
int fitting_ranks(const Recipe& recipe, const SessionOptions& options);

/// Threads that train as rank 1 to `ranks` - 1 what this one trains as rank 0, each with the share of options.threads
/// that this one has too. Made and destroyed by the thread of rank 0, whose name and niceness they have.
class Companions {
 public:
  /// They begin at once, and wait for rank 0, which has to make its Trainer with group().
  Companions(const Recipe& recipe, std::shared_ptr<const data::Dataset> data, const SessionOptions& options, int ranks);
  ~Companions();  ///< ends them, told or not
  Companions(const Companions&) = delete;
  Companions& operator=(const Companions&) = delete;

  [[nodiscard]] const std::shared_ptr<ProcessGroup>& group() const { return group_; }
  /// Rank 0 has failed within a step: the others, which wait for it, end.
  void leave(const std::string& why) { meeting_->leave(why); }

 private:
  std::shared_ptr<ThreadMeeting> meeting_;
  std::shared_ptr<ProcessGroup> group_;
  std::vector<std::jthread> threads_;
};

}  // namespace ganvas::train
