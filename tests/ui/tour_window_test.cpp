// The first start in the real window: the built-in model as it is presented, and the tour, done from end to end.

#include <gtest/gtest.h>

#include "ui/real_window.h"

namespace ganvas::ui {
namespace {

using test::RealWindow;

bool ticked(const Json& look, int step) {
  return look["widgets"].contains("tour.done." + std::to_string(step));
}

TEST(Window, TheFirstStartShowsTheTourAndNoOther) {
  RealWindow window("--threads 1", 1280, 800, true, /*plain=*/false);
  const Json first = window.settled();
  EXPECT_TRUE(first["widgets"].contains("tour.skip"));
  EXPECT_EQ(first["picture"]["columns"], 3);
  EXPECT_EQ(first["picture"]["rows"], 2);
  EXPECT_EQ(first["state"]["bookmarks"], 3);
  EXPECT_FALSE(first["state"]["can_undo"]);
  window.keep("window-first-start");
  const auto done = [&](int step) {
    const Json look = window.wait_until(
        "step " + std::to_string(step) + " is ticked", [&](const Json& l) { return ticked(l, step); }, 30);
    EXPECT_FALSE(ticked(look, step + 1));
  };
  window.drag("picture", -60, 20);
  done(0);
  window.drag("explore.dimension.0", 60, 0);
  done(1);
  window.click("bookmarks.0");
  done(2);
  window.click("tour.show");
  window.wait_until(
      "the tab is open", [](const Json& l) { return l["widgets"].contains("train.start"); }, 30);
  window.click("train.start");
  done(3);
  window.keep("window-tour");
  window.click("tour.show");
  window.wait_until(
      "the tab is open", [](const Json& l) { return l["widgets"].contains("record.film"); }, 30);
  window.click("record.film");
  window.wait_until(
      "all is done", [](const Json& l) { return ticked(l, 4) && l["widgets"].contains("tour.close"); }, 30);
  window.keep("window-tour-done");
  window.click("record.film");
  window.click("tour.close");
  window.wait_until(
      "the tour is over", [](const Json& l) { return !l["widgets"].contains("tour"); }, 30);
  EXPECT_TRUE(window.look()["state"]["errors"].empty()) << window.look()["state"]["errors"];

  window.kill_and_start("");
  window.settled();
  EXPECT_FALSE(window.look()["widgets"].contains("tour")) << "never twice";
  window.click("unsaved.forget");  // what the killed program left behind
  window.click("tab.settings");
  window.wait_until(
      "the tab is open", [](const Json& l) { return l["widgets"].contains("settings.tour"); }, 60);
  window.click("settings.tour");
  window.wait_until(
      "the tour is there again", [](const Json& l) { return l["widgets"].contains("tour.skip") && !ticked(l, 0); }, 30);
  window.key("Escape");
  window.wait_until(
      "Esc ends it", [](const Json& l) { return !l["widgets"].contains("tour"); }, 30);
}

}  // namespace
}  // namespace ganvas::ui
