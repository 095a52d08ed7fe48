#include "data/labels.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "data/encode.h"
#include "data/support.h"
#include "support/temporary_folder.h"

namespace ganvas::data {
namespace {

using test::encode_png;
using test::error_of;
using test::plain;
using test::says;
using Values = std::vector<float>;

DatasetOptions options_of(const std::filesystem::path& path) {
  return {.source = path.string(), .resolution = 8};
}

TEST(Labels, SubfoldersAreClassesInTheOrderOfTheirNames) {
  const auto labels =
      PictureLabels::of_folders({"all/ant/1.png", "all/ant/deep/2.png", "all/cat/3.png", "all/bee/4.png"});
  ASSERT_EQ(labels.size(), 3);
  EXPECT_EQ(labels.label(0), (Values{1, 0, 0}));
  EXPECT_EQ(labels.label(1), (Values{1, 0, 0}));
  EXPECT_EQ(labels.label(2), (Values{0, 0, 1}));
  EXPECT_EQ(labels.label(3), (Values{0, 1, 0}));
}

TEST(Labels, NoClassesWithoutTwoSubfoldersThatHoldEverything) {
  EXPECT_EQ(PictureLabels::of_folders({}).size(), 0);
  EXPECT_EQ(PictureLabels::of_folders({"1.png", "2.png"}).size(), 0);
  EXPECT_EQ(PictureLabels::of_folders({"a/1.png", "a/2.png"}).size(), 0);
  EXPECT_EQ(PictureLabels::of_folders({"a/1.png", "b/2.png", "3.png"}).size(), 0);
  EXPECT_EQ(PictureLabels::of_folders({"set/a/1.png", "set/b/2.png", "set/3.png"}).size(), 0);
  EXPECT_EQ(PictureLabels::of_folders({"ab/1.png", "ac/2.png"}).size(), 2);  // the common "a" is no folder
}

TEST(Labels, OfAFolderReachTheDataset) {
  const test::TemporaryFolder folder;
  folder.write("dogs/a.png", encode_png(plain(8, 8, 1)));
  folder.write("cats/b.png", encode_png(plain(8, 8, 2)));
  folder.write("birds/broken.png", "nothing");  // keeps its number: the others' must not change when a file breaks
  const auto dataset = open_dataset(options_of(folder.path()));
  ASSERT_EQ(dataset->label_size(), 3);
  EXPECT_EQ(dataset->label(0), (Values{0, 1, 0}));
  EXPECT_EQ(dataset->label(1), (Values{0, 0, 1}));
  DatasetOptions without = options_of(folder.path());
  without.labels = false;
  EXPECT_EQ(open_dataset(without)->label_size(), 0);
  EXPECT_TRUE(open_dataset(without)->label(0).empty());
}

TEST(Labels, DatasetJsonWithClasses) {
  const test::TemporaryFolder folder;
  folder.write("00000/a.png", encode_png(plain(8, 8, 1)));
  folder.write("00001/b.png", encode_png(plain(8, 8, 2)));
  folder.write("00001/c.png", encode_png(plain(8, 8, 3)));
  folder.write("dataset.json", R"({"labels": [["00001/b.png", 4], ["00000\\a.png", 0], ["gone.png", 2]]})");
  const auto dataset = open_dataset(options_of(folder.path()));
  ASSERT_EQ(dataset->size(), 2);
  ASSERT_EQ(dataset->label_size(), 5);
  EXPECT_EQ(dataset->label(0), (Values{1, 0, 0, 0, 0}));
  EXPECT_EQ(dataset->label(1), (Values{0, 0, 0, 0, 1}));
  ASSERT_EQ(dataset->rejected().size(), 1U);
  EXPECT_EQ(dataset->rejected()[0].path, (folder.path() / "00001/c.png").string());
  EXPECT_EQ(dataset->rejected()[0].reason, "dataset.json has no label for it");
  DatasetOptions without = options_of(folder.path());
  without.labels = false;
  EXPECT_EQ(open_dataset(without)->size(), 3);
}

TEST(Labels, DatasetJsonWithVectors) {
  const test::TemporaryFolder folder;
  folder.write("a.png", encode_png(plain(8, 8, 1)));
  folder.write("dataset.json", R"({"labels": [["a.png", [0.5, -1, 3e2]]], "other": 1})");
  const auto dataset = open_dataset(options_of(folder.path()));
  EXPECT_EQ(dataset->label(0), (Values{0.5, -1, 300}));
}

TEST(Labels, DatasetJsonWithoutLabelsMeansNone) {
  // NVIDIA's tool writes null for unlabelled pictures, and spreads them over folders that mean nothing.
  for (const char* text : {R"({"labels": null})", "{}", "[1, 2]"}) {
    const test::TemporaryFolder folder;
    folder.write("00000/a.png", encode_png(plain(8, 8, 1)));
    folder.write("00001/b.png", encode_png(plain(8, 8, 2)));
    folder.write("dataset.json", text);
    EXPECT_EQ(open_dataset(options_of(folder.path()))->label_size(), 0) << text;
  }
}

TEST(Labels, DatasetJsonAsPeopleHaveIt) {
  const std::vector<std::string> names{"x/a.png", "x/b.png", "y/c.png"};
  const auto classes = [&](const std::string& list) {
    const auto labels = PictureLabels::of_json(R"({"labels": )" + list + "}", names, "it");
    std::vector<int> found;
    for (std::size_t i = 0; i < names.size(); ++i) {
      const Values values = labels.has(i) ? labels.label(i) : Values{};
      found.push_back(static_cast<int>(std::find(values.begin(), values.end(), 1.0F) - values.begin()) -
                      (values.empty() ? 1 : 0));
    }
    return found;
  };
  using Classes = std::vector<int>;
  EXPECT_EQ(classes(R"([["x/a.png", 1], ["x/b.png", 0], ["y/c.png", 1]])"), (Classes{1, 0, 1}));
  EXPECT_EQ(classes(R"([["x/a.png", 1.0], ["x/b.png", 0.0], ["y/c.png", 2]])"), (Classes{1, 0, 2})) << "whole numbers";
  EXPECT_EQ(classes(R"([["x/a.png", "1"], ["x/b.png", "0"], ["y/c.png", "2"]])"), (Classes{1, 0, 2})) << "as text";
  EXPECT_EQ(classes(R"([["x/a.png", "dog"], ["x/b.png", "cat"], ["y/c.png", "dog"]])"), (Classes{1, 0, 1})) << "names";
  EXPECT_EQ(classes(R"({"x/a.png": 1, "x/b.png": 0, "y/c.png": 1})"), (Classes{1, 0, 1})) << "a dictionary";
  EXPECT_EQ(classes(R"([["./x/a.png", 1], ["x\\b.png", 0], ["y/c.png", 1]])"), (Classes{1, 0, 1}));
  EXPECT_EQ(classes(R"([["/elsewhere/x/a.png", 1], ["/elsewhere/x/b.png", 0], ["/elsewhere/y/c.png", 1]])"),
            (Classes{1, 0, 1}))
      << "written for another place";
  EXPECT_EQ(classes(R"([["x/a.jpg", 1], ["x/b.jpg", 0], ["y/c.jpg", 1]])"), (Classes{1, 0, 1})) << "another kind";
  EXPECT_EQ(PictureLabels::of_json(R"([["x/a.png", 1]])", names, "it").size(), 2) << "the list alone";
  EXPECT_EQ(classes(R"([["x/a.png", 1], ["z/x/b.png", 1]])"), (Classes{1, -1, -1})) << "not where names do fit";
}

TEST(Labels, BadDatasetJsonIsRefusedInOneSentence) {
  const test::TemporaryFolder folder;
  folder.write("a.png", encode_png(plain(8, 8, 1)));
  const auto refusal = [&](const std::string& text) {
    folder.write("dataset.json", text);
    return error_of(options_of(folder.path()));
  };
  EXPECT_NE(refusal("{\"labels\": [").find("dataset.json"), std::string::npos);
  EXPECT_TRUE(says(refusal(R"({"labels": 3})"), "is no list"));
  EXPECT_TRUE(says(refusal(R"({"labels": [["a.png"]]})"), "pairs of a name and a label"));
  EXPECT_TRUE(says(refusal(R"({"labels": [["a.png", true]]})"), "neither a class nor a vector"));
  EXPECT_TRUE(says(refusal(R"({"labels": [["a.png", "cat"], ["b.png", 1]]})"), "neither a class nor a vector"));
  EXPECT_TRUE(says(refusal(R"({"labels": [["a.png", 0.5]]})"), "neither a class nor a vector"));
  EXPECT_TRUE(says(refusal(R"({"labels": [["a.png", -1]]})"), "no class from 0"));
  EXPECT_TRUE(says(refusal(R"({"labels": [["a.png", 999999999]]})"), "no class from 0"));
  EXPECT_TRUE(says(refusal(R"({"labels": [["a.png", 1], ["b.png", [1]]]})"), "is a vector"));
  EXPECT_TRUE(says(refusal(R"({"labels": [["a.png", [1]], ["b.png", 1]]})"), "is a class"));
  EXPECT_TRUE(says(refusal(R"({"labels": [["a.png", [1]], ["b.png", [1, 2]]]})"), "another length"));
  EXPECT_TRUE(says(refusal(R"({"labels": [["a.png", [true]]]})"), "else than numbers"));
  EXPECT_TRUE(says(refusal(R"({"labels": [["b.png", 1]]})"), "dataset.json has no label for it"));
}

}  // namespace
}  // namespace ganvas::data
