#include "models/stylegan3/stylegan3.h"

#include <ATen/CPUGeneratorImpl.h>
#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <numeric>

#include "core/error.h"

namespace ganvas::models {
namespace {

at::Tensor normal(at::IntArrayRef sizes, std::uint64_t seed = 1) {
  return at::randn(sizes, at::make_generator<at::CPUGeneratorImpl>(seed));
}

NetworkSpec small(bool rotating) {
  NetworkSpec spec{.family = "stylegan3", .resolution = 32, .z_dim = 6, .w_dim = 5};
  spec.extra = {{"channels", {16, 16, 12, 8, 8, 8}}, {"conv_kernel", rotating ? 1 : 3}, {"radial_filters", rotating}};
  return spec;
}

/// How strongly the filter passes a frequency.
double response(const std::vector<double>& filter, double frequency, double rate) {
  std::complex<double> sum = 0;
  for (std::size_t i = 0; i < filter.size(); ++i)
    sum += filter[i] * std::exp(std::complex<double>(0, -2 * M_PI * frequency / rate * static_cast<double>(i)));
  return std::abs(sum);
}

TEST(Stylegan3Filters, PassTheBandAndStopBeyondIt) {
  const FilterPlan plan{.taps = 48, .cutoff = 10, .width = 8, .rate = 64};
  const std::vector<double> filter = design_filter(plan);
  EXPECT_NEAR(std::accumulate(filter.begin(), filter.end(), 0.0), 1.0, 1e-12);
  for (std::size_t i = 0; i < filter.size(); ++i) EXPECT_NEAR(filter[i], filter[filter.size() - 1 - i], 1e-15);
  EXPECT_NEAR(response(filter, 4, 64), 1.0, 1e-2);
  EXPECT_NEAR(response(filter, 10, 64), 0.5, 1e-2);  // a windowed ideal filter halves its cutoff
  EXPECT_LT(response(filter, 16, 64), 1e-2);
}

TEST(Stylegan3Filters, RadialOnesHaveTheSymmetryOfTheSquare) {
  const std::vector<double> flat = design_filter({.taps = 12, .cutoff = 4, .width = 8, .rate = 32, .radial = true});
  const at::Tensor filter = at::tensor(flat, at::kDouble).view({12, 12});
  EXPECT_NEAR(filter.sum().item<double>(), 1.0, 1e-12);
  EXPECT_LT((filter - filter.t()).abs().max().item<double>(), 1e-15);
  EXPECT_LT((filter - filter.flip({0})).abs().max().item<double>(), 1e-15);
  EXPECT_THROW(design_filter({.taps = 1}), Error);
}

TEST(Stylegan3, PlansTheLayersOfThePaper) {
  const Stylegan3Plan plan = plan_stylegan3({.family = "stylegan3", .resolution = 1024});
  std::vector<std::string> names;
  for (const LayerPlan& layer : plan.layers) names.push_back(layer.name);
  EXPECT_EQ(names,
            (std::vector<std::string>{"L0_36_512", "L1_36_512", "L2_52_512", "L3_52_512", "L4_84_512", "L5_148_512",
                                      "L6_148_512", "L7_276_323", "L8_276_203", "L9_532_128", "L10_1044_81",
                                      "L11_1044_51", "L12_1044_32", "L13_1024_32", "L14_1024_3"}));
  EXPECT_EQ(plan.input_size, 36);
  EXPECT_EQ(plan.input_rate, 16.0);
  EXPECT_EQ(plan.bandwidth, 2.0);
}

TEST(Stylegan3, EachLayersPaddingGivesItsSize) {
  for (const bool rotating : {false, true}) {
    for (const LayerPlan& layer : plan_stylegan3(small(rotating)).layers) {
      const int high = (layer.in_size + layer.kernel - 1) * layer.up + layer.padding[0] + layer.padding[1];
      const int kept = high - (layer.up_filter.taps - 1) - (layer.down_filter.taps - 1);
      EXPECT_EQ((kept + layer.down - 1) / layer.down, layer.out_size) << layer.name;
    }
  }
}

TEST(Stylegan3, ThePictureTurnsWithTheTransform) {
  const at::NoGradGuard no_grad;
  const GeneratorPtr g = make_generator(small(true), at::kCPU, 2);
  const at::Tensor w = g->map(normal({1, 6}), {}, {});
  const at::Tensor quarter = at::tensor({0.0f, -1.0f, 0.0f, 1.0f, 0.0f, 0.0f, 0.0f, 0.0f, 1.0f}).view({3, 3});
  const at::Tensor picture = g->synthesize(w, {});
  const at::Tensor turned = g->synthesize(w, {.transform = quarter});
  EXPECT_GT(picture.std().item<float>(), 0.01f);
  EXPECT_LT((turned - picture.rot90(-1, {2, 3})).abs().max().item<float>(), 1e-4f);
}

TEST(Stylegan3, ThePictureMovesWithTheTransform) {
  const at::NoGradGuard no_grad;
  const GeneratorPtr g = make_generator(small(false), at::kCPU, 2);
  const at::Tensor w = g->map(normal({1, 6}), {}, {});
  at::Tensor shift = at::eye(3);
  shift[0][2] = 0.125;  // of the picture's width: 4 pixels to the right
  const at::Tensor picture = g->synthesize(w, {});
  const at::Tensor moved = g->synthesize(w, {.transform = shift});
  const at::Tensor before = picture.slice(2, 8, 24).slice(3, 6, 22), after = moved.slice(2, 8, 24).slice(3, 10, 26);
  // Near the border the margins differ; in the middle only what leaks through them.
  EXPECT_LT((after - before).abs().max().item<float>(), 0.05f * picture.std().item<float>());
}

TEST(Stylegan3, TrainingMovesTheAverages) {
  const at::NoGradGuard no_grad;
  const GeneratorPtr g = make_generator(small(false), at::kCPU, 2);
  const at::Tensor z = normal({4, 6});
  const at::Tensor w = g->map(z, {}, {.update_average = true});
  EXPECT_LT((g->named_buffers()["mapping.w_avg"] - w.select(1, 0).mean(0) * 0.002).abs().max().item<float>(), 1e-6f);
  double size = 0;
  SynthesisOptions options{.update_average = true};
  options.tap = [&](const std::string& name, const at::Tensor& x) {
    if (name == "input") size = x.square().mean().item<double>();
  };
  g->synthesize(w, options);
  const auto buffers = g->named_buffers();
  EXPECT_NEAR(buffers["synthesis.L0_36_16.magnitude_ema"].item<double>(), 0.999 + 0.001 * size, 1e-6);
}

TEST(Stylegan3, HalfPrecisionChangesLittle) {
  const at::NoGradGuard no_grad;
  const GeneratorPtr g = make_generator(small(false), at::kCPU, 2);
  const at::Tensor w = g->map(normal({1, 6}), {}, {});
  const at::Tensor full = g->synthesize(w, {}), half = g->synthesize(w, {.precision = Precision::half});
  EXPECT_EQ(half.scalar_type(), at::kFloat);
  const float difference = (half - full).abs().max().item<float>();
  EXPECT_GT(difference, 0.0f);
  EXPECT_LT(difference, 0.01f * full.abs().max().item<float>());
}

TEST(Stylegan3, WithoutWeightsThePictureIsTheScaledBias) {
  const at::NoGradGuard no_grad;
  const GeneratorPtr g = make_generator(small(false), at::kCPU, 2);
  auto parameters = g->named_parameters();
  parameters["synthesis.L6_32_3.weight"].zero_();
  parameters["synthesis.L6_32_3.bias"].fill_(2);
  const at::Tensor picture = g->synthesize(g->map(normal({1, 6}), {}, {}), {});
  EXPECT_LT((picture - 0.5).abs().max().item<float>(), 1e-6f);
}

TEST(Stylegan3, IsRecognisedByItsNamesAndShapes) {
  for (const bool rotating : {false, true}) {
    NetworkSpec spec = small(rotating);
    spec.c_dim = 2;
    const GeneratorPtr g = make_generator(spec, at::kCPU, 2);
    const io::WeightSet file = weights_of(*g);
    const NetworkSpec found = recognise(file);
    EXPECT_EQ(to_json(found), to_json(g->spec()));
    const GeneratorPtr other = make_generator(found, at::kCPU, 3);
    load_weights(*other, file);
    EXPECT_EQ(weights_of(*other).hash(), file.hash());
  }
}

TEST(Stylegan3, RefusesWhatItCannotBe) {
  NetworkSpec spec = small(false);
  spec.resolution = 24;
  EXPECT_THROW(make_generator(spec, at::kCPU), Error);
  spec = small(false);
  spec.extra["conv_kernel"] = 2;
  EXPECT_THROW(make_generator(spec, at::kCPU), Error);
  spec = small(false);
  spec.extra["kernels"] = 1;
  EXPECT_THROW(make_generator(spec, at::kCPU), Error);
}

}  // namespace
}  // namespace ganvas::models
