#pragma once
// The whole app on a small model, without a window.

#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <string>

#include "app/app.h"
#include "app/render/frame.h"
#include "app/support.h"
#include "core/hash.h"

namespace ganvas::test {

class WholeApp : public testing::Test {
 protected:
  Folder folder;
  std::unique_ptr<app::App> app;

  void SetUp() override {
    write_model(folder / "a.safetensors", 1);
    start();
  }

  app::AppOptions options() {
    app::AppOptions options;
    options.state.model = folder / "a.safetensors";
    options.device = "cpu";
    options.threads = 1;
    options.runs = folder / "runs";
    return options;
  }
  void start() { app = std::make_unique<app::App>(options()); }

  bool until(const std::function<bool(const app::ViewModel&)>& wanted) {
    return eventually([&] {
      app->tick(0.002);
      return wanted(app->view());
    });
  }
  /// Sends a command that reads a file of the document, and waits until that is there.
  void load(const app::Command& command) {
    app->send(command);
    EXPECT_TRUE(until([](const app::ViewModel& view) { return view.reading.name.empty(); }));
  }
  /// The picture that answers everything sent so far.
  std::string picture() {
    app->tick(0);
    const bool arrived = until([&](const app::ViewModel& view) {
      return !view.model.loading && view.frame && view.frame->request == app->request() && view.frame->coarse == 0;
    });
    if (!arrived) return "no picture";
    const auto image = app::host_image(*app->view().frame);
    return sha256_of(image->pixels.data(), image->pixels.size());
  }
  /// A recipe that trains in seconds.
  static app::TrainControls small_training() {
    return {.recipe = "starter-dcgan",
            .overrides = {{"batch", "8"},
                          {"kimg", "0.8"},
                          {"data.count", "32"},
                          {"network.dcgan.channels", "[8, 8, 8, 8]"},
                          {"network.dcgan.d_channels", "[8, 8, 8, 8]"}}};
  }
  [[nodiscard]] std::string first_error() const { return app->errors().empty() ? "" : app->errors().front(); }
};

}  // namespace ganvas::test
