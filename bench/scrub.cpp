// How long a moment of the past takes to the screen's picture, in the whole app.
#include <ATen/ATen.h>
#include <benchmark/benchmark.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <thread>

#include "app/app.h"
#include "app/open/open_model.h"
#include "core/files.h"
#include "io/safetensors.h"
#include "train/recipe/recipe.h"
#include "train/watch/weight_history.h"

namespace ganvas {
namespace {

namespace fs = std::filesystem;

/// $GANVAS_RUN, or a run with 200 moments made of the 64x64 StyleGAN2 starter, each a little different.
fs::path run_to_scrub() {
  if (const char* given = std::getenv("GANVAS_RUN")) return given;
  const fs::path run = fs::temp_directory_path() / "ganvas-bench-run";
  const app::OpenedModel starter = app::open_model(asset("models/starter.safetensors").string());
  train::Recipe recipe = train::load_recipe("starter-stylegan2");
  recipe.network = starter.generator->spec();
  write_json(run / "recipe.json", to_json(recipe));
  io::write_safetensors(run / "model.safetensors", models::model_file_of(*starter.generator));
  train::WeightHistory history(train::history_folder(run));
  const io::WeightSet weights = models::weights_of(*starter.generator);
  for (int i = static_cast<int>(history.moments().size()); i < 200; ++i) {
    io::WeightSet moved;
    for (const auto& [name, tensor] : weights.items())
      moved.set(name, tensor.is_floating_point() ? tensor + 0.002 * at::randn_like(tensor) : tensor);
    history.add(i, 0.1 * i, moved);
  }
  return run;
}

/// From the slider's move to the picture; moments in random order, so that few have been read before.
void scrub(benchmark::State& state) {
  const fs::path run = run_to_scrub();
  app::AppOptions options;
  options.device = "cpu";
  options.state.model = run.string();
  app::App app(options);
  const auto tick_until = [&](const auto& holds) {
    while (!holds(app.view())) {
      app.tick(0.001);
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
  };
  tick_until(
      [](const app::ViewModel& view) { return view.time.moments.size() > 1 && view.frame && !view.model.loading; });
  const auto moments = app.view().time.moments;
  std::mt19937 random(1);
  double worst = 0;
  for (auto _ : state) {
    const auto& moment = moments[random() % moments.size()];
    const auto start = std::chrono::steady_clock::now();
    app.send(app::command::SetTime{{.at = moment.kimg}});
    tick_until([&](const app::ViewModel& view) { return view.frame->past && view.frame->step == moment.step; });
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    worst = std::max(worst, seconds);
    state.SetIterationTime(seconds);
  }
  state.counters["worst_ms"] = worst * 1e3;
  state.counters["moments"] = static_cast<double>(moments.size());
}
BENCHMARK(scrub)->Unit(benchmark::kMillisecond)->UseManualTime()->Iterations(200);

}  // namespace
}  // namespace ganvas
