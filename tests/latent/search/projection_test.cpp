#include "latent/search/projection.h"

#include <ATen/CPUGeneratorImpl.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "core/error.h"
#include "core/files.h"
#include "data/faces.h"
#include "io/reading.h"
#include "io/safetensors.h"

namespace ganvas::latent {
namespace {

at::Generator stream(std::uint64_t seed) {
  return at::make_generator<at::CPUGeneratorImpl>(seed);
}

models::GeneratorPtr small_stylegan2() {
  models::NetworkSpec spec;
  spec.family = "stylegan2";
  spec.resolution = 16;
  spec.z_dim = spec.w_dim = 8;
  spec.extra = {{"channel_base", 64}, {"channel_max", 8}, {"mapping_layers", 2}};
  models::GeneratorPtr generator = models::make_generator(spec, at::kCPU, 1);
  const at::NoGradGuard no_grad;
  for (const auto& parameter : generator->named_parameters())
    if (parameter.key().ends_with("noise_strength")) parameter.value().fill_(0.1);
  generator->eval();
  return generator;
}

models::GeneratorPtr starter() {
  const io::WeightSet weights = io::read_safetensors(asset("models/starter.safetensors"));
  return models::generator_of(models::recognise(weights), weights, at::kCPU);
}

/// Pictures of random latents, [count, C, R, R].
at::Tensor pictures_of(models::Generator& generator, std::int64_t count, std::uint64_t seed) {
  const at::NoGradGuard no_grad;
  const at::Tensor z = at::randn({count, generator.spec().z_dim}, stream(seed));
  return generator.synthesize(generator.map(z, {}, {}), {});
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return (values[(values.size() - 1) / 2] + values[values.size() / 2]) / 2;
}

TEST(Psnr, CountsBytes) {
  const at::Tensor black = at::full({2, 3, 4, 4}, -1.0);
  at::Tensor other = black.clone();
  other[1].fill_(1);  // 255 away
  const std::vector<double> values = psnr_of(black, other);
  EXPECT_EQ(values[0], 100);
  EXPECT_NEAR(values[1], 0, 1e-9);
  EXPECT_NEAR(psnr_of(black, black + 10 / 127.5)[0], 20 * std::log10(25.5), 1e-9);
}

TEST(NoisePattern, IsNothingForNoiseAndOneForAFlatMap) {
  EXPECT_LT(noise_pattern({at::randn({64, 64}, stream(1))}).item<double>(), 0.15);  // its halves are small
  EXPECT_NEAR(noise_pattern({at::ones({8, 8})}).item<double>(), 2, 1e-6);           // right and down
  EXPECT_NEAR(noise_pattern({at::ones({8, 8}), at::ones({16, 16})}).item<double>(), 2 + 2 + 2 * 16, 1e-4);
}

TEST(PyramidFeatures, AreEqualForEqualPicturesAndSeeEachScale) {
  const PictureFeatures features = pyramid_features();
  const at::Tensor flat = at::zeros({1, 3, 32, 32});
  const auto distance = [&](const at::Tensor& a, const at::Tensor& b) {
    return (features.of(a) - features.of(b)).square().sum().item<double>();
  };
  EXPECT_EQ(distance(flat, flat), 0);
  EXPECT_NEAR(distance(flat, flat + 0.5), 0.25, 1e-6);  // a blur takes nothing from it: the rest alone counts
  const at::Tensor columns = at::arange(32).remainder(2).sub(0.5).view({1, 1, 1, 32}).expand({1, 3, 32, 32});
  EXPECT_NEAR(distance(flat, columns), 0.25 + 0.25, 0.06);  // values, and half of differences of 1, squared
  EXPECT_TRUE(at::allclose(halved(flat + 1), at::ones({1, 3, 16, 16})));
}

TEST(Projection, FindsWhatASmallNetworkMade) {
  for (const bool each_row : {false, true}) {
    const models::GeneratorPtr generator = small_stylegan2();
    const at::Tensor targets = pictures_of(*generator, 3, 5);
    Projection projection(generator, targets, pyramid_features(), {.each_row = each_row, .steps = 200, .samples = 64});
    int steps = 0;
    while (projection.step()) ++steps;
    EXPECT_EQ(steps, 200);  // looking for the beginning, and all but the last
    EXPECT_EQ(projection.done(), 200);
    EXPECT_GT(median(projection.psnr()), 35);
    const at::Tensor styles = projection.styles();
    EXPECT_EQ(styles.sizes(), (std::vector<std::int64_t>{3, generator->spec().num_ws, 8}));
    EXPECT_EQ(at::equal(styles.select(1, 0), styles.select(1, 1)), !each_row);
    const at::NoGradGuard no_grad;
    EXPECT_TRUE(
        at::equal(generator->synthesize(styles, {.precision = models::Precision::full}), projection.pictures()));
  }
}

TEST(Projection, PicturesDoNotInfluenceEachOther) {
  const models::GeneratorPtr generator = small_stylegan2();
  const at::Tensor targets = pictures_of(*generator, 2, 5);
  const auto run = [&](const at::Tensor& some) {
    Projection projection(generator, some, pyramid_features(), {.steps = 10, .wandering = 0, .samples = 64});
    while (projection.step()) {
    }
    return projection.styles();
  };
  EXPECT_TRUE(at::allclose(run(targets)[0], run(targets.narrow(0, 0, 1))[0], 1e-3, 1e-4));
}

TEST(Projection, GoesIntoTheLatentsOfFamiliesWithoutStyles) {
  models::NetworkSpec spec;
  spec.resolution = 32;
  spec.z_dim = spec.w_dim = 16;
  spec.extra["channels"] = {8, 8, 8};
  const models::GeneratorPtr generator = models::make_generator(spec, at::kCPU, 3);
  generator->eval();
  const at::Tensor targets = pictures_of(*generator, 2, 5);
  Projection projection(generator, targets, pyramid_features(), {.steps = 150, .samples = 64});
  while (projection.step()) {
  }
  EXPECT_EQ(projection.styles().sizes(), (std::vector<std::int64_t>{2, 1, 16}));
  EXPECT_GT(median(projection.psnr()), 35);
}

TEST(Projection, MovesNoiseMapsAndKeepsThemNoise) {
  const models::GeneratorPtr generator = small_stylegan2();
  at::Tensor target;
  {
    const at::NoGradGuard no_grad;
    const at::Tensor w = generator->map(at::randn({1, 8}, stream(5)), {}, {});
    target = generator->synthesize(w, {.noise_mode = "random", .noise_seed = 4});
  }
  const auto run = [&](bool noise_maps) {
    Projection projection(generator, target, pyramid_features(),
                          {.steps = 200, .noise_maps = noise_maps, .samples = 64});
    while (projection.step()) {
    }
    return projection.psnr()[0];
  };
  const double without = run(false);
  EXPECT_GT(run(true), without + 2);
  for (const auto& buffer : generator->named_buffers()) {
    if (!buffer.key().ends_with("noise_const")) continue;
    EXPECT_NEAR(buffer.value().mean().item<double>(), 0, 1e-4);
    EXPECT_NEAR(buffer.value().std().item<double>(), 1, 1e-4);
  }
  EXPECT_THROW(Projection(generator, at::cat({target, target}), pyramid_features(), {.noise_maps = true}), Error);
}

TEST(Projection, IsCancelledInAnyLayerForthAndBack) {
  const models::GeneratorPtr generator = small_stylegan2();
  const at::Tensor target = pictures_of(*generator, 1, 5);
  int asked = 0, allowed = 1'000'000;
  const auto start = [&] {
    return Projection(generator, target, pyramid_features(),
                      {.steps = 5, .samples = 32, .cancelled = [&] { return ++asked > allowed; }});
  };
  Projection whole = start();
  whole.step();
  const int looking = asked;
  EXPECT_GE(looking, 8);  // each layer of the one batch of samples
  whole.step();
  const int step = asked - looking;
  EXPECT_EQ(step, 2 * looking) << "forth and back";
  for (const int after : {0, looking - 1, looking, looking + step / 2, looking + step - 1}) {
    asked = 0;
    allowed = after;
    Projection cancelled = start();
    EXPECT_THROW(
        {
          cancelled.step();
          cancelled.step();
        },
        io::Cancelled)
        << after;
    EXPECT_EQ(asked, after + 1) << "nothing runs on";
  }
}

TEST(Projection, SaysWhatDoesNotFit) {
  const models::GeneratorPtr generator = small_stylegan2();
  EXPECT_THROW(Projection(generator, at::zeros({1, 3, 32, 32}), pyramid_features(), {}), Error);
  EXPECT_THROW(Projection(generator, at::zeros({1, 3, 16, 16}), pyramid_features(), {.steps = 0}), Error);
  EXPECT_THROW(Projection(generator, at::zeros({1, 3, 16, 16}), pyramid_features(), {.classes = {1}}), Error);
}

TEST(Projection, RecoversPicturesOfTheStarterModel) {
  const models::GeneratorPtr generator = starter();
  const at::Tensor targets = pictures_of(*generator, 20, 77);
  Projection projection(generator, targets, pyramid_features(), {.each_row = false, .steps = 200});
  while (projection.step()) {
  }
  const std::vector<double> psnr = projection.psnr();
  EXPECT_GE(median(psnr), 35);
  const auto missed = std::count_if(psnr.begin(), psnr.end(), [](double db) { return db < 24; });
  EXPECT_LE(missed, 3) << "in W a beginning may lie in another valley";
  EXPECT_GE(*std::min_element(psnr.begin(), psnr.end()), 18);
  RecordProperty("median_psnr_db", std::to_string(median(psnr)));
}

TEST(Projection, ComesNearFacesThatTheStarterModelHasNotSeen) {
  std::vector<at::Tensor> faces;
  for (std::uint64_t i = 0; i < 8; ++i) {
    const Image face = data::draw_face(data::sample_face(4711, i), 64);
    const at::Tensor bytes = at::from_blob(const_cast<std::uint8_t*>(face.pixels.data()), {1, 64, 64, 3}, at::kByte);
    faces.push_back(((bytes.permute({0, 3, 1, 2}).to(at::kFloat) - 127.5) / 127.5).contiguous());
  }
  Projection projection(starter(), at::cat(faces), pyramid_features(), {.steps = 150, .samples = 256});
  while (projection.step()) {
  }
  EXPECT_GE(median(projection.psnr()), 20);
}

}  // namespace
}  // namespace ganvas::latent
