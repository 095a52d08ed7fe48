// What all data sets have in common: mirrored, watched while they are opened, with files that get lost later.

#include "data/dataset.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "data/encode.h"
#include "data/faces.h"
#include "data/formats/folder.h"
#include "data/loader.h"
#include "data/mirror.h"
#include "data/support.h"
#include "support/temporary_folder.h"

namespace ganvas::data {
namespace {

using test::encode_png;
using test::plain;
using test::says;

/// `count` pictures of one value each, 0, 1, ..., half of them in either of two sub-folders.
void write_numbers(const test::TemporaryFolder& folder, int count) {
  for (int i = 0; i < count; ++i) {
    folder.write(std::string(i < count / 2 ? "a/" : "b/") + std::to_string(100 + i) + ".png",
                 encode_png(plain(8, 8, static_cast<std::uint8_t>(i))));
  }
}

TEST(Mirror, IndexBehindTheLastIsThePictureExchanged) {
  const auto faces = open_dataset({.resolution = 32, .count = 3});
  const auto both = open_dataset({.resolution = 32, .count = 3, .mirror = true});
  ASSERT_EQ(both->size(), 6);
  EXPECT_EQ(both->label_size(), faces->label_size());
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(both->picture(i), faces->picture(i));
    EXPECT_EQ(both->label(i), faces->label(i));
    EXPECT_EQ(both->label(i + 3), faces->label(i));
    const Image plain_picture = faces->picture(i), picture = both->picture(i + 3);
    for (int y = 0; y < 32; ++y) {
      for (int x = 0; x < 32; ++x) {
        for (int c = 0; c < 3; ++c) ASSERT_EQ(picture.at(x, y)[c], plain_picture.at(31 - x, y)[c]);
      }
    }
  }
  EXPECT_THROW(static_cast<void>(both->picture(6)), Error);
  EXPECT_THROW(static_cast<void>(both->picture(-1)), Error);
}

TEST(Mirror, TwiceIsOnce) {
  Image image(3, 2, 1);
  image.pixels = {1, 2, 3, 4, 5, 6};
  EXPECT_EQ(mirrored(image).pixels, (std::vector<std::uint8_t>{3, 2, 1, 6, 5, 4}));
  EXPECT_EQ(mirrored(mirrored(image)), image);
}

TEST(Opening, ProgressGoesFromNothingToAllOnTheOpeningThread) {
  const test::TemporaryFolder folder;
  write_numbers(folder, 30);
  std::vector<std::pair<std::int64_t, std::int64_t>> reports;
  const auto here = std::this_thread::get_id();
  const auto progress = [&](std::int64_t checked, std::int64_t total) {
    EXPECT_EQ(std::this_thread::get_id(), here);
    reports.emplace_back(checked, total);
  };
  EXPECT_EQ(open_dataset({.source = folder.path().string(), .resolution = 8}, {.progress = progress})->size(), 30);
  ASSERT_GE(reports.size(), 2U);
  EXPECT_EQ(reports.front(), std::pair(std::int64_t{0}, std::int64_t{30}));
  EXPECT_EQ(reports.back(), std::pair(std::int64_t{30}, std::int64_t{30}));
  EXPECT_TRUE(std::ranges::is_sorted(reports));
}

TEST(Opening, CanBeStopped) {
  const test::TemporaryFolder folder;
  write_numbers(folder, 30);
  std::stop_source stop;
  int reports = 0;
  const DatasetWatch watch{.progress =
                               [&](std::int64_t, std::int64_t) {
                                 ++reports;
                                 stop.request_stop();
                               },
                           .stop = stop.get_token()};
  EXPECT_THROW(static_cast<void>(open_dataset({.source = folder.path().string(), .resolution = 8}, watch)),
               OpeningCancelled);
  EXPECT_EQ(reports, 1);
}

TEST(Opening, AReportThatThrowsEndsIt) {
  const test::TemporaryFolder folder;
  write_numbers(folder, 4);
  const DatasetWatch watch{.progress = [](std::int64_t, std::int64_t) { fail("No more."); }};
  EXPECT_THROW(static_cast<void>(open_dataset({.source = folder.path().string()}, watch)), Error);
}

/// The index whose picture comes at a position of the sampler when some are lost.
std::int64_t expected_at(Sampler& sampler, std::int64_t position, const std::vector<std::int64_t>& lost,
                         std::int64_t size) {
  std::int64_t index = sampler.at(position);
  while (std::ranges::find(lost, index) != lost.end()) index = (index + 1) % size;
  return index;
}

TEST(Lost, TheNextUsablePictureStandsInWithItsLabel) {
  constexpr std::int64_t count = 8;
  const std::vector<std::int64_t> lost{2, 3, 7};  // neighbours, and the last one, behind which comes the first
  for (const int threads : {1, 3}) {
    const test::TemporaryFolder folder;
    write_numbers(folder, count);
    const auto dataset = std::make_shared<FolderDataset>(
        DatasetOptions{.source = folder.path().string(), .resolution = 8}, PictureLimits{.memory = 0});
    ASSERT_EQ(dataset->label_size(), 2);
    for (const std::int64_t index : lost) std::filesystem::remove(dataset->path(index));
    Loader loader(dataset, {.batch = 3, .seed = 5, .threads = threads});
    Sampler sampler(count, 5);
    for (std::int64_t position = 0; position < 48; position += 3) {
      const Batch batch = loader.next();
      for (std::int64_t i = 0; i < 3; ++i) {
        const std::int64_t index = expected_at(sampler, position + i, lost, count);
        EXPECT_TRUE((batch.pictures[i] == index).all().item<bool>());
        EXPECT_EQ(batch.labels[i][1].item<float>(), index < count / 2 ? 0 : 1);
      }
    }
    EXPECT_EQ(loader.position(), 48);
    EXPECT_EQ(dataset->lost().size(), 3U);  // each once, though each was missed in every pass
    EXPECT_TRUE(dataset->rejected().empty());
    // A run that goes on from a position sees what the first one would have seen.
    Loader resumed(dataset, {.batch = 3, .seed = 5, .threads = 2, .position = 48});
    for (int i = 0; i < 6; ++i) EXPECT_TRUE(resumed.next().pictures.equal(loader.next().pictures));
  }
}

TEST(Lost, StaysLostAndIsNamed) {
  const test::TemporaryFolder folder;
  write_numbers(folder, 4);
  const FolderDataset dataset({.source = folder.path().string(), .resolution = 8}, {.memory = 0});
  const auto path = dataset.path(1);
  const std::string bytes = encode_png(plain(8, 8, 1));
  folder.write(path, bytes.substr(0, bytes.size() / 2));
  EXPECT_THROW(static_cast<void>(dataset.picture(1)), PictureLost);
  EXPECT_EQ(usable_picture(dataset, 1).index, 2);
  folder.write(path, bytes);  // what stands in must not depend on the moment
  EXPECT_THROW(static_cast<void>(dataset.picture(1)), PictureLost);
  ASSERT_EQ(dataset.lost().size(), 1U);
  EXPECT_EQ(dataset.lost()[0].path, path.string());
  EXPECT_NE(dataset.lost()[0].reason.find("damaged"), std::string::npos);
}

TEST(Lost, OfAMirroredSetBothAreReplaced) {
  const test::TemporaryFolder folder;
  write_numbers(folder, 4);
  const auto plain_set = std::make_shared<FolderDataset>(
      DatasetOptions{.source = folder.path().string(), .resolution = 8}, PictureLimits{.memory = 0});
  std::filesystem::remove(plain_set->path(3));
  const MirroredDataset both(plain_set);
  EXPECT_EQ(usable_picture(both, 3).index, 4);
  EXPECT_EQ(usable_picture(both, 7).index, 0);
  EXPECT_EQ(both.lost().size(), 1U);
}

TEST(Lost, AllIsTheEnd) {
  const test::TemporaryFolder folder;
  write_numbers(folder, 4);
  const auto dataset = std::make_shared<FolderDataset>(
      DatasetOptions{.source = folder.path().string(), .resolution = 8}, PictureLimits{.memory = 0});
  for (int i = 0; i < 4; ++i) std::filesystem::remove(dataset->path(i));
  Loader loader(dataset, {.batch = 2});
  try {
    loader.next();
    FAIL();
  } catch (const Error& error) {
    EXPECT_TRUE(says(error.what(), "None of the 4 pictures"));
  }
}

TEST(PixelBudget, RunsTogetherWhatFitsAndTheRestInTurn) {
  PixelBudget budget(100);
  std::atomic<std::int64_t> used = 0, most = 0;
  std::atomic<int> runs = 0;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < 6; ++t) {
      threads.emplace_back([&, t] {
        for (const std::int64_t pixels : {40, 60, 100, 1000, 0, 10 + t}) {
          const std::int64_t taken = std::min<std::int64_t>(pixels, 100);
          static_cast<void>(budget.run(pixels, [&] {
            const std::int64_t now = used += taken;
            for (std::int64_t before = most; before < now && !most.compare_exchange_weak(before, now);) continue;
            ++runs;
            std::this_thread::yield();
            used -= taken;
            return Image();
          }));
        }
      });
    }
  }
  EXPECT_EQ(runs, 36);
  EXPECT_LE(most, 100);
  EXPECT_THROW(budget.run(100, []() -> Image { fail("Broken."); }), Error);
  EXPECT_NO_THROW(budget.run(100, [] { return Image(); }));  // the failure gave its room back
}

TEST(PathOrder, IsThatOfThePathsOfTheSystem) {
  const std::vector<std::string> names{"a", "a-b/c", "a/b", "a/b/c", "a/b.png", "aa", "B", "\xC3\xA9", "a b/c", "z/a"};
  for (const std::string& first : names) {
    for (const std::string& second : names) {
      EXPECT_EQ(path_less(first, second), std::filesystem::path(first) < std::filesystem::path(second))
          << first << " " << second;
    }
  }
}

}  // namespace
}  // namespace ganvas::data
