#include "metrics/faces/factor_report.h"

#include <gtest/gtest.h>

#include "core/error.h"
#include "core/random.h"
#include "data/faces/factors.h"

namespace ganvas::metrics {
namespace {

/// Labels of faces that `keep` lets pass, as a network that is never wrong would read them.
template <typename Keep>
at::Tensor labels(std::uint64_t seed, std::int64_t count, Keep keep) {
  std::vector<at::Tensor> rows;
  for (std::uint64_t i = 0; static_cast<std::int64_t>(rows.size()) < count; ++i) {
    const data::FaceFactors face = data::sample_face(seed, i);
    if (keep(face)) rows.push_back(at::tensor(data::face_label(face)));
  }
  return at::stack(rows);
}

at::Tensor all_labels(std::uint64_t seed, std::int64_t count) {
  return labels(seed, count, [](const data::FaceFactors&) { return true; });
}

TEST(FactorReport, OfTheDataItselfLacksNothing) {
  const FactorReport report = factor_report(all_labels(1, 3000), all_labels(2, 3000));
  EXPECT_TRUE(report.missing().empty());
  EXPECT_EQ(report.coverage(), 1);
  ASSERT_EQ(report.factors.size(), data::face_factors().size());
  for (const FactorShares& factor : report.factors) EXPECT_LT(factor.distance, 0.05) << factor.factor;
}

TEST(FactorReport, NamesEachValueThatNeverComes) {
  const at::Tensor data = all_labels(2, 2000);
  for (const data::FaceFactor& factor : data::face_factors()) {
    for (int value = 0; value < static_cast<int>(factor.choices.size()); ++value) {
      const at::Tensor samples =
          labels(1, 600, [&](const data::FaceFactors& face) { return face.*factor.category != value; });
      const std::vector<std::string> missing = factor_report(samples, data).missing();
      ASSERT_EQ(missing.size(), 1U) << factor.name << " " << factor.choices[static_cast<std::size_t>(value)].name;
      EXPECT_EQ(missing[0], fmt::format("no {} {}", factor.choices[static_cast<std::size_t>(value)].name, factor.name));
    }
  }
}

TEST(FactorReport, FewSamplesAccuseNobody) {
  const at::Tensor samples = labels(1, 60, [](const data::FaceFactors& face) { return face.hair_color != 0; });
  EXPECT_TRUE(factor_report(samples, all_labels(2, 2000)).missing().empty());
}

/// A reader that takes a share of one hair color for the next, and knows how sure it may be.
TEST(FactorReport, TakesBackWhatTheNetworkConfuses) {
  constexpr int colors = 10;
  at::Tensor confusion = at::eye(colors, at::kDouble) * 0.7;  // [true, read]
  for (int i = 0; i < colors; ++i) confusion[i][(i + 1) % colors] += 0.3;
  const auto read = [&](const at::Tensor& exact, std::uint64_t seed) {
    RandomStream random(seed);
    at::Tensor read_as = exact.clone();
    for (std::int64_t n = 0; n < exact.size(0); ++n) {
      const auto truth = exact[n].narrow(0, 0, colors).argmax().item<std::int64_t>();
      const std::int64_t seen = random.uniform() < 0.7 ? truth : (truth + 1) % colors;
      const at::Tensor posterior = confusion.select(1, seen) / confusion.select(1, seen).sum();
      read_as[n].narrow(0, 0, colors).copy_(posterior.to(at::kFloat));
    }
    return read_as;
  };
  const at::Tensor data = read(all_labels(2, 4000), 5);
  const at::Tensor samples = read(labels(1, 4000, [](const data::FaceFactors& f) { return f.hair_color != 3; }), 6);
  const FactorReport report = factor_report(samples, data);
  EXPECT_EQ(report.missing(), (std::vector<std::string>{"no blonde hair color"}))
      << "30 % of another color are read as blonde all the same";
  EXPECT_LT(report.factors[0].samples[3], 0.01);
  EXPECT_NEAR(report.factors[0].samples[2], 1.0 / 9, 0.03);
}

TEST(FactorReport, EmptySetsAreRefused) {
  EXPECT_THROW(factor_report(at::empty({0, data::face_label_size()}), all_labels(1, 10)), Error);
  EXPECT_THROW(factor_report(at::zeros({5, 3}), all_labels(1, 10)), Error);
}

}  // namespace
}  // namespace ganvas::metrics
