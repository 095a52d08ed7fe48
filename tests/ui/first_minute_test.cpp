// What a new user meets first: the switch of the weights.

#include <gtest/gtest.h>

#include "ui/stage.h"

namespace ganvas::ui {
namespace {

using test::Stage;

TEST(ShownWeights, AreSwitchedInTheTabAndByAKey) {
  Stage stage;
  stage.state().tab = "train";
  stage.frame(3);
  EXPECT_FALSE(stage.has("train.weights.1")) << "there is no run";
  stage.fake.train(20);
  stage.frame(3);
  EXPECT_TRUE(stage.sink.sent.empty());
  stage.click("train.weights.1");
  ASSERT_NE(stage.sink.last<app::command::ShowWeights>(), nullptr);
  EXPECT_TRUE(stage.sink.last<app::command::ShowWeights>()->in_training);
  stage.fake.state.train.in_training = true;
  stage.fake.view.train.samples_in_training = test::fake_sheet(4, 64, 7);
  stage.frame(3);
  stage.keep("weights-in-training");
  stage.key(letter('W'));
  EXPECT_FALSE(stage.sink.last<app::command::ShowWeights>()->in_training);
}

}  // namespace
}  // namespace ganvas::ui
