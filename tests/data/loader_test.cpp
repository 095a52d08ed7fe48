#include "data/loader.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cmath>
#include <numeric>
#include <set>

#include "core/error.h"
#include "data/faces.h"

namespace ganvas::data {
namespace {

/// Picture i is 2x2 of byte i; its label is i. Counts how many pictures were made.
class Numbers final : public Dataset {
 public:
  explicit Numbers(std::int64_t size, std::int64_t broken = -1) : size_(size), broken_(broken) {}
  [[nodiscard]] std::string name() const override { return "numbers"; }
  [[nodiscard]] std::int64_t size() const override { return size_; }
  [[nodiscard]] int resolution() const override { return 2; }
  [[nodiscard]] int channels() const override { return 1; }
  [[nodiscard]] int label_size() const override { return 1; }
  [[nodiscard]] Image picture(std::int64_t index) const override {
    ++made;
    require(index != broken_, "Picture {} is broken.", index);
    Image image(2, 2, 1);
    std::ranges::fill(image.pixels, static_cast<std::uint8_t>(index));
    return image;
  }
  [[nodiscard]] std::vector<float> label(std::int64_t index) const override { return {static_cast<float>(index)}; }
  mutable std::atomic<int> made = 0;

 private:
  std::int64_t size_;
  std::int64_t broken_;
};

std::vector<std::int64_t> pass_of(Sampler& sampler, std::int64_t size, std::int64_t pass) {
  std::vector<std::int64_t> order;
  for (std::int64_t i = 0; i < size; ++i) order.push_back(sampler.at(pass * size + i));
  return order;
}

std::vector<std::int64_t> values_of(const Batch& batch) {
  const at::Tensor flat = batch.labels.flatten();
  std::vector<std::int64_t> values;
  for (std::int64_t i = 0; i < flat.size(0); ++i) values.push_back(static_cast<std::int64_t>(flat[i].item<float>()));
  return values;
}

TEST(Loader, MakesTheWantedRowsOfEachBatchAndPassesOverTheOthers) {
  const auto numbers = std::make_shared<Numbers>(20);
  Loader whole(numbers, {.batch = 6, .seed = 3});
  const auto made_for_whole = [&] { return std::vector{values_of(whole.next()), values_of(whole.next())}; }();
  Loader part(numbers, {.batch = 6, .seed = 3, .rows = {1, 4}});
  for (const std::vector<std::int64_t>& batch : made_for_whole)
    EXPECT_EQ(values_of(part.next()), (std::vector{batch[1], batch[4]}));
  EXPECT_EQ(part.position(), 12);
  EXPECT_THROW(Loader(numbers, {.batch = 6, .rows = {6}}), Error);
}

TEST(Sampler, EveryPassIsAPermutationAndPassesDiffer) {
  for (const auto& [size, listed] : std::vector<std::pair<std::int64_t, std::int64_t>>{
           {1, 10000}, {2, 10000}, {7, 10000}, {1000, 10000}, {1, 0}, {2, 0}, {7, 0}, {1000, 0}}) {
    Sampler sampler(size, 5, listed);
    std::vector<std::int64_t> all(static_cast<std::size_t>(size));
    std::iota(all.begin(), all.end(), 0);
    std::vector<std::int64_t> before;
    for (std::int64_t pass = 0; pass < 3; ++pass) {
      std::vector<std::int64_t> order = pass_of(sampler, size, pass);
      if (size == 1000) {
        EXPECT_NE(order, before);
        EXPECT_NE(order, all);
      }
      before = order;
      std::ranges::sort(order);
      EXPECT_EQ(order, all);
    }
  }
}

TEST(Sampler, IsAPureFunctionOfThePosition) {
  Sampler computed(50, 3, 0), computed_jumping(50, 3, 0);
  const std::vector<std::int64_t> third = pass_of(computed, 50, 3);
  EXPECT_NE(third, pass_of(computed, 50, 2));
  EXPECT_EQ(computed_jumping.at(3 * 50 + 17), third[17]);
  Sampler forward(50, 3);
  std::vector<std::int64_t> order;
  for (std::int64_t i = 0; i < 200; ++i) order.push_back(forward.at(i));
  Sampler jumping(50, 3);
  for (std::int64_t i = 199; i >= 0; i -= 7) EXPECT_EQ(jumping.at(i), order[static_cast<std::size_t>(i)]);
  Sampler other(50, 4);
  EXPECT_NE(pass_of(other, 50, 0), pass_of(forward, 50, 0));
}

TEST(Sampler, EveryPictureIsEquallyOftenFirst) {
  // Chi-square over the first picture of 6,000 passes of 6: 5 degrees of freedom, 25.7 is the 0.01 % point.
  for (const std::int64_t listed : {100, 0}) {
    Sampler sampler(6, 11, listed);
    std::vector<double> counts(6);
    for (std::int64_t pass = 0; pass < 6000; ++pass) ++counts[static_cast<std::size_t>(sampler.at(pass * 6))];
    double chi_square = 0;
    for (const double count : counts) chi_square += (count - 1000) * (count - 1000) / 1000;
    EXPECT_LT(chi_square, 25.7);
  }
}

TEST(Sampler, ABillionPicturesTakeNoList) {
  Sampler sampler(1'000'000'000, 7);
  std::set<std::int64_t> seen;
  double sum = 0;
  for (std::int64_t i = 0; i < 20000; ++i) {
    seen.insert(sampler.at(i));
    sum += static_cast<double>(sampler.at(i));
  }
  EXPECT_EQ(seen.size(), 20000u);
  EXPECT_GE(*seen.begin(), 0);
  EXPECT_LT(*seen.rbegin(), 1'000'000'000);
  EXPECT_NEAR(sum / 20000, 5e8, 5 * 1e9 / std::sqrt(12.0 * 20000)) << "five standard errors of an even spread";
}

TEST(Loader, BatchesFollowTheSamplerWhateverTheThreads) {
  const auto dataset = std::make_shared<Numbers>(23);
  for (const int threads : {1, 2, 5}) {
    for (const int ahead : {1, 4}) {
      Loader loader(dataset, {.batch = 4, .seed = 9, .threads = threads, .ahead = ahead});
      Sampler sampler(23, 9);
      for (std::int64_t at = 0; at < 100; at += 4) {
        EXPECT_EQ(loader.position(), at);
        const Batch batch = loader.next();
        ASSERT_EQ(batch.pictures.sizes(), (std::vector<std::int64_t>{4, 1, 2, 2}));
        ASSERT_EQ(batch.pictures.scalar_type(), at::kByte);
        ASSERT_EQ(batch.labels.sizes(), (std::vector<std::int64_t>{4, 1}));
        for (std::int64_t i = 0; i < 4; ++i) {
          const std::int64_t expected = sampler.at(at + i);
          EXPECT_EQ(batch.labels[i].item<float>(), static_cast<float>(expected));
          EXPECT_TRUE((batch.pictures[i] == expected).all().item<bool>());
        }
      }
    }
  }
}

TEST(Loader, ResumesAtAPosition) {
  const auto dataset = std::make_shared<Numbers>(10);
  Loader whole(dataset, {.batch = 3, .seed = 2});
  for (int i = 0; i < 5; ++i) whole.next();
  Loader resumed(dataset, {.batch = 3, .seed = 2, .threads = 2, .position = whole.position()});
  for (int i = 0; i < 6; ++i) EXPECT_EQ(values_of(resumed.next()), values_of(whole.next()));
  EXPECT_EQ(resumed.position(), whole.position());
}

TEST(Loader, ColorsKeepTheirPlaces) {
  const auto faces = open_dataset({.resolution = 16, .count = 3});
  Loader loader(faces, {.batch = 3, .seed = 1});
  Sampler sampler(3, 1);
  const Batch batch = loader.next();
  for (std::int64_t i = 0; i < 3; ++i) {
    const Image image = faces->picture(sampler.at(i));
    for (int c = 0; c < 3; ++c) EXPECT_EQ(batch.pictures[i][c][5][9].item<std::uint8_t>(), image.at(9, 5)[c]);
  }
}

TEST(Loader, AFailureComesInItsPlaceAndStays) {
  Sampler sampler(12, 7);
  const auto dataset = std::make_shared<Numbers>(12, sampler.at(7));
  for (const int threads : {1, 3}) {
    Loader loader(dataset, {.batch = 3, .seed = 7, .threads = threads});
    loader.next();
    loader.next();
    EXPECT_THROW(loader.next(), Error);
    EXPECT_THROW(loader.next(), Error);
    EXPECT_EQ(loader.position(), 6);
  }
}

TEST(Loader, LooksAheadOnlySoFar) {
  const auto dataset = std::make_shared<Numbers>(1000);
  {
    Loader loader(dataset, {.batch = 2, .threads = 3, .ahead = 4});
    loader.next();
    std::this_thread::sleep_for(std::chrono::milliseconds(30));
    EXPECT_LE(dataset->made, 2 * (4 + 1));
  }
  for (int i = 0; i < 20; ++i) const Loader unused(dataset, {.batch = 5, .threads = 2});  // joins at any moment
}

TEST(Loader, RefusesNonsense) {
  const auto dataset = std::make_shared<Numbers>(5);
  EXPECT_THROW(Loader(dataset, {.batch = 0}), Error);
  EXPECT_THROW(Loader(dataset, {.threads = 0}), Error);
  EXPECT_THROW(Loader(std::make_shared<Numbers>(0), {}), Error);
}

}  // namespace
}  // namespace ganvas::data
