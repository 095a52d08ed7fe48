// Distances and scores against answers that are known without them.
#include <ATen/CPUGeneratorImpl.h>
#include <gtest/gtest.h>

#include <cmath>

#include "core/error.h"
#include "metrics/distances/inception_score.h"
#include "metrics/distances/kernel_distance.h"
#include "metrics/distances/perceptual_path.h"
#include "metrics/distances/precision_recall.h"
#include "metrics/features/feature_extractor.h"
#include "metrics/features/frechet.h"
#include "support/source_folder.h"

namespace ganvas::metrics {
namespace {

at::Tensor normal(std::uint64_t seed, at::IntArrayRef sizes) {
  return at::randn(sizes, at::make_generator<at::CPUGeneratorImpl>(seed), at::kDouble);
}

at::Tensor values(const std::vector<double>& numbers) {
  return at::tensor(numbers, at::kDouble);
}

TEST(Frechet, OfGaussiansAlongAxesIsTheDistanceOfMeansAndDeviations) {
  // Independent axes: |m1 - m2|^2 + sum (s1 - s2)^2.
  const at::Tensor deviation1 = values({1, 2, 0}), deviation2 = values({3, 0.5, 0});
  const double distance = frechet_distance(values({0, 1, 2}), at::diag(deviation1.square()), values({2, 1, 1}),
                                           at::diag(deviation2.square()));
  EXPECT_NEAR(distance, 4 + 1 + 4 + 2.25, 1e-12);
}

TEST(Frechet, IsZeroForTheSameSetAlsoWhereItIsFlat) {
  FeatureMoments few(8);
  few.add(normal(1, {3, 8}));  // in a plane of 8 dimensions
  EXPECT_NEAR(frechet_distance(few, few), 0, 1e-9);
  FeatureMoments moved(8);
  moved.add(normal(1, {3, 8}) + 2);
  EXPECT_NEAR(frechet_distance(few, moved), 8 * 4, 1e-6);
  EXPECT_NEAR(frechet_distance(moved, few), frechet_distance(few, moved), 1e-6);
}

TEST(FeatureMoments, AreTheSameInBatches) {
  const at::Tensor x = normal(2, {50, 6}).to(at::kFloat);
  FeatureMoments whole(6), parts(6);
  whole.add(x);
  for (const at::Tensor& batch : x.split(7)) parts.add(batch);
  EXPECT_EQ(parts.count(), 50);
  EXPECT_TRUE(at::allclose(parts.mean(), whole.mean(), 0, 1e-12));
  EXPECT_TRUE(at::allclose(parts.covariance(true), at::cov(x.to(at::kDouble).t()), 0, 1e-10));
  const FeatureMoments kept(parts.count(), parts.sum(), parts.products());
  EXPECT_NEAR(frechet_distance(kept, whole), 0, 1e-9);
  EXPECT_THROW(parts.add(x.narrow(1, 0, 5)), Error);
  EXPECT_THROW(static_cast<void>(FeatureMoments(6).mean()), Error);
  EXPECT_THROW(FeatureMoments(1, at::zeros({3}), at::zeros({2, 2})), Error);
}

TEST(KernelDistance, FollowsItsDefinitionOnTwoPairs) {
  // dim 1: k(x, y) = (x y + 1)^3.
  const at::Tensor a = values({0, 1}).view({2, 1}), b = values({2, 3}).view({2, 1});
  const double within = 2.0 * 1 / 2 + 2.0 * 343 / 2;  // k(0,1) = 1, k(2,3) = 343
  const double across = (1.0 + 1 + 27 + 64) / 4;      // k(0,.) = 1, k(1,2) = 27, k(1,3) = 64
  EXPECT_NEAR(kernel_distance(a, b), within - 2 * across, 1e-9);
  EXPECT_THROW(kernel_distance(a, b.narrow(0, 0, 1)), Error);
}

TEST(KernelDistance, IsNearZeroForOneDistributionAndDependsOnSeedAlone) {
  const at::Tensor a = normal(3, {400, 16}), b = normal(4, {400, 16}), far = b + 1;
  const double same = kernel_distance(a, b, 20, 100, 7);
  EXPECT_NEAR(same, 0, 0.02);
  EXPECT_GT(kernel_distance(a, far, 20, 100, 7), 0.5);
  EXPECT_EQ(kernel_distance(a, b, 20, 100, 7), same);
  EXPECT_NE(kernel_distance(a, b, 20, 100, 8), same);
}

TEST(PrecisionRecall, CountsNeighbourhoods) {
  // Reals at 0, 1, 2, 3; k = 1: each radius is 1. Samples at 0.5, 1.5 and far away; their radii are 1, 1 and 98.5.
  const at::Tensor real = values({0, 1, 2, 3}).view({4, 1}), gen = values({0.5, 1.5, 100}).view({3, 1});
  EXPECT_TRUE(at::allclose(neighbour_radii(real, 1), at::ones({4}, at::kDouble)));
  const PrecisionRecall both = precision_recall(real, gen, 1);
  EXPECT_NEAR(both.precision, 2.0 / 3, 1e-12);
  EXPECT_NEAR(both.recall, 1, 1e-12);  // the far sample's neighbourhood reaches all with 98.5 or less: 2 and 3
  const PrecisionRecall same = precision_recall(real, real, 3);
  EXPECT_EQ(same.precision, 1);
  EXPECT_EQ(same.recall, 1);
  EXPECT_THROW(neighbour_radii(real, 4), Error);
}

TEST(PrecisionRecall, IsTheSameInPieces) {
  const at::Tensor real = normal(5, {1300, 4}), gen = normal(6, {700, 4}) * 0.5;
  const at::Tensor distances = at::cdist(real, real, 2, 2);
  const at::Tensor radii = std::get<0>(distances.kthvalue(4, 1));
  EXPECT_TRUE(at::allclose(neighbour_radii(real, 3), radii));
  const double precision = (at::cdist(gen, real, 2, 2) <= radii).any(1).to(at::kDouble).mean().item<double>();
  EXPECT_EQ(precision_recall(real, gen).precision, precision);
  EXPECT_LT(precision_recall(real, gen).recall, precision);
}

TEST(InceptionScore, IsTheNumberOfSureKindsAndOneForTheUnsure) {
  const at::Tensor sure = at::eye(5, at::kDouble).repeat({8, 1}) * (1 - 1e-12) + 1e-13;
  EXPECT_NEAR(inception_score(sure, 4).mean, 5, 1e-6);
  EXPECT_NEAR(inception_score(sure, 4).deviation, 0, 1e-6);
  EXPECT_NEAR(inception_score(at::full({10, 4}, 0.25, at::kDouble), 1).mean, 1, 1e-9);
  EXPECT_THROW(inception_score(at::full({3, 4}, 0.25), 4), Error);
}

TEST(PathLength, LeavesTheExtremesOut) {
  at::Tensor distances = at::arange(0, 201, at::kDouble);
  distances[200] = 1e9;
  const PathLength path = path_length_of(distances.flip(0));
  EXPECT_EQ(path.low, 2);
  EXPECT_EQ(path.high, 198);
  EXPECT_EQ(path.value, 100);
  EXPECT_GT(path.unfiltered, 1e6);
  EXPECT_TRUE(at::allclose(path_distances(at::zeros({2, 3}), at::ones({2, 3}), 0.5), at::full({2}, 12.0)));
  EXPECT_THROW(path_length_of(at::empty({0})), Error);
}

TEST(PathLength, GoesAlongTheCircle) {
  const at::Tensor a = values({2, 0}).view({1, 2}), b = values({0, 5}).view({1, 2});
  const at::Tensor middle = unit_slerp(a, b, at::full({1, 1}, 0.5, at::kDouble));
  EXPECT_TRUE(at::allclose(middle, at::full({1, 2}, std::sqrt(0.5), at::kDouble)));
  EXPECT_TRUE(at::allclose(unit_slerp(a, b, at::zeros({1, 1}, at::kDouble)), a / 2));
}

TEST(FeatureExtractor, SaysWhatItCannotUse) {
  const std::string tiny = test::source_folder() + "/tests/reference/metrics/tiny_features.pt";
  TorchscriptExtractor extractor(tiny, at::kCPU);
  const at::Tensor grey = at::randint(256, {2, 1, 32, 32}, at::kByte);
  const at::Tensor features = extractor.run(grey, ExtractorOutput::features);
  EXPECT_TRUE(at::equal(features, extractor.run(grey.expand({2, 3, 32, 32}), ExtractorOutput::features)));
  EXPECT_TRUE(at::equal(features, extractor.run(grey.to(at::kFloat), ExtractorOutput::features)));
  EXPECT_NEAR(extractor.run(grey, ExtractorOutput::probabilities).sum().item<double>(), 2, 1e-5);
  EXPECT_EQ(extractor.call(ExtractorOutput::features), "forward(pictures, return_features=True)");
  EXPECT_EQ(extractor.call(ExtractorOutput::perceptual), "forward(pictures)");
  EXPECT_EQ(extractor.name(), "tiny_features.pt");
  EXPECT_THROW(extractor.run(grey.to(at::kDouble), ExtractorOutput::features), Error);
  EXPECT_THROW(extractor.run(grey.narrow(1, 0, 0), ExtractorOutput::features), Error);
  EXPECT_THROW(TorchscriptExtractor(test::source_folder() + "/README.md", at::kCPU), Error);
  EXPECT_THROW(TorchscriptExtractor("nothing.pt", at::kCPU), Error);
}

}  // namespace
}  // namespace ganvas::metrics
