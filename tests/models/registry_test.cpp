// Every registered family, through the same checks.
#include <gtest/gtest.h>

#include "core/error.h"
#include "models/generator.h"
#include "models/small_networks.h"

namespace ganvas::models {
namespace {

class EveryFamily : public testing::TestWithParam<std::string> {};

TEST_P(EveryFamily, MakesPicturesOfItsSizeInRange) {
  const at::NoGradGuard no_grad;
  for (const NetworkSpec& spec : specs_of(GetParam())) {
    const GeneratorPtr g = make_generator(spec, at::kCPU, 3);
    g->eval();
    const at::Tensor z = at::randn({2, spec.z_dim});
    const at::Tensor w = g->map(z, {}, {});
    EXPECT_EQ(w.sizes(), (std::vector<std::int64_t>{2, g->spec().num_ws, g->spec().w_dim}));
    const at::Tensor x = g->synthesize(w, {});
    EXPECT_EQ(x.sizes(), (std::vector<std::int64_t>{2, spec.image_channels, spec.resolution, spec.resolution}));
    EXPECT_TRUE(at::isfinite(x).all().item<bool>());
    const DiscriminatorPtr d = make_discriminator(spec, at::kCPU, 4);
    EXPECT_EQ(d->forward(x, {}).sizes(), (std::vector<std::int64_t>{2, 1}));
  }
}

TEST_P(EveryFamily, TruncationToZeroGivesOnePictureForAllLatents) {
  const at::NoGradGuard no_grad;
  for (const NetworkSpec& spec : specs_of(GetParam())) {
    const GeneratorPtr g = make_generator(spec, at::kCPU, 3);
    g->eval();
    const at::Tensor w = g->map(at::randn({2, spec.z_dim}), {}, {.truncation_psi = 0.0});
    EXPECT_TRUE(at::equal(w[0], w[1]));
  }
}

TEST_P(EveryFamily, FreshWeightsComeFromTheSeedAlone) {
  for (const NetworkSpec& spec : specs_of(GetParam())) {
    const std::string first = weights_of(*make_generator(spec, at::kCPU, 3)).hash();
    at::manual_seed(99);
    EXPECT_EQ(weights_of(*make_generator(spec, at::kCPU, 3)).hash(), first);
    EXPECT_NE(weights_of(*make_generator(spec, at::kCPU, 4)).hash(), first);
  }
}

TEST_P(EveryFamily, LoadsWhatItSavesAndRefusesOtherSizes) {
  const at::NoGradGuard no_grad;
  for (const NetworkSpec& spec : specs_of(GetParam())) {
    const GeneratorPtr g = make_generator(spec, at::kCPU, 3);
    const io::WeightSet weights = model_file_of(*g);
    const Recognised found = recognise_network(weights);
    EXPECT_EQ(found.role, Role::generator);
    EXPECT_EQ(to_json(found.spec), to_json(g->spec()));
    const GeneratorPtr other = make_generator(found.spec, at::kCPU, 8);
    load_weights(*other, weights);
    EXPECT_EQ(weights_of(*other).hash(), weights_of(*g).hash());

    NetworkSpec wider = spec;
    wider.z_dim += 1;
    wider.w_dim = wider.z_dim;
    EXPECT_THROW(load_weights(*make_generator(wider, at::kCPU), weights), Error);
    io::WeightSet partial;
    for (std::size_t i = 1; i < weights.size(); ++i) partial.set(weights.items()[i].first, weights.items()[i].second);
    EXPECT_THROW(load_weights(*other, partial), Error);

    const DiscriminatorPtr d = make_discriminator(spec, at::kCPU, 5);
    EXPECT_EQ(recognise_network(model_file_of(*d)).role, Role::discriminator);
    EXPECT_THROW(recognise(model_file_of(*d)), Error);
  }
}

TEST_P(EveryFamily, EveryParameterGetsAGradient) {
  for (const NetworkSpec& spec : specs_of(GetParam())) {
    const GeneratorPtr g = make_generator(spec, at::kCPU, 3);
    const DiscriminatorPtr d = make_discriminator(spec, at::kCPU, 4);
    d->forward(g->synthesize(g->map(at::randn({4, spec.z_dim}), {}, {}), {}), {}).sum().backward();
    for (const auto& item : g->named_parameters()) EXPECT_TRUE(item.value().grad().defined()) << item.key();
    for (const auto& item : d->named_parameters()) EXPECT_TRUE(item.value().grad().defined()) << item.key();
  }
}

TEST_P(EveryFamily, SpecificationsSurviveJson) {
  for (const NetworkSpec& spec : specs_of(GetParam())) {
    EXPECT_EQ(to_json(network_spec_from_json(to_json(spec))), to_json(spec));
  }
}

INSTANTIATE_TEST_SUITE_P(Families, EveryFamily, testing::ValuesIn(family_names()));

TEST(Registry, UnknownFamilyNamesTheKnownOnes) {
  NetworkSpec spec;
  spec.family = "vae";
  try {
    make_generator(spec, at::kCPU);
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("dcgan"), std::string::npos);
  }
}

TEST(Registry, ForeignTensorsAreRefusedWithTheirNames) {
  io::WeightSet weights;
  weights.set("encoder.weight", at::zeros({2, 2}));
  try {
    recognise(weights);
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("encoder.weight"), std::string::npos);
  }
}

}  // namespace
}  // namespace ganvas::models
