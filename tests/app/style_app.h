#pragma once
// The whole app on a small StyleGAN2, without a window.

#include <gtest/gtest.h>

#include <memory>

#include "app/app.h"
#include "app/render/frame.h"
#include "app/support.h"
#include "core/hash.h"

namespace ganvas::test {

constexpr int rows = 6, w_dim = 8;

inline models::NetworkSpec style_spec() {
  models::NetworkSpec spec;
  spec.family = "stylegan2";
  spec.resolution = 16;
  spec.z_dim = spec.w_dim = w_dim;
  spec.num_ws = rows;
  spec.extra = {{"channel_base", 64}, {"channel_max", 8}, {"mapping_layers", 2}};
  return spec;
}

class StyleApp : public testing::Test {
 protected:
  Folder folder;
  std::unique_ptr<app::App> app;

  void SetUp() override {
    const models::GeneratorPtr g = models::make_generator(style_spec(), at::kCPU, 1);
    const at::NoGradGuard no_grad;
    for (const auto& parameter : g->named_parameters())
      if (parameter.key().ends_with("noise_strength")) parameter.value().fill_(0.5);
    io::write_safetensors(folder / "style.safetensors", models::model_file_of(*g));
    start();
  }
  void start() {
    app::AppOptions options;
    options.state.model = folder / "style.safetensors";
    options.device = "cpu";
    options.threads = 1;
    options.runs = folder / "runs";
    app = std::make_unique<app::App>(options);
  }
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
  std::shared_ptr<const Image> picture() {
    app->tick(0);
    EXPECT_TRUE(until([&](const app::ViewModel& view) {
      return !view.model.loading && view.frame && view.frame->request == app->request() && view.frame->coarse == 0;
    }));
    return app::host_image(*app->view().frame);
  }
  std::string hash() {
    const auto image = picture();
    return sha256_of(image->pixels.data(), image->pixels.size());
  }
};

}  // namespace ganvas::test
