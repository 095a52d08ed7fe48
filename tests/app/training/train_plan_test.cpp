// What a run is planned with: recipes that suit a model, and runs that begin with the model on screen.
#include "app/training/train_plan.h"

#include <gtest/gtest.h>

#include "app/training/run_files.h"
#include "app/whole_app.h"
#include "io/open/open_model_file.h"

namespace ganvas::app {
namespace {

TEST(TrainPlan, FindsARecipeForEachFamily) {
  EXPECT_EQ(recipe_for_family("anime-dcgan-v3", "dcgan"), "anime-dcgan-v3");  // it suits: it stays
  EXPECT_EQ(recipe_for_family("starter-dcgan", "stylegan2"), "starter-stylegan2");
  EXPECT_EQ(recipe_for_family("starter-dcgan", "stylegan"), "starter-stylegan");
  EXPECT_EQ(recipe_for_family("starter-dcgan", "of nobody"), "starter-dcgan");
  EXPECT_EQ(recipe_for_family("/gone/recipe.json", "dcgan").substr(0, 7), "starter");
  for (const std::string& name : train::recipe_names()) {
    const std::string family = train::load_recipe(name).network.family;
    EXPECT_EQ(train::load_recipe(recipe_for_family("starter-dcgan", family)).network.family, family);
  }
}

TEST(TrainPlan, SaysWhatIsWrongWithTheFileThatARunBeginsWith) {
  TrainControls controls;
  controls.from = "/nowhere/model.pkl";
  const TrainPlan plan = plan_training(controls);
  EXPECT_NE(plan.problem.find("/nowhere/model.pkl"), std::string::npos) << plan.problem;
}

using TrainThisModel = test::WholeApp;

TEST_F(TrainThisModel, BeginsTheNextRunWithTheModelOnScreen) {
  ASSERT_NE(picture(), "no picture");
  TrainControls controls = small_training();
  app->send(command::SetTraining{controls});
  app->send(command::TrainModel{});
  ASSERT_TRUE(until([&](const ViewModel& view) { return view.state->train.from == folder / "a.safetensors"; }));
  controls = app->view().state->train;
  EXPECT_EQ(controls.recipe, "starter-dcgan");
  EXPECT_FALSE(controls.overrides.empty());  // the recipe suits, and what was set of it stays
  // Back and forth: the choice is a step of undo.
  app->send(command::Undo{});
  ASSERT_TRUE(until([&](const ViewModel& view) { return view.state->train.from.empty(); }));
  app->send(command::Redo{});
  ASSERT_TRUE(until([&](const ViewModel& view) { return !view.state->train.from.empty(); }));

  app->send(command::StartTraining{folder / "runs/mine", ""});
  ASSERT_TRUE(until([](const ViewModel& view) { return view.train.state == train::SessionState::finished; }))
      << first_error();
  const std::filesystem::path first = folder / "runs/mine/checkpoints/step-00000000.safetensors";
  const io::WeightSet file = io::open_model_file(folder / "a.safetensors").networks.front().weights;
  const io::WeightSet began = io::open_model_file(first).networks.front().weights;
  int compared = 0;
  for (const auto& [name, tensor] : file.items()) {
    ASSERT_TRUE(began.contains(name)) << name;
    EXPECT_TRUE(at::equal(began.at(name), tensor)) << name;
    ++compared;
  }
  EXPECT_GT(compared, 4);
}

}  // namespace
}  // namespace ganvas::app
