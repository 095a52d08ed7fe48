#pragma once
// A view model with something in every panel, and a sink that keeps what the panels send.

#include <cmath>
#include <memory>
#include <string>
#include <vector>

#include "app/dispatch/command.h"
#include "app/view_model.h"

namespace ganvas::test {

struct KeepingSink final : app::CommandSink {
  std::vector<app::Command> sent;
  void send(app::Command command) override { sent.push_back(std::move(command)); }
  template <typename T>
  [[nodiscard]] const T* last() const {
    for (auto it = sent.rbegin(); it != sent.rend(); ++it) {
      if (const T* found = std::get_if<T>(&*it)) return found;
    }
    return nullptr;
  }
};

/// A grid of smooth colours with a face-like disc in each cell.
inline std::shared_ptr<const Image> fake_sheet(int cells, int side, int seed) {
  auto image = std::make_shared<Image>(cells * side, cells * side, 4);
  for (int y = 0; y < image->height; ++y) {
    for (int x = 0; x < image->width; ++x) {
      const int cell = (y / side) * cells + x / side + seed;
      const double u = (x % side + 0.5) / side - 0.5;
      const double v = (y % side + 0.5) / side - 0.5;
      const double disc = u * u + v * v < 0.12 ? 0.75 : 0.25;
      for (int c = 0; c < 3; ++c) {
        const double wave = 0.5 + 0.5 * std::sin(cell * (1.3 + c) + 3 * u + (2 + c) * v);
        image->at(x, y)[c] = static_cast<std::uint8_t>(255 * (0.35 * wave + 0.65 * disc * (0.6 + 0.4 * wave)));
      }
      image->at(x, y)[3] = 255;
    }
  }
  return image;
}

struct FakeView {
  app::AppState state;
  app::Settings settings;
  std::vector<train::StepReport> history;
  app::ViewModel view;

  FakeView() {
    view.state = &state;
    view.settings = &settings;
    view.device = "CPU (2 threads)";
    view.generator_ms = 6.3;
    view.model = {.name = "starter-dcgan",
                  .family = "dcgan",
                  .z_dim = 100,
                  .resolution = 64,
                  .width = 64,
                  .parameters = 1'900'000};
    for (int i = 0; i < 100; ++i) view.latent.push_back(static_cast<float>(2.2 * std::sin(i * 1.7)));
    state.latent.edits = {{1, 1.5F}, {4, -2.0F}};
    state.latent.locked = {2};
    for (const auto& [index, value] : state.latent.edits) view.latent[static_cast<std::size_t>(index)] = value;
    show(fake_sheet(1, 64, 0), 1);
    view.train.recipes = {"anime-dcgan-v1", "starter-dcgan"};
    view.train.recipe_title = "DCGAN on the built-in faces, minutes on a CPU";
    view.train.recipe_values = {{"batch", "64"}, {"kimg", "400"}, {"loss.d_real", "[0.9, 1]"}, {"seed", "0"}};
    view.train.overridden = {"batch"};
    view.train.peak_memory = 412'000'000;
    view.train.free_memory = 3'100'000'000;
    view.can_undo = true;
  }

  void show(const std::shared_ptr<const Image>& image, int cells) {
    auto frame = std::make_shared<app::Frame>();
    frame->pixels = image->view();
    frame->memory = std::const_pointer_cast<Image>(image);
    frame->columns = frame->rows = cells;
    view.frame = frame;
  }

  void train(int steps) {
    app::TrainView& train = view.train;
    train.state = train::SessionState::running;
    for (int i = 1; i <= steps; ++i) {
      const double noise = std::sin(i * 12.9898) * 43758.5453;
      const double jitter = noise - std::floor(noise) - 0.5;
      const double t = i / 400.0;
      history.push_back({.step = i,
                         .kimg = i * 0.064,
                         .d_loss = 0.6 + 0.7 * std::exp(-t) + 0.3 * jitter,
                         .g_loss = 2.2 - 1.1 * std::exp(-t) + 0.9 * jitter,
                         .real_score = 0.75 + 0.1 * jitter,
                         .fake_score = 0.3 - 0.1 * std::exp(-t) + 0.15 * jitter,
                         .d_grad_norm = 1 + jitter,
                         .g_grad_norm = 2 + jitter,
                         .seconds = 0.12});
    }
    train.history = &history;
    train.step = steps;
    train.kimg = steps * 0.064;
    train.total_kimg = 400;
    train.images_per_second = 512;
    train.seconds_left = 431;
    train.run_folder = "runs/starter-dcgan-1";
    train.samples = fake_sheet(4, 64, 3);
    train.reals = fake_sheet(4, 64, 40);
    auto frame = std::make_shared<app::Frame>(*view.frame);
    frame->version = 45;
    frame->step = steps;
    view.frame = frame;
  }
};

}  // namespace ganvas::test
