#pragma once
// The ranks of a training run beside rank 0: they step when they are told to, and write nothing.

#include <filesystem>
#include <memory>

#include "data/dataset.h"
#include "train/ranks/rank_orders.h"
#include "train/step/trainer.h"

namespace ganvas::train {

/// Every rank calls it before the first step. Throws Error on all of them when their recipes, data or steps differ.
void check_ranks_agree(ProcessGroup& group, const Trainer& trainer);

/// A rank beside rank 0 from its start to its end: makes its networks anew, out of `checkpoint` or as the recipe
/// begins, then run_follower(). Throws Error as these do.
void follow_first_rank(const Recipe& recipe, std::shared_ptr<const data::Dataset> data,
                       const std::filesystem::path& checkpoint, const TrainerOptions& options);

/// Steps, makes live changes and goes back to checkpoints as rank 0 says, until it says stop. Throws Error when a rank
/// is lost or a step fails.
void run_follower(Trainer& trainer, RankOrders& orders);

}  // namespace ganvas::train
