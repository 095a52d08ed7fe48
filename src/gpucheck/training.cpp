// Training on CUDA: the same weights with somebody looking and with nobody looking, and what looking costs; going on
// from a checkpoint; too little memory; sums over processes.
#include <torch/csrc/distributed/c10d/HashStore.hpp>

#include <chrono>
#include <filesystem>

#include "core/error.h"
#include "gpucheck/guard.h"
#include "train/ranks/process_group.h"
#include "train/recipe/recipe.h"
#include "train/step/trainer.h"

namespace ganvas::gpucheck {
namespace {

using Clock = std::chrono::steady_clock;

train::Recipe small_data(const std::string& name) {
  train::Recipe recipe = train::load_recipe(name);
  recipe.data.count = 4096;
  return recipe;
}

train::TrainerOptions on_cuda() {
  return {.device = at::kCUDA, .loader_threads = 8, .deterministic = true};
}

struct Run {
  std::string hash;
  double images_per_second = 0;
};

/// `looking`: every snapshot is rendered by a replica on a stream of its own, as the explorer does it.
Run train(const std::string& name, bool looking, int steps) {
  const train::Recipe recipe = small_data(name);
  train::Trainer trainer(recipe, data::open_dataset(recipe.data), on_cuda());
  const models::GeneratorPtr replica = models::make_generator(recipe.network, at::kCUDA);
  replica->eval();
  const c10::Stream stream = c10::impl::getDeviceGuardImpl(at::kCUDA)->getNewStream(at::Device(at::kCUDA, 0), -1);
  for (int i = 0; i < 5; ++i) trainer.step();
  const auto start = Clock::now();
  for (int i = 0; i < steps; ++i) {
    trainer.step();
    if (!looking) continue;
    const train::SnapshotPtr snapshot = trainer.snapshot();
    const at::NoGradGuard no_grad;
    const c10::StreamGuard guard(stream);
    train::wait_for(*snapshot);
    models::load_weights(*replica, snapshot->weights);
    replica->synthesize(replica->map(at::zeros({1, recipe.network.z_dim}, at::kCUDA), {}, {}), {});
  }
  const double seconds = std::chrono::duration<double>(Clock::now() - start).count();
  return {trainer.weights_hash(), steps * recipe.batch / seconds};
}

std::pair<bool, std::string> same_weights(const std::string& name) {
  const Run alone = train(name, false, 60);
  const Run watched = train(name, true, 60);
  return {alone.hash == watched.hash,
          fmt::format("65 steps: {} weights; {:.0f} images/s alone, {:.0f} with a picture of every version ({:+.1f} %)",
                      alone.hash == watched.hash ? "bit-equal" : "different", alone.images_per_second,
                      watched.images_per_second, 100 * (watched.images_per_second / alone.images_per_second - 1))};
}

std::pair<bool, std::string> resumes_exactly(const std::string& name) {
  const train::Recipe recipe = small_data(name);
  const auto dataset = data::open_dataset(recipe.data);
  const std::filesystem::path file =
      std::filesystem::temp_directory_path() / ("ganvas-gpu-check-" + name + ".safetensors");
  train::Trainer through(recipe, dataset, on_cuda());
  for (int i = 0; i < 20; ++i) through.step();
  through.save(file);
  for (int i = 0; i < 20; ++i) through.step();
  train::Trainer resumed(recipe, dataset, on_cuda());
  resumed.restore(file);
  std::filesystem::remove(file);
  for (int i = 0; i < 20; ++i) resumed.step();
  const bool equal = through.weights_hash() == resumed.weights_hash();
  return {equal, fmt::format("40 steps at once and in 20 + 20: {} weights", equal ? "bit-equal" : "different")};
}

/// The card pretends to nothing: torch is allowed a small share of its memory, and the step has to be cut.
std::pair<bool, std::string> too_little_memory() {
  train::Recipe recipe = small_data("stylegan2-ada-paper256");
  limit_gpu_memory(4.0e9);
  std::string notice;
  int parts = 0;
  try {
    train::Trainer trainer(recipe, data::open_dataset(recipe.data), {.device = at::kCUDA, .loader_threads = 8});
    for (int i = 0; i < 2; ++i) trainer.step();
    notice = trainer.take_notice();
    parts = trainer.micro_batches();
  } catch (...) {
    limit_gpu_memory(0);
    throw;
  }
  limit_gpu_memory(0);
  return {parts > 1 && !notice.empty(),
          fmt::format("4 GB for stylegan2-ada-paper256: {} micro-batches, \"{}\"", parts, notice)};
}

std::pair<bool, std::string> sums_over_ranks() {
  train::ProcessGroup group(c10::make_intrusive<c10d::HashStore>(), 0, 1, at::Device(at::kCUDA, 0), true);
  at::Tensor values = at::arange(1000, at::device(at::kCUDA).dtype(at::kFloat));
  const at::Tensor before = values.clone();
  group.all_reduce(values);
  const bool equal = at::equal(values, before);
  group.check();
  return {equal, "a group of one process on this card; more than one needs more cards"};
}

}  // namespace

void check_training(Checklist& checks) {
  for (const std::string name : {"starter-dcgan", "starter-stylegan2"}) {
    checks.on_gpu("training " + name + ": bit-equal with the view on and off", [&] { return same_weights(name); });
    checks.on_gpu("training " + name + ": bit-equal after a checkpoint", [&] { return resumes_exactly(name); });
  }
  checks.on_gpu("training: too little memory", too_little_memory);
  checks.on_gpu("training: gradients summed by NCCL", sums_over_ranks);
}

}  // namespace ganvas::gpucheck
