// One pass over pictures: the same in any batches, over processes, after a break, and from the cache.
#include <gtest/gtest.h>

#include <fstream>

#include "core/error.h"
#include "metrics/features/feature_statistics.h"
#include "metrics/fixtures.h"
#include "support/process.h"
#include "support/thread_ranks.h"

namespace ganvas::metrics {
namespace {

namespace fs = std::filesystem;

const FeatureNeeds all_needs{.moments = {30, 48}, .features = 40, .probabilities = 20};

at::Tensor reference_pictures() {
  static const at::Tensor pictures = test::metrics_case().at("e2e.images_a_u8");
  return pictures;
}

/// A network, its pictures and one way to go through them.
struct Pass {
  TorchscriptExtractor extractor{test::tiny_extractor(), at::kCPU};
  test::CountedPictures pictures{reference_pictures()};
  BatchOptions options{.batch = 7};

  GatheredStatistics run() { return gather(pictures, {.extractor = &extractor}, all_needs, "pictures", options); }
  GatheredStatistics run_cached(const fs::path& cache, FeatureNetwork network = {}) {
    network.extractor = &extractor;
    return gather_cached(pictures, network, {.moments = {30, 48}, .features = 40}, "pictures", options, cache);
  }
};

void expect_right(const FeatureStatistics& made) {
  TorchscriptExtractor extractor(test::tiny_extractor(), at::kCPU);
  const at::Tensor features = extractor.run(reference_pictures(), ExtractorOutput::features);
  const at::Tensor probabilities = extractor.run(reference_pictures(), ExtractorOutput::probabilities);
  ASSERT_EQ(made.moments.size(), 2U);
  for (const auto& [number, moments] : made.moments) {
    EXPECT_EQ(moments.count(), number);
    const at::Tensor rows = features.narrow(0, 0, number).to(at::kDouble);
    EXPECT_TRUE(at::allclose(moments.mean(), rows.mean(0), 1e-5, 1e-6));
    EXPECT_TRUE(at::allclose(moments.covariance(true), at::cov(rows.t()), 1e-4, 1e-6));
  }
  EXPECT_TRUE(at::allclose(made.features, features.narrow(0, 0, 40), 1e-5, 1e-6));
  EXPECT_TRUE(at::allclose(made.probabilities, probabilities.narrow(0, 0, 20), 1e-5, 1e-6));
}

std::vector<fs::path> files_in(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) files.push_back(entry.path());
  return files;
}

TEST(Statistics, AreTheSameInAnyBatches) {
  for (const std::int64_t batch : {1, 7, 48, 100}) {
    Pass pass;
    pass.options.batch = batch;
    expect_right(pass.run().statistics);
    EXPECT_EQ(pass.pictures.taken, 48) << "each picture once";
  }
}

TEST(Statistics, AreTheSameOverProcesses) {
  for (const int size : {2, 3, 9}) {  // the ninth has no batch at all
    test::ThreadSum sum(size);
    std::vector<FeatureStatistics> made(static_cast<std::size_t>(size));
    test::on_ranks(size, [&](int rank) {
      Pass pass;
      pass.options.ranks = {.rank = rank, .size = size, .sum = [&, rank](at::Tensor& x) { sum(rank, x); }};
      made[static_cast<std::size_t>(rank)] = pass.run().statistics;
    });
    for (const FeatureStatistics& of_rank : made) expect_right(of_rank);
  }
}

TEST(Statistics, GoOnAfterABreak) {
  const test::TemporaryFolder folder;
  Pass broken;
  broken.options.states = folder.path();
  broken.options.stop = [&] { return broken.pictures.taken >= 21; };
  EXPECT_THROW(broken.run(), Error);
  EXPECT_EQ(broken.pictures.taken, 21);
  ASSERT_EQ(files_in(folder.path()).size(), 1U);

  Pass other;  // of another batch size, so another state
  other.options.states = folder.path();
  other.options.batch = 6;
  other.options.stop = [] { return true; };
  EXPECT_THROW(other.run(), Error);
  EXPECT_EQ(other.pictures.taken, 6);

  Pass again;
  again.options.states = folder.path();
  std::vector<std::int64_t> told;
  again.options.progress = [&](const std::string&, std::int64_t done, std::int64_t) { told.push_back(done); };
  const GatheredStatistics made = again.run();
  EXPECT_EQ(again.pictures.taken, 27);
  EXPECT_EQ(told, (std::vector<std::int64_t>{21, 28, 35, 42, 48}));
  expect_right(made.statistics);
  EXPECT_TRUE(fs::exists(made.state)) << "kept until the figures are there";
  Pass once_more;
  once_more.options.states = folder.path();
  expect_right(once_more.run().statistics);
  EXPECT_EQ(once_more.pictures.taken, 0);
  const fs::path old = folder / "partial-0.safetensors", half = folder / "partial-0.safetensors.tmp1";
  for (const fs::path& file : {old, half}) std::ofstream(file) << "x";
  fs::last_write_time(half, fs::file_time_type::clock::now() - std::chrono::hours(25));
  remove_state(made.state);
  EXPECT_FALSE(fs::exists(made.state));
  EXPECT_FALSE(fs::exists(half)) << "what a killed process left";
  EXPECT_TRUE(fs::exists(old)) << "somebody may come back to it";
  fs::last_write_time(old, fs::file_time_type::clock::now() - std::chrono::hours(31 * 24));
  remove_state(made.state);
  EXPECT_FALSE(fs::exists(old));
}

TEST(Statistics, GoOnAfterABreakOfTwoProcesses) {
  const test::TemporaryFolder folder;
  const auto run = [&](int stop_after) {
    test::ThreadSum sum(2);
    std::array<std::int64_t, 2> taken{};
    test::on_ranks(2, [&](int rank) {
      Pass pass;
      pass.options.states = folder.path();
      pass.options.save_every = 1;
      if (stop_after > 0) pass.options.stop = [&] { return pass.pictures.taken >= stop_after; };
      pass.options.ranks = {.rank = rank, .size = 2, .sum = [&, rank](at::Tensor& x) { sum(rank, x); }};
      const auto count = [&] { taken[static_cast<std::size_t>(rank)] = pass.pictures.taken; };
      try {
        expect_right(pass.run().statistics);
      } catch (const Error&) {
        count();
        throw;
      }
      count();
    });
    return taken;
  };
  EXPECT_THROW(run(14), Error);
  EXPECT_EQ(files_in(folder.path()).size(), 2U);
  const auto taken = run(0);
  EXPECT_EQ(taken[0] + taken[1], 48 - 28);
}

TEST(Statistics, StatesThatAreNoneArePassedOver) {
  const test::TemporaryFolder folder;
  Pass broken;
  broken.options.states = folder.path();
  broken.options.stop = [] { return true; };
  EXPECT_THROW(broken.run(), Error);
  std::ofstream(files_in(folder.path()).at(0), std::ios::trunc) << "nothing";
  Pass again;
  again.options.states = folder.path();
  expect_right(again.run().statistics);
  EXPECT_EQ(again.pictures.taken, 48);
}

TEST(Statistics, OfADataSetAreKept) {
  const test::TemporaryFolder folder;
  Pass first, second;
  first.options.states = folder / "states";
  EXPECT_FALSE(first.run_cached(folder.path()).cached);
  EXPECT_TRUE(files_in(folder / "states").empty()) << "what is cached is done";
  fs::remove(folder / "states");
  GatheredStatistics kept = second.run_cached(folder.path());
  EXPECT_TRUE(kept.cached);
  EXPECT_EQ(second.pictures.taken, 0);
  kept.statistics.probabilities =
      second.extractor.run(reference_pictures().narrow(0, 0, 20), ExtractorOutput::probabilities);
  expect_right(kept.statistics);

  Pass clean, others, damaged;
  EXPECT_FALSE(clean.run_cached(folder.path(), {.resize = ResizeMode::clean, .side = 40}).cached);
  others.pictures = test::CountedPictures(reference_pictures(), "others");
  EXPECT_FALSE(others.run_cached(folder.path()).cached);
  for (const fs::path& file : files_in(folder.path())) std::ofstream(file, std::ios::trunc) << "{}";
  EXPECT_FALSE(damaged.run_cached(folder.path()).cached);
  EXPECT_EQ(damaged.pictures.taken, 48);
}

TEST(Statistics, NeedAsManyPictures) {
  Pass pass;
  EXPECT_THROW(gather(pass.pictures, {.extractor = &pass.extractor}, {.moments = {49}}, "pictures", {}), Error);
}

}  // namespace
}  // namespace ganvas::metrics
