// ./dev bench: what a user waits for, each with its fraction of this machine's convolution peak where convolutions
// dominate, so that runs on different or busy machines can be compared.
#include <ATen/ATen.h>
#include <benchmark/benchmark.h>

#include <chrono>
#include <filesystem>
#include <random>
#include <thread>

#include "app/open/open_model.h"
#include "app/search/latent_search.h"
#include "app/view/on_screen.h"
#include "core/files.h"
#include "core/random.h"
#include "data/dataset.h"
#include "data/faces.h"
#include "media/png.h"
#include "models/dcgan/settings.h"
#include "models/generator.h"
#include "ops/to_rgba8/to_rgba8.h"
#include "peak.h"
#include "train/recipe/recipe.h"
#include "train/step/trainer.h"

namespace ganvas {
namespace {

/// Multiply-adds of the generator's convolutions for one picture, times two.
double dcgan_flop(const models::NetworkSpec& spec) {
  double flop = 0;
  double from = spec.z_dim, side = 1;
  std::vector<int> channels = models::dcgan_settings(spec).channels;
  channels.push_back(spec.image_channels);
  for (const int to : channels) {
    flop += 2.0 * from * to * 16 * side * side;
    from = to;
    side = side == 1 ? 4 : side * 2;
  }
  return flop;
}

void report_fraction(benchmark::State& state, double flop_an_iteration) {
  state.counters["peak_GFLOPS"] = bench::convolution_peak();
  state.counters["of_peak"] = benchmark::Counter(flop_an_iteration / 1e9 / bench::convolution_peak(),
                                                 benchmark::Counter::kIsIterationInvariantRate);
}

void generate_one_dcgan_picture(benchmark::State& state) {
  const at::NoGradGuard no_grad;
  const models::NetworkSpec spec;
  const models::GeneratorPtr g = models::make_generator(spec, at::kCPU);
  g->eval();
  const at::Tensor z = at::randn({1, spec.z_dim});
  at::Tensor bytes;
  bench::convolution_peak();
  for (auto unused : state) ops::to_rgba8(g->synthesize(g->map(z, {}, {}), {}), 1, bytes);
  report_fraction(state, dcgan_flop(spec));
}
BENCHMARK(generate_one_dcgan_picture)->Unit(benchmark::kMillisecond)->UseRealTime();

void train_step(benchmark::State& state, train::Recipe recipe) {
  recipe.data.count = 2000;
  train::Trainer trainer(recipe, data::open_dataset(recipe.data), {});
  trainer.step();
  bench::convolution_peak();
  for (auto unused : state) trainer.step();
  state.counters["img_per_s"] = benchmark::Counter(recipe.batch, benchmark::Counter::kIsIterationInvariantRate);
  // Three passes (forward, and backward for inputs and weights): D on reals, fakes and again for G; G forward twice.
  report_fraction(state, recipe.batch * dcgan_flop(recipe.network) * (1 + 3 + 3 * 3));
}
BENCHMARK_CAPTURE(train_step, anime_dcgan_v1, train::load_recipe("anime-dcgan-v1"))
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime()
    ->Iterations(4);
BENCHMARK_CAPTURE(train_step, starter_dcgan, train::load_recipe("starter-dcgan"))
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime()
    ->Iterations(10);

void draw_faces(benchmark::State& state) {
  const auto faces = data::open_dataset({.source = "faces", .resolution = static_cast<int>(state.range(0))});
  std::int64_t index = 0;
  for (auto unused : state) benchmark::DoNotOptimize(faces->picture(index++));
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()));
}
BENCHMARK(draw_faces)->Arg(64)->Arg(256)->UseRealTime();

void picture_to_bytes(benchmark::State& state) {
  const at::Tensor picture = at::rand({1, 3, state.range(0), state.range(0)}) * 2 - 1;
  at::Tensor bytes;
  for (auto unused : state) ops::to_rgba8(picture, 1, bytes);
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations()) * state.range(0) * state.range(0) * 4);
}
BENCHMARK(picture_to_bytes)->Arg(64)->Arg(1024)->Unit(benchmark::kMicrosecond)->UseRealTime();

/// From a person's cancel to the end of the work, in the middle of projecting a picture into W+ of the StyleGAN2
/// starter.
void cancel_projection(benchmark::State& state) {
  const std::filesystem::path picture = std::filesystem::temp_directory_path() / "ganvas-bench-face.png";
  media::write_png(picture, data::draw_face(data::sample_face(5, 1), 64, 3).view());
  app::Synthesizer synthesizer("cpu");
  synthesizer.show_model(
      std::make_shared<app::OpenedModel>(app::open_model(asset("models/starter.safetensors").string())), 1);
  app::Notices notices;
  const app::ModelReady model;
  const app::OnScreen on_screen{.model = [&] { return &model; }, .frame = [] { return app::FramePtr(); }};
  double worst = 0;
  std::mt19937 random(1);
  for (auto _ : state) {
    auto search = std::make_unique<app::LatentSearch>(
        synthesizer, on_screen, notices, [](auto moves) { return moves; }, [](const app::Command&) {});
    app::Services services;
    search->serve(services);
    services.call(app::command::ProjectPicture{.path = picture.string(), .steps = 100'000}, app::AppState{});
    while (search->view().done < 2) {
      search->tick();
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(random() % 200));  // anywhere in a step
    const auto start = std::chrono::steady_clock::now();
    search.reset();  // cancels and joins
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    worst = std::max(worst, seconds);
    state.SetIterationTime(seconds);
  }
  state.counters["worst_ms"] = worst * 1e3;
  std::filesystem::remove(picture);
}
BENCHMARK(cancel_projection)->Unit(benchmark::kMillisecond)->UseManualTime()->Iterations(30);

}  // namespace
}  // namespace ganvas

BENCHMARK_MAIN();
