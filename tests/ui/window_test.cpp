// The real window, with mouse and keyboard.

#include <gtest/gtest.h>

#include <chrono>
#include <cmath>
#include <csignal>
#include <filesystem>
#include <thread>

#include "support/source_folder.h"
#include "ui/real_window.h"

namespace ganvas::ui {
namespace {

namespace fs = std::filesystem;
using test::quick_model;
using test::RealWindow;

TEST(Window, SlidersPictureAndUndo) {
  RealWindow window("--model '" + quick_model() + "'");
  const Json first = window.settled();
  const std::string hash = first["picture"]["hash"];
  window.keep("window-explore");

  window.drag("explore.dimension.0", 60, 0);
  const Json moved = window.settled();
  EXPECT_NE(moved["picture"]["hash"], hash) << "a slider changes the picture";
  EXPECT_TRUE(moved["state"]["edits"].contains("0"));

  window.key("ctrl+z");
  const Json undone = window.wait_until(
      "the edit is undone", [](const Json& l) { return l["state"]["edits"].empty(); }, 10);
  EXPECT_TRUE(undone["state"]["can_redo"]);
  EXPECT_EQ(window.settled()["picture"]["hash"], hash) << "undo brings back every pixel";

  window.key("ctrl+shift+z");
  window.wait_until(
      "the edit is redone", [](const Json& l) { return l["state"]["edits"].contains("0"); }, 10);
  EXPECT_EQ(window.settled()["picture"]["hash"], moved["picture"]["hash"]);
  window.key("ctrl+z");
  window.settled();

  window.drag("picture", -130, 52);
  const Json panned = window.settled();
  EXPECT_GT(panned["state"]["seed_x"].get<double>(), 0.3);
  EXPECT_LT(panned["state"]["seed_y"].get<double>(), -0.1);
  EXPECT_NE(panned["picture"]["hash"], hash) << "dragging moves across the seeds";
  window.key("ctrl+z");
  window.wait_until(
      "the drag is one step of undo", [](const Json& l) { return l["state"]["seed_x"] == 0.0; }, 10);
  EXPECT_EQ(window.settled()["picture"]["hash"], hash);
}

TEST(Window, ModelsOpenByNameFromTheRecentListAndByNetwork) {
  const std::string references = test::source_folder() + "/tests/reference/";
  RealWindow window("--model '" + references + "dcgan/netG_epoch_24.pth'");
  const Json first = window.settled();
  EXPECT_EQ(first["state"]["family"], "layered");
  const auto open = [&](const std::string& path, const std::string& family) {
    window.click("explore.open");
    window.wait_until(
        "the dialog is open", [](const Json& l) { return l["widgets"].contains("file.accept"); }, 10);
    window.xdotool("type --delay 15 '" + path + "'");
    window.click("file.accept");
    window.wait_until(
        "the model is there",
        [&](const Json& l) { return l["state"]["family"] == family && l["state"]["loading"] == false; }, 60);
    return window.settled();
  };
  const Json second = open(references + "stylegan2_tf/network-snapshot-000120.pkl", "stylegan2");
  EXPECT_NE(second["picture"]["hash"], first["picture"]["hash"]);
  const Json third = open(references + "stylegan1_tf/network-snapshot-000120.pkl", "stylegan");
  EXPECT_EQ(third["state"]["network"], "G_ema");
  window.keep("window-stylegan");

  window.click("explore.network");
  window.click("explore.network.G");
  window.wait_until(
      "the other generator is shown", [](const Json& l) { return l["state"]["network"] == "G"; }, 60);
  EXPECT_NE(window.settled()["picture"]["hash"], third["picture"]["hash"]);

  window.click("explore.recent");
  window.wait_until(
      "the list is open", [](const Json& l) { return l["widgets"].contains("recent.2"); }, 10);
  window.keep("window-recent");
  window.click("recent.2");
  window.wait_until(
      "the first model is back", [](const Json& l) { return l["state"]["family"] == "layered"; }, 60);
  const Json back = window.settled();
  EXPECT_EQ(back["picture"]["hash"], first["picture"]["hash"]) << "pixel for pixel";
  EXPECT_TRUE(back["state"]["errors"].empty()) << back["state"]["errors"];
  EXPECT_EQ(back["state"]["recent"].size(), 3u);
  EXPECT_TRUE(fs::exists(window.folder() / "config/ganvas/recent.json"));
}

TEST(Window, KeysGridAndQuit) {
  RealWindow window("--model '" + quick_model() + "'");
  window.settled();
  window.key("g");
  const Json grid = window.wait_until(
      "the grid is on", [](const Json& l) { return l["state"]["columns"] == 4; }, 10);
  EXPECT_EQ(grid["state"]["rows"], 4);
  EXPECT_EQ(window.settled()["picture"]["columns"], 4);
  window.key("Right");
  window.wait_until(
      "an arrow key steps", [](const Json& l) { return l["state"]["seed_x"] == 1.0; }, 10);
  window.key("space");
  const Json walking = window.wait_until(
      "it animates", [](const Json& l) { return l["state"]["animate"] == true; }, 10);
  window.wait_until(
      "the animation moves", [&](const Json& l) { return l["picture"]["request"] > walking["picture"]["request"]; },
      10);
  window.key("space");
  window.key("F1");
  window.wait_until(
      "the keyboard map opens", [](const Json& l) { return l["widgets"].contains("keyboard.close"); }, 10);
  window.keep("window-keyboard");
  window.key("F1");
  window.key("F12");
  for (int i = 0; i < 100 && !fs::exists(window.folder() / "out"); ++i) window.xdotool("sleep 0.1");
  EXPECT_TRUE(fs::exists(window.folder() / "out")) << "F12 writes a picture of the window";
  window.key("ctrl+q");
  EXPECT_EQ(window.exit_code(), 0) << "without training it quits at once";
}

TEST(Window, WhatAKilledProgramLeftIsOfferedByTheNext) {
  const std::string model = "--model '" + quick_model() + "'";
  RealWindow window(model);
  window.settled();
  window.key("Right");
  window.wait_until(
      "an arrow key steps", [](const Json& l) { return l["state"]["seed_x"] == 1.0; }, 10);
  std::this_thread::sleep_for(std::chrono::seconds(2));
  window.kill_and_start(model);
  const Json offer = window.wait_until(
      "it asks", [](const Json& l) { return l["widgets"].contains("unsaved.open"); }, 10);
  EXPECT_EQ(offer["state"]["seed_x"], 0.0) << "nothing is opened by itself";
  window.keep("window-unsaved");
  window.click("unsaved.open");
  window.wait_until(
      "the session is back", [](const Json& l) { return l["state"]["seed_x"] == 1.0; }, 10);
  EXPECT_EQ(::kill(window.pid(), SIGTERM), 0);
  EXPECT_EQ(window.exit_code(), 0) << "a program that is told to go saves all and goes";
  EXPECT_FALSE(fs::exists(window.folder() / "state/ganvas/unsaved/1.json"));
}

TEST(Window, IsNoLargerThanTheScreenAtFirst) {
  RealWindow window("", 900, 600, false);
  const Json look = window.settled();
  EXPECT_LE(look["window"][0], 960);
  EXPECT_LE(look["window"][1], 680);
}

TEST(Window, ResizeMinimiseRestore) {
  RealWindow window("--model '" + quick_model() + "'");
  const std::string hash = window.settled()["picture"]["hash"];
  window.xdotool("search --onlyvisible --class ganvas windowsize 900 640");
  window.wait_until(
      "the window is smaller", [](const Json& l) { return l["window"][0].get<int>() < 1000; }, 10);
  EXPECT_EQ(window.settled()["picture"]["hash"], hash);
  window.xdotool("search --onlyvisible --class ganvas windowminimize --sync");
  window.xdotool("sleep 1");
  window.xdotool("search --class ganvas windowmap --sync windowactivate --sync");
  window.xdotool("sleep 1");  // the window manager puts the window back in its own time
  window.drag("explore.dimension.1", 40, 0);
  EXPECT_TRUE(window.settled()["state"]["edits"].contains("1")) << "it works on after being minimised";
}

TEST(Window, TrainingLivesInTheWindowAndIsSavedOnQuit) {
  RealWindow window("--model '" + quick_model() + "'");
  window.settled();
  window.click("tab.train");
  window.wait_until(
      "recipes are listed", [](const Json& l) { return l["widgets"].contains("train.start"); }, 10);
  window.keep("window-train-idle");
  window.click("train.start");
  const Json begun = window.wait_until(
      "training shows its weights",
      [](const Json& l) { return l["state"]["train_step"] >= 3 && l["picture"]["version"] >= 1; }, 120);
  const Json later = window.wait_until(
      "the picture follows the weights",
      [&](const Json& l) {
        return l["picture"]["version"] > begun["picture"]["version"] &&
               l["picture"]["hash"] != begun["picture"]["hash"];
      },
      60);
  EXPECT_GT(later["state"]["history"], 0);
  window.keep("window-train");

  window.click("tab.explore");
  window.drag("explore.dimension.2", 50, 0);
  window.wait_until(
      "steering works while it trains", [](const Json& l) { return l["state"]["edits"].contains("2"); }, 10);

  window.key("ctrl+q");
  window.wait_until(
      "it asks before it quits", [](const Json& l) { return l["widgets"].contains("quit.confirm"); }, 10);
  window.keep("window-quit");
  window.click("quit.stay");
  window.wait_until(
      "it stays",
      [](const Json& l) { return !l["widgets"].contains("quit.confirm") && l["state"]["training"] == true; }, 10);
  window.key("alt+F4");
  const Json asked = window.wait_until(
      "closing asks too", [](const Json& l) { return l["widgets"].contains("quit.confirm"); }, 10);
  const fs::path run = window.folder() / asked["state"]["run_folder"].get<std::string>();
  window.click("quit.confirm");
  EXPECT_EQ(window.exit_code(120), 0) << window.errors();
  EXPECT_TRUE(fs::exists(run / "model.safetensors")) << run;
  EXPECT_TRUE(fs::exists(run / "log.jsonl"));
}

}  // namespace
}  // namespace ganvas::ui
