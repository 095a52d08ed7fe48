#include "data/formats/folder.h"

#include <gtest/gtest.h>

#include "data/encode.h"
#include "data/support.h"
#include "support/temporary_folder.h"

namespace ganvas::data {
namespace {

using test::error_of;
using test::plain;
using test::says;

DatasetOptions options_of(const std::filesystem::path& path) {
  return {.source = path.string(), .resolution = 8};
}

TEST(Folder, PicturesByPathScaledWithSubfolders) {
  const test::TemporaryFolder folder;
  folder.write("b.png", test::encode_png(plain(20, 10, 20)));
  folder.write("sub/c.JPG", test::encode_jpeg(plain(8, 8, 30)));
  folder.write("a.webp", test::encode_webp(plain(3, 5, 10)));
  folder.write("notes.txt", "text");
  folder.write(".hidden.png", test::encode_png(plain(8, 8, 99)));
  folder.write(".thumbnails/d.png", test::encode_png(plain(8, 8, 99)));
  const auto dataset = open_dataset(options_of(folder.path()));
  ASSERT_EQ(dataset->size(), 3);
  EXPECT_EQ(dataset->resolution(), 8);
  EXPECT_EQ(dataset->label_size(), 0);
  EXPECT_TRUE(dataset->rejected().empty());
  for (int i = 0; i < 3; ++i) EXPECT_EQ(dataset->picture(i), plain(8, 8, static_cast<std::uint8_t>(10 * (i + 1))));
  EXPECT_THROW(static_cast<void>(dataset->picture(3)), Error);
  EXPECT_THROW(static_cast<void>(dataset->picture(-1)), Error);
}

TEST(Folder, PicturesOfEveryShapeAndNumberOfChannels) {
  const test::TemporaryFolder folder;
  folder.write("a.png", test::encode_png(plain(20, 10, 20)));
  for (const std::string& source : {folder.path().string(), std::string("faces")}) {
    for (int channels = 1; channels <= 4; ++channels) {
      const auto dataset =
          open_dataset({.source = source, .resolution = 24, .width = 16, .channels = channels, .count = 1});
      const Image picture = dataset->picture(0);
      EXPECT_EQ(dataset->width(), 16);
      EXPECT_EQ(std::vector({picture.width, picture.height, picture.channels}), std::vector({16, 24, channels}));
      EXPECT_EQ(picture, dataset->picture(0));
    }
  }
}

TEST(Folder, UnusableFilesAreListedByNameAndReason) {
  const test::TemporaryFolder folder;
  const std::string whole = test::encode_png(plain(32, 32, 1));
  folder.write("good.png", whole);
  const auto cut = folder.write("cut.png", whole.substr(0, whole.size() / 2));
  const auto empty = folder.write("empty.jpg", "");
  const auto text = folder.write("text.gif", "no picture");
  const auto foreign = folder.write("photo.tiff", "II*");
  for (const int threads : {1, 4}) {
    const FolderDataset dataset(options_of(folder.path()), {.threads = threads});
    EXPECT_EQ(dataset.size(), 1);
    const auto& rejected = dataset.rejected();
    ASSERT_EQ(rejected.size(), 4U);
    EXPECT_EQ(rejected[0].path, cut.string());
    EXPECT_NE(rejected[0].reason.find("cut short or damaged"), std::string::npos);
    EXPECT_EQ(rejected[1].path, empty.string());
    EXPECT_EQ(rejected[1].reason, "it is empty");
    EXPECT_EQ(rejected[2].path, foreign.string());
    EXPECT_NE(rejected[2].reason.find("convert"), std::string::npos);
    EXPECT_EQ(rejected[3].path, text.string());
    EXPECT_EQ(rejected[3].reason, "it is no PNG, JPEG, WebP or GIF file");
  }
}

TEST(Folder, WhatDoesNotFitInMemoryIsDecodedAgain) {
  const test::TemporaryFolder folder;
  for (int i = 0; i < 5; ++i) {
    folder.write(std::to_string(i) + ".png", test::encode_png(plain(8, 8, static_cast<std::uint8_t>(i))));
  }
  const FolderDataset dataset(options_of(folder.path()), {.memory = 2 * 8 * 8 * 3 + 5});
  EXPECT_EQ(dataset.kept(), 2);
  for (int i = 0; i < 5; ++i) EXPECT_EQ(dataset.picture(i), plain(8, 8, static_cast<std::uint8_t>(i)));
  for (int i = 0; i < 5; ++i) std::filesystem::remove(dataset.path(i));
  EXPECT_EQ(dataset.picture(1), plain(8, 8, 1));
  EXPECT_THROW(static_cast<void>(dataset.picture(2)), Error);
}

TEST(Folder, GreyOnRequest) {
  const test::TemporaryFolder folder;
  folder.write("a.png", test::encode_png(plain(8, 8, 77)));
  DatasetOptions options = options_of(folder.path());
  options.channels = 1;
  const auto dataset = open_dataset(options);
  EXPECT_EQ(dataset->picture(0).channels, 1);
  EXPECT_EQ(dataset->picture(0).pixels[0], 77);
}

TEST(Folder, NothingUsableSaysWhatToDo) {
  const test::TemporaryFolder folder;
  EXPECT_NE(error_of(options_of(folder.path())).find("no pictures in the folder"), std::string::npos);
  EXPECT_NE(error_of(options_of(folder.path() / "none")).find("There is no folder"), std::string::npos);
  const auto bad = folder.write("bad.png", "nothing");
  EXPECT_NE(error_of(options_of(bad)).find("is not a folder"), std::string::npos);
  const std::string text = error_of(options_of(folder.path()));
  EXPECT_NE(text.find(bad.string() + ": it is no PNG"), std::string::npos) << text;
}

TEST(Folder, ContentCountsWhateverTheExtension) {
  const test::TemporaryFolder folder;
  folder.write("a.txt", test::encode_png(plain(8, 8, 1)));
  folder.write("b", test::encode_webp(plain(8, 8, 2)));
  folder.write("c.tiff", test::encode_png(plain(8, 8, 3)));
  folder.write("d.dat", "neither");
  folder.write("e.dat", std::string("II*\0", 4));
  const auto dataset = open_dataset(options_of(folder.path()));
  ASSERT_EQ(dataset->size(), 3);
  for (int i = 0; i < 3; ++i) EXPECT_EQ(dataset->picture(i).pixels[0], i + 1);
  ASSERT_EQ(dataset->rejected().size(), 1U);
  EXPECT_EQ(dataset->rejected()[0].path, (folder.path() / "e.dat").string());
}

TEST(Folder, LinksAreFollowedAndBrokenOnesListed) {
  const test::TemporaryFolder folder, other;
  std::filesystem::create_symlink(other.write("there.png", test::encode_png(plain(8, 8, 1))), folder.path() / "a.png");
  std::filesystem::create_symlink(other.path() / "gone.png", folder.path() / "b.png");
  const auto dataset = open_dataset(options_of(folder.path()));
  EXPECT_EQ(dataset->size(), 1);
  ASSERT_EQ(dataset->rejected().size(), 1U);
  EXPECT_EQ(dataset->rejected()[0].path, (folder.path() / "b.png").string());
  EXPECT_NE(dataset->rejected()[0].reason.find("does not exist"), std::string::npos);
}

TEST(Folder, ASlashAtTheEndChangesNothing) {
  const test::TemporaryFolder folder;
  folder.write("a.png", test::encode_png(plain(8, 8, 5)));
  EXPECT_EQ(open_dataset(options_of(folder.path().string() + "/"))->picture(0), plain(8, 8, 5));
}

}  // namespace
}  // namespace ganvas::data
