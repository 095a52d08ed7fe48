// The time machine in the real window: train, scrub back, branch, train on, compare.

#include <gtest/gtest.h>

#include "core/files.h"
#include "ui/real_window.h"

namespace ganvas::ui {
namespace {

namespace fs = std::filesystem;
using test::RealWindow;

TEST(Window, GoesBackInTimeBranchesAndCompares) {
  RealWindow window("--threads 1");
  window.settled();
  window.click("tab.train");
  window.wait_until(
      "the recipe is ready", [](const Json& l) { return l["widgets"].contains("train.start"); }, 30);
  window.click("train.start");
  window.wait_until(
      "six moments are kept", [](const Json& l) { return l["state"]["moments"] >= 6; }, 120);
  window.key("h");
  window.wait_until(
      "the time machine is open", [](const Json& l) { return l["widgets"].contains("time.track"); }, 10);

  // Back to near the beginning, while the run goes on.
  window.click("time.track", 0.2);
  const Json past = window.wait_until(
      "a moment of the past is on screen",
      [](const Json& l) { return l["picture"].value("past", false) && l["state"]["time_at"] >= 0; }, 30);
  EXPECT_LT(past["picture"]["step"], past["state"]["train_step"]);
  const Json later = window.wait_until(
      "training goes on meanwhile",
      [&](const Json& l) { return l["state"]["train_step"] > past["state"]["train_step"]; }, 60);
  EXPECT_EQ(later["picture"]["hash"], past["picture"]["hash"]) << "the past stands still";

  // Beside the newest, with a divider to drag.
  window.key("c");
  window.wait_until(
      "both sides are shown", [](const Json& l) { return l["picture"].value("divider", -1.0) == 0.5; }, 30);
  window.keep("window-time-machine");
  window.drag("picture.divider", 60, 0);
  window.wait_until(
      "the divider has moved", [](const Json& l) { return l["state"]["divider"] > 0.55; }, 10);

  // A branch from there.
  window.click("time.branch");
  const Json branched = window.wait_until(
      "the branch trains",
      [](const Json& l) {
        return l["state"]["train"] == "Training" &&
               l["state"]["run_folder"].get<std::string>().find("-branch") != std::string::npos;
      },
      120);
  window.wait_until(
      "it makes steps", [&](const Json& l) { return l["state"]["train_step"] > branched["state"]["train_step"]; }, 60);
  const fs::path run = fs::path(branched["state"]["run_folder"].get<std::string>());
  const fs::path whole = run.is_absolute() ? run : window.folder() / run;
  const Json origin = read_json(whole / "branch.json");
  EXPECT_EQ(origin["step"], past["picture"]["step"]);
  window.wait_until(
      "the moments of before belong to it",
      [&](const Json& l) {
        return l["state"]["moments"] > 0 && l["state"]["time_run"] == branched["state"]["run_folder"];
      },
      30);
  EXPECT_TRUE(window.look()["state"]["errors"].empty()) << window.look()["state"]["errors"];
  window.keep("window-branch");
}

}  // namespace
}  // namespace ganvas::ui
