// What a new user meets first: pixels that are no squares, the switch of the weights, examples, the tour.

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>
#include <variant>

#include "ui/panels/panels.h"
#include "ui/panels/picture/pixel_filter.h"
#include "ui/panels/tour/tour_steps.h"
#include "ui/stage.h"

namespace ganvas::ui {
namespace {

using test::Stage;

TEST(PixelFilters, BlendByThemselvesWhereSinglePixelsWouldBeSeen) {
  test::FakeView fake;
  const render::PixelSize picture{64, 64};
  const auto blends = [&](app::PixelFilter filter, float side) {
    fake.state.view.filter = filter;
    return blends_pixels(fake.view, {0, 0, side, side}, picture);
  };
  EXPECT_FALSE(blends(app::PixelFilter::automatic, 256));
  EXPECT_TRUE(blends(app::PixelFilter::automatic, 257));
  EXPECT_TRUE(blends(app::PixelFilter::smooth, 64));
  EXPECT_FALSE(blends(app::PixelFilter::nearest, 640));
  auto sheet = std::make_shared<app::Frame>(*fake.view.frame);
  sheet->layer = std::make_shared<app::LayerFigures>();
  fake.view.frame = sheet;
  EXPECT_FALSE(blends(app::PixelFilter::automatic, 640)) << "cells of a layer stay apart";
}

TEST(PixelFilters, TheWindowDrawsAsTheySay) {
  Stage stage;
  const auto drawn = [&](app::PixelFilter filter) {
    stage.fake.state.view.filter = filter;
    stage.frame(3);
    const render::Rectangle r = stage.where("picture");
    const Image window = stage.picture();
    std::vector<std::uint8_t> row;
    for (int x = 0; x < static_cast<int>(r.width); ++x)
      row.push_back(window.at(static_cast<int>(r.x) + x, static_cast<int>(r.y + r.height / 3))[0]);
    return row;
  };
  const auto automatic = drawn(app::PixelFilter::automatic);
  EXPECT_EQ(automatic, drawn(app::PixelFilter::smooth));
  EXPECT_NE(automatic, drawn(app::PixelFilter::nearest));
  stage.fake.show(test::fake_sheet(8, 64, 0), 8);
  EXPECT_EQ(drawn(app::PixelFilter::automatic), drawn(app::PixelFilter::nearest)) << "a grid of small pictures";
}

TEST(PixelFilters, TheKeyGoesThroughAllThree) {
  Stage stage;
  std::vector<app::PixelFilter> seen;
  for (int i = 0; i < 3; ++i) {
    stage.key(letter('I'));
    ASSERT_NE(stage.sink.last<app::command::SetView>(), nullptr);
    seen.push_back(stage.fake.state.view.filter = stage.sink.last<app::command::SetView>()->filter);
  }
  EXPECT_EQ(seen, (std::vector{app::PixelFilter::smooth, app::PixelFilter::nearest, app::PixelFilter::automatic}));
}

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

TEST(Examples, OpenFromTheListOfModels) {
  Stage stage;
  stage.fake.view.examples = {{"Faces", ""}, {"Other faces", "/assets/other.safetensors"}};
  stage.fake.view.recent = {{"/models/mine.pt", false}};
  stage.frame(3);
  stage.click("explore.recent");
  stage.frame(3);
  stage.keep("examples");
  stage.click("examples.1");
  ASSERT_NE(stage.sink.last<app::command::OpenModel>(), nullptr);
  EXPECT_EQ(stage.sink.last<app::command::OpenModel>()->path, "/assets/other.safetensors");
}

/// Of all commands.
template <std::size_t... I>
std::set<std::string_view> names_of_commands(std::index_sequence<I...>) {
  return {std::variant_alternative_t<I, app::Command>::command...};
}

TEST(TourSteps, AskForCommandsAndTabsThatExist) {
  const auto names = names_of_commands(std::make_index_sequence<std::variant_size_v<app::Command>>());
  const PanelList panels = make_panels();
  EXPECT_EQ(tour_steps().size(), 5U);
  for (const TourStep& step : tour_steps()) {
    EXPECT_FALSE(step.commands.empty()) << step.title;
    for (const char* command : step.commands) EXPECT_TRUE(names.contains(command)) << command;
    EXPECT_TRUE(std::any_of(panels.begin(), panels.end(), [&](const auto& panel) {
      return panel->info().place == PanelPlace::tab && panel->info().name == step.tab;
    })) << step.tab;
    EXPECT_LT(std::string_view(step.text).size(), 130U) << step.title << ": a step is short";
  }
}

TEST(Tour, TicksWhatTheVisitorHasDone) {
  Stage stage;
  stage.fake.view.made = {{"start_training", 1}};  // before the tour
  stage.state().open = {"tour"};
  stage.frame(3);
  stage.keep("tour");
  EXPECT_FALSE(stage.has("tour.done.0"));
  EXPECT_FALSE(stage.has("tour.done.3"));
  EXPECT_TRUE(stage.sink.sent.empty()) << "it does nothing by itself";
  ++stage.fake.view.made["pan_seed"];
  ++stage.fake.view.made["start_training"];
  stage.frame(2);
  EXPECT_TRUE(stage.has("tour.done.0"));
  EXPECT_FALSE(stage.has("tour.done.1"));
  EXPECT_TRUE(stage.has("tour.done.3")) << "in any order";
  for (const char* command : {"set_strength", "recall_bookmark", "start_video"}) ++stage.fake.view.made[command];
  stage.frame(2);
  stage.keep("tour-done");
  stage.click("tour.close");
  stage.frame(3);
  EXPECT_FALSE(stage.has("tour.done.0"));
  stage.state().tab = "settings";
  stage.frame(3);
  stage.click("settings.tour");
  stage.frame(3);
  EXPECT_TRUE(stage.has("tour.skip"));
  EXPECT_FALSE(stage.has("tour.done.0")) << "from the beginning";
}

TEST(Tour, LeavesThePictureFreeShowsTheTabAndGoesWithEscape) {
  Stage stage;
  ++stage.fake.view.made["pan_seed"];
  stage.state().open = {"tour"};
  stage.frame(3);
  const render::Rectangle picture = stage.where("picture"), card = stage.where("tour");
  EXPECT_LE(picture.y + picture.height, card.y);
  for (const char* command : {"pan_seed", "set_dimension", "recall_bookmark"}) ++stage.fake.view.made[command];
  stage.frame(2);
  stage.click("tour.show");
  EXPECT_EQ(stage.state().tab, "train");
  stage.key(Key::escape);
  stage.frame(2);
  EXPECT_FALSE(stage.has("tour.skip"));
}

}  // namespace
}  // namespace ganvas::ui
