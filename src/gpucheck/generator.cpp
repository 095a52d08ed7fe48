// Generators on both devices, and how fast they draw.
#include <chrono>

#include "core/error.h"
#include "core/files.h"
#include "core/random.h"
#include "gpucheck/guard.h"
#include "io/safetensors.h"
#include "models/generator.h"
#include "train/recipe/recipe.h"

namespace ganvas::gpucheck {
namespace {

at::Tensor latents(int count, int size) {
  std::vector<at::Tensor> rows;
  for (int seed = 0; seed < count; ++seed) {
    const std::vector<float> z = latent_from_seed(static_cast<std::uint64_t>(seed), static_cast<std::size_t>(size));
    rows.push_back(at::tensor(z));
  }
  return at::stack(rows);
}

models::GeneratorPtr shipped(const std::string& name, at::Device device) {
  const io::WeightSet weights = io::read_safetensors(asset("models/" + name + ".safetensors"));
  const models::GeneratorPtr g = models::make_generator(models::recognise(weights), device);
  models::load_weights(*g, weights);
  g->eval();
  return g;
}

/// How far two devices' pictures of the same latents lie apart, of a range of 2, and of how large values.
struct Distance {
  double largest = 0, scale = 0;
};
Distance distance(models::Generator& on_cpu, models::Generator& on_cuda, int count) {
  const at::NoGradGuard no_grad;
  const at::Tensor z = latents(count, on_cpu.spec().z_dim);
  const at::Tensor z_cuda = z.to(at::kCUDA);
  const at::Tensor expected = on_cpu.synthesize(on_cpu.map(z, {}, {}), {});
  const at::Tensor actual = on_cuda.synthesize(on_cuda.map(z_cuda, {}, {}), {}).cpu();
  return {(expected - actual).abs().max().item<double>(), expected.abs().max().item<double>()};
}

/// Float32 products exactly, or by the tensor cores' shorter TF32, which torch allows for convolutions by itself.
class Tf32 {
 public:
  explicit Tf32(bool allowed) : before_(at::globalContext().allowTF32CuDNN()) {
    at::globalContext().setAllowTF32CuDNN(allowed);
  }
  ~Tf32() { at::globalContext().setAllowTF32CuDNN(before_); }
  Tf32(const Tf32&) = delete;
  Tf32& operator=(const Tf32&) = delete;

 private:
  bool before_;
};

std::pair<bool, std::string> agrees(const std::string& name) {
  const models::GeneratorPtr on_cpu = shipped(name, at::kCPU), on_cuda = shipped(name, at::kCUDA);
  Distance exact, fast;
  {
    const Tf32 off(false);
    exact = distance(*on_cpu, *on_cuda, 64);
  }
  {
    const Tf32 on(true);
    fast = distance(*on_cpu, *on_cuda, 64);
  }
  return {exact.largest <= 1e-4 && fast.largest <= 2.0 * 4 / 255,
          fmt::format("64 pictures, largest difference {:.2e} of a range of 2; {:.2e} with TF32, as it is shown",
                      exact.largest, fast.largest)};
}

/// Fresh networks of every recipe, so every family in every published size, up to 256 pixels.
std::pair<bool, std::string> all_recipes_agree() {
  const Tf32 off(false);
  double largest = 0;
  int count = 0;
  std::string worst;
  for (const std::string& name : train::recipe_names()) {
    const models::NetworkSpec spec = train::load_recipe(name).network;
    if (spec.resolution > 256 || spec.extra.value("fp16_resolutions", 0) > 0) continue;
    const models::GeneratorPtr on_cpu = models::make_generator(spec, at::kCPU, 1),
                               on_cuda = models::make_generator(spec, at::kCUDA, 1);
    on_cpu->eval();
    on_cuda->eval();
    const Distance found = distance(*on_cpu, *on_cuda, 2);
    ++count;
    if (found.largest / std::max(1.0, found.scale) < largest) continue;
    largest = found.largest / std::max(1.0, found.scale);
    worst = name;
  }
  return {
      count > 0 && largest <= 1e-3,
      fmt::format("{} float32 networks with fresh weights, largest difference {:.2e}, of {}", count, largest, worst)};
}

double milliseconds(models::Generator& g, int batch) {
  const at::NoGradGuard no_grad;
  const at::Tensor z = latents(batch, g.spec().z_dim).to(at::kCUDA);
  const auto draw = [&] { return g.synthesize(g.map(z, {}, {}), {}); };
  for (int i = 0; i < 20; ++i) draw();
  draw().cpu();
  const auto start = std::chrono::steady_clock::now();
  constexpr int count = 100;
  for (int i = 0; i < count; ++i) draw();
  draw().cpu();
  return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count() / count;
}

std::pair<bool, std::string> speed() {
  std::string text;
  for (const char* name : {"starter-dcgan", "starter"}) {
    const models::GeneratorPtr g = shipped(name, at::kCUDA);
    text +=
        fmt::format("{} 64x64: {:.2f} ms a picture, {:.2f} ms 16; ", name, milliseconds(*g, 1), milliseconds(*g, 16));
  }
  for (const char* name : {"stylegan2-ada-paper256", "stylegan2-ada-paper1024"}) {
    const models::NetworkSpec spec = train::load_recipe(name).network;
    const models::GeneratorPtr g = models::make_generator(spec, at::kCUDA, 1);
    g->eval();
    text +=
        fmt::format("StyleGAN2 {0}x{0} (half and float): {1:.2f} ms a picture; ", spec.resolution, milliseconds(*g, 1));
  }
  return {true, text.substr(0, text.size() - 2)};
}

}  // namespace

void check_generator(Checklist& checks) {
  checks.on_gpu("starter DCGAN: CUDA against CPU", [] { return agrees("starter-dcgan"); });
  checks.on_gpu("starter StyleGAN2: CUDA against CPU", [] { return agrees("starter"); });
  checks.on_gpu("generators of the recipes: CUDA against CPU", all_recipes_agree);
  checks.on_gpu("generator: speed", speed);
}

}  // namespace ganvas::gpucheck
