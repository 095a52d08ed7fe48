#include "data/formats/numpy.h"

#include <gtest/gtest.h>
#include <zip.h>

#include "data/support.h"
#include "support/temporary_folder.h"

namespace ganvas::data {
namespace {

using test::error_of;
using test::says;

std::string npy(const std::string& type, const std::string& shape, const std::string& values, char version = 1) {
  std::string header = "{'descr': '" + type + "', 'fortran_order': False, 'shape': (" + shape + "), }";
  const std::size_t length_bytes = version == 1 ? 2 : 4;
  while ((8 + length_bytes + header.size() + 1) % 64 != 0) header += ' ';
  header += '\n';
  std::string file = std::string("\x93NUMPY", 6) + version + '\0';
  for (std::size_t i = 0; i < length_bytes; ++i) file += static_cast<char>(header.size() >> (8 * i) & 255);
  return file + header + values;
}

/// Values that count: value i is i modulo 251.
std::string counting(std::size_t count) {
  std::string values;
  for (std::size_t i = 0; i < count; ++i) values += static_cast<char>(i % 251);
  return values;
}

DatasetOptions array_options(const std::filesystem::path& path, int side, int channels) {
  return {.source = path.string(), .resolution = side, .channels = channels};
}

void write_zip(const std::filesystem::path& path, const std::vector<std::pair<std::string, std::string>>& entries) {
  zip_t* zip = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, nullptr);
  ASSERT_NE(zip, nullptr);
  for (const auto& [name, bytes] : entries)
    zip_file_add(zip, name.c_str(), zip_source_buffer(zip, bytes.data(), bytes.size(), 0), 0);
  ASSERT_EQ(zip_close(zip), 0);
}

TEST(Numpy, ShapesOfPicturesGiveTheSameBytes) {
  const test::TemporaryFolder folder;
  const std::string values = counting(2 * 4 * 4 * 3);
  std::string planes(values.size(), '\0');  // the same as [count, channels, height, width]
  for (std::size_t i = 0; i < 2; ++i)
    for (std::size_t p = 0; p < 16; ++p)
      for (std::size_t c = 0; c < 3; ++c) planes[i * 48 + c * 16 + p] = values[i * 48 + p * 3 + c];
  folder.write("last.npy", npy("|u1", "2, 4, 4, 3", values));
  folder.write("first.npy", npy("|u1", "2, 3, 4, 4", planes));
  folder.write("version2.npy", npy("|u1", "2, 4, 4, 3", values, 2));
  for (const char* name : {"last.npy", "first.npy", "version2.npy"}) {
    const auto dataset = open_dataset(array_options(folder / name, 4, 3));
    ASSERT_EQ(dataset->size(), 2) << name;
    EXPECT_EQ(dataset->label_size(), 0);
    const Image second = dataset->picture(1);
    EXPECT_TRUE(std::equal(second.pixels.begin(), second.pixels.end(), values.begin() + 48, [](std::uint8_t a, char b) {
      return a == static_cast<std::uint8_t>(b);
    })) << name;
  }
  folder.write("grey.npy", npy("|u1", "3, 4, 4", counting(48)));
  EXPECT_EQ(open_dataset(array_options(folder / "grey.npy", 4, 1))->picture(2).pixels[0], 32);
}

TEST(Numpy, OfSeveralArraysThePicturesAndTheLabelsBesideThem) {
  const test::TemporaryFolder folder;
  const std::string classes("\0\0\0\0\0\0\0\0\2\0\0\0\0\0\0\0\1\0\0\0\0\0\0\0", 24);
  write_zip(folder / "set.npz", {{"test_images.npy", npy("|u1", "9, 4, 4", counting(144))},
                                 {"train_images.npy", npy("|u1", "3, 4, 4", counting(48))},
                                 {"test_labels.npy", npy("|u1", "9,", counting(9))},
                                 {"train_labels.npy", npy("<i8", "3, 1", classes)}});
  const auto dataset = open_dataset(array_options(folder / "set.npz", 4, 1));
  ASSERT_EQ(dataset->size(), 3);
  ASSERT_EQ(dataset->label_size(), 3);
  EXPECT_EQ(dataset->label(1), (std::vector<float>{0, 0, 1}));
  EXPECT_EQ(dataset->label(2), (std::vector<float>{0, 1, 0}));
  EXPECT_EQ(dataset->picture(1).pixels[0], 16);
  DatasetOptions without = array_options(folder / "set.npz", 4, 1);
  without.labels = false;
  EXPECT_EQ(open_dataset(without)->label_size(), 0);
}

TEST(Numpy, WhatIsNoPictureIsRefusedInOneSentence) {
  const test::TemporaryFolder folder;
  const auto refusal = [&](const std::string& bytes) {
    folder.write("a.npy", bytes);
    return error_of(array_options(folder / "a.npy", 4, 3));
  };
  EXPECT_TRUE(says(refusal(npy("<f4", "2, 4, 4, 3", counting(384))), "astype(\"uint8\")"));
  EXPECT_TRUE(says(refusal(npy("|u1", "2, 4, 4, 5", counting(160))), "no list of pictures"));
  EXPECT_TRUE(says(refusal(npy("|u1", "10", counting(10))), "no list of pictures"));
  EXPECT_TRUE(says(refusal(npy("|u1", "2, 4, 4, 3", counting(95))), "cut short"));
  EXPECT_TRUE(says(refusal(npy("|u1", "99999999999999, 9999999, 9999999, 3", "")), "cut short"));
  EXPECT_TRUE(says(refusal(npy("|u1", "0, 4, 4, 3", "")), "no pictures"));
  EXPECT_TRUE(says(refusal(npy("|u1", "2, 4, 4, 3", counting(96)).substr(0, 20)), "cut short"));
  EXPECT_TRUE(says(refusal(std::string("\x93NUMPY", 6)), "cut short"));
  write_zip(folder / "b.npz", {{"w.npy", npy("<f4", "2, 4", counting(32))}});
  EXPECT_TRUE(says(error_of(array_options(folder / "b.npz", 4, 3)), "it holds w"));
}

}  // namespace
}  // namespace ganvas::data
