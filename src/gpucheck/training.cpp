// Training on CUDA: the same weights with somebody looking and with nobody looking, and what looking costs.
#include <chrono>

#include "core/error.h"
#include "gpucheck/guard.h"
#include "train/recipe.h"
#include "train/trainer.h"

namespace ganvas {
namespace {

struct Run {
  std::string hash;
  double images_per_second = 0;
};

/// `looking`: every snapshot is rendered by a replica on a stream of its own, as the explorer does it.
Run train(bool looking, int steps) {
  Recipe recipe = load_recipe("starter-dcgan");
  recipe.data.count = 4096;
  Trainer trainer(recipe, open_dataset(recipe.data), {.device = at::kCUDA, .loader_threads = 4});
  const GeneratorPtr replica = make_generator(recipe.network, at::kCUDA);
  replica->eval();
  const c10::Stream stream =
      c10::impl::getDeviceGuardImpl(at::kCUDA)->getStreamFromGlobalPool(at::Device(at::kCUDA, 0));
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < steps; ++i) {
    trainer.step();
    if (!looking) continue;
    const SnapshotPtr snapshot = trainer.snapshot();
    const torch::NoGradGuard no_grad;
    const c10::StreamGuard guard(stream);
    if (snapshot->ready) snapshot->ready->block(stream);
    load_weights(*replica, snapshot->weights);
    replica->synthesize(replica->map(at::zeros({1, recipe.network.z_dim}, at::kCUDA), {}, {}), {});
  }
  Run run;
  run.hash = trainer.weights_hash();
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  run.images_per_second = steps * recipe.batch / seconds;
  return run;
}

std::pair<bool, std::string> same_weights() {
  at::globalContext().setDeterministicCuDNN(true);
  at::globalContext().setBenchmarkCuDNN(false);
  train(false, 5);
  const Run alone = train(false, 100);
  const Run watched = train(true, 100);
  return {
      alone.hash == watched.hash,
      fmt::format("100 steps: {} weights; {:.0f} images/s alone, {:.0f} with a picture of every version ({:+.1f} %)",
                  alone.hash == watched.hash ? "bit-equal" : "different", alone.images_per_second,
                  watched.images_per_second, 100 * (watched.images_per_second / alone.images_per_second - 1))};
}

}  // namespace

std::vector<CheckResult> check_training(const GpuInfo& gpu) {
  return {on_gpu(gpu, "training: bit-equal with the view on and off", same_weights)};
}

}  // namespace ganvas
