#pragma once
// The ranks of a training run beside rank 0: they step when they are told to, and write nothing.

#include <functional>

#include "train/rank_orders.h"
#include "train/trainer.h"

namespace ganvas {

/// Every rank calls it before the first step. Throws Error on all of them when their recipes, data or steps differ.
void check_ranks_agree(ProcessGroup& group, const Trainer& trainer);

/// Steps until rank 0 says stop. `apply` makes the edits of a message before its step. Throws Error when a rank is lost
/// or a step fails.
void run_follower(Trainer& trainer, RankOrders& orders,
                  const std::function<void(const std::vector<std::string>& edits)>& apply = {});

}  // namespace ganvas
