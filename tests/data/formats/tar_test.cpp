#include "data/formats/tar.h"

#include <gtest/gtest.h>

#include <array>
#include <cstdlib>

#include "data/encode.h"
#include "data/support.h"
#include "support/temporary_folder.h"

namespace ganvas::data {
namespace {

using test::encode_png;
using test::error_of;
using test::plain;
using test::says;

DatasetOptions tar_options(const std::filesystem::path& path) {
  return {.source = path.string(), .resolution = 8};
}

void tar(const test::TemporaryFolder& folder, const std::string& arguments) {
  ASSERT_EQ(std::system(("cd '" + folder.path().string() + "' && tar " + arguments).c_str()), 0);
}

TEST(Tar, PicturesByPathHoweverItIsPacked) {
  const test::TemporaryFolder folder;
  folder.write("set/cat/b.png", encode_png(plain(8, 8, 2)));
  folder.write("set/ant/a.png", encode_png(plain(8, 8, 1)));
  folder.write("set/cat/" + std::string(150, 'x') + ".png", encode_png(plain(8, 8, 3)));
  folder.write("set/cat/without_name", encode_png(plain(8, 8, 4)));
  folder.write("set/cat/.hidden.png", encode_png(plain(8, 8, 9)));
  folder.write("set/cat/notes.txt", "no picture");
  folder.write("set/cat/more.zip", "PK");
  tar(folder, "cf plain.tar ./set");
  tar(folder, "czf packed.tar.gz set");
  tar(folder, "cf posix.tar --format=posix set");
  for (const char* name : {"plain.tar", "packed.tar.gz", "posix.tar"}) {
    SCOPED_TRACE(name);
    const auto dataset = open_dataset(tar_options(folder / name));
    ASSERT_EQ(dataset->size(), 4);
    for (int i = 0; i < 4; ++i) {
      constexpr std::array order{1, 2, 4, 3};
      EXPECT_EQ(dataset->picture(i), plain(8, 8, order[static_cast<std::size_t>(i)])) << i;
    }
    EXPECT_EQ(dataset->label_size(), 2);
    EXPECT_EQ(dataset->label(0), (std::vector<float>{1, 0}));
    ASSERT_EQ(dataset->rejected().size(), 1U);
    EXPECT_NE(dataset->rejected()[0].reason.find("an archive in the archive"), std::string::npos);
  }
}

TEST(Tar, LabelsComeFromItsDatasetJson) {
  const test::TemporaryFolder folder;
  folder.write("set/a.png", encode_png(plain(8, 8, 1)));
  folder.write("set/b.png", encode_png(plain(8, 8, 2)));
  folder.write("set/dataset.json", R"({"labels": [["a.png", 1], ["b.png", 0]]})");
  tar(folder, "cf set.tar set");
  const auto dataset = open_dataset(tar_options(folder / "set.tar"));
  ASSERT_EQ(dataset->label_size(), 2);
  EXPECT_EQ(dataset->label(0), (std::vector<float>{0, 1}));
}

TEST(Tar, NamesThatLeadOutAreNotUsed) {
  const test::TemporaryFolder folder;
  folder.write("set/a.png", encode_png(plain(8, 8, 1)));
  folder.write("b.png", encode_png(plain(8, 8, 2)));
  tar(folder, "cPf set.tar -C set a.png ../b.png");
  const auto dataset = open_dataset(tar_options(folder / "set.tar"));
  EXPECT_EQ(dataset->size(), 1);
  ASSERT_EQ(dataset->rejected().size(), 1U);
  EXPECT_NE(dataset->rejected()[0].reason.find("leads out"), std::string::npos);
}

TEST(Tar, DamageAndBombsAreRefusedInOneSentence) {
  const test::TemporaryFolder folder;
  std::string noise;
  for (std::uint32_t i = 0, value = 1; i < 40000; ++i)
    noise += static_cast<char>((value = value * 1664525 + 1013904223) >> 24);
  folder.write("set/a.png", encode_png(plain(8, 8, 1)) + noise);
  tar(folder, "czf whole.tar.gz set");
  const auto size = std::filesystem::file_size(folder / "whole.tar.gz");
  std::filesystem::copy_file(folder / "whole.tar.gz", folder / "cut.tar.gz");
  std::filesystem::resize_file(folder / "cut.tar.gz", size / 2);
  EXPECT_TRUE(says(error_of(tar_options(folder / "cut.tar.gz")), "is damaged"));
  folder.write("empty/notes.txt", "x");
  tar(folder, "cf none.tar empty");
  EXPECT_TRUE(says(error_of(tar_options(folder / "none.tar")), "There are no pictures"));
  // 300 MB of zeros in 300 kB.
  tar(folder, "--version >log; truncate -s 300M zeros; tar czf bomb.tar.gz zeros set; rm zeros");
  EXPECT_TRUE(says(error_of(tar_options(folder / "bomb.tar.gz")), "unpacks to more than"));
}

}  // namespace
}  // namespace ganvas::data
