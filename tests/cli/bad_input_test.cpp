// Whatever a person gives the program, it answers with one clear sentence, the right exit code, and no half-written
// file.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <fstream>

#include "support/process.h"

namespace ganvas::test {
namespace {

namespace fs = std::filesystem;

class BadInput : public testing::Test {
 protected:
  TemporaryFolder folder;

  void write(const std::string& name, const std::string& bytes) {
    fs::create_directories((folder / name).parent_path());
    std::ofstream(folder / name, std::ios::binary) << bytes;
  }

  /// Exit code, one line on stderr that starts with "ganvas: " and holds `part`.
  void expect_refusal(const std::string& arguments, int exit_code, const std::string& part) {
    const ProcessResult result = run_program(arguments, folder.path());
    EXPECT_EQ(result.exit_code, exit_code) << arguments << "\n" << result.err;
    EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << arguments << "\n" << result.err;
    EXPECT_EQ(result.err.rfind("ganvas: ", 0), 0u) << result.err;
    EXPECT_NE(result.err.find(part), std::string::npos) << arguments << "\n" << result.err;
  }

  void expect_no_file(const std::string& name) { EXPECT_FALSE(fs::exists(folder / name)) << name; }
};

TEST_F(BadInput, MissingModel) {
  expect_refusal("generate --model nowhere.safetensors --seeds 0 --out out", 1, "nowhere.safetensors");
  expect_refusal("info nowhere.safetensors", 1, "nowhere.safetensors");
  expect_no_file("out");
}

TEST_F(BadInput, TextFileAsModel) {
  write("notes.txt", "these are my notes, not a network\n");
  expect_refusal("generate --model notes.txt --seeds 0 --out out", 1, "notes.txt");
  expect_refusal("info notes.txt", 1, "notes.txt");
  expect_no_file("out");
}

TEST_F(BadInput, TruncatedModel) {
  ASSERT_EQ(run_program("info --path >path.txt", folder.path()).exit_code, 0);
  std::ifstream path_file(folder / "path.txt");
  std::string path;
  std::getline(path_file, path);
  std::ifstream whole(path, std::ios::binary);
  std::string bytes((std::istreambuf_iterator<char>(whole)), {});
  ASSERT_GT(bytes.size(), 1000u) << "the starter model is missing: " << path;
  write("half.safetensors", bytes.substr(0, bytes.size() / 2));
  expect_refusal("generate --model half.safetensors --seeds 0 --out out", 1, "half.safetensors");
  expect_no_file("out");
}

TEST_F(BadInput, NothingThatIsNoFileIsOpened) {
  for (const char* name : {"pipe.pt", "pipe.json", "pipe.png", "data.bin"})
    ASSERT_EQ(::mkfifo((folder / name).c_str(), 0600), 0);
  expect_refusal("info pipe.pt", 1, "pipe.pt");
  expect_refusal("generate --model pipe.pt --seeds 0 --out out", 1, "pipe.pt");
  expect_refusal("explore --headless --script pipe.json --out out", 1, "pipe.json");
  expect_refusal("train --recipe pipe.json --kimg 1 --out run", 1, "pipe.json");
  expect_refusal("dataset sheet --data data.bin --out sheet.png", 1, "data.bin");
  expect_refusal("project pipe.png --out out", 1, "pipe.png");
  expect_no_file("out");
}

TEST_F(BadInput, WhatLiesInTheFilesPlaceIsNamedWhereverItIsGiven) {
  const std::string pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 14579088\n";
  const std::string page = "<!DOCTYPE html><html><body>Sign in</body></html>";
  for (const char* name : {"m.pth", "s.json", "d.zip", "d/a.png", "train-images-idx3-ubyte.gz", "p.png"})
    write(name, pointer);
  for (const char* arguments :
       {"generate --model m.pth --seeds 0 --out out", "explore --headless --session s.json",
        "explore --headless --script s.json --out out", "train --recipe s.json --kimg 1 --out run",
        "train --resume m.pth --kimg 1 --out run", "dataset sheet --data d.zip --out sheet.png",
        "dataset sheet --data d --out sheet.png", "dataset sheet --data train-images-idx3-ubyte.gz --out sheet.png",
        "project p.png --out out"})
    expect_refusal(arguments, 1, "git lfs pull");
  write("m.safetensors", page);
  expect_refusal("info m.safetensors", 1, "a page that a server sent in its place");
  for (const char* name : {"m.pth", "s.json", "d.zip"}) write(name, "");
  expect_refusal("info m.pth", 1, "m.pth is empty");
  expect_refusal("train --recipe s.json --kimg 1 --out run", 1, "s.json is empty");
  expect_refusal("dataset sheet --data d.zip --out sheet.png", 1, "d.zip is empty");
  write("d.7z", "7z\xbc\xaf\x27\x1c");
  expect_refusal("dataset sheet --data d.7z --out sheet.png", 1, "packed by 7-Zip; unpack it, then open the folder");
  expect_no_file("out");
}

TEST_F(BadInput, AFileWithoutAKnownNetworkIsShownAndEndsWithOne) {
  // One tensor whose name would clear the screen and whose specification names a family that would colour it.
  const std::string header = R"({"__metadata__":{"ganvas.spec":"{\"family\":\"\\u001b[31mevil\"}"},)"
                             R"("\u001b[2Jlayer.weight":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}})";
  std::string length(8, '\0');
  length[0] = static_cast<char>(header.size() & 255);
  length[1] = static_cast<char>(header.size() >> 8);
  write("strange.safetensors", length + header + "ab");
  for (const std::string form : {"", " --layers", " --json"}) {
    const ProcessResult result = run_program("info strange.safetensors" + form, folder.path());
    EXPECT_EQ(result.exit_code, 1) << form;
    EXPECT_NE(result.out.find("strange.safetensors"), std::string::npos) << result.out;
    EXPECT_NE(result.err.find("no network of a known family"), std::string::npos) << result.err;
    EXPECT_EQ((result.out + result.err).find('\x1b'), std::string::npos) << form;
  }
}

TEST_F(BadInput, EmptyFolderAsData) {
  fs::create_directories(folder / "empty");
  expect_refusal("train --recipe starter-dcgan --data empty --kimg 1 --out run", 1, "empty");
  expect_refusal("dataset sheet --data empty --out sheet.png", 1, "empty");
  expect_no_file("sheet.png");
}

TEST_F(BadInput, UnreadablePicturesAreNamed) {
  write("broken/a.png", "not a png");
  write("broken/b.jpg", std::string(100, '\0'));
  expect_refusal("train --recipe starter-dcgan --data broken --kimg 1 --out run", 1, "a.png");
}

TEST_F(BadInput, UnknownRecipeNamesTheKnownOnes) {
  expect_refusal("train --recipe no-such --kimg 1 --out run", 1, "starter-dcgan");
}

TEST_F(BadInput, WrongUsageIsExitCodeTwo) {
  for (const std::string arguments :
       {"paint", "generate --seeds", "generate --seeds x-y --out out",
        "train --recipe starter-dcgan --set nonsense --out run", "generate --grid 0x4 --seeds 0 --out o"}) {
    const ProcessResult result = run_program(arguments, folder.path());
    EXPECT_EQ(result.exit_code, 2) << arguments << "\n" << result.err;
    EXPECT_FALSE(result.err.empty());
  }
}

TEST_F(BadInput, ScriptWithAnUnknownCommandRunsNothing) {
  write("script.json", R"([{"command": "set_seed", "x": 1, "y": 0}, {"command": "paint_it_black"}])");
  expect_refusal("explore --headless --script script.json --out out", 1, "paint_it_black");
  expect_no_file("out");
}

TEST_F(BadInput, NoDisplayIsOneSentence) {
  const ProcessResult result =
      run_shell("env -u DISPLAY -u WAYLAND_DISPLAY '" + program() + "' explore --window", folder.path());
  EXPECT_EQ(result.exit_code, 1);
  EXPECT_EQ(std::count(result.err.begin(), result.err.end(), '\n'), 1) << result.err;
  EXPECT_NE(result.err.find("display"), std::string::npos) << result.err;
}

TEST_F(BadInput, AFullDiskLeavesNothingHalfWritten) {
  // /dev/full refuses every byte; a folder cannot be made there either.
  expect_refusal("generate --seeds 0-3 --out /dev/full/out", 1, "/dev/full");
}

}  // namespace
}  // namespace ganvas::test
