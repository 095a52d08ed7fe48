#include "io/safetensors.h"

#include <gtest/gtest.h>

#include <fstream>

#include "core/error.h"
#include "core/files.h"
#include "io/reference.h"

namespace ganvas::io {
namespace {

WeightSet every_type() {
  WeightSet weights;
  int index = 0;
  for (const at::ScalarType type : {at::kDouble, at::kFloat, at::kHalf, at::kBFloat16, at::kLong, at::kInt, at::kShort,
                                    at::kChar, at::kByte, at::kBool}) {
    const at::Tensor values = at::arange(12).remainder(2 + index).reshape({3, 4}).to(type);
    weights.set(fmt::format("layer:{}.weight", index++), values);
  }
  weights.set("scalar", at::scalar_tensor(2.5));
  weights.set("empty", at::empty({0, 7}));
  weights.set("strided", at::arange(24, at::kFloat).reshape({4, 6}).t());
  weights.metadata = {{"spec", "{\"a\":1}"}, {"kimg", 25}};
  return weights;
}

TEST(Safetensors, GivesBackWhatWasWritten) {
  const TemporaryFolder folder;
  const WeightSet weights = every_type();
  const auto path = folder.path() / "made" / "a.safetensors";
  write_safetensors(path, weights);
  const WeightSet again = read_safetensors(path);
  ASSERT_EQ(again.size(), weights.size());
  for (std::size_t i = 0; i < weights.size(); ++i) {
    EXPECT_EQ(again.items()[i].first, weights.items()[i].first);
    EXPECT_EQ(again.items()[i].second.scalar_type(), weights.items()[i].second.scalar_type());
    EXPECT_TRUE(at::equal(again.items()[i].second, weights.items()[i].second)) << weights.items()[i].first;
  }
  EXPECT_EQ(again.hash(), weights.hash());
  EXPECT_EQ(again.metadata["spec"], "{\"a\":1}");
  EXPECT_EQ(again.metadata["kimg"], "25");
  EXPECT_EQ(again.provenance.format, "safetensors");
}

TEST(Safetensors, WritesTheDocumentedBytes) {
  const TemporaryFolder folder;
  WeightSet weights;
  weights.set("x", at::tensor({1.0f, -2.0f}));
  write_safetensors(folder.path() / "x.safetensors", weights);
  const std::string header = R"({"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}})";
  const std::string padded = header + std::string((8 - header.size() % 8) % 8, ' ');
  std::string expected(8, '\0');
  expected[0] = static_cast<char>(padded.size());
  expected += padded + std::string("\0\0\x80\x3f\0\0\0\xc0", 8);
  EXPECT_EQ(read_file(folder.path() / "x.safetensors"), expected);
}

TEST(Safetensors, KeepsTheOldFileWhenWritingFails) {
  const TemporaryFolder folder;
  const auto path = folder.path() / "a.safetensors";
  write_safetensors(path, every_type());
  const std::string before = read_file(path);
  WeightSet bad;
  bad.set("x", at::zeros({2}, at::kComplexFloat));
  EXPECT_THROW(write_safetensors(path, bad), Error);
  EXPECT_EQ(read_file(path), before);
  EXPECT_EQ(folder.names().size(), 1u);
}

TEST(Safetensors, NamesTheTensorThatIsMissing) {
  try {
    static_cast<void>(every_type().at("fc.bias"));
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("fc.bias"), std::string::npos);
  }
}

TEST(WeightSet, SetReplacesAndKeepsTheOrder) {
  WeightSet weights;
  weights.set("a", at::zeros({1}));
  weights.set("b", at::zeros({2}));
  weights.set("a", at::ones({3}));
  ASSERT_EQ(weights.size(), 2u);
  EXPECT_EQ(weights.items()[0].first, "a");
  EXPECT_EQ(weights.at("a").numel(), 3);
  EXPECT_EQ(weights.parameter_count(), 5);
  EXPECT_EQ(weights.byte_count(), 20u);
}

TEST(WeightSet, TheHashSeesNamesTypesShapesAndBytes) {
  const auto hash_of = [](const std::string& name, const at::Tensor& tensor) {
    WeightSet weights;
    weights.set(name, tensor);
    return weights.hash();
  };
  const std::string base = hash_of("a", at::zeros({2, 3}));
  EXPECT_EQ(base, hash_of("a", at::zeros({2, 3})));
  EXPECT_EQ(base, hash_of("a", at::zeros({3, 2}).t()));
  EXPECT_NE(base, hash_of("b", at::zeros({2, 3})));
  EXPECT_NE(base, hash_of("a", at::zeros({3, 2})));
  EXPECT_NE(base, hash_of("a", at::zeros({2, 3}, at::kInt)));
  EXPECT_NE(base, hash_of("a", at::ones({2, 3})));
}

}  // namespace
}  // namespace ganvas::io
