#include "app/renderer.h"

#include "core/error.h"
#include "core/files.h"
#include "latent/latent.h"
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

at::Tensor Renderer::render(const RenderJob& job) {
  const torch::NoGradGuard no_grad;
  const std::int64_t z_dim = spec().z_dim;
  require(z_dim > 0 && !job.latents.empty() && job.latents.size() % static_cast<std::size_t>(z_dim) == 0,
          "A latent of {} values does not fit a model with {} latent dimensions.", job.latents.size(), z_dim);
  const auto count = static_cast<std::int64_t>(job.latents.size()) / z_dim;
  const auto z =
      torch::from_blob(const_cast<float*>(job.latents.data()), {count, z_dim}, at::kFloat).to(device_, false, true);
  at::Tensor classes;
  if (spec().c_dim > 0) {
    require(job.classes.size() == static_cast<std::size_t>(spec().c_dim),
            "{} class weights do not fit a model with {} classes.", job.classes.size(), spec().c_dim);
    classes = torch::from_blob(const_cast<float*>(job.classes.data()), {1, spec().c_dim}, at::kFloat)
                  .to(device_, false, true)
                  .expand({count, spec().c_dim});
  }
  at::Tensor pictures, grid;
  for (std::int64_t first = 0; first < count; first += job.chunk) {
    const std::int64_t last = std::min<std::int64_t>(first + job.chunk, count);
    const at::Tensor c = classes.defined() ? classes.slice(0, first, last) : classes;
    const at::Tensor w = generator_->map(z.slice(0, first, last), c, {.truncation_psi = job.psi});
    const at::Tensor made = generator_->synthesize(w, {});
    if (!pictures.defined()) {
      pictures = at::empty({count, made.size(1), made.size(2), made.size(3)}, made.options());
    }
    pictures.slice(0, first, last).copy_(made);
  }
  to_rgba8(pictures, job.columns, grid);
  return grid;
}

std::int64_t Renderer::parameter_count() const {
  std::int64_t count = 0;
  for (const at::Tensor& parameter : generator_->parameters()) count += parameter.numel();
  return count;
}

RenderJob grid_job(const LatentControls& controls, int columns, int rows, const NetworkSpec& spec) {
  return {.latents = grid_latents(controls, columns, rows, spec.z_dim),
          .classes = class_vector(controls, spec.c_dim),
          .psi = controls.psi,
          .columns = columns};
}

}  // namespace ganvas
