// 500 pictures as the world has them: each is used, or listed by name and reason before the first step.

#include <gtest/gtest.h>

#include <chrono>
#include <map>
#include <set>

#include "core/outside/printable.h"
#include "data/encode.h"
#include "data/formats/folder.h"
#include "data/loader.h"
#include "data/support.h"
#include "data/torture.h"

namespace ganvas::data {
namespace {

constexpr int count = 500;
constexpr int side = 8;

DatasetOptions options_of(const test::TemporaryFolder& folder) {
  return {.source = folder.path().string(), .resolution = side};
}

TEST(Torture, EveryFileIsUsedOrListedByNameAndReason) {
  const test::TemporaryFolder folder;
  const std::vector<test::TortureFile> files = write_torture(folder, count);
  ASSERT_EQ(files.size(), 500U);
  const FolderDataset dataset(options_of(folder));
  std::map<std::filesystem::path, std::int64_t> used;
  for (std::int64_t i = 0; i < dataset.size(); ++i) used.emplace(dataset.path(i), i);
  std::map<std::string, std::string> reasons;
  for (const RejectedFile& file : dataset.rejected()) reasons.emplace(file.path, file.reason);
  EXPECT_EQ(used.size() + reasons.size(), 500U);
  std::set<std::string> kinds;
  for (const test::TortureFile& file : files) {
    kinds.insert(file.kind);
    const auto at = used.find(file.path);
    ASSERT_EQ(at != used.end(), file.usable) << file.path;
    if (!file.usable) {
      const std::string name = printable(file.path.string());
      ASSERT_TRUE(reasons.contains(name)) << name;
      EXPECT_NE(reasons[name].find(file.reason), std::string::npos) << name << ": " << reasons[name];
      continue;
    }
    const Image image = dataset.picture(at->second);
    ASSERT_EQ(image.pixels.size(), static_cast<std::size_t>(side * side * 3));
    for (const int x : {0, side - 1}) {
      for (const int c : {0, 1, 2}) {
        EXPECT_NEAR(image.at(x, 1)[c], file.color[static_cast<std::size_t>(c)], file.tolerance) << file.path;
      }
    }
  }
  EXPECT_GE(kinds.size(), 35U);
}

TEST(Torture, ThreadsOfCheckingAndLoadingChangeNothing) {
  const test::TemporaryFolder folder;
  write_torture(folder, 120);
  const auto kept = std::make_shared<FolderDataset>(options_of(folder), PictureLimits{.threads = 1});
  const auto decoded = std::make_shared<FolderDataset>(options_of(folder), PictureLimits{.memory = 0, .threads = 5});
  ASSERT_EQ(kept->size(), decoded->size());
  ASSERT_EQ(kept->rejected().size(), decoded->rejected().size());
  for (std::size_t i = 0; i < kept->rejected().size(); ++i) {
    EXPECT_EQ(kept->rejected()[i].path, decoded->rejected()[i].path);
    EXPECT_EQ(kept->rejected()[i].reason, decoded->rejected()[i].reason);
  }
  Loader first(kept, {.batch = 16, .seed = 9});
  Loader second(decoded, {.batch = 16, .seed = 9, .threads = 4});
  for (int i = 0; i < 8; ++i) EXPECT_TRUE(first.next().pictures.equal(second.next().pictures)) << i;
  EXPECT_TRUE(decoded->lost().empty());
}

TEST(Torture, PicturesASecondFromDisk) {
  const test::TemporaryFolder folder;
  Image picture(64, 64, 3);
  for (int i = 0; i < 512; ++i) {
    for (std::size_t at = 0; at < picture.pixels.size(); ++at) {
      picture.pixels[at] = static_cast<std::uint8_t>(at * at / 97 + at / 3 + static_cast<std::size_t>(i));
    }
    folder.write(std::to_string(i) + ".png", test::encode_png(picture));
  }
  const DatasetOptions options{.source = folder.path().string(), .resolution = 64};
  for (const std::size_t memory : {std::size_t{0}, std::size_t{1} << 30}) {
    const auto dataset = std::make_shared<FolderDataset>(options, PictureLimits{.memory = memory});
    Loader loader(dataset, {.batch = 64, .seed = 1, .threads = 2});
    const auto start = std::chrono::steady_clock::now();
    for (int i = 0; i < 32; ++i) loader.next();
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    RecordProperty(memory == 0 ? "decoded_per_second" : "kept_per_second", static_cast<int>(32 * 64 / seconds));
    EXPECT_EQ(loader.position(), 32 * 64);
  }
}

}  // namespace
}  // namespace ganvas::data
