#include "latent/search/drag.h"

#include <torch/optim/adam.h>

#include <ATen/CPUGeneratorImpl.h>

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "latent/watched_layers.h"
#include "models/traits.h"

namespace ganvas::latent {
namespace {

constexpr std::int64_t samples = 256;  // of w, for its spread
constexpr double spacing = 0.5;        // pixels between the places where a point is looked for

double distance_of(const DragPoint& point) {
  return std::hypot(point.goal_x - point.x, point.goal_y - point.y);
}

/// Standard deviation of w along each dimension, [w_dim].
at::Tensor spread_of(models::Generator& generator, at::Device device) {
  const models::NetworkSpec& spec = generator.spec();
  const at::Generator stream = at::make_generator<at::CPUGeneratorImpl>(0);
  const at::Tensor z = at::randn({samples, spec.z_dim}, stream).to(device);
  at::Tensor c;
  if (spec.c_dim > 0) c = at::one_hot(at::arange(samples) % spec.c_dim, spec.c_dim).to(device, at::kFloat);
  return generator.map(z, c, {}).select(1, 0).std(0).clamp_min(1e-6);
}

}  // namespace

Drag::Drag(models::GeneratorPtr generator, const at::Tensor& base, std::vector<DragPoint> points,
           const at::Tensor& mask, DragOptions options)
    : generator_(std::move(generator)), points_(std::move(points)), options_(std::move(options)) {
  const models::NetworkSpec& spec = generator_->spec();
  require(
      models::picture_width(spec) == spec.resolution,
      "Dragging works on square pictures, and this model's have {}x{} pixels; move its sliders or blend seeds instead.",
      models::picture_width(spec), spec.resolution);
  require(!points_.empty(), "There is no point to drag yet; put one on the picture first.");
  for (const DragPoint& point : points_) {
    for (const double value : {point.x, point.y, point.goal_x, point.goal_y})
      require(value >= -0.5 && value <= spec.resolution - 0.5, "A point at {} lies outside a picture of {} pixels.",
              value, spec.resolution);
  }
  require(!mask.defined() || (mask.dim() == 2 && mask.size(0) == spec.resolution && mask.size(1) == spec.resolution),
          "A mask for this model has {} pixels a side.", spec.resolution);
  const at::NoGradGuard no_grad;
  generator_->eval();
  for (at::Tensor& parameter : generator_->parameters()) parameter.requires_grad_(false);
  base_ = base.to(at::kFloat).clone();
  if (mask.defined()) still_ = (1 - mask).to(base_.device(), at::kFloat).view({1, 1, spec.resolution, spec.resolution});
  deviation_ = spread_of(*generator_, base_.device());
  way_ = at::zeros_like(options_.each_row ? base_ : base_.narrow(1, 0, 1));
  options_.synthesis.precision = models::Precision::full;
  if (options_.reach == 0) options_.reach = std::max(1, spec.resolution / 16);
  if (options_.search == 0) options_.search = std::max(1, spec.resolution / 20);
  choose_layer();
}

Drag::~Drag() = default;

void Drag::choose_layer() {
  std::vector<std::pair<std::string, std::int64_t>> layers;
  models::SynthesisOptions looking = options_.synthesis;
  const std::int64_t colours = generator_->spec().image_channels;
  looking.bend = [&, bend = looking.bend](const std::string& name, const at::Tensor& x) {
    if (x.dim() == 4 && x.size(1) > colours) layers.emplace_back(name, x.size(2));
    return bend ? bend(name, x) : x;
  };
  generator_->synthesize(options_.styles_of ? options_.styles_of(base_) : base_, looking);
  const std::int64_t half = generator_->spec().resolution / 2;
  if (options_.layer.empty()) {
    for (const auto& [name, side] : layers)
      if (side == half || (side > half && options_.layer.empty())) options_.layer = name;
  }
  const bool there =
      std::any_of(layers.begin(), layers.end(), [&](const auto& layer) { return layer.first == options_.layer; });
  require(there, "The model has no layer \"{}\" whose features could be followed.", options_.layer);
}

/// The followed layer's features, of the size of the picture, [1, C, R, R]; also makes the picture.
at::Tensor Drag::features() {
  at::Tensor seen;
  models::SynthesisOptions options = options_.synthesis;
  watch_layers(options, options_.cancelled);
  options.bend = [&, bend = options.bend](const std::string& name, const at::Tensor& x) {
    const at::Tensor y = bend ? bend(name, x) : x;
    if (name == options_.layer) seen = y.clone();  // layers after it may work in place
    return y;
  };
  const at::Tensor base = base_ + way_ * deviation_;
  picture_ = generator_->synthesize(options_.styles_of ? options_.styles_of(base) : base, options);
  const std::int64_t side = generator_->spec().resolution;
  return at::upsample_bilinear2d(seen.to(at::kFloat), {side, side}, /*align_corners=*/false);
}

/// Features at the places of a square grid around (x, y), [places, C].
at::Tensor Drag::around(const at::Tensor& features, double x, double y, int radius, double step) const {
  const auto side = static_cast<double>(features.size(3));
  const int count = static_cast<int>(std::lround(radius / step));
  std::vector<float> places;
  for (int row = -count; row <= count; ++row) {
    for (int column = -count; column <= count; ++column) {
      places.push_back(static_cast<float>((2 * (x + column * step) + 1) / side - 1));
      places.push_back(static_cast<float>((2 * (y + row * step) + 1) / side - 1));
    }
  }
  const at::Tensor grid = at::tensor(places).to(features.device()).view({1, 1, -1, 2});
  return at::grid_sampler(features, grid, /*bilinear*/ 0, /*border*/ 1, /*align_corners=*/false)[0].select(1, 0).t();
}

/// How far the features are from where they should be.
at::Tensor Drag::pull(const at::Tensor& features) const {
  at::Tensor loss = at::zeros({}, features.options());
  for (std::size_t i = 0; i < points_.size(); ++i) {
    const DragPoint& point = points_[i];
    const double distance = distance_of(point);
    if (distance <= options_.near) continue;
    const double length = std::max(distance, 1.0);
    const double dx = (point.goal_x - point.x) / length, dy = (point.goal_y - point.y) / length;
    const at::Tensor here =
        at::lerp(around(features.detach(), point.x, point.y, options_.reach, 1),
                 around(first_, beginnings_[i].x, beginnings_[i].y, options_.reach, 1), options_.faithful);
    loss = loss + (around(features, point.x + dx, point.y + dy, options_.reach, 1) - here).abs().mean();
  }
  if (still_.defined()) loss = loss + options_.mask * ((features - first_) * still_).abs().mean();
  return loss;
}

/// Each point goes where the features are most like those that it had.
void Drag::find_again(const at::Tensor& features) {
  const double last = generator_->spec().resolution - 1.0;
  const int columns = 2 * static_cast<int>(std::lround(options_.search / spacing)) + 1;
  for (std::size_t i = 0; i < points_.size(); ++i) {
    DragPoint& point = points_[i];
    const at::Tensor places = around(features, point.x, point.y, options_.search, spacing);
    const auto best = (places - appearances_[i]).abs().sum(1).argmin().item<std::int64_t>();
    const auto column = best % columns - columns / 2, row = best / columns - columns / 2;
    point.x = std::clamp(point.x + static_cast<double>(column) * spacing, 0.0, last);
    point.y = std::clamp(point.y + static_cast<double>(row) * spacing, 0.0, last);
  }
}

bool Drag::arrived() const {
  return std::all_of(points_.begin(), points_.end(),
                     [&](const DragPoint& point) { return distance_of(point) <= options_.near; });
}

at::Tensor Drag::base() const {
  const at::NoGradGuard no_grad;
  return base_ + way_.detach() * deviation_;
}

bool Drag::step() {
  if (done_ >= options_.steps || (done_ > 0 && arrived())) return false;
  const at::AutoGradMode grad(true);
  if (!descent_) {
    descent_ = std::make_unique<torch::optim::Adam>(std::vector<at::Tensor>{way_.requires_grad_(true)},
                                                    torch::optim::AdamOptions(options_.learning_rate));
    features_ = features();
    first_ = features_.detach();
    beginnings_ = points_;
    for (const DragPoint& point : points_) appearances_.push_back(around(first_, point.x, point.y, 0, 1)[0]);
  }
  const at::Tensor loss = pull(features_);
  if (loss.requires_grad()) {
    descent_->zero_grad();
    loss.backward();
    descent_->step();
  }
  features_ = features();
  {
    const at::NoGradGuard no_grad;
    picture_ = picture_.detach();
    find_again(features_.detach());
  }
  ++done_;
  return done_ < options_.steps && !arrived();
}

}  // namespace ganvas::latent
