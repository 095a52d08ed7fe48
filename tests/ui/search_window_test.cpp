// The search for a picture's latents and the drag of points, in the real window.

#include <gtest/gtest.h>

#include "support/source_folder.h"
#include "ui/real_window.h"

namespace ganvas::ui {
namespace {

using test::RealWindow;

const std::string starter = "--model '" + test::source_folder() + "/assets/models/starter.safetensors'";

TEST(SearchWindow, PointsArePulledWithTheMouseAndTheirDragIsOneStep) {
  RealWindow window(starter, 1280, 1200);
  const std::string hash = window.settled()["picture"]["hash"];
  window.click("tab.style");
  window.key("p");
  window.drag("picture", 60, 20);
  EXPECT_EQ(window.settled()["picture"]["hash"], hash) << "setting points moves nothing yet";
  EXPECT_EQ(window.look()["state"]["drag_points"], 1);
  window.keep("window-drag-points");
  window.click("drag.start");
  window.wait_until("the picture is another one",
                    [&](const Json& l) { return l["state"]["can_undo"] == true && l["picture"]["hash"] != hash; });
  window.keep("window-dragged");
  window.key("ctrl+z");
  window.wait_until("it is undone", [&](const Json& l) { return l["picture"]["hash"] == hash; });
  EXPECT_FALSE(window.look()["state"]["can_undo"].get<bool>());
}

TEST(SearchWindow, APictureIsProjectedAndCancelled) {
  RealWindow window(starter, 1280, 1200);
  window.settled();
  window.click("tab.style");
  const std::string file = test::source_folder() + "/assets/models/starter-dcgan.png";
  const auto choose = [&] {
    window.click("projection.choose");
    window.wait_until(
        "the dialog is open", [](const Json& l) { return l["widgets"].contains("file.accept"); }, 10);
    window.xdotool("type --delay 15 '" + file + "'");
    window.click("file.accept");
  };
  choose();
  window.wait_until(
      "it searches", [](const Json& l) { return l["state"]["searching"] == true; }, 30);
  window.wait_until("it shows the nearest so far",
                    [](const Json& l) { return l["widgets"].contains("projection.found"); });
  window.keep("window-projection");
  window.key("Escape");
  window.wait_until(
      "it is given up", [](const Json& l) { return l["state"]["searching"] == false; }, 10);
  EXPECT_EQ(window.look()["state"]["bookmarks"], 0);
  choose();
  window.wait_until(
      "what was found is a bookmark", [](const Json& l) { return l["state"]["bookmarks"] == 1; }, 120);
  window.keep("window-projected");
}

}  // namespace
}  // namespace ganvas::ui
