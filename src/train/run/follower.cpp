#include "train/run/follower.h"

#include <utility>

#include "core/error.h"
#include "core/hash.h"
#include "core/json_text.h"

namespace ganvas::train {

void check_ranks_agree(ProcessGroup& group, const Trainer& trainer) {
  const std::string recipe = json_text(to_json(trainer.recipe()));
  const std::string mine =
      fmt::format("recipe {}, {} pictures in the data set, step {}",
                  sha256_of(recipe.data(), recipe.size()).substr(0, 12), trainer.dataset().size(), trainer.steps());
  const std::vector<std::string> all = group.gather(mine);
  for (std::size_t rank = 1; rank < all.size(); ++rank) {
    require(all[rank] == all[0],
            "The ranks do not train the same: rank 0 has {}; rank {} has {}. Start all of them with the same command "
            "and the same files.",
            all[0], rank, all[rank]);
  }
}

void run_follower(Trainer& trainer, RankOrders& orders) {
  while (true) {
    const Orders now = orders.receive();
    if (!now.go) return;
    if (!now.restore.empty()) trainer.restore(now.restore);
    for (const std::string& edit : now.edits)
      trainer.apply(edit_from_json(parse_json(edit, "An edit of rank 0"), "An edit of rank 0"));
    if (now.step) trainer.step();
  }
}

void follow_first_rank(const Recipe& recipe, std::shared_ptr<const data::Dataset> data,
                       const std::filesystem::path& checkpoint, const TrainerOptions& options) {
  Trainer trainer(recipe, std::move(data), options);
  if (!checkpoint.empty()) {
    trainer.restore(checkpoint);
  } else if (!recipe.start.from.empty()) {
    trainer.begin();
  }
  check_ranks_agree(*options.group, trainer);
  RankOrders orders(options.group);
  run_follower(trainer, orders);
}

}  // namespace ganvas::train
