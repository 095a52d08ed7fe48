#include "metrics/faces/factor_report.h"

#include "core/error.h"
#include "data/faces/factors.h"

namespace ganvas::metrics {

namespace {

constexpr double missing_rate = 0.2;   ///< of the data's share
constexpr double expected_least = 20;  ///< pictures, to judge by
constexpr int rounds = 200;

/// How often the data set draws each value.
at::Tensor drawn_shares(const data::FaceFactor& factor) {
  std::vector<double> weights;
  for (const data::FaceChoice& choice : factor.choices) weights.push_back(choice.weight);
  const at::Tensor all = at::tensor(weights, at::kDouble);
  return all / all.sum();
}

/// probabilities [N, K] of a network that learnt with the shares `prior` [K] -> the shares of these pictures.
at::Tensor estimated_shares(const at::Tensor& probabilities, const at::Tensor& prior) {
  const at::Tensor evidence = probabilities.to(at::kDouble) / prior;
  at::Tensor shares = prior.clone();
  for (int i = 0; i < rounds; ++i) {
    const at::Tensor weighted = evidence * shares;
    const at::Tensor next = (weighted / weighted.sum(1, true).clamp_min(1e-300)).mean(0);
    const bool still = (next - shares).abs().max().item<double>() < 1e-9;
    shares = next;
    if (still) break;
  }
  return shares;
}

std::vector<double> list_of(const at::Tensor& values) {
  const at::Tensor own = values.to(at::kDouble).contiguous();
  return {own.const_data_ptr<double>(), own.const_data_ptr<double>() + own.numel()};
}

/// Mean distance of the values at equal ranks.
double rank_distance(const at::Tensor& a, const at::Tensor& b) {
  const at::Tensor ranks = at::linspace(0, 1, 201, at::kDouble);
  return (at::quantile(a.to(at::kDouble), ranks) - at::quantile(b.to(at::kDouble), ranks)).abs().mean().item<double>();
}

}  // namespace

std::vector<std::string> FactorReport::missing() const {
  std::vector<std::string> names;
  for (const FactorShares& factor : factors) {
    for (const std::string& value : factor.missing) names.push_back(fmt::format("no {} {}", value, factor.factor));
  }
  return names;
}

double FactorReport::coverage() const {
  std::size_t values = 0, lost = 0;
  for (const FactorShares& factor : factors) {
    values += factor.values.size();
    lost += factor.missing.size();
  }
  return values == 0 ? 1 : 1 - static_cast<double>(lost) / static_cast<double>(values);
}

FactorReport factor_report(const at::Tensor& samples, const at::Tensor& data) {
  require(samples.dim() == 2 && data.dim() == 2 && samples.size(0) > 0 && data.size(0) > 0 &&
              samples.size(1) == data::face_label_size() && data.size(1) == data::face_label_size(),
          "A factor report needs the factors of some pictures on both sides.");
  FactorReport report;
  std::int64_t first = 0;
  for (const data::FaceFactor& factor : data::face_factors()) {
    const at::Tensor of_samples = samples.narrow(1, first, factor.width()).to(at::kCPU);
    const at::Tensor of_data = data.narrow(1, first, factor.width()).to(at::kCPU);
    first += factor.width();
    FactorShares shares{.factor = std::string(factor.name)};
    if (factor.categorical()) {
      const at::Tensor prior = drawn_shares(factor);
      shares.samples = list_of(estimated_shares(of_samples, prior));
      shares.data = list_of(estimated_shares(of_data, prior));
      const auto count = static_cast<double>(samples.size(0));
      for (std::size_t i = 0; i < shares.data.size(); ++i) {
        shares.values.emplace_back(factor.choices[i].name);
        shares.distance += std::abs(shares.samples[i] - shares.data[i]) / 2;
        if (shares.data[i] * count >= expected_least && shares.samples[i] < missing_rate * shares.data[i])
          shares.missing.push_back(shares.values.back());
      }
    } else {
      shares.distance = rank_distance(of_samples.flatten(), of_data.flatten());
    }
    report.factors.push_back(std::move(shares));
  }
  return report;
}

Json to_json(const FactorReport& report) {
  Json factors = Json::object();
  for (const FactorShares& factor : report.factors) {
    Json& entry = factors[factor.factor] = {{"distance", factor.distance}};
    for (std::size_t i = 0; i < factor.values.size(); ++i)
      entry["shares"][factor.values[i]] = {{"data", factor.data[i]}, {"samples", factor.samples[i]}};
  }
  return {{"coverage", report.coverage()}, {"missing", report.missing()}, {"factors", factors}};
}

}  // namespace ganvas::metrics
