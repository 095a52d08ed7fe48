// The picture alone in a second window, on a desktop of two monitors.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <thread>

#include "ui/real_window.h"

namespace ganvas::test {
namespace {

constexpr std::array<MonitorPlace, 2> monitors = {MonitorPlace{0, 0, 1240, 1100}, MonitorPlace{1240, 0, 640, 360}};

bool comes_true(const std::function<bool()>& holds) {
  for (int i = 0; i < 300 && !holds(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(100));
  return holds();
}

bool is_black(const std::uint8_t* pixel) {
  return pixel[0] < 8 && pixel[1] < 8 && pixel[2] < 8;
}

class OutputWindow : public testing::Test {
 protected:
  RealWindow window_{"", monitors};

  [[nodiscard]] Image second() { return window_.desktop().pixels(monitors[1]); }
  /// The square picture in the middle of the second monitor has something to see.
  static bool has_picture(const Image& screen) {
    int least = 255, most = 0;
    for (int y = 20; y < 340; y += 4)
      for (int x = 160; x < 480; x += 4) {
        least = std::min<int>(least, screen.at(x, y)[0]);
        most = std::max<int>(most, screen.at(x, y)[0]);
      }
    return most - least > 60;
  }
  void open_on_second_monitor() {
    window_.settled();
    window_.click("tab.record");
    window_.click("output.monitor");
    window_.click("output.monitor.2: VNC-1, 640 x 360");
    window_.click("output.window");
    window_.keep("two_monitors");
  }
};

TEST_F(OutputWindow, FillsTheSecondMonitorAndFollowsTheSliders) {
  open_on_second_monitor();
  ASSERT_TRUE(comes_true([&] { return has_picture(second()); }));
  const Json look = window_.wait_until("it is open", [](const Json& l) { return l["output"].is_object(); });
  EXPECT_EQ(look["output"]["size"], (Json{640, 360}));
  EXPECT_EQ(look["output"]["full_screen"], true);
  const Image before = second();
  EXPECT_TRUE(is_black(before.at(20, 180))) << "a border beside the square picture";
  EXPECT_TRUE(is_black(before.at(620, 180)));
  window_.key("r");  // the first window has kept the keyboard
  window_.settled();
  EXPECT_TRUE(comes_true([&] { return second() != before; }));
  window_.click("output.border.1");
  EXPECT_TRUE(comes_true([&] { return !is_black(second().at(20, 180)); })) << "blurred";
  EXPECT_TRUE(has_picture(second()));
  window_.click("output.border.0");
  window_.click("output.fit.1");
  EXPECT_TRUE(comes_true([&] { return !is_black(second().at(20, 180)); })) << "the picture itself";
  window_.keep("second_monitor");
  window_.click("output.window");
  window_.wait_until("it is gone", [](const Json& l) { return l["output"].is_null(); });
}

TEST_F(OutputWindow, EscapeOverItHidesItAndF11MakesItAWindow) {
  open_on_second_monitor();
  ASSERT_TRUE(comes_true([&] { return has_picture(second()); }));
  window_.xdotool("mousemove 1560 180 click 1");
  window_.xdotool("search --name 'Picture – ganvas' windowfocus --sync");
  window_.key("F11");
  window_.wait_until("it is a window of its own size", [](const Json& l) {
    return l["output"].is_object() && l["output"]["full_screen"] == false && l["output"]["size"] != Json{640, 360};
  });
  window_.xdotool("search --name 'Picture – ganvas' windowfocus --sync");
  window_.key("Escape");
  window_.wait_until("it is gone", [](const Json& l) { return l["output"].is_null(); });
  window_.click("tab.explore");
  window_.settled();  // the first one lives on
}

}  // namespace
}  // namespace ganvas::test
