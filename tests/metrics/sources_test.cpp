// What is asked for, which pictures are looked at, and how they come to the network's size.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>

#include "core/error.h"
#include "core/random.h"
#include "metrics/distances/path_sampling.h"
#include "metrics/distances/perceptual_path.h"
#include "metrics/features/data_identity.h"
#include "metrics/features/picture_scaling.h"
#include "metrics/fixtures.h"
#include "metrics/metric.h"
#include "support/process.h"

namespace ganvas::metrics {
namespace {

TEST(MetricNames, AreThoseOfTheField) {
  const MetricPtr fid = parse_metric("fid50k_full");
  EXPECT_EQ(fid->needs().gather, MetricNeeds::Gather::moments);
  EXPECT_EQ(fid->samples(), 50000);
  EXPECT_TRUE(fid->full());
  EXPECT_EQ(parse_metric("fid500")->samples(), 500);
  EXPECT_FALSE(parse_metric("fid500")->full());
  EXPECT_EQ(parse_metric("kid", 70)->samples(), 70);
  EXPECT_EQ(parse_metric("kid10k", 70)->samples(), 10000);
  EXPECT_EQ(parse_metric("is50k")->needs().gather, MetricNeeds::Gather::probabilities);
  EXPECT_TRUE(parse_metric("face_kid")->by_faces());
  const MetricPtr path = parse_metric("ppl2_wend10k");
  EXPECT_EQ(path->mode(), "steps in W at ends");
  EXPECT_EQ(path->samples(), 10000);
  EXPECT_EQ(parse_metric("ppl_zfull")->mode(), "steps in Z anywhere, middle of the pictures");
}

TEST(MetricNames, OfPrecisionAndRecallHaveAPairOfNumbers) {
  const auto expect = [](const std::string& name, std::int64_t samples, int neighbours) {
    const MetricPtr pr = parse_metric(name, 70);
    EXPECT_EQ(pr->samples(), samples) << name;
    EXPECT_EQ(pr->choices({}, {})["split"], fmt::format("neighbourhoods of {}", neighbours)) << name;
  };
  expect("pr50k3_full", 50000, 3);
  expect("pr500_5", 500, 5);
  expect("pr4_full", 70, 4);
  expect("pr10k", 10000, 3);
  expect("pr", 70, 3);
}

TEST(MetricNames, OthersAreRefusedInOneSentence) {
  for (const char* name : {"", "fid50K", "fid0", "fid_", "FID", "fid99999999999", "ppl", "ppl_x", "pr500k0", "is_full"})
    EXPECT_THROW(parse_metric(name), UsageError) << name;
  EXPECT_THROW(parse_metrics("fid,kid,fid"), UsageError);
  EXPECT_THROW(parse_metrics("fid,,kid"), UsageError);
  EXPECT_EQ(parse_metrics("fid,kid,pr,is50k").size(), 4U);
}

/// The sampled cubic of a = -0.5, stretched when it shrinks pictures, in double.
at::Tensor bicubic_matrix(int from, int to) {
  const at::Tensor matrix = at::zeros({to, from}, at::kDouble);
  const double scale = static_cast<double>(from) / to, stretch = std::max(scale, 1.0);
  const auto cubic = [](double x) {
    x = std::abs(x);
    if (x < 1) return 1.5 * x * x * x - 2.5 * x * x + 1;
    return x < 2 ? -0.5 * x * x * x + 2.5 * x * x - 4 * x + 2 : 0.0;
  };
  for (int i = 0; i < to; ++i) {
    for (int k = 0; k < from; ++k) matrix[i][k] = cubic((k + 0.5 - (i + 0.5) * scale) / stretch);
    matrix[i] /= matrix[i].sum();
  }
  return matrix;
}

TEST(Scaling, CleanIsBicubicWithAntialiasingInFloat) {
  const at::Tensor pictures = at::randint(256, {2, 3, 20, 20}, at::kByte);
  for (const int side : {9, 20, 33}) {
    const at::Tensor matrix = bicubic_matrix(20, side);
    const at::Tensor expected = matrix.matmul(pictures.to(at::kDouble)).matmul(matrix.t()).clamp(0, 255);
    const at::Tensor actual = scaled_for_extractor(pictures, ResizeMode::clean, side);
    EXPECT_LT((actual.to(at::kDouble) - expected).abs().max().item<double>(), 1e-3) << side;
  }
}

TEST(Scaling, TheOtherConventions) {
  const at::Tensor ramp = at::arange(0, 16, at::kByte).view({1, 1, 1, 16}).expand({1, 1, 16, 16}).contiguous();
  EXPECT_TRUE(at::equal(scaled_for_extractor(ramp, ResizeMode::legacy_tensorflow, 8), ramp)) << "the network's matter";
  // From the centres, two neighbours each, also where four pixels become one.
  const at::Tensor quarter = scaled_for_extractor(ramp, ResizeMode::legacy_pytorch, 4)[0][0][0];
  EXPECT_TRUE(at::allclose(quarter, at::tensor({1.5F, 5.5F, 9.5F, 13.5F})));
  const at::Tensor twice = scaled_for_extractor(ramp, ResizeMode::legacy_pytorch, 32)[0][0][0];
  EXPECT_NEAR(twice[1].item<double>(), 0.25, 1e-6);
  for (const std::string& name : resize_mode_names()) EXPECT_EQ(to_string(resize_mode_from(name)), name);
  EXPECT_THROW(resize_mode_from("nearest"), Error);
}

TEST(GeneratorPictures, AreThoseOfTheSeedsWhateverTheBatches) {
  const auto generator = std::make_shared<test::FlatGenerator>();
  GeneratorPictures source(generator, {.seed = 5, .psi = 0.5}, {});
  const at::Tensor all = source.pictures(0, 9);
  EXPECT_EQ(all.sizes(), at::IntArrayRef({9, 1, 8, 8}));
  EXPECT_TRUE(at::equal(at::cat({source.pictures(0, 4), source.pictures(4, 5)}), all));
  for (std::int64_t i = 0; i < 9; ++i) {
    const float value = latent_from_seed(static_cast<std::uint64_t>(5 + i), 4)[0] * 0.5F;
    const int byte = std::clamp(static_cast<int>(value * 127.5F + 128), 0, 255);
    EXPECT_EQ(all[i].max().item<int>(), byte) << i;
  }
  GeneratorPictures other(generator, {.seed = 5, .psi = 0.7}, {});
  EXPECT_NE(source.identity(), other.identity());
}

TEST(GeneratorPictures, HaveTheClassesThatAreAskedFor) {
  const auto generator = std::make_shared<test::FlatGenerator>(8, 3);
  const auto classes = [&](SamplingOptions options) {
    GeneratorPictures source(generator, std::move(options), {});
    std::vector<std::int64_t> counts(3);
    const at::Tensor pictures = source.pictures(0, 300);
    for (std::int64_t i = 0; i < 300; ++i)
      ++counts.at(static_cast<std::size_t>(std::lround((pictures[i][0][0][0].item<double>() - 128) / 12.75)));
    return counts;
  };
  EXPECT_EQ(classes({.only_class = 2}), (std::vector<std::int64_t>{0, 0, 300}));
  for (const std::int64_t count : classes({})) EXPECT_NEAR(static_cast<double>(count), 100, 30);
  // Labels of a data set that has three of class 0 to one of class 1.
  const auto data =
      std::make_shared<test::TensorDataset>(at::zeros({4, 1, 8, 8}, at::kByte), std::vector{0, 0, 1, 0}, 3);
  const std::vector<std::int64_t> like = classes({.labels = data});
  EXPECT_NEAR(static_cast<double>(like[0]), 225, 30);
  EXPECT_EQ(like[2], 0);
  EXPECT_THROW(classes({.only_class = 3}), Error);
}

TEST(DatasetPictures, AreThoseOfAClassInTheirOrder) {
  const at::Tensor pictures = at::arange(0, 5, at::kByte).view({5, 1, 1, 1}).expand({5, 3, 4, 4}).contiguous();
  const auto data = std::make_shared<test::TensorDataset>(pictures, std::vector{0, 1, 0, 0, 1}, 3);
  DatasetPictures all(data, {{"a", 1}}), some(data, {{"a", 1}}, 0);
  EXPECT_TRUE(at::equal(all.pictures(1, 3), pictures.narrow(0, 1, 3)));
  EXPECT_EQ(some.size(), 3);
  EXPECT_TRUE(at::equal(some.pictures(0, 3), pictures.index_select(0, at::tensor({0, 2, 3}))));
  EXPECT_NE(all.identity(), some.identity());
  EXPECT_THROW(DatasetPictures(data, {}, 2), Error) << "no picture of it";
  EXPECT_THROW(DatasetPictures(data, {}, 3), Error) << "no such class";
  EXPECT_THROW(all.pictures(3, 3), Error);
}

TEST(DataIdentity, IsTheContent) {
  const test::TemporaryFolder folder;
  const auto write = [&](const std::string& name, const std::string& text) {
    std::filesystem::create_directories((folder / name).parent_path());
    std::ofstream(folder / name) << text;
  };
  write("a/x.png", "1"), write("a/sub/y.png", "2"), write("b/x.png", "1"), write("b/sub/y.png", "2");
  const auto hash = [&](const std::string& name) { return content_hash((folder / name).string()); };
  EXPECT_EQ(hash("a"), hash("b"));
  write("b/.hidden", "3");
  EXPECT_EQ(hash("a"), hash("b"));
  write("b/sub/y.png", "3");
  EXPECT_NE(hash("a"), hash("b"));
  write("b/sub/y.png", "2");
  std::filesystem::rename(folder / "b/x.png", folder / "b/z.png");
  EXPECT_NE(hash("a"), hash("b"));
  EXPECT_EQ(hash("a/x.png"), hash("b/z.png"));
}

TEST(PathSampling, OfAFlatPictureIsTheStepOfItsLatent) {
  const test::TemporaryFolder folder;
  // The distance of two pictures is that of their first latent value: at an end in W it is z1 - z0, whose square has
  // the mean 2.
  TorchscriptExtractor mean(
      test::write_program(folder / "mean.pt", "return (pictures.mean([1, 2, 3]) / 127.5).unsqueeze(1)"), at::kCPU);
  test::FlatGenerator generator;
  const PathOptions end{.in_w = true, .at_end = true};
  const SampledPaths paths = sample_paths(generator, mean, end, 4000, {}, {.batch = 500});
  EXPECT_NEAR(paths.distances.mean().item<double>(), 2, 0.2);
  EXPECT_TRUE(
      at::allclose(sample_paths(generator, mean, end, 4000, {}, {.batch = 77}).distances, paths.distances, 1e-2, 1e-2));
  // Truncation by a half makes steps half as long.
  PathOptions shorter = end;
  shorter.sampling.psi = 0.5;
  EXPECT_NEAR(sample_paths(generator, mean, shorter, 4000, {}, {}).distances.mean().item<double>(), 0.5, 0.05);
  // Along the circle in Z the angle between two latents is near a right one, each step its share; of 4 values of length
  // 2 one has a quarter of the square: (pi / 2 * 2)^2 / 4.
  const PathOptions round{.in_w = false, .at_end = false};
  EXPECT_NEAR(sample_paths(generator, mean, round, 4000, {}, {}).distances.mean().item<double>(), 2.7, 0.4);
  const PathOptions centre{.in_w = true, .at_end = true, .centre = true};
  EXPECT_NEAR(sample_paths(generator, mean, centre, 500, {}, {}).distances.mean().item<double>(), 2, 0.5);
}

TEST(PathSampling, AsksForWhatTheProgramHas) {
  const test::TemporaryFolder folder;
  TorchscriptExtractor lpips(test::write_program(folder / "lpips.pt",
                                                 "return (pictures.mean([1, 2, 3]) * (2.0 if return_lpips else 1.0) * "
                                                 "(0.0 if resize_images else 1.0)).unsqueeze(1)",
                                                 ", resize_images: bool=True, return_lpips: bool=False"),
                             at::kCPU);
  EXPECT_EQ(lpips.call(ExtractorOutput::perceptual), "forward(pictures, resize_images=False, return_lpips=True)");
  const at::Tensor one = at::ones({1, 3, 4, 4});
  EXPECT_EQ(lpips.run(one, ExtractorOutput::perceptual).item<float>(), 2);
}

}  // namespace
}  // namespace ganvas::metrics
