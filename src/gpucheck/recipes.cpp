// Every recipe at its published size: that it fits, that its figures are finite, and how fast it is.
#include <chrono>
#include <cmath>

#include "core/error.h"
#include "gpucheck/guard.h"
#include "train/recipe/recipe.h"
#include "train/step/trainer.h"

namespace ganvas::gpucheck {
namespace {

/// One recipe with nothing changed but the number of pictures in the data set.
std::pair<bool, std::string> published_size(const std::string& name) {
  train::Recipe recipe = train::load_recipe(name);
  recipe.data.count = 4096;
  reset_peak_gpu_bytes();
  train::Trainer trainer(recipe, data::open_dataset(recipe.data), {.device = at::kCUDA, .loader_threads = 12});
  bool finite = true;
  const auto step = [&] {
    const train::StepReport report = trainer.step();
    finite = finite && std::isfinite(report.d_loss) && std::isfinite(report.g_loss);
  };
  for (int i = 0; i < 2; ++i) step();
  const auto start = std::chrono::steady_clock::now();
  constexpr int steps = 4;
  const double kimg = trainer.kimg();
  for (int i = 0; i < steps; ++i) step();
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return {
      finite,
      fmt::format(
          "{0}x{0}, batch {1}: {2:.0f} images/s, {3:.1f} GB at the peak, estimate {4:.1f} GB{5}{6}",
          recipe.network.resolution, recipe.batch, 1000 * (trainer.kimg() - kimg) / seconds,
          static_cast<double>(peak_gpu_bytes()) / 1e9, static_cast<double>(train::peak_memory_bytes(recipe)) / 1e9,
          trainer.micro_batches() > 1 ? fmt::format(", in {} micro-batches", trainer.micro_batches()) : std::string(),
          finite ? "" : ", losses that are NOT FINITE")};
}

}  // namespace

void check_recipes(Checklist& checks) {
  for (const std::string& name : train::recipe_names()) {
    checks.on_gpu("as published: " + name, [&] { return published_size(name); });
  }
}

}  // namespace ganvas::gpucheck
