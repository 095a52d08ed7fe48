#include "latent/search/projection.h"

#include <torch/optim/adam.h>

#include <ATen/CPUGeneratorImpl.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/error.h"
#include "io/reading.h"
#include "latent/watched_layers.h"
#include "models/traits.h"

namespace ganvas::latent {
namespace {

constexpr std::int64_t at_once = 32;       // samples
constexpr double rise = 0.05, fall = 0.4;  // shares of the steps
constexpr double wandering_share = 0.75;
constexpr std::int64_t smallest_noise = 8;  // cells of a map whose patterns count

}  // namespace

std::vector<double> psnr_of(const at::Tensor& a, const at::Tensor& b) {
  const at::NoGradGuard no_grad;
  const auto bytes = [](const at::Tensor& x) { return (x.to(at::kFloat) * 127.5 + 128).floor().clamp(0, 255); };
  const at::Tensor errors = (bytes(a) - bytes(b)).square().flatten(1).mean(1).to(at::kCPU, at::kDouble).contiguous();
  std::vector<double> values;
  for (std::int64_t i = 0; i < errors.size(0); ++i) {
    const double error = errors[i].item<double>();
    values.push_back(error == 0 ? 100 : std::min(100.0, 10 * std::log10(255.0 * 255.0 / error)));
  }
  return values;
}

at::Tensor noise_pattern(const std::vector<at::Tensor>& maps) {
  at::Tensor sum = at::zeros({});
  for (const at::Tensor& map : maps) {
    at::Tensor x = map.view({1, 1, map.size(-2), map.size(-1)});
    while (x.size(3) >= smallest_noise) {
      sum = sum.to(x.device()) + (x * x.roll(1, 3)).mean().square() + (x * x.roll(1, 2)).mean().square();
      if (x.size(3) == smallest_noise) break;
      x = at::avg_pool2d(x, {2, 2}) * 2;  // normal noise stays of deviation 1
    }
  }
  return sum;
}

Projection::Projection(models::GeneratorPtr generator, const at::Tensor& targets, PictureFeatures features,
                       ProjectionOptions options)
    : generator_(std::move(generator)),
      features_(std::move(features)),
      options_(std::move(options)),
      random_(at::make_generator<at::CPUGeneratorImpl>(0)) {
  const models::NetworkSpec& spec = generator_->spec();
  require(targets.dim() == 4 && targets.size(0) >= 1 && targets.size(1) == spec.image_channels &&
              targets.size(2) == spec.resolution && targets.size(3) == models::picture_width(spec),
          "Pictures for this model must have {} channels and {}x{} pixels.", spec.image_channels,
          models::picture_width(spec), spec.resolution);
  require(options_.steps >= 1, "A projection takes at least one step.");
  require(options_.classes.empty() || options_.classes.size() == static_cast<std::size_t>(spec.c_dim),
          "{} class weights do not fit a model with {} classes.", options_.classes.size(), spec.c_dim);
  require(!options_.noise_maps || targets.size(0) == 1, "Noise maps can be moved for one picture at a time only.");
  generator_->eval();
  for (at::Tensor& parameter : generator_->parameters()) parameter.requires_grad_(false);
  const at::Device device =
      generator_->parameters().empty() ? at::Device(at::kCPU) : generator_->parameters().front().device();
  const at::NoGradGuard no_grad;
  targets_ = targets.to(device, at::kFloat).contiguous();
  target_rows_ = rows_of(targets_);
}

Projection::~Projection() = default;

/// Pixels and features side by side, each times the root of its weight: their squared distances are the loss.
at::Tensor Projection::rows_of(const at::Tensor& pictures) const {
  const at::Tensor pixels = pictures.flatten(1);
  const double scale = std::sqrt(options_.pixels / static_cast<double>(pixels.size(1)));
  if (options_.features == 0) return pixels * scale;
  return at::cat({pixels * scale, features_.of(pictures) * std::sqrt(options_.features)}, 1);
}

/// Styles of random latents, [count, w_dim].
at::Tensor Projection::sample(std::int64_t first, std::int64_t count) {
  const models::NetworkSpec& spec = generator_->spec();
  const at::Device device = targets_.device();
  const at::Tensor z = at::randn({count, spec.z_dim}, random_).to(device);
  at::Tensor c;
  if (!options_.classes.empty()) {
    c = at::tensor(options_.classes).to(device).expand({count, spec.c_dim});
  } else if (spec.c_dim > 0) {
    c = at::one_hot(at::arange(first, first + count) % spec.c_dim, spec.c_dim).to(device, at::kFloat);
  }
  return generator_->map(z, c, {}).select(1, 0);
}

models::SynthesisOptions Projection::synthesis() const {
  models::SynthesisOptions options{.precision = models::Precision::full};
  watch_layers(options, options_.cancelled);
  return options;
}

/// w of the way, for all style rows.
at::Tensor Projection::spread_out(const at::Tensor& way) const {
  const models::NetworkSpec& spec = generator_->spec();
  return (mean_ + way * deviation_).expand({way.size(0), spec.num_ws, spec.w_dim});
}

at::Tensor Projection::styles() const {
  const at::NoGradGuard no_grad;
  return way_.defined() ? spread_out(way_).clone() : at::Tensor();
}

std::vector<double> Projection::psnr() const {
  return pictures_.defined() ? psnr_of(pictures_, targets_) : std::vector<double>();
}

/// Looks among random latents for those whose pictures are most alike.
void Projection::begin() {
  const at::NoGradGuard no_grad;
  const models::NetworkSpec& spec = generator_->spec();
  std::vector<at::Tensor> styles;
  at::Tensor best, chosen;  // distance and sample of each target
  for (std::int64_t first = 0; first < options_.samples; first += at_once) {
    const at::Tensor w = sample(first, std::min(at_once, options_.samples - first));
    styles.push_back(w);
    const at::Tensor pictures =
        generator_->synthesize(w.unsqueeze(1).expand({-1, spec.num_ws, -1}), synthesis()).to(at::kFloat);
    const auto [nearest, index] = at::cdist(target_rows_, rows_of(pictures)).min(1);
    const at::Tensor better = best.defined() ? nearest < best : at::ones_like(nearest, at::kBool);
    chosen = best.defined() ? at::where(better, index + first, chosen) : index;
    best = best.defined() ? at::minimum(best, nearest) : nearest;
  }
  const at::Tensor all = at::cat(styles);
  mean_ = all.mean(0);
  deviation_ = all.std(0).clamp_min(1e-6);
  const std::int64_t rows = options_.each_row ? spec.num_ws : 1;
  const at::Tensor start = (all.index_select(0, chosen) - mean_) / deviation_;
  way_ = start.unsqueeze(1).expand({-1, rows, -1}).clone();
}

void Projection::take_noise_maps() {
  if (!options_.noise_maps) return;
  const at::NoGradGuard no_grad;
  for (const auto& buffer : generator_->named_buffers()) {
    if (buffer.key().find("noise") == std::string::npos || buffer.value().dim() < 2) continue;
    at::Tensor map = buffer.value();
    noise_maps_.push_back(map.requires_grad_(true));
  }
}

/// Learning rate of the next step.
double Projection::rate() const {
  const double t = static_cast<double>(done_) / options_.steps;
  const double falling = 0.5 - 0.5 * std::cos(std::numbers::pi * std::min(1.0, (1 - t) / fall));
  return options_.learning_rate * falling * std::min(1.0, (t + 1.0 / options_.steps) / rise);
}

void Projection::descend() {
  const double t = static_cast<double>(done_) / options_.steps;
  const double wandering = options_.wandering * std::pow(std::max(0.0, 1 - t / wandering_share), 2);
  for (auto& group : descent_->param_groups()) group.options().set_lr(rate());
  at::Tensor way = way_;
  if (wandering > 0) way = way + at::randn(way_.sizes(), random_).to(way_.device()) * wandering;
  const at::Tensor pictures = generator_->synthesize(spread_out(way), synthesis());
  at::Tensor loss = (rows_of(pictures) - target_rows_).square().sum();
  if (options_.prior > 0) loss = loss + options_.prior * way_.square().mean({1, 2}).sum();
  if (!noise_maps_.empty()) loss = loss + options_.noise_rule * noise_pattern(noise_maps_);
  descent_->zero_grad();
  loss.backward();
  descent_->step();
  pictures_ = pictures.detach();
  const at::NoGradGuard no_grad;
  for (at::Tensor& map : noise_maps_) map.sub_(map.mean()).div_(map.std().clamp_min(1e-6));
}

bool Projection::step() {
  if (done_ >= options_.steps) return false;
  if (!descent_) {
    begin();
    take_noise_maps();
    std::vector<at::Tensor> moving{way_.requires_grad_(true)};
    moving.insert(moving.end(), noise_maps_.begin(), noise_maps_.end());
    descent_ = std::make_unique<torch::optim::Adam>(moving, torch::optim::AdamOptions(options_.learning_rate));
    return true;
  }
  const at::AutoGradMode grad(true);
  descend();
  ++done_;
  if (done_ == options_.steps) {  // what is shown and judged is what was found
    const at::NoGradGuard no_grad;
    pictures_ = generator_->synthesize(styles(), synthesis());
  }
  return done_ < options_.steps;
}

}  // namespace ganvas::latent
