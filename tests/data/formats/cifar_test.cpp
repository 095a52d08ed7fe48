#include "data/formats/cifar.h"

#include <gtest/gtest.h>

#include "data/support.h"
#include "support/temporary_folder.h"

namespace ganvas::data {
namespace {

using test::error_of;
using test::says;

std::uint8_t pixel(int picture, int x, int y, int c) {
  return static_cast<std::uint8_t>(picture * 30 + c * 70 + y * 2 + x);
}

/// Label bytes, then the red, green and blue planes.
std::string record(int picture, const std::vector<int>& labels) {
  std::string bytes;
  for (const int label : labels) bytes += static_cast<char>(label);
  for (int c = 0; c < 3; ++c) {
    for (int y = 0; y < 32; ++y) {
      for (int x = 0; x < 32; ++x) bytes += static_cast<char>(pixel(picture, x, y, c));
    }
  }
  return bytes;
}

DatasetOptions options_of(const std::filesystem::path& path) {
  return {.source = path.string(), .resolution = 32};
}

void expect_picture(const Dataset& dataset, int index, int picture, int label, int classes) {
  const Image image = dataset.picture(index);
  for (int y = 0; y < 32; ++y) {
    for (int x = 0; x < 32; ++x) {
      for (int c = 0; c < 3; ++c) ASSERT_EQ(image.at(x, y)[c], pixel(picture, x, y, c));
    }
  }
  std::vector<float> one_hot(static_cast<std::size_t>(classes));
  one_hot[static_cast<std::size_t>(label)] = 1;
  EXPECT_EQ(dataset.label(index), one_hot);
}

TEST(Cifar, BatchesOfTheTrainingSetInTheirOrder) {
  const test::TemporaryFolder folder;
  folder.write("cifar-10-batches-bin/data_batch_2.bin", record(2, {9}));
  folder.write("cifar-10-batches-bin/data_batch_1.bin", record(0, {3}) + record(1, {0}));
  const auto test_batch = folder.write("cifar-10-batches-bin/test_batch.bin", record(5, {7}));
  folder.write("cifar-10-batches-bin/batches.meta.txt", "airplane\n");
  for (const auto& path : {folder.path(), folder.path() / "cifar-10-batches-bin"}) {
    const auto dataset = open_dataset(options_of(path));
    ASSERT_EQ(dataset->size(), 3);
    expect_picture(*dataset, 0, 0, 3, 10);
    expect_picture(*dataset, 1, 1, 0, 10);
    expect_picture(*dataset, 2, 2, 9, 10);
  }
  const auto tests = open_dataset(options_of(test_batch));
  ASSERT_EQ(tests->size(), 1);
  expect_picture(*tests, 0, 5, 7, 10);
}

TEST(Cifar, FineLabelsOfTheHundred) {
  const test::TemporaryFolder folder;
  folder.write("train.bin", record(1, {19, 99}) + record(2, {0, 4}));
  folder.write("test.bin", record(3, {1, 2}));
  const auto dataset = open_dataset(options_of(folder.path()));
  ASSERT_EQ(dataset->size(), 2);
  expect_picture(*dataset, 0, 1, 99, 100);
  expect_picture(*dataset, 1, 2, 4, 100);
  DatasetOptions without = options_of(folder.path());
  without.labels = false;
  EXPECT_EQ(open_dataset(without)->label_size(), 0);
}

TEST(Cifar, AnyNameWhenTheSizeFits) {
  const test::TemporaryFolder folder;
  const auto ten = open_dataset(options_of(folder.write("mine.bin", record(1, {2}))));
  EXPECT_EQ(ten->label_size(), 10);
  const auto hundred = open_dataset(options_of(folder.write("other.bin", record(1, {2, 50}))));
  EXPECT_EQ(hundred->label_size(), 100);
}

TEST(Cifar, DamageIsRefusedInOneSentence) {
  const test::TemporaryFolder folder;
  const std::string whole = record(1, {2});
  const auto batch = folder.write("data_batch_1.bin", whole.substr(0, 3000));
  EXPECT_TRUE(says(error_of(options_of(folder.path())), "3000 bytes, no whole number of CIFAR-10 records"));
  folder.write("data_batch_1.bin", "");
  EXPECT_TRUE(says(error_of(options_of(batch)), "0 bytes"));
  folder.write("data_batch_1.bin", whole + record(1, {10}));
  EXPECT_TRUE(says(error_of(options_of(batch)), "Record 1 of " + batch.string() + " has the label 10"));
  const auto unknown = folder.write("weights.bin", "12345");
  EXPECT_TRUE(says(error_of(options_of(unknown)), "is not a folder, a zip or tar archive"));
}

TEST(Cifar, OtherProgramsTrainBinIsNoCifar) {
  const test::TemporaryFolder folder;
  folder.write("train.bin", "tokens of a language model");
  EXPECT_TRUE(says(error_of(options_of(folder.path())), "no pictures in the folder"));
  folder.write("fine_label_names.txt", "apple\n");
  EXPECT_TRUE(says(error_of(options_of(folder.path())), "no whole number of CIFAR-100 records"));
}

}  // namespace
}  // namespace ganvas::data
