#include "cli/directions/judge.h"

#include <ATen/CPUGeneratorImpl.h>

#include <algorithm>

#include "core/error.h"

namespace ganvas::cli {

namespace {

constexpr std::int64_t at_once = 32;
constexpr double reach = 2;  // steps to either side at which a direction is judged

}  // namespace

double step_along(const at::Tensor& vector, const at::Tensor& w) {
  const at::Tensor parts = vector.to(at::kDouble).view({-1, w.size(1)});
  const at::Tensor spread = w.cpu().to(at::kDouble).matmul(parts.t()).std(0).clamp_min(1e-12);  // |part| deviations
  const at::Tensor steps = parts.square().sum(1) / spread;  // |part| / deviation along it
  return 1 / steps.square().mean().sqrt().clamp_min(1e-12).item<double>();
}

at::Tensor along(const Named& direction, const at::Tensor& w, double steps, std::int64_t rows) {
  const at::Tensor way = (direction.vector * (direction.size * steps)).view({-1, w.size(1)}).to(w.device());
  return (w.unsqueeze(1) + way).expand({-1, rows, -1});
}

at::Tensor random_styles(models::Generator& generator, std::int64_t count, std::uint64_t seed) {
  const at::NoGradGuard no_grad;
  const models::NetworkSpec& spec = generator.spec();
  const at::Device device = generator.parameters().front().device();
  const at::Tensor z = at::randn({count, spec.z_dim}, at::make_generator<at::CPUGeneratorImpl>(seed)).to(device);
  at::Tensor c;
  if (spec.c_dim > 0) c = at::one_hot(at::arange(count) % spec.c_dim, spec.c_dim).to(device, at::kFloat);
  return generator.map(z, c, {}).select(1, 0);
}

at::Tensor pictures_of(models::Generator& generator, const at::Tensor& w) {
  const at::NoGradGuard no_grad;
  const at::Tensor rows = w.dim() == 3 ? w : w.unsqueeze(1).expand({-1, generator.spec().num_ws, -1});
  std::vector<at::Tensor> pictures;
  for (std::int64_t first = 0; first < rows.size(0); first += at_once)
    pictures.push_back(generator.synthesize(rows.narrow(0, first, std::min(at_once, rows.size(0) - first)), {}).cpu());
  return at::cat(pictures);
}

at::Tensor mixed_by_row(models::Generator& generator, std::int64_t count, std::uint64_t seed) {
  const std::int64_t rows = generator.spec().num_ws;
  const at::Tensor base = random_styles(generator, count, seed).unsqueeze(1);
  const at::Tensor other = random_styles(generator, count * rows, seed + 1).view({count, rows, -1});
  const at::Tensor mask = at::rand({count, rows, 1}, at::make_generator<at::CPUGeneratorImpl>(seed)) < 0.5;
  return at::where(mask.to(base.device()), other, base);
}

Judge::Judge(models::Generator& generator, const Reading& reading, CountBar& bar)
    : generator_(&generator), reading_(&reading), bar_(&bar) {
  spread_ = read("the model's own pictures", random_styles(generator, 2'000, 1)).std(0).clamp_min(reading.least_spread);
}

at::Tensor Judge::read(const std::string& what, const at::Tensor& w) const {
  constexpr std::int64_t piece = 256;  // pictures that lie in memory
  std::vector<at::Tensor> labels;
  for (std::int64_t first = 0; first < w.size(0); first += piece) {
    bar_->show(what, first, w.size(0));
    const at::Tensor some = w.narrow(0, first, std::min(piece, w.size(0) - first));
    labels.push_back(reading_->read(pictures_of(*generator_, some)));
  }
  bar_->show(what, w.size(0), w.size(0));
  return at::cat(labels);
}

at::Tensor Judge::changes(const std::string& what, const std::vector<Named>& directions, const at::Tensor& w) const {
  std::vector<at::Tensor> rows;
  const auto count = static_cast<std::int64_t>(directions.size());
  for (const Named& direction : directions) {
    bar_->show(what, static_cast<std::int64_t>(rows.size()), count);
    const auto read = [&](double steps) {
      return reading_->read(pictures_of(*generator_, along(direction, w, steps, generator_->spec().num_ws)));
    };
    rows.push_back(((read(reach) - read(-reach)) / spread_).mean(0) / (2 * reach));
  }
  bar_->show(what, count, count);
  return at::stack(rows);
}

FactorChanges by_factor(const at::Tensor& changes, const std::vector<LabelName>& names, const Reading& reading) {
  FactorChanges result;
  std::vector<at::Tensor> columns;
  for (std::size_t first = 0, last = 0; first < names.size(); first = last) {
    while (last < names.size() && names[last].factor == names[first].factor) ++last;
    std::vector<at::Tensor> values;
    for (std::size_t i = first; i < last; ++i) {
      const auto column = static_cast<std::int64_t>(i);
      if (reading.accuracy[column].item<double>() >= readable) values.push_back(changes.select(1, column).abs());
    }
    if (values.empty()) continue;
    result.factors.push_back(names[first].factor);
    columns.push_back(std::get<0>(at::stack(values, 1).max(1)));
  }
  require(!columns.empty(), "No label of this data set can be read off its pictures, so no purity can be told.");
  result.changes = at::stack(columns, 1);
  return result;
}

}  // namespace ganvas::cli
