// What a new user meets first: pixels that are no squares, the switch of the weights, examples, the tour.

#include <gtest/gtest.h>

#include "ui/panels/picture/pixel_filter.h"
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

}  // namespace
}  // namespace ganvas::ui
