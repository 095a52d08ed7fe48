#include <cmath>

#include "app/style_app.h"

namespace ganvas::test {
namespace {

class Sensitivity : public StyleApp {
 protected:
  const app::SensitivityView& measured(const app::command::MeasureSensitivity& what) {
    app->send(what);
    app->tick(0);
    EXPECT_TRUE(until([](const app::ViewModel& view) { return !view.sensitivity.busy; }));
    return app->view().sensitivity;
  }
  /// Root mean square distance of two pictures' colours, in grey levels.
  static double distance(const Image& a, const Image& b) {
    double squares = 0;
    std::size_t count = 0;
    for (std::size_t i = 0; i < a.pixels.size(); ++i) {
      if (i % 4 == 3) continue;
      const double difference = static_cast<double>(a.pixels[i]) - b.pixels[i];
      squares += difference * difference;
      ++count;
    }
    return std::sqrt(squares / static_cast<double>(count));
  }
};

TEST_F(Sensitivity, OfLatentsIsWhatAMovedSliderChanges) {
  const auto before = picture();
  const app::SensitivityView view = measured({"z", -1});
  EXPECT_EQ(view.space, "z");
  ASSERT_EQ(view.levels.size(), static_cast<std::size_t>(w_dim));
  const int index = 3;
  app->send(app::command::SetDimension{index, app->view().latent[index] + 0.5});
  EXPECT_NEAR(view.levels[index], distance(*before, *picture()) / 0.5, 1e-4);
  EXPECT_GT(view.levels[index], 0);
}

TEST_F(Sensitivity, OfOneStyleRowIsWhatItsSliderChanges) {
  const auto before = picture();
  const app::SensitivityView view = measured({"w", 2});
  ASSERT_EQ(view.levels.size(), static_cast<std::size_t>(w_dim));
  EXPECT_EQ(view.row, 2);
  const int index = 5;
  app->send(app::command::SetStyleOffset{{2, index, 0.5}});
  EXPECT_NEAR(view.levels[index], distance(*before, *picture()) / 0.5, 1e-4);
  EXPECT_NE(view.levels, measured({"w", -1}).levels) << "all rows move more than one";
}

TEST_F(Sensitivity, CanBeStoppedAndRefusesUnknownSpaces) {
  picture();
  app->send(app::command::MeasureSensitivity{"z", -1});
  app->send(app::command::CancelSensitivity{});
  app->tick(0);
  EXPECT_FALSE(app->view().sensitivity.busy);
  EXPECT_TRUE(app->view().sensitivity.levels.empty());
  app->send(app::command::MeasureSensitivity{"v", -1});
  ASSERT_EQ(app->errors().size(), 1U);
  EXPECT_NE(app->errors()[0].find("\"v\""), std::string::npos);
}

}  // namespace
}  // namespace ganvas::test
