#include <cmath>

#include "app/search/map_point.h"
#include "app/style_app.h"

namespace ganvas::test {
namespace {

class Map : public StyleApp {
 protected:
  const app::MapView& drawn() {
    app->send(app::command::DrawMap{});
    app->tick(0);
    EXPECT_TRUE(until([](const app::ViewModel& view) { return !view.map.busy; }));
    return app->view().map;
  }
};

TEST_F(Map, ShowsThePicturesThatItsPlacesLeadTo) {
  picture();
  const app::MapView map = drawn();
  ASSERT_NE(map.sheet, nullptr);
  EXPECT_EQ(map.sheet->width, map.cells * 16);
  EXPECT_EQ(map.middle.size(), static_cast<std::size_t>(w_dim));
  const int x = 9, y = 2;
  app->send(
      app::command::SetStyleBase{app::map_point(map, (2.0 * x + 1) / map.cells - 1, (2.0 * y + 1) / map.cells - 1)});
  const auto walked = picture();
  for (int row = 0; row < 16; ++row) {
    const auto* cell = map.sheet->pixels.data() + 4 * ((y * 16 + row) * map.sheet->width + x * 16);
    const auto* own = walked->pixels.data() + 4 * row * 16;
    EXPECT_TRUE(std::equal(own, own + 4 * 16, cell)) << "row " << row;
  }
}

TEST_F(Map, LiesAlongTheTwoLargestComponentsOfW) {
  picture();
  const app::MapView map = drawn();
  double right = 0, down = 0, product = 0;
  for (std::size_t i = 0; i < map.right.size(); ++i) {
    right += map.right[i] * map.right[i];
    down += map.down[i] * map.down[i];
    product += map.right[i] * map.down[i];
  }
  EXPECT_GT(right, 0);
  EXPECT_GE(right, down);
  EXPECT_LT(std::abs(product) / std::sqrt(right * down), 1e-4) << "at right angles";
}

TEST_F(Map, OfAModelWithoutStylesKeepsTheLengthOfItsLatents) {
  write_model(folder / "plain.safetensors", 3);
  app->send(app::command::OpenModel{folder / "plain.safetensors"});
  app->tick(0);
  ASSERT_TRUE(until([](const app::ViewModel& view) { return view.model.name == "plain" && !view.model.loading; }));
  picture();
  const app::MapView map = drawn();
  ASSERT_NE(map.sheet, nullptr);
  ASSERT_GT(map.length, 0);
  for (const double place : {-0.9, 0.2, 0.7}) {
    double squares = 0;
    for (const float value : app::map_point(map, place, -place / 2)) squares += static_cast<double>(value) * value;
    EXPECT_NEAR(std::sqrt(squares), map.length, 1e-4 * map.length);
  }
}

TEST_F(Map, DrawingCanBeCancelled) {
  picture();
  app->send(app::command::DrawMap{});
  app->send(app::command::CancelMap{});
  app->tick(0);
  EXPECT_FALSE(app->view().map.busy);
  EXPECT_EQ(app->view().map.sheet, nullptr);
}

}  // namespace
}  // namespace ganvas::test
