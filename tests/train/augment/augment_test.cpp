// Augmentation against answers that are known without running it.
#include "train/augment/augment.h"

#include <torch/csrc/autograd/autograd.h>

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "core/error.h"
#include "train/augment/augment_steps.h"

namespace ganvas::train {
namespace {

constexpr double pi = std::numbers::pi;

at::Tensor noise_pictures(at::IntArrayRef sizes, at::ScalarType type = at::kFloat, std::uint64_t seed = 1) {
  return at::randn(sizes, at::detail::createCPUGenerator(seed), at::TensorOptions(type)) * 0.4;
}

at::Tensor apply_to_all(const at::Tensor& pictures, const AugmentValues& values) {
  return apply_augmentations(pictures, std::vector(static_cast<std::size_t>(pictures.size(0)), values));
}

double distance(const at::Tensor& a, const at::Tensor& b) {
  return (a.to(at::kDouble) - b.to(at::kDouble)).abs().max().item<double>();
}

/// Column and row of each pixel's centre from the picture's centre, in pixels. [1, 1, size, size]
std::array<at::Tensor, 2> positions(std::int64_t size) {
  const at::Tensor line = at::arange(size, at::kDouble) + 0.5 - static_cast<double>(size) / 2;
  return {line.view({1, 1, 1, size}).expand({1, 1, size, size}), line.view({1, 1, size, 1}).expand({1, 1, size, size})};
}

/// A bell around (x, y), `wide` pixels from the centre to the bend.
at::Tensor bell(std::int64_t size, double x, double y, double wide, double high) {
  const auto [px, py] = positions(size);
  return at::exp(-((px - x) / wide).square() / 2 - ((py - y) / high).square() / 2);
}

/// How much a bell 3 pixels wide changes over this distance. The filter's weight lies not quite half a tap off its
/// middle, as the resampling takes it, so what it turns is true to a tenth of a pixel.
constexpr double a_tenth_of_a_pixel = 0.03;

TEST(Augment, NothingHappensAtProbabilityZero) {
  RandomStream random(3);
  for (const std::int64_t channels : {1, 3}) {
    const at::Tensor pictures = noise_pictures({4, channels, 16, 12});
    EXPECT_TRUE(at::equal(augment(pictures, augment_preset("bgcfnc"), 0, random), pictures));
  }
}

TEST(Augment, PicturesThatKeepOutAreBitEqual) {
  const at::Tensor pictures = noise_pictures({3, 3, 16, 16});
  std::vector<AugmentValues> values(3);
  values[1] = augmentation_at(augment_preset("bgcf"), 0.8);
  const at::Tensor out = apply_augmentations(pictures, values);
  EXPECT_TRUE(at::equal(out[0], pictures[0]));
  EXPECT_TRUE(at::equal(out[2], pictures[2]));
  EXPECT_GT(distance(out[1], pictures[1]), 0.1);
}

TEST(Augment, MirroringAndQuarterTurnsMoveASmoothPicture) {
  const at::Tensor picture = bell(32, 5, -3, 4, 3);
  const AugmentValues mirrored = augmentation_at({.xflip = 1}, 0.8);
  EXPECT_TRUE(mirrored.mirrored);
  EXPECT_LT(distance(apply_to_all(picture, mirrored), picture.flip({3})), a_tenth_of_a_pixel);
  EXPECT_FALSE(augmentation_at({.xflip = 1}, 0.4).mirrored);
  for (const int turns : {1, 2, 3}) {
    const AugmentValues values = augmentation_at({.rotate90 = 1}, turns / 4.0 + 0.1);
    EXPECT_EQ(values.quarter_turns, turns);
    EXPECT_LT(distance(apply_to_all(picture, values), at::rot90(picture, turns, {2, 3})), a_tenth_of_a_pixel) << turns;
  }
}

TEST(Augment, AWholeShiftMovesPixelsAndReflectsTheEdge) {
  const at::Tensor picture = noise_pictures({1, 3, 32, 32}, at::kDouble);
  AugmentValues values;
  values.shift_x = 0.1;    // 3.2 pixels
  values.shift_y = -0.15;  // -4.8 pixels
  const at::Tensor continued = at::reflection_pad2d(picture, {5, 5, 5, 5});
  const at::Tensor expected = continued.slice(2, 10, 42).slice(3, 2, 34);
  EXPECT_LT(distance(apply_to_all(picture, values), expected), 1e-9);
}

TEST(Augment, ARoundPictureSurvivesEveryTurn) {
  const at::Tensor picture = bell(32, 0, 0, 3, 3);
  for (const double angle : {0.3, 1.0, -2.5}) {
    AugmentValues values;
    values.first_turn = angle;
    values.second_turn = -2 * angle;
    EXPECT_LT(distance(apply_to_all(picture, values), picture), a_tenth_of_a_pixel) << angle;
  }
}

TEST(Augment, ATurnScaleStretchAndShiftMoveABellWhereTheyShould) {
  AugmentValues values;
  values.first_turn = pi / 2;  // anticlockwise: (x, y down) -> (y, -x)
  EXPECT_LT(distance(apply_to_all(bell(48, 8, 3, 3, 3), values), bell(48, 3, -8, 3, 3)), a_tenth_of_a_pixel);
  values = {};
  values.scale = 1.5;
  values.stretch = 1.2;
  EXPECT_LT(distance(apply_to_all(bell(48, 4, 6, 3, 4), values), bell(48, 7.2, 7.5, 5.4, 5)), a_tenth_of_a_pixel);
  values = {};
  values.fraction_x = 0.05;
  values.fraction_y = -0.11;
  EXPECT_LT(distance(apply_to_all(bell(48, 4, 6, 3, 4), values), bell(48, 6.4, 0.72, 3, 4)), a_tenth_of_a_pixel);
}

TEST(Augment, GreyStaysGreyAndIsMappedInClosedForm) {
  const at::Tensor grey = noise_pictures({1, 1, 8, 8}, at::kDouble);
  AugmentValues values;
  values.brightness = 0.2;
  values.contrast = 1.5;
  values.luma_flipped = true;
  values.hue = 1.1;
  values.saturation = 3;
  const at::Tensor expected = -1.5 * (grey + 0.2);
  EXPECT_LT(distance(apply_to_all(grey.expand({1, 3, 8, 8}), values), expected.expand({1, 3, 8, 8})), 1e-12);
  EXPECT_LT(distance(apply_to_all(grey, values), expected), 1e-12);
}

TEST(Augment, ColoursTurnAboutTheGreyAxis) {
  const at::Tensor pictures = noise_pictures({1, 3, 8, 8}, at::kDouble);
  const at::Tensor luma = pictures.mean(1, true);
  AugmentValues values;
  values.hue = 2 * pi / 3;  // red becomes green, green blue, blue red
  EXPECT_LT(distance(apply_to_all(pictures, values), pictures.roll({1}, {1})), 1e-12);
  values = {};
  values.saturation = 0.25;
  EXPECT_LT(distance(apply_to_all(pictures, values), luma + 0.25 * (pictures - luma)), 1e-12);
  values = {};
  values.luma_flipped = true;
  EXPECT_LT(distance(apply_to_all(pictures, values), pictures - 2 * luma), 1e-12);
}

TEST(Augment, TheBandsAddUpToThePicture) {
  EXPECT_LT(distance(band_filters().sum(0), at::one_hot(at::scalar_tensor(21, at::kLong), 43)), 1e-11);
  const at::Tensor pictures = noise_pictures({1, 3, 24, 10}, at::kDouble);  // narrower than the filters' margin
  AugmentValues values;
  values.band_gains = {0.5, 0.5, 0.5, 0.5};
  EXPECT_LT(distance(apply_to_all(pictures, values), 0.25 * pictures), 1e-11);  // each axis by itself
  values.band_gains = {0.5, 2, 3, 4};
  const at::Tensor flat = at::full({1, 1, 24, 24}, 0.8, at::kDouble);
  EXPECT_LT(distance(apply_to_all(flat, values), 0.25 * flat), 1e-11);
}

TEST(Augment, CutoutZeroesTheMiddleHalfOfBothSides) {
  const at::Tensor ones = at::ones({2, 3, 16, 32});
  const at::Tensor out = apply_to_all(ones, augmentation_at(augment_preset("cutout"), 0.5));
  EXPECT_EQ(out.slice(2, 4, 12).slice(3, 8, 24).abs().sum().item<float>(), 0);
  EXPECT_EQ(out.sum().item<float>(), 2 * 3 * 16 * 32 * 0.75F);
}

TEST(Augment, NoiseHasTheDrawnDeviation) {
  AugmentValues values;
  values.noise = 0.3;
  const at::Tensor black = at::zeros({1, 3, 64, 64});
  const at::Tensor noise = at::randn(black.sizes(), at::detail::createCPUGenerator(4), at::kFloat);
  EXPECT_LT(distance(apply_augmentations(black, {values}, noise), 0.3 * noise), 1e-7);
  RandomStream random(5);
  const at::Tensor out = augment(at::zeros({256, 1, 16, 16}), augment_preset("noise"), 1, random);
  const double rms = out.square().mean().sqrt().item<double>();
  EXPECT_NEAR(rms, 0.1, 0.015);  // the root mean square of N(0, 0.1) over pictures
}

TEST(Augment, IsTheSameForTheSameStream) {
  const at::Tensor pictures = noise_pictures({4, 3, 16, 16});
  RandomStream a(7, 1), b(7, 1), c(8, 1);
  const AugmentSpec spec = augment_preset("bgcfnc");
  const at::Tensor first = augment(pictures, spec, 0.8, a);
  EXPECT_TRUE(at::equal(first, augment(pictures, spec, 0.8, b)));
  EXPECT_GT(distance(first, augment(pictures, spec, 0.8, c)), 0.1);
  EXPECT_GT(distance(first, augment(pictures, spec, 0.8, a)), 0.1);
}

TEST(Augment, HowManyNumbersAreDrawnDoesNotDependOnP) {
  const AugmentSpec spec = augment_preset("bgcfnc");
  RandomStream never(2), always(2);
  augment(noise_pictures({3, 3, 8, 8}), spec, 0, never);
  augment(noise_pictures({3, 3, 16, 16}), spec, 1, always);
  EXPECT_EQ(never.state(), always.state());
}

TEST(Augment, EachTransformHasItsProbability) {
  RandomStream random(11);
  const AugmentDraws draws{[&] { return random.uniform(); }, [&] { return random.normal(); }};
  AugmentSpec spec = augment_preset("bgcfnc");
  spec.hue = 0.5;
  const int count = 20000;
  double mirrored = 0, turned = 0, scaled = 0, coloured = 0, cut = 0, octaves = 0;
  for (const AugmentValues& v : draw_augmentations(spec, 0.4, count, draws)) {
    mirrored += v.mirrored;
    turned += v.first_turn != 0 || v.second_turn != 0;
    scaled += v.scale != 1;
    coloured += v.hue != 0;
    cut += v.cutout > 0;
    octaves += std::pow(std::log2(v.scale), 2);
  }
  EXPECT_NEAR(mirrored / count, 0.2, 0.015);
  EXPECT_NEAR(turned / count, 0.4, 0.015);
  EXPECT_NEAR(scaled / count, 0.4, 0.015);
  EXPECT_NEAR(coloured / count, 0.2, 0.015);
  EXPECT_NEAR(cut / count, 0.4, 0.015);
  EXPECT_NEAR(std::sqrt(octaves / scaled), 0.2, 0.01);
  for (const AugmentValues& v : draw_augmentations(spec, 2.5, 100, draws)) {
    EXPECT_NE(v.first_turn, 0);
    EXPECT_NE(v.hue, 0);
  }
}

TEST(Augment, EveryPresetWorksForGreyAndColour) {
  RandomStream random(13);
  for (const std::string& name : augment_presets()) {
    for (const std::int64_t channels : {1, 3}) {
      const at::Tensor pictures = noise_pictures({5, channels, 20, 9});
      const at::Tensor out = augment(pictures, augment_preset(name), 1, random);
      EXPECT_EQ(out.sizes(), pictures.sizes()) << name;
      EXPECT_TRUE(at::isfinite(out).all().item<bool>()) << name;
      EXPECT_GT(distance(out, pictures), 1e-2) << name;
    }
  }
  EXPECT_NO_THROW(augment(noise_pictures({2, 3, 2, 2}), augment_preset("bgcfnc"), 1, random));
}

/// sum(sin(augmented)), a discriminator as far as derivatives go.
at::Tensor score(const at::Tensor& pictures, const std::vector<AugmentValues>& values) {
  return apply_augmentations(pictures, values).sin().sum();
}

/// The R1 penalty of `score`: the square of its gradient.
at::Tensor penalty(const at::Tensor& pictures, const std::vector<AugmentValues>& values) {
  const at::Tensor x = pictures.requires_grad() ? pictures : pictures.detach().requires_grad_();
  return torch::autograd::grad({score(x, values)}, {x}, {}, true, true)[0].square().sum();
}

TEST(Augment, FirstAndSecondDerivativesAreThoseOfDifferences) {
  AugmentSpec spec = augment_preset("bgcf");
  spec.cutout = 1;
  spec.cutout_size = 0.2;
  for (const std::int64_t channels : {1, 3}) {
    const std::vector<AugmentValues> values{augmentation_at(spec, 0.8), {}, augmentation_at(spec, 0.3)};
    const at::Tensor x = noise_pictures({3, channels, 9, 12}, at::kDouble).requires_grad_();
    const at::Tensor direction = noise_pictures(x.sizes(), at::kDouble, 2);
    const auto check = [&](const auto& function) {
      const at::Tensor gradient = torch::autograd::grad({function(x, values)}, {x})[0];
      const double step = 1e-5;
      const at::Tensor plus = function(x.detach() + step * direction, values);
      const at::Tensor minus = function(x.detach() - step * direction, values);
      const double expected = ((plus - minus) / (2 * step)).template item<double>();
      EXPECT_GT(std::abs(expected), 1e-3);
      EXPECT_NEAR((gradient * direction).sum().template item<double>(), expected, 1e-6 * (1 + std::abs(expected)));
    };
    check(score);
    check(penalty);
  }
}

TEST(Augment, TheSpecGoesThroughJson) {
  AugmentSpec spec = augment_preset("bgcf");
  spec.hue_max = 0.25;
  spec.imgfilter_bands = {1, 0, 0.5, 0};
  EXPECT_EQ(augment_from_json(to_json(spec), "spec"), spec);
  EXPECT_EQ(augment_from_json("bgc", "spec"), augment_preset("bgc"));
  EXPECT_EQ(augment_from_json(Json::object(), "spec"), AugmentSpec{});
  EXPECT_EQ(augment_preset("bg"),
            (AugmentSpec{.xflip = 1, .rotate90 = 1, .xint = 1, .scale = 1, .rotate = 1, .aniso = 1, .xfrac = 1}));
}

TEST(Augment, WrongSpecsAreNamed) {
  const auto message = [](const Json& json) -> std::string {
    try {
      augment_from_json(json, "recipe");
    } catch (const Error& error) {
      return error.what();
    }
    return "";
  };
  const std::string unknown = message({{"xflip", 1}, {"zoom", 1}});
  EXPECT_NE(unknown.find("\"zoom\""), std::string::npos) << unknown;
  EXPECT_NE(unknown.find("imgfilter_bands"), std::string::npos) << unknown;
  EXPECT_NE(unknown.find("cutout_size"), std::string::npos) << unknown;
  EXPECT_NE(message({{"xflip", 2}}).find("from 0 to 1"), std::string::npos);
  EXPECT_NE(message({{"xflip", "yes"}}).find("number"), std::string::npos);
  EXPECT_NE(message({{"imgfilter_bands", {1, 1}}}).find("four"), std::string::npos);
  EXPECT_NE(message("bgx").find("bgcfnc"), std::string::npos);
  EXPECT_NE(message(3).find("bgcfnc"), std::string::npos);
}

TEST(Augment, WrongInputsAreRefused) {
  RandomStream random(1);
  const at::Tensor four = noise_pictures({2, 4, 8, 8});
  EXPECT_THROW(augment(four, augment_preset("bgc"), 0, random), Error);
  EXPECT_NO_THROW(augment(four, augment_preset("bg"), 1, random));
  EXPECT_THROW(augment(four, augment_preset("bg"), -0.1, random), Error);
  EXPECT_THROW(augment(four, augment_preset("bg"), NAN, random), Error);
  EXPECT_THROW(apply_augmentations(four, std::vector<AugmentValues>(3)), Error);
  EXPECT_THROW(apply_augmentations(four[0], std::vector<AugmentValues>(4)), Error);
  AugmentValues noisy;
  noisy.noise = 0.1;
  EXPECT_THROW(apply_to_all(four, noisy), Error);
}

TEST(Augment, GradientOfSamplingInAFixedOrderIsThatOfTheKernel) {
  const std::vector<std::int64_t> sizes{2, 3, 9, 7};
  const at::Tensor samples = noise_pictures({2, 3, 8, 11}, at::kDouble);
  // Positions inside, on the edge and outside, many of them on one pixel.
  const at::Tensor grid = (noise_pictures({2, 8, 11, 2}, at::kDouble, 2) * 4).clamp(-1.3, 1.3);
  const at::Tensor expected = std::get<0>(
      at::grid_sampler_2d_backward(samples, at::zeros(sizes, at::kDouble), grid, 0, 0, false, {true, false}));
  EXPECT_GT(expected.abs().max().item<double>(), 0.1);
  EXPECT_LT(distance(transposed_sampling_in_order(samples, grid, sizes), expected), 1e-13);
}

}  // namespace
}  // namespace ganvas::train
