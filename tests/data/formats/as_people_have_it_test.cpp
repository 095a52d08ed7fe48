// Data sets as other programs and systems leave them: taken, or refused with what to do.
#include <gtest/gtest.h>

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

class AsPeopleHaveIt : public testing::Test {
 protected:
  test::TemporaryFolder folder_;

  void picture(const std::string& name, std::uint8_t value) { folder_.write(name, encode_png(plain(8, 8, value))); }
  void labels(const std::string& text) { folder_.write("dataset.json", text); }
  auto open() { return open_dataset(options()); }
  [[nodiscard]] DatasetOptions options() const { return {.source = folder_.path().string(), .resolution = 8}; }
  [[nodiscard]] std::string refusal() const { return error_of(options()); }
  /// The labels of all pictures, in their order.
  std::vector<Values> all_labels() {
    const auto dataset = open();
    std::vector<Values> all;
    for (std::int64_t i = 0; i < dataset->size(); ++i) all.push_back(dataset->label(i));
    return all;
  }
};

const std::vector<Values> kOneTwo = {{1, 0}, {0, 1}};

TEST_F(AsPeopleHaveIt, LabelFilesOfEveryKind) {
  picture("a.png", 1);
  picture("b.png", 2);
  for (const char* text : {
           R"({"labels": [["a.png", 0], ["b.png", 1]]})",
           "\xEF\xBB\xBF{\"labels\": [[\"a.png\", 0], [\"b.png\", 1]]}",
           R"([["a.png", 0], ["b.png", 1]])",
           R"({"labels": {"a.png": 0, "b.png": 1}})",
           R"({"labels": [["./a.png", 0], [".\\b.png", 1]]})",
           R"({"labels": [["a.png", "0"], ["b.png", "1"]]})",
           R"({"labels": [["a.png", "cat"], ["b.png", "dog"]]})",
           R"({"labels": [["a.png", 0.0], ["b.png", 1.0]]})",
           R"({"labels": [["a.jpg", 0], ["b.jpg", 1]]})",
           R"({"labels": [["C:\\data\\a.png", 0], ["C:\\data\\b.png", 1]]})",
           R"({"labels": [["a.png", 0], ["b.png", 1], ["c.png", 1]]})",
       }) {
    labels(text);
    EXPECT_EQ(all_labels(), kOneTwo) << text;
  }
}

TEST_F(AsPeopleHaveIt, PicturesWithoutALabelAreListed) {
  picture("a.png", 1);
  picture("b.png", 2);
  picture("c.png", 3);
  labels(R"({"labels": [["a.png", 0], ["c.png", 1]]})");
  EXPECT_EQ(all_labels(), kOneTwo);
  const auto dataset = open();
  ASSERT_EQ(dataset->rejected().size(), 1U);
  EXPECT_NE(dataset->rejected()[0].reason.find("label"), std::string::npos) << dataset->rejected()[0].reason;
}

TEST_F(AsPeopleHaveIt, NoLabelsAtAllIsASetWithoutThem) {
  picture("a.png", 1);
  for (const char* text : {R"({"labels": []})", R"({"labels": null})", "{}"}) {
    labels(text);
    EXPECT_EQ(open()->size(), 1) << text;
  }
}

TEST_F(AsPeopleHaveIt, BrokenLabelFilesSayWhere) {
  picture("a.png", 1);
  for (const char* text : {R"({"labels": [["a.png", NaN]]})", R"({"labels": [["a.png", 0],]})"}) {
    labels(text);
    EXPECT_TRUE(says(refusal(), "is not valid JSON: mistake at line 1, column")) << refusal();
  }
}

TEST_F(AsPeopleHaveIt, LeftoversOfJupyterAndMacosAreNoPictures) {
  picture("a.png", 1);
  folder_.write(".ipynb_checkpoints/a-checkpoint.png", encode_png(plain(8, 8, 9)));
  folder_.write("__MACOSX/._a.png", "shadow");
  folder_.write("._a.png", "shadow");
  folder_.write(".DS_Store", "desktop");
  folder_.write("Thumbs.db", "thumbs");
  const auto dataset = open();
  ASSERT_EQ(dataset->size(), 1);
  EXPECT_EQ(dataset->picture(0), plain(8, 8, 1));
}

TEST_F(AsPeopleHaveIt, TextBesidePicturesIsNoPicture) {
  picture("a 1.png", 1);
  folder_.write("a 1.txt", "a caption\n");
  folder_.write("metadata.csv", "file,label\n");
  EXPECT_EQ(open()->size(), 1);
}

TEST_F(AsPeopleHaveIt, DatabasesOfOtherProgramsAreNamed) {
  folder_.write("train-r05.tfrecords", std::string(100, '\0'));
  EXPECT_TRUE(says(refusal(), "is a TFRecord")) << refusal();
}

TEST_F(AsPeopleHaveIt, AnLmdbIsNamed) {
  folder_.write("data.mdb", std::string(100, '\0'));
  folder_.write("lock.mdb", std::string(100, '\0'));
  EXPECT_TRUE(says(refusal(), "is an LMDB database")) << refusal();
}

TEST_F(AsPeopleHaveIt, CifarForPythonIsNamed) {
  folder_.write("data_batch_1", "\x80\x02}q\x01.");
  EXPECT_TRUE(says(refusal(), "give its binary version")) << refusal();
}

}  // namespace
}  // namespace ganvas::data
