#include "app/commands/training.h"

#include "app/commands/support.h"

namespace ganvas::app::command {

void SetTraining::apply(CommandContext& context) const {
  context.state.train = controls;
}

void TrainModel::apply(CommandContext& context) const {
  const Services::Start start = context.services.start_of_model(context.state);
  require(!start.file.empty(), "There is no model file to begin with; open one first.");
  TrainControls& controls = context.state.train;
  if (controls.recipe != start.recipe) controls.overrides.clear();
  controls.recipe = start.recipe;
  controls.from = start.file;
  controls.freeze_d = -1;
}

void ShowWeights::apply(CommandContext& context) const {
  context.state.train.in_training = in_training;
}

void StartTraining::apply(CommandContext& context) const {
  context.carry_out(*this);
  // A fresh run is shown as it is; of a branch, both sides of the divider may be wanted on.
  if (branch_at < 0) context.state.time = {};
  context.state.time.at = -1;
}

}  // namespace ganvas::app::command
