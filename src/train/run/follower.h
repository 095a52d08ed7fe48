#pragma once
// The ranks of a training run beside rank 0: they step when they are told to, and write nothing.

#include "train/ranks/rank_orders.h"
#include "train/step/trainer.h"

namespace ganvas::train {

/// Every rank calls it before the first step. Throws Error on all of them when their recipes, data or steps differ.
void check_ranks_agree(ProcessGroup& group, const Trainer& trainer);

/// Steps, makes live changes and goes back to checkpoints as rank 0 says, until it says stop. Throws Error when a rank
/// is lost or a step fails.
void run_follower(Trainer& trainer, RankOrders& orders);

}  // namespace ganvas::train
