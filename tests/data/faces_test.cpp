#include "data/faces.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <set>
#include <thread>

#include "core/error.h"
#include "data/resize.h"

namespace ganvas::data {
namespace {

double mean_difference(const Image& a, const Image& b) {
  double sum = 0;
  for (std::size_t i = 0; i < a.pixels.size(); ++i) sum += std::abs(a.pixels[i] - b.pixels[i]);
  return sum / static_cast<double>(a.pixels.size());
}

int largest_difference(const Image& a, const Image& b) {
  int largest = 0;
  for (std::size_t i = 0; i < a.pixels.size(); ++i) largest = std::max(largest, std::abs(a.pixels[i] - b.pixels[i]));
  return largest;
}

double number_of(const FaceFactor& factor, const FaceFactors& face) {
  return factor.categorical() ? face.*factor.category : face.*factor.value;
}

TEST(Faces, AtLeastFourteenFactorsWithDistinctNames) {
  std::set<std::string_view> names;
  for (const FaceFactor& factor : face_factors()) {
    names.insert(factor.name);
    EXPECT_NE(factor.category == nullptr, factor.value == nullptr) << factor.name;
    EXPECT_EQ(factor.categorical(), factor.choices.size() >= 2) << factor.name;
  }
  EXPECT_EQ(names.size(), face_factors().size());
  EXPECT_GE(names.size(), 14U);
}

TEST(Faces, EveryChoiceIsReachedAsOftenAsItsWeightSays) {
  constexpr int count = 20000;
  for (const FaceFactor& factor : face_factors()) {
    if (!factor.categorical()) continue;
    double total = 0;
    for (const FaceChoice& choice : factor.choices) total += choice.weight;
    std::vector<int> seen(factor.choices.size());
    for (int i = 0; i < count; ++i) {
      const int choice = sample_face(3, static_cast<std::uint64_t>(i)).*factor.category;
      ASSERT_TRUE(choice >= 0 && choice < factor.width()) << factor.name;
      ++seen[static_cast<std::size_t>(choice)];
    }
    for (std::size_t i = 0; i < seen.size(); ++i) {
      const double share = factor.choices[i].weight / total;
      const double deviation = std::sqrt(count * share * (1 - share));
      EXPECT_NEAR(seen[i], count * share, 4.5 * deviation) << factor.name << " " << factor.choices[i].name;
    }
  }
}

TEST(Faces, ContinuousFactorsFillTheirRange) {
  for (const FaceFactor& factor : face_factors()) {
    if (factor.categorical()) continue;
    double low = 1, high = 0, sum = 0;
    for (std::uint64_t i = 0; i < 4000; ++i) {
      const double value = sample_face(3, i).*factor.value;
      low = std::min(low, value);
      high = std::max(high, value);
      sum += value;
    }
    EXPECT_GE(low, 0) << factor.name;
    EXPECT_LT(high, 1) << factor.name;
    EXPECT_LT(low, 0.01) << factor.name;
    EXPECT_GT(high, 0.99) << factor.name;
    EXPECT_NEAR(sum / 4000, 0.5, 0.02) << factor.name;
  }
}

TEST(Faces, FactorsAreIndependent) {
  // Pairwise correlations of 10,000 faces: the standard deviation is 0.01, there are 253 pairs.
  constexpr int count = 10000;
  const auto factors = face_factors();
  std::vector<std::vector<double>> columns(factors.size(), std::vector<double>(count));
  for (int i = 0; i < count; ++i) {
    const FaceFactors face = sample_face(8, static_cast<std::uint64_t>(i));
    for (std::size_t f = 0; f < factors.size(); ++f)
      columns[f][static_cast<std::size_t>(i)] = number_of(factors[f], face);
  }
  for (auto& column : columns) {
    double mean = 0, square = 0;
    for (const double value : column) mean += value / count;
    for (const double value : column) square += (value - mean) * (value - mean) / count;
    for (double& value : column) value = (value - mean) / std::sqrt(square);
  }
  for (std::size_t a = 0; a < factors.size(); ++a) {
    for (std::size_t b = a + 1; b < factors.size(); ++b) {
      double sum = 0;
      for (std::size_t i = 0; i < count; ++i) sum += columns[a][i] * columns[b][i] / count;
      EXPECT_LT(std::abs(sum), 0.05) << factors[a].name << " and " << factors[b].name;
    }
  }
}

TEST(Faces, EachFactorAloneChangesThePicture) {
  // On several faces, since a hat may hide one thing of one face; every step of every factor must show.
  for (const FaceFactor& factor : face_factors()) {
    const int steps = factor.categorical() ? factor.width() : 3;
    for (int step = 1; step < steps; ++step) {
      int difference = 0;
      for (std::uint64_t i = 0; i < 4; ++i) {
        FaceFactors before = sample_face(5, i);
        FaceFactors after = before;
        if (factor.categorical()) {
          before.*factor.category = step - 1;
          after.*factor.category = step;
        } else {
          before.*factor.value = (step - 1) * 0.45;
          after.*factor.value = step * 0.45;
        }
        difference = std::max(difference, largest_difference(draw_face(before, 64), draw_face(after, 64)));
      }
      EXPECT_GE(difference, 16) << factor.name << " step " << step;
    }
  }
}

TEST(Faces, LabelIsOneHotAndValues) {
  FaceFactors face;
  face.hair_color = 3;
  face.light = 0.25;
  const std::vector<float> label = face_label(face);
  ASSERT_EQ(static_cast<int>(label.size()), face_label_size());
  EXPECT_EQ(label[3], 1.0F);
  EXPECT_EQ(std::count(label.begin(), label.begin() + face_factors()[0].width(), 0.0F), face_factors()[0].width() - 1);
  EXPECT_EQ(label.back(), 0.25F);
}

TEST(Faces, SameSeedAndIndexGiveTheSameBytesOnAnyThread) {
  const FacesDataset first({.resolution = 32, .seed = 4, .count = 24});
  const FacesDataset second({.resolution = 32, .seed = 4, .count = 24});
  std::vector<Image> alone, together(24);
  for (int i = 0; i < 24; ++i) alone.push_back(first.picture(i));
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&, t] {
        for (int i = t; i < 24; i += 4) together[static_cast<std::size_t>(i)] = second.picture(i);
      });
    }
  }
  EXPECT_EQ(alone, together);
  EXPECT_EQ(first.label(7), second.label(7));
  EXPECT_NE(first.picture(0), first.picture(1));
  EXPECT_NE(FacesDataset({.resolution = 32, .seed = 5, .count = 1}).picture(0), alone[0]);
}

TEST(Faces, EverySizeShowsTheSameFace) {
  for (std::uint64_t i = 0; i < 3; ++i) {
    const FaceFactors face = sample_face(1, i);
    const Image small = draw_face(face, 64);
    for (const int size : {16, 100, 256, 1024}) {
      const Image other = draw_face(face, size);
      ASSERT_EQ(other.width, size);
      ASSERT_EQ(other.channels, 3);
      EXPECT_LT(mean_difference(square_of(other, 16), square_of(small, 16)), 5.0) << size;
    }
  }
}

TEST(Faces, GreyIsTheLumaOfTheColors) {
  const FaceFactors face = sample_face(1, 3);
  EXPECT_EQ(draw_face(face, 48, 1), with_channels(draw_face(face, 48, 3), 1));
}

TEST(Faces, NonsenseIsRefused) {
  EXPECT_THROW(static_cast<void>(draw_face({}, 15)), Error);
  EXPECT_THROW(static_cast<void>(draw_face({}, 1025)), Error);
  EXPECT_THROW(static_cast<void>(draw_face({}, 64, 4)), Error);
  EXPECT_THROW(static_cast<void>(open_dataset({.resolution = 8})), Error);
  EXPECT_THROW(static_cast<void>(open_dataset({.count = 0})), Error);
  const FacesDataset faces({.count = 2});
  EXPECT_EQ(faces.size(), 2);
  EXPECT_THROW(static_cast<void>(faces.picture(2)), Error);
  EXPECT_THROW(static_cast<void>(faces.label(-1)), Error);
}

}  // namespace
}  // namespace ganvas::data
