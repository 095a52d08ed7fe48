#include "core/outside/stand_in.h"

#include <gtest/gtest.h>

#include "core/error.h"
#include "core/files.h"
#include "core/json.h"
#include "support/temporary_folder.h"

namespace ganvas {
namespace {

const std::string pointer =
    "version https://git-lfs.github.com/spec/v1\noid sha256:" + std::string(64, '0') + "\nsize 14579088\n";

std::string refusal(const std::filesystem::path& path, const std::string& bytes) {
  write_file(path, bytes);
  try {
    open_regular_file(path);
    return {};
  } catch (const Error& error) {
    return error.what();
  }
}

TEST(StandIn, SaysWhatLiesInTheFilesPlaceAndWhatToDo) {
  const test::TemporaryFolder folder;
  const std::filesystem::path path = folder / "a.pth";
  EXPECT_EQ(refusal(path, pointer),
            path.string() +
                " is not the file but Git LFS's pointer to it (14.6 MB are missing); run `git lfs pull` in its "
                "folder, then open it again.");
  EXPECT_NE(refusal(path, pointer.substr(0, 60)).find("pointer to it; run"), std::string::npos);
  for (const char* page : {"<!DOCTYPE html><html><head>", "\xEF\xBB\xBF\r\n <HTML lang=\"en\">",
                           "<head><title>Too large", "<?xml version='1.0'?><Error><Code>AccessDenied</Code></Error>"}) {
    EXPECT_NE(refusal(path, page).find("a page that a server sent"), std::string::npos) << page;
  }
}

TEST(StandIn, LeavesOtherFilesAlone) {
  const test::TemporaryFolder folder;
  for (const std::string& bytes :
       {std::string(), std::string("<"), std::string("<?xml version='1.0'?><svg/>"), std::string("  "),
        std::string("version 1"), std::string(1000, '\0'), std::string("{\"a\": \"<html>\"}")})
    EXPECT_EQ(refusal(folder / "a", bytes), "") << bytes.substr(0, 40);
}

TEST(StandIn, NamesWhoPackedAFile) {
  EXPECT_EQ(packed_by("\x1f\x8b\x08"), "gzip");
  EXPECT_EQ(packed_by("BZh9"), "bzip2");
  EXPECT_EQ(packed_by(std::string("\xfd"
                                  "7zXZ\0\0",
                                  7)),
            "xz");
  EXPECT_EQ(packed_by("\x28\xb5\x2f\xfd\x20"), "Zstandard");
  EXPECT_EQ(packed_by("7z\xbc\xaf\x27\x1c"), "7-Zip");
  EXPECT_EQ(packed_by("Rar!\x1a\x07\x01"), "RAR");
  EXPECT_EQ(packed_by(std::string(257, 'a') + "ustar\0"), "tar");
  EXPECT_EQ(packed_by(std::string(257, 'a') + "ustr"), "");
  EXPECT_EQ(packed_by("PK\x03\x04"), "");
}

TEST(StandIn, AnEmptyJsonFileIsCalledEmpty) {
  const test::TemporaryFolder folder;
  write_file(folder / "s.json", "");
  try {
    read_json(folder / "s.json");
    ADD_FAILURE() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(std::string(error.what()), (folder / "s.json").string() + " is empty; copy or download it again.");
  }
}

}  // namespace
}  // namespace ganvas
