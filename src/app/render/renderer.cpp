#include "app/render/renderer.h"

#include <algorithm>
#include <chrono>

#include "core/error.h"
#include "core/files.h"
#include "core/random.h"
#include "latent/bending.h"
#include "latent/latent.h"
#include "latent/style_mixing.h"
#include "models/layers/activation_memory.h"
#include "models/traits.h"
#include "ops/to_rgba8/to_rgba8.h"

namespace ganvas::app {

namespace {

/// Whoever drags a slider of one style waits for the layers from there on alone. Also after the weights have changed.
/// Not on a GPU: it would have to tell the processor each time which styles are the same.
void keep_activations(models::Generator& generator, at::Device device) {
  if (!device.is_cpu()) return;
  if (auto* keeps = dynamic_cast<models::KeepsActivations*>(&generator)) keeps->keep_activations(true);
}

}  // namespace

std::filesystem::path starter_model_path() {
  return asset("models/starter.safetensors");
}

Renderer::Renderer(const models::NetworkSpec& spec, at::Device device)
    : Renderer(models::make_generator(spec, device), device) {}

Renderer::Renderer(models::GeneratorPtr generator, at::Device device)
    : generator_(std::move(generator)), device_(device) {
  generator_->eval();
  keep_activations(*generator_, device_);
}

void Renderer::mix(const std::shared_ptr<const io::WeightSet>& other, const latent::MixWeights& weights) {
  const at::NoGradGuard no_grad;
  if (!other && !own_) return;
  const io::WeightSet own = own_ ? *own_ : models::weights_of(*generator_);
  models::load_weights(*generator_, other ? latent::mixed_weights(own, *other, weights, spec()) : own);
  generator_->eval();
  keep_activations(*generator_, device_);
  own_ = other ? std::optional(own) : std::nullopt;
}

void Renderer::load(const io::WeightSet& weights) {
  const at::NoGradGuard no_grad;
  own_.reset();
  models::load_weights(*generator_, weights);
  generator_->eval();
  keep_activations(*generator_, device_);
}

void Renderer::load(const train::Snapshot& snapshot) {
  train::wait_for(snapshot);
  load(snapshot.weights);
}

/// latents [count, z_dim], classes [1, c_dim] or undefined -> [count, num_ws, w_dim], truncated.
at::Tensor Renderer::map(const std::vector<float>& latents, const at::Tensor& classes, const RenderJob& job) {
  const auto count = static_cast<std::int64_t>(latents.size()) / spec().z_dim;
  const auto z =
      at::from_blob(const_cast<float*>(latents.data()), {count, spec().z_dim}, at::kFloat).to(device_, false, true);
  const at::Tensor c = classes.defined() ? classes.expand({count, spec().c_dim}) : classes;
  return generator_->map(z, c, {.truncation_psi = job.psi, .truncation_cutoff = job.style.cutoff});
}

/// [1, c_dim]; undefined for a model without classes.
at::Tensor Renderer::classes_of(const RenderJob& job) const {
  if (spec().c_dim == 0) return {};
  require(job.classes.size() == static_cast<std::size_t>(spec().c_dim),
          "{} class weights do not fit a model with {} classes.", job.classes.size(), spec().c_dim);
  return at::from_blob(const_cast<float*>(job.classes.data()), {1, spec().c_dim}, at::kFloat).to(device_, false, true);
}

/// w of pictures first .. last - 1 as their latents have it.
at::Tensor Renderer::latent_styles(const RenderJob& job, std::int64_t first, std::int64_t last) {
  const auto at = [&](std::int64_t i) { return job.latents.begin() + i * spec().z_dim; };
  return map({at(first), at(last)}, classes_of(job), job);
}

/// w of pictures first .. last - 1, after all that the style controls do.
at::Tensor Renderer::styles(const RenderJob& job, std::int64_t first, std::int64_t last) {
  return with_style(latent::based(latent_styles(job, first, last), job.style.base), job, first, last);
}

at::Tensor Renderer::base_styles(const RenderJob& job) {
  const at::NoGradGuard no_grad;
  return latent::based(latent_styles(job, 0, 1), job.style.base);
}

at::Tensor Renderer::styles_over(const at::Tensor& base, const RenderJob& job) {
  return with_style(base, job, 0, 1);
}

/// The base styles of pictures first .. last - 1 after mixing, moves and offsets.
at::Tensor Renderer::with_style(at::Tensor w, const RenderJob& job, std::int64_t first, std::int64_t last) {
  const at::Tensor classes = classes_of(job);
  if (!job.mixed_with.empty()) {
    const auto at = [&](std::int64_t i) { return job.mixed_with.begin() + i * spec().z_dim; };
    w = latent::mixed(w, map({at(first), at(last)}, classes, job), job.style.grid_weights);
  }
  for (const latent::StyleSource& source : job.style.sources) {
    if (std::all_of(source.weights.begin(), source.weights.end(), [](double weight) { return weight == 0; })) continue;
    const auto seed = [&] { return latent_from_seed(source.seed, static_cast<std::size_t>(spec().z_dim)); };
    const at::Tensor given =
        source.kept.empty() ? map(seed(), classes, job) : styles(grid_job(source.kept.front(), 1, 1, spec()), 0, 1);
    w = latent::mixed(w, given, source.weights);
  }
  return latent::moved(w, job.style);
}

at::Tensor Renderer::moment_styles(const MomentJob& job, std::int64_t first, std::int64_t last) {
  at::Tensor sum;
  for (std::size_t i = 0; i < job.keys.size(); ++i) {
    if (job.weights[i] == 0) continue;
    const at::Tensor w = styles(job.keys[i], first, last);
    if (job.weights[i] == 1) return w;  // at a keyframe: the very picture of its sliders
    const at::Tensor part = job.spherical ? w - latent_styles(job.keys[i], first, last) : w;
    sum = sum.defined() ? sum + part * job.weights[i] : part * job.weights[i];
  }
  return job.spherical ? latent_styles(job.now, first, last) + sum : sum;
}

at::Tensor Renderer::render(const RenderJob& job, Haste& haste) {
  return draw(
      job, [&](std::int64_t first, std::int64_t last) { return styles(job, first, last); }, haste);
}

at::Tensor Renderer::render(const MomentJob& job, Haste& haste) {
  return draw(
      job.now, [&](std::int64_t first, std::int64_t last) { return moment_styles(job, first, last); }, haste);
}

at::Tensor Renderer::render(const RenderJob& job) {
  Haste none;
  return render(job, none);
}

at::Tensor Renderer::render(const MomentJob& job) {
  Haste none;
  return render(job, none);
}

models::SynthesisOptions synthesis_options(const RenderJob& job) {
  const latent::NoiseControls& noise = job.style.noise;
  models::SynthesisOptions options{.noise_mode = noise.mode,
                                   .noise_seed = noise.seed,
                                   .noise_phase = noise.phase,
                                   .noise_strengths = noise.strengths,
                                   .transform = latent::placement_matrix(job.style.placement)};
  if (!job.style.bends.empty()) {
    options.bend = [&bends = job.style.bends](const std::string& layer, const at::Tensor& x) {
      at::Tensor y = x;
      for (const latent::Bend& bend : bends) {
        if (bend.layer == layer) y = latent::bend_channels(y, bend);
      }
      return y;
    };
  }
  return options;
}

/// The options, and where the layers are not known yet, a look at their shapes on the way.
models::SynthesisOptions Renderer::listing(models::SynthesisOptions options) {
  if (!layers_.empty()) return options;
  options.bend = [this, bend = std::move(options.bend)](const std::string& name, const at::Tensor& x) {
    const auto known = [&](const LayerShape& layer) { return layer.name == name; };
    if (x.dim() == 4 && std::none_of(layers_.begin(), layers_.end(), known))
      layers_.push_back({name, x.size(1), x.size(2)});
    return bend ? bend(name, x) : x;
  };
  return options;
}

at::Tensor Renderer::layer(const RenderJob& job, const std::string& name) {
  return layer_while(
      job, [&](std::int64_t first, std::int64_t last) { return styles(job, first, last); }, name);
}

at::Tensor Renderer::layer(const MomentJob& job, const std::string& name) {
  return layer_while(
      job.now, [&](std::int64_t first, std::int64_t last) { return moment_styles(job, first, last); }, name);
}

at::Tensor Renderer::layer_while(const RenderJob& job, const Styles& styles_of, const std::string& name) {
  const at::NoGradGuard no_grad;
  models::SynthesisOptions options = listing(synthesis_options(job));
  at::Tensor seen;
  options.bend = [&, bend = std::move(options.bend)](const std::string& layer, const at::Tensor& x) {
    const at::Tensor y = bend ? bend(layer, x) : x;
    if (layer == name && y.dim() == 4) seen = y[0].clone();  // layers after it may work in place
    return y;
  };
  generator_->synthesize(styles_of(0, 1), options);
  require(seen.defined(), "The model has no layer \"{}\"; choose one of its own.", name);
  return seen;
}

/// Looks at the pictures of a grid between the blocks of the network, and ends them where haste asks for it.
class Renderer::Watch {
 public:
  Watch(Renderer& renderer, Haste& haste, std::int64_t chunks)
      : renderer_(renderer), haste_(haste), budget_(haste.most_ms / static_cast<double>(chunks)), chunks_(chunks) {
    haste_.coarse = 0;
    haste_.left_ms = 0;
  }

  void begin_chunk() { begun_ = block_ = Clock::now(); }

  bool goes_on(const at::Tensor& pictures) {
    const Clock::time_point now = Clock::now();
    const std::int64_t count = pictures.size(0), height = pictures.size(2);
    const Clock::time_point before = std::exchange(block_, now);
    renderer_.block_ms_[{count, height}] = milliseconds(now - before);
    if (height >= renderer_.spec().resolution) return true;
    overtaken_ = haste_.overtaken && haste_.overtaken();
    if (overtaken_) return false;
    if (!first_) return height != haste_.coarse;  // all chunks as the first one
    if (budget_ <= 0 || height < least) return true;
    const double spent = milliseconds(now - begun_);
    double next = 0, left = 0, block = milliseconds(now - before);
    for (std::int64_t level = 2 * height; level <= renderer_.spec().resolution; level *= 2) {
      const auto known = renderer_.block_ms_.find({count, level});
      block = known != renderer_.block_ms_.end() ? known->second : 2 * block;  // four times the pixels, half as deep
      left += block;
      if (level == 2 * height) next = left;
    }
    if (spent + left <= budget_ || spent + next <= budget_) return true;
    haste_.coarse = static_cast<int>(height);
    haste_.left_ms = left * static_cast<double>(chunks_);
    return false;
  }

  void end_chunk() { first_ = false; }
  [[nodiscard]] bool overtaken() const { return overtaken_; }

 private:
  using Clock = std::chrono::steady_clock;
  static constexpr std::int64_t least = 32;  // pixels of a picture that shows something
  static double milliseconds(Clock::duration time) { return std::chrono::duration<double, std::milli>(time).count(); }

  Renderer& renderer_;
  Haste& haste_;
  double budget_;  // milliseconds for each chunk
  std::int64_t chunks_;
  Clock::time_point begun_, block_;
  bool first_ = true, overtaken_ = false;
};

at::Tensor Renderer::draw(const RenderJob& job, const Styles& styles_of, Haste& haste) {
  const at::NoGradGuard no_grad;
  const std::int64_t z_dim = spec().z_dim;
  require(z_dim > 0 && !job.latents.empty() && job.latents.size() % static_cast<std::size_t>(z_dim) == 0,
          "A latent of {} values does not fit a model with {} latent dimensions.", job.latents.size(), z_dim);
  require(job.mixed_with.empty() || job.mixed_with.size() == job.latents.size(),
          "A mixing grid needs as many sources as pictures.");
  const auto count = static_cast<std::int64_t>(job.latents.size()) / z_dim;
  models::SynthesisOptions options = listing(synthesis_options(job));
  Watch watch(*this, haste, (count + job.chunk - 1) / job.chunk);
  if (haste.most_ms > 0 || haste.overtaken)
    options.goes_on = [&](const at::Tensor& so_far) { return watch.goes_on(so_far); };
  at::Tensor pictures, grid;
  for (std::int64_t first = 0; first < count; first += job.chunk) {
    const std::int64_t last = std::min<std::int64_t>(first + job.chunk, count);
    const at::Tensor w = styles_of(first, last);
    watch.begin_chunk();
    at::Tensor made = generator_->synthesize(w, options);
    watch.end_chunk();
    if (watch.overtaken()) return {};
    if (haste.coarse > 0)
      made = at::upsample_bilinear2d(made, {spec().resolution, models::picture_width(spec())}, false);
    if (!pictures.defined()) {
      pictures = at::empty({count, made.size(1), made.size(2), made.size(3)}, made.options());
    }
    pictures.slice(0, first, last).copy_(made);
  }
  ops::to_rgba8(pictures, job.columns, grid);
  return grid;
}

models::GeneratorPtr Renderer::replica() const {
  const at::NoGradGuard no_grad;
  return models::generator_of(spec(), models::weights_of(*generator_), device_);
}

std::int64_t Renderer::parameter_count() const {
  std::int64_t count = 0;
  for (const at::Tensor& parameter : generator_->parameters()) count += parameter.numel();
  return count;
}

RenderJob grid_job(const latent::LatentControls& controls, int columns, int rows, const models::NetworkSpec& spec) {
  RenderJob job{.latents = latent::grid_latents(controls, columns, rows, spec.z_dim),
                .classes = latent::class_vector(controls, spec.c_dim),
                .psi = controls.psi,
                .style = controls.style,
                .columns = columns};
  if (controls.style.mixing_grid) {
    latent::MixingGrid grid = latent::mixing_grid(job.latents, columns, rows);
    job.latents = std::move(grid.pictures);
    job.mixed_with = std::move(grid.sources);
  }
  return job;
}

}  // namespace ganvas::app
