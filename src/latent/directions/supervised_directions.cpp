#include "latent/directions/supervised_directions.h"

#include <ATen/core/grad_mode.h>

#include <algorithm>

#include "core/error.h"

namespace ganvas::latent {
namespace {

/// Coefficients [dim + 1] of x [N, dim + 1], whose last column is 1 and goes unpunished.
at::Tensor linear(const at::Tensor& x, const at::Tensor& labels, const at::Tensor& ridge) {
  return at::linalg_solve(x.t().matmul(x) + ridge, x.t().matmul(labels));
}

/// The same by iteratively reweighted least squares.
at::Tensor logistic(const at::Tensor& x, const at::Tensor& labels, const at::Tensor& ridge, int steps) {
  at::Tensor b = at::zeros({x.size(1)}, at::kDouble);
  for (int i = 0; i < steps; ++i) {
    const at::Tensor p = at::sigmoid(x.matmul(b));
    const at::Tensor slope = x.t().matmul(labels - p) - ridge.matmul(b);
    const at::Tensor curve = x.t().matmul(x * (p * (1 - p)).clamp_min(1e-9).unsqueeze(1)) + ridge;
    const at::Tensor step = at::linalg_solve(curve, slope);
    b = b + step;
    if (step.abs().max().item<double>() < 1e-8) break;
  }
  return b;
}

double correlation(const at::Tensor& a, const at::Tensor& b) {
  const at::Tensor x = a - a.mean(), y = b - b.mean();
  const double length = (x.norm() * y.norm()).item<double>();
  return length < 1e-12 ? 0 : x.dot(y).item<double>() / length;
}

}  // namespace

SupervisedDirection supervised_direction(const at::Tensor& styles, const at::Tensor& labels,
                                         const RegressionOptions& options) {
  require(styles.dim() == 2 && labels.dim() == 1 && labels.size(0) == styles.size(0),
          "Labels and styles must be as many.");
  require(styles.size(0) >= 8, "{} labelled samples are too few for a direction; it takes 8.", styles.size(0));
  const at::NoGradGuard no_grad;
  const at::Tensor w = styles.to(at::kCPU, at::kDouble), y = labels.to(at::kCPU, at::kDouble);
  require(y.min().item<double>() >= 0 && y.max().item<double>() <= 1, "Labels must lie between 0 and 1.");
  require(y.min().item<double>() < y.max().item<double>(), "All samples have the same label.");
  const bool binary = at::logical_or(y == 0, y == 1).all().item<bool>();
  const at::Tensor deviation = w.std(0).clamp_min(1e-12);
  const at::Tensor x = at::cat({(w - w.mean(0)) / deviation, at::ones({w.size(0), 1}, at::kDouble)}, 1);
  at::Tensor ridge = at::eye(x.size(1), at::kDouble) * options.ridge;
  ridge[-1][-1] = 1e-9;
  const auto fit = [&](const at::Tensor& some, const at::Tensor& theirs) {
    return binary ? logistic(some, theirs, ridge, options.steps) : linear(some, theirs, ridge);
  };
  const auto half = [](const at::Tensor& all, std::int64_t first) { return all.slice(0, first, std::nullopt, 2); };
  const at::Tensor guessed = half(x, 1).matmul(fit(half(x, 0), half(y, 0)));
  const at::Tensor direction = fit(x, y).slice(0, 0, w.size(1)) / deviation;
  const at::Tensor unit = direction / direction.norm().clamp_min(1e-300);
  return {unit, w.matmul(unit).std().item<double>(), correlation(guessed, half(y, 1))};
}

at::Tensor conditional_direction(const at::Tensor& direction, const at::Tensor& others) {
  const at::NoGradGuard no_grad;
  const at::Tensor v = direction.to(at::kCPU, at::kDouble);
  const at::Tensor basis = std::get<0>(at::linalg_qr(others.to(at::kCPU, at::kDouble).t()));  // [dim, K]
  const at::Tensor rest = v - basis.matmul(basis.t().matmul(v));
  const double length = rest.norm().item<double>();
  require(length > 1e-6 * v.norm().item<double>(), "The other directions leave nothing of this one.");
  return rest / length;
}

Slopes slopes_of(const at::Tensor& styles, const at::Tensor& readings) {
  require(styles.size(0) >= 8, "{} samples are too few for a direction; it takes 8.", styles.size(0));
  const at::NoGradGuard no_grad;
  const at::Tensor w = styles.to(at::kCPU, at::kDouble), y = readings.to(at::kCPU, at::kDouble);
  const at::Tensor deviation = w.std(0).clamp_min(1e-12);
  const at::Tensor x = (w - w.mean(0)) / deviation;
  const at::Tensor one = at::eye(x.size(1), at::kDouble);
  return {linear(x, (y - y.mean(0)) / y.std(0).clamp_min(1e-12), one), deviation};
}

at::Tensor isolating_direction(const Slopes& slopes, std::int64_t column, const std::vector<std::int64_t>& held,
                               double hold) {
  const at::NoGradGuard no_grad;
  const at::Tensor others = slopes.per_deviation.index_select(1, at::tensor(held, at::kLong));
  const at::Tensor one = at::eye(others.size(0), at::kDouble);
  const at::Tensor along = slopes.per_deviation.select(1, column);
  const at::Tensor way = at::linalg_solve(others.matmul(others.t()) * hold + one, along) * slopes.deviation;
  return way / way.norm().clamp_min(1e-300);
}

at::Tensor move_for(const Slopes& slopes, const std::vector<std::int64_t>& columns, const at::Tensor& changes) {
  const at::NoGradGuard no_grad;
  constexpr double ridge = 0.01;  // readings that hang together, and slopes that are little more than chance
  const at::Tensor to = slopes.per_deviation.index_select(1, at::tensor(columns, at::kLong));  // [dim, K]
  const at::Tensor one = at::eye(to.size(1), at::kDouble);
  return to.matmul(at::linalg_solve(to.t().matmul(to) + ridge * one, changes.to(at::kCPU, at::kDouble)));
}

at::Tensor LabelReader::read(const at::Tensor& features) const {
  const at::Tensor x = features.to(at::kCPU, at::kDouble);
  return x.matmul(weights.slice(0, 0, -1)) + weights[-1];
}

LabelReader fit_label_reader(const at::Tensor& features, const at::Tensor& labels, double ridge) {
  require(features.size(0) >= 8, "{} labelled pictures are too few to learn to read labels; it takes 8.",
          features.size(0));
  const at::NoGradGuard no_grad;
  const at::Tensor x = at::cat({features.to(at::kCPU, at::kDouble), at::ones({features.size(0), 1}, at::kDouble)}, 1);
  const at::Tensor y = labels.to(at::kCPU, at::kDouble);
  at::Tensor rule = at::eye(x.size(1), at::kDouble) * ridge;
  rule[-1][-1] = 1e-9;
  const auto half = [](const at::Tensor& all, std::int64_t first) { return all.slice(0, first, std::nullopt, 2); };
  const at::Tensor guessed = half(x, 1).matmul(linear(half(x, 0), half(y, 0), rule)), truth = half(y, 1);
  std::vector<double> accuracy;
  for (std::int64_t i = 0; i < y.size(1); ++i)
    accuracy.push_back(correlation(guessed.select(1, i), truth.select(1, i)));
  return {linear(x, y, rule), at::tensor(accuracy, at::kDouble)};
}

Purity purity_of(const at::Tensor& changes) {
  require(changes.dim() == 2 && changes.size(1) >= 1, "A purity is that of changes by direction and factor.");
  const at::Tensor size = changes.to(at::kCPU, at::kDouble).abs();
  const auto [most, factor] = size.max(1);
  return {factor, most / size.sum(1).clamp_min(1e-300)};
}

}  // namespace ganvas::latent
