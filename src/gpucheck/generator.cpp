// The shipped model on both devices, and how fast it draws.
#include <chrono>

#include "core/error.h"
#include "core/files.h"
#include "core/random.h"
#include "gpucheck/guard.h"
#include "io/safetensors.h"
#include "models/generator.h"

namespace ganvas {
namespace {

at::Tensor latents(int count, int size) {
  std::vector<at::Tensor> rows;
  for (int seed = 0; seed < count; ++seed) {
    const std::vector<float> z = latent_from_seed(static_cast<std::uint64_t>(seed), static_cast<std::size_t>(size));
    rows.push_back(at::tensor(z));
  }
  return at::stack(rows);
}

GeneratorPtr starter(at::Device device) {
  const WeightSet weights = read_safetensors(asset("models/starter-dcgan.safetensors"));
  const GeneratorPtr g = make_generator(recognise(weights), device);
  load_weights(*g, weights);
  g->eval();
  return g;
}

std::pair<bool, std::string> agrees() {
  const torch::NoGradGuard no_grad;
  const GeneratorPtr on_cpu = starter(at::kCPU), on_cuda = starter(at::kCUDA);
  const at::Tensor z = latents(64, on_cpu->spec().z_dim);
  const at::Tensor expected = on_cpu->synthesize(on_cpu->map(z, {}, {}), {});
  const at::Tensor z_cuda = z.to(at::kCUDA);
  const at::Tensor actual = on_cuda->synthesize(on_cuda->map(z_cuda, {}, {}), {}).cpu();
  const double difference = (expected - actual).abs().max().item<double>();
  return {difference <= 1e-3, fmt::format("64 pictures, largest difference {:.2e} of a range of 2", difference)};
}

std::pair<bool, std::string> speed() {
  const torch::NoGradGuard no_grad;
  const GeneratorPtr g = starter(at::kCUDA);
  const at::Tensor z = latents(1, g->spec().z_dim).to(at::kCUDA);
  const auto draw = [&] { return g->synthesize(g->map(z, {}, {}), {}); };
  for (int i = 0; i < 20; ++i) draw();
  draw().cpu();
  const auto start = std::chrono::steady_clock::now();
  constexpr int count = 200;
  for (int i = 0; i < count; ++i) draw();
  draw().cpu();
  const double ms = std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count() / count;
  return {true, fmt::format("{:.3f} ms a 64x64 picture, batch 1", ms)};
}

}  // namespace

std::vector<CheckResult> check_generator(const GpuInfo& gpu) {
  return {on_gpu(gpu, "generator: CUDA against CPU", agrees), on_gpu(gpu, "generator: speed", speed)};
}

}  // namespace ganvas
