#include "data/formats/idx.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include "data/loader.h"
#include "data/support.h"
#include "support/temporary_folder.h"

namespace ganvas::data {
namespace {

using test::error_of;
using test::says;

std::string big_endian(std::uint32_t value) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift);
  return bytes;
}

std::string header(std::initializer_list<std::uint32_t> numbers) {
  std::string bytes;
  for (const std::uint32_t number : numbers) bytes += big_endian(number);
  return bytes;
}

/// Pixel (x, y) of picture i.
std::uint8_t pixel(int i, int x, int y) {
  return static_cast<std::uint8_t>(i * 40 + y * 5 + x);
}

std::string images_file(int count, int height = 28, int width = 28) {
  std::string bytes = header({0x0803, static_cast<std::uint32_t>(count), static_cast<std::uint32_t>(height),
                              static_cast<std::uint32_t>(width)});
  for (int i = 0; i < count; ++i) {
    for (int y = 0; y < height; ++y) {
      for (int x = 0; x < width; ++x) bytes += static_cast<char>(pixel(i, x, y));
    }
  }
  return bytes;
}

std::string labels_file(const std::vector<int>& labels) {
  std::string bytes = header({0x0801, static_cast<std::uint32_t>(labels.size())});
  for (const int label : labels) bytes += static_cast<char>(label);
  return bytes;
}

std::string packed(const std::string& bytes) {
  const test::TemporaryFolder folder;
  const auto path = folder.path() / "a.gz";
  gzFile file = gzopen(path.c_str(), "wb");
  gzwrite(file, bytes.data(), static_cast<unsigned>(bytes.size()));
  gzclose(file);
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

DatasetOptions digits(const std::filesystem::path& path) {
  return {.source = path.string(), .resolution = 28, .channels = 1};
}

void expect_digits(const Dataset& dataset, const std::vector<int>& labels) {
  ASSERT_EQ(dataset.size(), static_cast<std::int64_t>(labels.size()));
  ASSERT_EQ(dataset.label_size(), 10);
  for (int i = 0; i < static_cast<int>(labels.size()); ++i) {
    const Image image = dataset.picture(i);
    ASSERT_EQ(image.width, 28);
    ASSERT_EQ(image.channels, 1);
    for (int y = 0; y < 28; ++y) {
      for (int x = 0; x < 28; ++x) ASSERT_EQ(*image.at(x, y), pixel(i, x, y)) << i << " " << x << " " << y;
    }
    std::vector<float> one_hot(10);
    one_hot[static_cast<std::size_t>(labels[static_cast<std::size_t>(i)])] = 1;
    EXPECT_EQ(dataset.label(i), one_hot);
  }
}

TEST(Idx, PlainAndGzipInAFolderOrByName) {
  const std::vector<int> labels{3, 0, 9};
  for (const bool gzip : {false, true}) {
    const test::TemporaryFolder folder;
    const std::string end = gzip ? ".gz" : "";
    const auto write = [&](const std::string& name, const std::string& bytes) {
      return folder.write(name + end, gzip ? packed(bytes) : bytes);
    };
    const auto train = write("MNIST/raw/train-images-idx3-ubyte", images_file(3));
    write("MNIST/raw/train-labels-idx1-ubyte", labels_file(labels));
    const auto test_images = write("MNIST/raw/t10k-images-idx3-ubyte", images_file(2));
    write("MNIST/raw/t10k-labels-idx1-ubyte", labels_file({1, 2}));
    expect_digits(*open_dataset(digits(folder.path())), labels);  // the training set, where torchvision puts it
    expect_digits(*open_dataset(digits(train.parent_path())), labels);
    expect_digits(*open_dataset(digits(train)), labels);
    expect_digits(*open_dataset(digits(test_images)), {1, 2});
  }
}

TEST(Idx, PackedLabelsBesidePlainPicturesAndBothForms) {
  const test::TemporaryFolder folder;
  folder.write("train-images.idx3-ubyte", images_file(2));
  folder.write("train-images.idx3-ubyte.gz", packed(images_file(2)));
  folder.write("train-labels.idx1-ubyte.gz", packed(labels_file({4, 5})));
  expect_digits(*open_dataset(digits(folder.path())), {4, 5});
}

TEST(Idx, ContentCountsWhereTheNameSaysNothing) {
  const test::TemporaryFolder folder;
  const auto dataset = open_dataset(digits(folder.write("digits", packed(images_file(2)))));
  EXPECT_EQ(dataset->size(), 2);
  EXPECT_EQ(dataset->label_size(), 0);  // no file of labels beside it
}

TEST(Idx, ScaledAndColouredAsTheRecipeAsks) {
  const test::TemporaryFolder folder;
  folder.write("train-images-idx3-ubyte", header({0x0803, 1, 2, 2}) + std::string("\x0a\x14\x1e\x28", 4));
  const auto dataset = open_dataset({.source = folder.path().string(), .resolution = 1, .channels = 3});
  EXPECT_EQ(dataset->picture(0).pixels, (std::vector<std::uint8_t>{25, 25, 25}));
  EXPECT_TRUE(says(error_of({.source = folder.path().string(), .resolution = 0}), "cannot be scaled"));
}

TEST(Idx, LabelsOnRequestOnlyAndMoreThanTenClasses) {
  const test::TemporaryFolder folder;
  folder.write("train-images-idx3-ubyte", images_file(2));
  const auto labels = folder.write("train-labels-idx1-ubyte", labels_file({0, 46}));
  EXPECT_EQ(open_dataset(digits(folder.path()))->label_size(), 47);
  folder.write("train-labels-idx1-ubyte", "damaged");
  DatasetOptions options = digits(folder.path());
  EXPECT_TRUE(says(error_of(options), labels.string()));
  options.labels = false;
  EXPECT_EQ(open_dataset(options)->label_size(), 0);
}

TEST(Idx, DamageIsRefusedInOneSentence) {
  const std::string whole = images_file(3);
  const auto refusal = [](const std::string& bytes) {
    const test::TemporaryFolder folder;
    folder.write("train-images-idx3-ubyte", bytes);
    return error_of(digits(folder.path()));
  };
  std::string wrong = whole;
  wrong[0] = 1;
  EXPECT_TRUE(says(refusal(wrong), "begins with 01000803 instead of 00000803"));
  EXPECT_TRUE(says(refusal(labels_file({1, 2, 3, 4, 5, 6, 7, 8})), "begins with 00000801"));
  EXPECT_TRUE(says(refusal(whole.substr(0, 10)), "cut short"));
  EXPECT_TRUE(says(refusal(""), "cut short"));
  EXPECT_TRUE(says(refusal(whole.substr(0, whole.size() - 1)), "claims 2368 bytes, but the file has 2367"));
  EXPECT_TRUE(says(refusal(whole + "x"), "claims 2368 bytes, but the file has 2369"));
  EXPECT_TRUE(says(refusal(header({0x0803, 0, 28, 28})), "claims 0 pictures"));
  EXPECT_TRUE(says(refusal(header({0x0803, 1, 0xffffffff, 28})), "no such file"));
  // 2^32 - 1 pictures of 4096 x 4096: 64 petabytes that 20 bytes claim.
  EXPECT_TRUE(says(refusal(header({0x0803, 0xffffffff, 4096, 4096}) + "abcd"), "more than the"));
  EXPECT_TRUE(says(refusal(header({0x0803, 1'000'000, 28, 28}) + "abcd"), "claims 784000016 bytes"));
}

TEST(Idx, DamagedGzipIsRefusedInOneSentence) {
  const std::string whole = packed(images_file(3));
  const auto refusal = [](const std::string& bytes) {
    const test::TemporaryFolder folder;
    folder.write("train-images-idx3-ubyte.gz", bytes);
    return error_of(digits(folder.path()));
  };
  EXPECT_EQ(refusal(whole), "");
  EXPECT_TRUE(says(refusal(whole.substr(0, whole.size() / 2)), "cut short or damaged"));
  EXPECT_TRUE(says(refusal(whole.substr(0, whole.size() - 4)), "damaged"));
  EXPECT_TRUE(says(refusal(packed(images_file(3) + "x")), "longer"));
  std::string wrong_sum = whole;
  wrong_sum[whole.size() - 6] ^= 1;
  EXPECT_TRUE(says(refusal(wrong_sum), "damaged"));
  EXPECT_TRUE(says(refusal(packed(header({0x0803, 5'000'000, 28, 28}))), "cannot hold more than"));
}

TEST(Idx, LabelsMustMatchThePictures) {
  const test::TemporaryFolder folder;
  folder.write("train-images-idx3-ubyte", images_file(3));
  folder.write("train-labels-idx1-ubyte", labels_file({1, 2}));
  EXPECT_TRUE(says(error_of(digits(folder.path())), "2 labels for the 3 pictures"));
}

TEST(Idx, SeveralSetsInOneFolderMustBeNamed) {
  const test::TemporaryFolder folder;
  folder.write("emnist-digits-train-images-idx3-ubyte", images_file(1));
  folder.write("emnist-letters-train-images-idx3-ubyte", images_file(2));
  EXPECT_TRUE(says(error_of(digits(folder.path())), "name one of them"));
}

TEST(Idx, BatchesAreTheSameOnAnyNumberOfThreads) {
  const test::TemporaryFolder folder;
  folder.write("train-images-idx3-ubyte", images_file(6));
  folder.write("train-labels-idx1-ubyte", labels_file({0, 1, 2, 3, 4, 5}));
  const auto dataset = open_dataset(digits(folder.path()));
  Loader one(dataset, {.batch = 4, .seed = 3});
  Loader three(dataset, {.batch = 4, .seed = 3, .threads = 3});
  for (int i = 0; i < 7; ++i) {
    const Batch a = one.next(), b = three.next();
    EXPECT_TRUE(a.pictures.equal(b.pictures));
    EXPECT_TRUE(a.labels.equal(b.labels));
    EXPECT_EQ(a.pictures.sizes(), (std::vector<std::int64_t>{4, 1, 28, 28}));
    for (std::int64_t n = 0; n < 4; ++n) {  // picture i begins with 40 i, its label is i
      EXPECT_EQ(a.pictures[n][0][0][0].item<int>(), 40 * a.labels[n].argmax().item<int>());
    }
  }
}

}  // namespace
}  // namespace ganvas::data
