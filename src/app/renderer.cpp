#include "app/renderer.h"

#include <algorithm>

#include "core/error.h"
#include "core/files.h"
#include "core/random.h"
#include "latent/latent.h"
#include "latent/style_mixing.h"
#include "ops/to_rgba8.h"

namespace ganvas {

std::filesystem::path starter_model_path() {
  return asset("models/starter-dcgan.safetensors");
}

Renderer::Renderer(const NetworkSpec& spec, at::Device device) : Renderer(make_generator(spec, device), device) {}

Renderer::Renderer(GeneratorPtr generator, at::Device device) : generator_(std::move(generator)), device_(device) {
  generator_->eval();
}

void Renderer::load(const WeightSet& weights) {
  const torch::NoGradGuard no_grad;
  load_weights(*generator_, weights);
  generator_->eval();
}

void Renderer::load(const Snapshot& snapshot) {
  if (snapshot.ready) {
    snapshot.ready->block(c10::impl::VirtualGuardImpl(device_.type()).getStream(device_));
  }
  load(snapshot.weights);
}

/// latents [count, z_dim], classes [1, c_dim] or undefined -> [count, num_ws, w_dim], truncated.
at::Tensor Renderer::map(const std::vector<float>& latents, const at::Tensor& classes, const RenderJob& job) {
  const auto count = static_cast<std::int64_t>(latents.size()) / spec().z_dim;
  const auto z =
      torch::from_blob(const_cast<float*>(latents.data()), {count, spec().z_dim}, at::kFloat).to(device_, false, true);
  const at::Tensor c = classes.defined() ? classes.expand({count, spec().c_dim}) : classes;
  return generator_->map(z, c, {.truncation_psi = job.psi, .truncation_cutoff = job.style.cutoff});
}

/// w of pictures first .. last - 1, after all that the style controls do.
at::Tensor Renderer::styles(const RenderJob& job, std::int64_t first, std::int64_t last) {
  at::Tensor classes;
  if (spec().c_dim > 0) {
    require(job.classes.size() == static_cast<std::size_t>(spec().c_dim),
            "{} class weights do not fit a model with {} classes.", job.classes.size(), spec().c_dim);
    classes = torch::from_blob(const_cast<float*>(job.classes.data()), {1, spec().c_dim}, at::kFloat)
                  .to(device_, false, true);
  }
  const auto part = [&](const std::vector<float>& latents) {
    return std::vector<float>(latents.begin() + first * spec().z_dim, latents.begin() + last * spec().z_dim);
  };
  at::Tensor w = map(part(job.latents), classes, job);
  if (!job.mixed_with.empty()) w = mixed(w, map(part(job.mixed_with), classes, job), job.style.grid_weights);
  for (const StyleSource& source : job.style.sources) {
    if (std::all_of(source.weights.begin(), source.weights.end(), [](double weight) { return weight == 0; })) continue;
    const std::vector<float> z = latent_from_seed(source.seed, static_cast<std::size_t>(spec().z_dim));
    w = mixed(w, map(z, classes, job), source.weights);
  }
  return moved(w, job.style);
}

at::Tensor Renderer::render(const RenderJob& job) {
  const torch::NoGradGuard no_grad;
  const std::int64_t z_dim = spec().z_dim;
  require(z_dim > 0 && !job.latents.empty() && job.latents.size() % static_cast<std::size_t>(z_dim) == 0,
          "A latent of {} values does not fit a model with {} latent dimensions.", job.latents.size(), z_dim);
  require(job.mixed_with.empty() || job.mixed_with.size() == job.latents.size(),
          "A mixing grid needs as many sources as pictures.");
  const auto count = static_cast<std::int64_t>(job.latents.size()) / z_dim;
  const NoiseControls& noise = job.style.noise;
  const SynthesisOptions options{.noise_mode = noise.mode,
                                 .noise_seed = noise.seed,
                                 .noise_strengths = noise.strengths,
                                 .transform = placement_matrix(job.style.placement)};
  at::Tensor pictures, grid;
  for (std::int64_t first = 0; first < count; first += job.chunk) {
    const std::int64_t last = std::min<std::int64_t>(first + job.chunk, count);
    const at::Tensor made = generator_->synthesize(styles(job, first, last), options);
    if (!pictures.defined()) {
      pictures = at::empty({count, made.size(1), made.size(2), made.size(3)}, made.options());
    }
    pictures.slice(0, first, last).copy_(made);
  }
  to_rgba8(pictures, job.columns, grid);
  return grid;
}

GeneratorPtr Renderer::replica() const {
  const torch::NoGradGuard no_grad;
  return generator_of(spec(), weights_of(*generator_), device_);
}

std::int64_t Renderer::parameter_count() const {
  std::int64_t count = 0;
  for (const at::Tensor& parameter : generator_->parameters()) count += parameter.numel();
  return count;
}

RenderJob grid_job(const LatentControls& controls, int columns, int rows, const NetworkSpec& spec) {
  RenderJob job{.latents = grid_latents(controls, columns, rows, spec.z_dim),
                .classes = class_vector(controls, spec.c_dim),
                .psi = controls.psi,
                .style = controls.style,
                .columns = columns};
  if (controls.style.mixing_grid) {
    MixingGrid grid = mixing_grid(job.latents, columns, rows);
    job.latents = std::move(grid.pictures);
    job.mixed_with = std::move(grid.sources);
  }
  return job;
}

}  // namespace ganvas
