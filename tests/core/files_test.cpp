#include "core/files.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>

#include "core/error.h"
#include "core/hash.h"
#include "core/json.h"

namespace ganvas {
namespace {

namespace fs = std::filesystem;

class Files : public testing::Test {
 protected:
  fs::path folder = fs::temp_directory_path() / ("ganvas-files-" + std::to_string(::getpid()));
  void SetUp() override { fs::create_directories(folder); }
  void TearDown() override { fs::remove_all(folder); }

  [[nodiscard]] std::size_t count() const {
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(folder), fs::directory_iterator{}));
  }
};

TEST_F(Files, WritesWholeFilesAndMakesFolders) {
  write_file(folder / "a/b/c.txt", "hello");
  EXPECT_EQ(read_file(folder / "a/b/c.txt"), "hello");
  write_file(folder / "a/b/c.txt", std::string(100000, 'x'));
  EXPECT_EQ(read_file(folder / "a/b/c.txt").size(), 100000u);
}

TEST_F(Files, AFailingWriterKeepsTheOldFileAndLeavesNothingBehind) {
  write_file(folder / "kept.txt", "old");
  EXPECT_THROW(write_file_with(folder / "kept.txt",
                               [](const fs::path& temporary) {
                                 write_file(temporary, "half");
                                 fail("the encoder broke.");
                               }),
               Error);
  EXPECT_EQ(read_file(folder / "kept.txt"), "old");
  EXPECT_EQ(count(), 1u);
}

TEST_F(Files, AFullDiskIsOneSentence) {
  try {
    write_file("/dev/full/x", "data");
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("/dev/full"), std::string::npos);
  }
}

TEST_F(Files, ReadingWhatIsNotThereSaysWhy) {
  for (const fs::path& path : {folder / "missing", folder}) {
    try {
      read_file(path);
      FAIL();
    } catch (const Error& error) {
      EXPECT_NE(std::string(error.what()).find(path.string()), std::string::npos);
    }
  }
}

TEST_F(Files, AssetsAreFoundAndMissingOnesSayWhereWeLooked) {
  EXPECT_TRUE(fs::exists(asset("recipes")));
  EXPECT_THROW(asset("no/such/asset"), Error);
  setenv("GANVAS_ASSETS", folder.c_str(), 1);
  write_file(folder / "recipes/own.json", "{}");
  EXPECT_EQ(asset("recipes/own.json"), folder / "recipes/own.json");
  unsetenv("GANVAS_ASSETS");
}

TEST_F(Files, HumanBytes) {
  EXPECT_EQ(human_bytes(0), "0 B");
  EXPECT_EQ(human_bytes(999), "999 B");
  EXPECT_EQ(human_bytes(1000), "1.0 kB");
  EXPECT_EQ(human_bytes(12'345'678), "12.3 MB");
}

TEST_F(Files, HashesMatchTheStandardsVectors) {
  EXPECT_EQ(sha256_of("abc", 3), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha256_of("", 0), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  write_file(folder / "abc", "abc");
  EXPECT_EQ(sha256_of_file(folder / "abc"), sha256_of("abc", 3));
  EXPECT_THROW(sha256_of_file(folder / "missing"), Error);
}

TEST_F(Files, JsonErrorsNameLineAndKey) {
  write_file(folder / "bad.json", "{\n  \"a\": 1,\n  oops\n}");
  try {
    read_json(folder / "bad.json");
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("line 3"), std::string::npos) << error.what();
  }
  const Json value = Json::parse(R"({"width": "wide"})");
  try {
    get_or(value, "width", 3);
    FAIL();
  } catch (const Error& error) {
    EXPECT_NE(std::string(error.what()).find("width"), std::string::npos);
  }
  EXPECT_EQ(get_or(value, "height", 3), 3);
  EXPECT_THROW(get_required<int>(value, "height"), Error);
  EXPECT_THROW(require_known_keys(value, {"height"}, "A size"), Error);
  write_json(folder / "good.json", value);
  EXPECT_EQ(read_json(folder / "good.json"), value);
}

}  // namespace
}  // namespace ganvas
