// The distances and scores of the metrics, from given features and through the given network.
#include <gtest/gtest.h>

#include "metrics/distances/inception_score.h"
#include "metrics/distances/kernel_distance.h"
#include "metrics/distances/perceptual_path.h"
#include "metrics/distances/precision_recall.h"
#include "metrics/features/feature_extractor.h"
#include "metrics/features/frechet.h"
#include "parity/reference.h"

namespace ganvas::parity {
namespace {

constexpr double relative = 1e-6;       // of figures in double precision, as the manifest's note says
constexpr double singular_root = 1e-4;  // of scipy's root of singular covariances, relative to their trace
constexpr double single = 1e-5;         // of what the authors compute in single precision, KID among it
// Theirs also adds up in half precision, in an order that is not told: of 500 samples, up to five change sides.
constexpr double half_flips = 0.01;

void compare(const Case& subject, Comparison& comparison, const std::string& key, const at::Tensor& actual,
             double error = relative) {
  const double largest = subject.values.at(key).to(at::kDouble).abs().max().item<double>();
  comparison.compare_within(key, actual, error * std::max(largest, 1e-12));
}

void compare(const Case& subject, Comparison& comparison, const std::string& key, double actual,
             double error = relative) {
  compare(subject, comparison, key, at::scalar_tensor(actual, at::kDouble), error);
}

metrics::FeatureMoments moments(const at::Tensor& features) {
  metrics::FeatureMoments all(features.size(1));
  for (const at::Tensor& batch : features.split(37)) all.add(batch);
  return all;
}

void check_frechet(const Case& subject, Comparison& comparison, const std::string& set) {
  const metrics::FeatureMoments real = moments(subject.input(set + ".real")),
                                gen = moments(subject.input(set + ".gen"));
  compare(subject, comparison, set + ".mu_real", real.mean());
  compare(subject, comparison, set + ".sigma_real", real.covariance());
  const double distance = metrics::frechet_distance(real, gen), unbiased = metrics::frechet_distance(real, gen, true);
  const double trace = (real.covariance() + gen.covariance()).trace().item<double>();
  const double stated = subject.values.at(set + ".fid_eig_form").item<double>();
  // Of singular covariances the authors' form keeps the roots of what is only rounding of 0, here 4e-8 of the trace.
  comparison.compare_within(set + ".fid_eig_form", at::scalar_tensor(distance, at::kDouble),
                            std::max(relative * stated, 1e-7 * trace));
  comparison.compare_within(set + ".fid", at::scalar_tensor(distance, at::kDouble), singular_root * trace);
  comparison.compare_within(set + ".fid_unbiased_cov", at::scalar_tensor(unbiased, at::kDouble), singular_root * trace);
}

/// The authors add the kernels up in single precision: their error is relative to those sums, of which the distance is
/// the small difference.
double kernel_tolerance(const at::Tensor& x, const at::Tensor& y) {
  const auto mean_kernel = [](const at::Tensor& p, const at::Tensor& q) {
    return (p.matmul(q.t()) / static_cast<double>(p.size(1)) + 1).pow(3).abs().mean().item<double>();
  };
  const at::Tensor a = x.to(at::kDouble), b = y.to(at::kDouble);
  return relative * (mean_kernel(a, a) + mean_kernel(b, b) + 2 * mean_kernel(a, b));
}

void check_kernel(const Case& subject, Comparison& comparison, const std::string& set) {
  const at::Tensor &real = subject.input(set + ".real"), &gen = subject.input(set + ".gen");
  const double tolerance = kernel_tolerance(gen, real);
  const auto check = [&](const std::string& key, double actual) {
    comparison.compare_within(set + key, at::scalar_tensor(actual, at::kDouble), tolerance);
  };
  check(".kid_full", metrics::kernel_distance(gen, real));
  const at::Tensor& indices = subject.input(set + ".kid_subset_idx");
  double sum = 0;
  for (std::int64_t i = 0; i < indices.size(0); i += 2)
    sum += metrics::kernel_distance(gen.index_select(0, indices[i]), real.index_select(0, indices[i + 1]));
  check(".kid_subsets", sum / (static_cast<double>(indices.size(0)) / 2));
}

void check_precision_recall(const Case& subject, Comparison& comparison, const std::string& set, int k) {
  const at::Tensor &real = subject.input(set + ".real"), &gen = subject.input(set + ".gen");
  const at::Tensor real_radii = metrics::neighbour_radii(real, k), gen_radii = metrics::neighbour_radii(gen, k);
  compare(subject, comparison, set + ".knn_radius_real", real_radii);
  const metrics::PrecisionRecall exact = metrics::precision_recall(real, gen, k),
                                 half = metrics::precision_recall(real, gen, k, true);
  const std::string suffix = "_k" + std::to_string(k);
  compare(subject, comparison, set + ".precision" + suffix, exact.precision);
  compare(subject, comparison, set + ".recall" + suffix, exact.recall);
  comparison.compare_within(set + ".precision" + suffix + "_fp16", at::scalar_tensor(half.precision), half_flips);
  comparison.compare_within(set + ".recall" + suffix + "_fp16", at::scalar_tensor(half.recall), half_flips);
  const at::Tensor distances = at::cdist(gen.to(at::kDouble), real.to(at::kDouble), 2, 2);
  const double margin = std::min((distances - real_radii).abs().min().item<double>(),
                                 (distances.t() - gen_radii).abs().min().item<double>());
  compare(subject, comparison, set + ".pr_margin", margin, 1e-5);  // a difference of nearly equal numbers
}

void check_scores(const Case& subject, Comparison& comparison) {
  const at::Tensor& probabilities = subject.input("is.probs");
  for (const int parts : {1, 10}) {
    const metrics::InceptionScore score = metrics::inception_score(probabilities, parts);
    compare(subject, comparison, "is.splits" + std::to_string(parts),
            at::tensor({score.mean, score.deviation}, at::kDouble), single);
  }
  compare(subject, comparison, "is.splits1_fp64", metrics::inception_score(probabilities.to(at::kDouble), 1).mean);

  const double epsilon = subject.config.at("ppl_epsilon").get<double>();
  const at::Tensor distances =
      metrics::path_distances(subject.input("ppl.lpips_t0"), subject.input("ppl.lpips_t1"), epsilon);
  compare(subject, comparison, "ppl.dist", distances);
  const metrics::PathLength path = metrics::path_length_of(distances);
  compare(subject, comparison, "ppl.value", path.value);
  compare(subject, comparison, "ppl.value_unfiltered", path.unfiltered);
  compare(subject, comparison, "ppl.lo_hi", at::tensor({path.low, path.high}, at::kDouble));
  compare(subject, comparison, "slerp.out",
          metrics::unit_slerp(subject.input("slerp.a"), subject.input("slerp.b"), subject.input("slerp.t")));
}

/// Pictures through the network of the case.
void check_end_to_end(const Case& subject, Comparison& comparison) {
  metrics::TorchscriptExtractor extractor(subject.file(".pt"), at::kCPU);
  EXPECT_EQ(extractor.sha256().size(), 64U);
  const at::Tensor &a = subject.input("e2e.images_a_u8"), &b = subject.input("e2e.images_b_u8");
  const at::Tensor features_a = extractor.run(a, metrics::ExtractorOutput::features),
                   features_b = extractor.run(b, metrics::ExtractorOutput::features);
  comparison.compare_within("e2e.features_a", features_a, single);
  comparison.compare_within("e2e.features_b", features_b, single);
  const std::int64_t shown = subject.values.at("e2e.softmax_a").size(0);
  comparison.compare_within("e2e.softmax_a",
                            extractor.run(a.narrow(0, 0, shown), metrics::ExtractorOutput::probabilities), single);
  compare(subject, comparison, "e2e.fid_a_b", metrics::frechet_distance(moments(features_a), moments(features_b)),
          single);
  compare(subject, comparison, "e2e.kid_a_b", metrics::kernel_distance(features_b, features_a), single);
}

}  // namespace

void check_metrics(const Case& subject, Comparison& comparison) {
  const at::NoGradGuard no_grad;
  const int k = subject.config.at("nhood_size").get<int>();
  for (const auto& [key, info] : subject.tensors) {
    if (info.role != "input" || !key.ends_with(".kid_subset_idx")) continue;
    const std::string set = key.substr(0, key.find('.'));  // full, lowrank, few
    check_frechet(subject, comparison, set);
    check_kernel(subject, comparison, set);
    check_precision_recall(subject, comparison, set, k);
  }
  check_scores(subject, comparison);
  check_end_to_end(subject, comparison);
}

}  // namespace ganvas::parity
