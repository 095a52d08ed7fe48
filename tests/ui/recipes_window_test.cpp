// Every recipe in the real window, one after the other in one process.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <set>

#include "core/files.h"
#include "media/png.h"
#include "train/small_recipes.h"
#include "ui/real_window.h"

namespace ganvas::ui {
namespace {

namespace fs = std::filesystem;
using test::RealWindow;

constexpr int steps = 50;

std::vector<std::string> recipes() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(asset("recipes"))) names.push_back(entry.path().stem().string());
  std::ranges::sort(names);
  return names;
}

/// Trains each recipe for 50 steps into a folder of its name; a picture of what the window then shows lies beside it.
Json script_for(const std::vector<std::string>& names, const fs::path& digits) {
  Json script = Json::array();
  for (const std::string& name : names) {
    const Json controls{
        {"recipe", name}, {"data", ""}, {"follow", true}, {"overrides", test::small_overrides(name, digits)}};
    script.push_back({{"command", "set_training"}, {"controls", controls}});
    script.push_back({{"command", "start_training"}, {"run_folder", name}});
    script.push_back({{"wait", {{"until_state", "running"}, {"timeout", 60}}}});
    script.push_back({{"wait", {{"until_step", steps}, {"timeout", 120}}}});
    script.push_back({{"command", "stop_training"}});
    script.push_back({{"wait", {{"until_state", "stopped"}, {"timeout", 60}}}});
    script.push_back({{"wait", {{"seconds", 0.3}}}});  // the last weights reach the screen, the look its file
    script.push_back({{"screenshot", {{"of", "picture"}, {"path", name + ".png"}}}});
  }
  return script;
}

/// The log of a run says 50 steps or more, all in finite figures.
void expect_log(const fs::path& run) {
  std::ifstream log(run / "log.jsonl");
  int reports = 0;
  Json last;
  for (std::string line; std::getline(log, line); last = Json::parse(line)) {
    const Json report = Json::parse(line);
    if (report.contains("state")) continue;
    EXPECT_EQ(report["step"], ++reports) << run;
    for (const char* key : {"d_loss", "g_loss", "real_score", "fake_score", "d_grad_norm", "g_grad_norm"}) {
      ASSERT_TRUE(report[key].is_number() && std::isfinite(report[key].get<double>())) << run << " " << line;
    }
  }
  EXPECT_GE(reports, steps) << run;
  EXPECT_EQ(last.value("state", ""), "stopped") << run;
}

TEST(Window, TrainsEveryRecipe) {
  const test::TemporaryFolder folder;
  test::write_digits(folder / "digits");
  const std::vector<std::string> names = recipes();
  write_file(folder / "script.json", script_for(names, folder / "digits").dump());
  RealWindow window(
      "--threads 1 --script '" + (folder / "script.json").string() + "' --out '" + (folder / "runs").string() + "'",
      640, 480);

  // The last look at each session's picture. Sessions are counted from 1; only their weights have a version.
  std::map<std::size_t, Json> pictures;
  int code = -1;
  for (int i = 0; i < 12'000 && code < 0; ++i) {
    const Json look = window.look();
    if (look.contains("picture") && look["picture"]["version"] > 0)
      pictures[look["picture"]["model"].get<std::size_t>()] = look["picture"];
    code = window.exit_code(0.05);
  }
  ASSERT_EQ(code, 0) << window.errors();

  for (std::size_t i = 0; i < names.size(); ++i) {
    const fs::path run = folder / "runs" / names[i];
    expect_log(run);
    EXPECT_TRUE(fs::exists(run / "model.safetensors")) << run;
    const Json picture = pictures[i + 1];
    ASSERT_TRUE(picture.is_object()) << names[i] << " was never on screen";
    EXPECT_GT(picture["step"], 0) << names[i];
    if (i > 0) {
      EXPECT_NE(picture["hash"], pictures[i]["hash"]) << names[i] << " shows the run before";
    }
    const Image image = media::read_png(folder / "runs" / (names[i] + ".png"));
    EXPECT_GT((std::set<std::uint8_t>(image.pixels.begin(), image.pixels.end()).size()), 2u) << names[i] << " is plain";
  }
  EXPECT_EQ(pictures.size(), names.size());
}

}  // namespace
}  // namespace ganvas::ui
