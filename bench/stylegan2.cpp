// StyleGAN2: pictures, steps of training, and what a hand on a slider waits for.
#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <thread>

#include "app/open/open_model.h"
#include "app/settings/settings.h"
#include "app/view/synthesizer.h"
#include "data/dataset.h"
#include "models/generator.h"
#include "models/stylegan2/settings.h"
#include "peak.h"
#include "train/recipe/recipe.h"
#include "train/step/trainer.h"

namespace ganvas {
namespace {

/// As NVIDIA trains them: half as wide up to 256 pixels.
models::NetworkSpec stylegan2_of(std::int64_t resolution) {
  models::NetworkSpec spec{.family = "stylegan2", .resolution = static_cast<int>(resolution)};
  spec.z_dim = spec.w_dim = 512;
  spec.extra = {{"channel_base", resolution <= 256 ? 16384 : 32768}, {"channel_max", 512}};
  return spec;
}

/// Multiply-adds of the convolutions of one picture, times two. An upsampling one counts each of its inputs once.
double flop_of(const models::NetworkSpec& spec) {
  double flop = 0, side = 4, from = 0;
  for (const int channels : models::stylegan2_settings(spec).channels) {
    const double to = channels, pixels = side * side;
    if (from > 0) flop += 2 * 9 * from * to * pixels / 4;
    flop += 2 * 9 * to * to * pixels + 2 * 3 * to * pixels;
    from = to;
    side *= 2;
  }
  return flop;
}

void synthesis(benchmark::State& state) {
  const at::NoGradGuard no_grad;
  const models::GeneratorPtr g = models::make_generator(stylegan2_of(state.range(0)), at::kCPU, 1);
  g->eval();
  const at::Tensor w = g->map(at::randn({1, 512}), {}, {});
  bench::convolution_peak();
  for (auto unused : state) benchmark::DoNotOptimize(g->synthesize(w, {}));
  state.counters["peak_GFLOPS"] = bench::convolution_peak();
  state.counters["fraction_of_peak"] = benchmark::Counter(flop_of(g->spec()) / 1e9 / bench::convolution_peak(),
                                                          benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK(synthesis)->Arg(64)->Arg(256)->Arg(512)->Arg(1024)->Unit(benchmark::kMillisecond)->UseRealTime();

/// A 64-pixel StyleGAN2-ADA of channel base 2048, at most 128 channels, batch 8.
train::Recipe small_ada(double p) {
  train::Recipe recipe = train::load_recipe("stylegan2-ada-auto");
  recipe.network.resolution = recipe.data.resolution = recipe.data.width = 64;
  recipe.network.num_ws = 10;
  recipe.network.extra["channel_base"] = 2048;
  recipe.network.extra["channel_max"] = 128;
  recipe.batch = 8;
  recipe.augment.adaptation.mode = "fixed";
  recipe.augment.adaptation.p = p;
  return recipe;
}

void train_stylegan2(benchmark::State& state, train::Recipe recipe) {
  recipe.data.count = 1000;
  train::Trainer trainer(recipe, data::open_dataset(recipe.data), {});
  const int period = 16;  // R1 comes every so many steps, path length more often
  for (int i = 0; i < 2; ++i) trainer.step();
  while (trainer.steps() % period != 0) trainer.step();
  for (auto unused : state)
    for (int i = 0; i < period; ++i) trainer.step();
  state.counters["img_per_s"] =
      benchmark::Counter(static_cast<double>(period * recipe.batch), benchmark::Counter::kIsIterationInvariantRate);
}
BENCHMARK_CAPTURE(train_stylegan2, starter, train::load_recipe("starter-stylegan2"))->UseRealTime()->Iterations(2);
BENCHMARK_CAPTURE(train_stylegan2, of_64, small_ada(0))->UseRealTime()->Iterations(2);
BENCHMARK_CAPTURE(train_stylegan2, of_64_ada, small_ada(0.5))->UseRealTime()->Iterations(2);

/// From a request of another truncation to its first frame, which may be coarse, and from there to the exact one.
void latency(benchmark::State& state) {
  auto opened = std::make_shared<app::OpenedModel>();
  opened->generator = models::make_generator(stylegan2_of(state.range(0)), at::kCPU, 1);
  app::Synthesizer synthesizer("cpu");
  synthesizer.show_model(opened, 1);
  app::LatentRequest request;
  request.threads = at::get_num_threads();
  request.most_ms = app::Settings{}.drag_ms;
  std::vector<double> milliseconds, exact;
  const auto picture = [&] {
    ++request.number;
    request.latent.psi = 0.7 + 0.001 * static_cast<double>(request.number % 100);
    const auto start = std::chrono::steady_clock::now();
    const auto since = [&] {
      return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count();
    };
    synthesizer.request(request);
    double shown = 0;
    for (app::FramePtr frame; !frame || frame->request != request.number || frame->coarse > 0;
         frame = synthesizer.take_frame()) {
      if (frame && frame->request == request.number) shown = since();
      std::this_thread::sleep_for(std::chrono::microseconds(200));
    }
    exact.push_back(since());
    milliseconds.push_back(shown > 0 ? shown : exact.back());
  };
  picture();
  milliseconds.clear();
  exact.clear();
  for (auto unused : state) picture();
  std::sort(milliseconds.begin(), milliseconds.end());
  std::sort(exact.begin(), exact.end());
  state.counters["exact_median_ms"] = exact[exact.size() / 2];
  state.counters["median_ms"] = milliseconds[milliseconds.size() / 2];
  state.counters["p99_ms"] = milliseconds[milliseconds.size() * 99 / 100];
  // Of the whole program: pictures of smaller networks came before.
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmRSS:")) state.counters["resident_mb"] = std::stod(line.substr(6)) / 1024;
}
BENCHMARK(latency)->Arg(256)->Arg(1024)->Unit(benchmark::kMillisecond)->UseRealTime()->Iterations(20);

}  // namespace
}  // namespace ganvas
