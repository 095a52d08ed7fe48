// The committed network of face-FID: what it reads, and what a report through it names.
#include "metrics/faces/face_network.h"

#include <ATen/CPUGeneratorImpl.h>
#include <gtest/gtest.h>

#include <map>

#include "core/error.h"
#include "data/faces.h"
#include "io/safetensors.h"
#include "metrics/faces/factor_report.h"
#include "metrics/features/frechet.h"
#include "support/source_folder.h"

namespace ganvas::metrics {
namespace {

struct Faces {
  std::vector<data::FaceFactors> truth;
  at::Tensor pictures;  // [N, 3, 64, 64] bytes
};

Faces draw(std::uint64_t seed, std::int64_t count, int side = 64) {
  Faces faces;
  std::vector<at::Tensor> rows;
  for (std::int64_t i = 0; i < count; ++i) {
    faces.truth.push_back(data::sample_face(seed, static_cast<std::uint64_t>(i)));
    Image image = data::draw_face(faces.truth.back(), side, 3);
    rows.push_back(at::from_blob(image.pixels.data(), {side, side, 3}, at::kByte).permute({2, 0, 1}).clone());
  }
  faces.pictures = at::stack(rows);
  return faces;
}

class FaceReader : public testing::Test {
 protected:
  static FaceExtractor& extractor() {
    static FaceExtractor built_in(at::kCPU);
    return built_in;
  }
  static at::Tensor features(const at::Tensor& pictures) {
    std::vector<at::Tensor> parts;
    for (const at::Tensor& part : pictures.split(100))
      parts.push_back(extractor().run(part, ExtractorOutput::features));
    return at::cat(parts);
  }
  static double distance(const at::Tensor& a, const at::Tensor& b) {
    FeatureMoments left(a.size(1)), right(b.size(1));
    left.add(a);
    right.add(b);
    return frechet_distance(left, right);
  }
};

TEST_F(FaceReader, IsSmallAndSaysHowItWasMade) {
  EXPECT_LE(std::filesystem::file_size(face_network_path()), 4'000'000U);
  const io::WeightSet file = io::read_safetensors(face_network_path());
  EXPECT_NE(file.metadata.value("recipe", "").find("steps"), std::string::npos);
  EXPECT_NE(file.metadata.value("skills", "").find("hair color"), std::string::npos);
  EXPECT_EQ(extractor().sha256().size(), 64U);
  EXPECT_THROW(extractor().run(at::zeros({1, 3, 64, 64}, at::kByte), ExtractorOutput::probabilities), Error);
  EXPECT_THROW(load_face_network(test::source_folder() + "/assets/models/starter-dcgan.safetensors", at::kCPU), Error);
}

TEST_F(FaceReader, ReadsTheFactorsOfFacesThatItHasNotSeen) {
  for (const int side : {64, 32}) {
    const Faces faces = draw(31, 400, side);
    const at::Tensor read = extractor().factors(features(faces.pictures));
    std::int64_t first = 0;
    std::map<std::string, double> right;
    for (const data::FaceFactor& factor : data::face_factors()) {
      if (factor.categorical()) {
        const at::Tensor answers = read.narrow(1, first, factor.width()).argmax(1);
        for (std::size_t i = 0; i < faces.truth.size(); ++i)
          right[std::string(factor.name)] +=
              answers[static_cast<std::int64_t>(i)].item<std::int64_t>() == faces.truth[i].*factor.category ? 1 / 400.0
                                                                                                            : 0;
      }
      first += factor.width();
    }
    EXPECT_GT(right["hair color"], side == 64 ? 0.9 : 0.8) << side;
    EXPECT_GT(right["background"], 0.9) << side;
    EXPECT_GT(right["skin"], 0.75) << side;
    EXPECT_GT(right["accessory"], side == 64 ? 0.85 : 0.6) << side;
  }
}

TEST_F(FaceReader, NamesPlantedMissingModesTenOutOfTen) {
  struct Case {
    const char* factor;
    const char* value;
  };
  constexpr Case cases[] = {{"hair color", "mint"},   {"hair color", "black"},     {"hair color", "pink"},
                            {"accessory", "glasses"}, {"accessory", "headphones"}, {"accessory", "beret"},
                            {"skin", "deep"},         {"background", "night"},     {"outfit color", "crimson"},
                            {"hair length", "short"}};
  const Faces data = draw(32, 1500), drawn = draw(33, 1500);
  const at::Tensor data_factors = extractor().factors(features(data.pictures));
  const at::Tensor factors = extractor().factors(features(drawn.pictures));
  EXPECT_TRUE(factor_report(factors, data_factors).missing().empty()) << "nothing is missing of the data itself";
  for (const Case& planted : cases) {
    std::vector<std::int64_t> kept;
    for (const data::FaceFactor& factor : data::face_factors()) {
      if (factor.name != planted.factor) continue;
      for (std::size_t i = 0; i < drawn.truth.size(); ++i) {
        const auto value = static_cast<std::size_t>(drawn.truth[i].*factor.category);
        if (factor.choices[value].name != planted.value) kept.push_back(static_cast<std::int64_t>(i));
      }
    }
    ASSERT_GT(kept.size(), 1000U);
    const FactorReport report = factor_report(factors.index_select(0, at::tensor(kept)), data_factors);
    EXPECT_EQ(report.missing(), (std::vector<std::string>{fmt::format("no {} {}", planted.value, planted.factor)}));
  }
}

TEST_F(FaceReader, ItsDistanceGrowsWithTheDamage) {
  const at::Tensor data = features(draw(34, 600).pictures);
  const at::Tensor same = draw(35, 600).pictures;
  const at::Tensor x = same.to(at::kFloat);
  const auto noisy = [&](double levels) {
    const at::Tensor noise = at::randn(x.sizes(), at::make_generator<at::CPUGeneratorImpl>(1)) * levels;
    return distance(data, features((x + noise).clamp(0, 255).to(at::kByte)));
  };
  const double none = distance(data, features(same));
  const double some = noisy(40), much = noisy(80);
  const double few = distance(data, features(same.narrow(0, 0, 6).repeat({100, 1, 1, 1})));
  const double grey = distance(data, features(at::full_like(same, 128)));
  EXPECT_LT(none * 1.3, some) << "the network has learned to look through some noise";
  EXPECT_LT(some * 1.3, much);
  EXPECT_LT(none * 3, few) << "six faces a hundred times";
  EXPECT_LT(much, grey);
}

}  // namespace
}  // namespace ganvas::metrics
