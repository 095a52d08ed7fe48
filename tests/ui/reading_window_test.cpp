// How a network is read, corrected in the real window.

#include <gtest/gtest.h>

#include "core/files.h"
#include "support/mlp_file.h"
#include "ui/real_window.h"

namespace ganvas::ui {
namespace {

using test::RealWindow;

TEST(ReadingWindow, AnAssumptionIsCorrectedAndStaysSoAfterARestart) {
  const test::TemporaryFolder folder;
  const std::filesystem::path file = folder.path() / "mlp.safetensors", kept = file.string() + ".ganvas.json";
  test::write_mlp(file);
  const std::string model = "--model '" + file.string() + "'";
  RealWindow window(model);
  const std::string inferred = window.settled()["picture"]["hash"];
  window.keep("window-assumed");
  window.click("picture.reading");
  window.wait_until(
      "the panel is open", [](const Json& l) { return l["widgets"].contains("reading.net.3.kind.sigmoid"); }, 10);
  window.click("reading.net.3.kind.sigmoid");
  const Json after = window.wait_until("the picture follows", [&](const Json& l) {
    return l["picture"]["hash"] != inferred && l["widgets"].contains("reading.net.3.kind.tanh");
  });
  window.keep("window-reading");
  EXPECT_TRUE(std::filesystem::exists(kept));

  window.kill_and_start(model);
  EXPECT_EQ(window.settled()["picture"]["hash"], after["picture"]["hash"]);
  window.click("picture.reading");
  window.wait_until(
      "the panel is open again", [](const Json& l) { return l["widgets"].contains("reading.inferred"); }, 10);
  window.click("reading.inferred");
  window.wait_until("it is as inferred", [&](const Json& l) { return l["picture"]["hash"] == inferred; });
  EXPECT_FALSE(std::filesystem::exists(kept));
}

}  // namespace
}  // namespace ganvas::ui
