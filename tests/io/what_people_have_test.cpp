// What lies where a model was meant: pointers, pages, halves of downloads, packed ones. Each is told in a sentence that
// says what to do, and what is still whole opens.
#include <gtest/gtest.h>
#include <zip.h>

#include "core/error.h"
#include "core/files.h"
#include "io/open/open_model_file.h"
#include "io/pickle_writer.h"
#include "io/reference.h"

namespace ganvas::io {
namespace {

namespace fs = std::filesystem;

std::string refusal_to_open(const fs::path& path) {
  try {
    open_model_file(path);
    return {};
  } catch (const Error& error) {
    return error.what();
  }
}

struct WhatPeopleHave : testing::Test {
  TemporaryFolder folder;
  const std::string torch = reference("dcgan/netG_epoch_24.pth");

  void expect_words(const std::string& name, const std::string& bytes, const std::string& words) {
    const fs::path path = folder.path() / name;
    write_bytes(path, bytes);
    const std::string text = refusal_to_open(path);
    EXPECT_TRUE(text.starts_with(path.string())) << text;
    EXPECT_NE(text.find(words), std::string::npos) << text;
    EXPECT_TRUE(text.ends_with('.')) << text;
    EXPECT_EQ(text.find('\n'), std::string::npos) << text;
  }
  [[nodiscard]] std::string hash_of(const fs::path& path) const {
    return open_model_file(path).networks.at(0).weights.hash();
  }
};

/// The entries of an archive, by name.
std::map<std::string, std::string> entries_of(const fs::path& path) {
  std::map<std::string, std::string> entries;
  zip_t* zip = zip_open(path.c_str(), ZIP_RDONLY, nullptr);
  for (zip_int64_t i = 0; i < zip_get_num_entries(zip, 0); ++i) {
    zip_stat_t stat;
    zip_stat_index(zip, static_cast<zip_uint64_t>(i), 0, &stat);
    std::string bytes(stat.size, '\0');
    zip_file_t* file = zip_fopen_index(zip, static_cast<zip_uint64_t>(i), 0);
    zip_fread(file, bytes.data(), bytes.size());
    zip_fclose(file);
    entries[stat.name] = bytes;
  }
  zip_discard(zip);
  return entries;
}

void write_zip(const fs::path& path, const std::map<std::string, std::string>& entries, bool packed) {
  zip_t* zip = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, nullptr);
  for (const auto& [name, bytes] : entries) {
    const zip_int64_t index = zip_file_add(zip, name.c_str(), zip_source_buffer(zip, bytes.data(), bytes.size(), 0), 0);
    zip_set_file_compression(zip, static_cast<zip_uint64_t>(index), packed ? ZIP_CM_DEFLATE : ZIP_CM_STORE, 0);
  }
  ASSERT_EQ(zip_close(zip), 0);
}

TEST_F(WhatPeopleHave, StandInsWhateverTheyAreCalled) {
  for (const std::string name : {"a.pth", "a.pkl", "a.safetensors", "a.h5"}) {
    expect_words(name, "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1000\n", "git lfs pull");
    expect_words(name, "<!DOCTYPE html><html><head><title>Virus scan warning</title></head></html>", "a page that");
    expect_words(name, "<?xml version='1.0' encoding='UTF-8'?><Error><Code>AccessDenied</Code></Error>", "a page that");
    expect_words(name, "", "is empty; copy or download it again");
    expect_words(name, "\x1f\x8b\x08", "is packed by gzip; unpack it");
  }
}

TEST_F(WhatPeopleHave, PartsOfDownloads) {
  const auto half_of = [](const std::string& name) {
    const std::string bytes = read_file(reference(name));
    return bytes.substr(0, bytes.size() / 2);
  };
  expect_words("a.pth", half_of("dcgan/netG_epoch_24.pth"), "its end is missing, only 482.9 kB are there");
  expect_words("a.pt", half_of("rosinality/converted_legacy.pt"), "it ends before its storages do; copy or download");
  expect_words("a.pkl", half_of("sg2ada_fp16/network-snapshot-000025.pkl"), "bytes too early; copy or download");
  expect_words("a.pkl", half_of("stylegan1_tf_cond/network-snapshot-000120.pkl"), "bytes too early; copy or download");
  const std::string whole = "{\"w\":{\"dtype\":\"U8\",\"shape\":[3000],\"data_offsets\":[0,3000]}}";
  const std::string safe = little_endian(whole.size(), 8) + whole;
  expect_words("a.safetensors", safe + std::string(1000, '\1'),
               "1.0 kB of its tensors are there, but its header lists 3.0 kB; copy or download it again");
  expect_words("a.safetensors", safe.substr(0, 20), "it ends in the middle of its header; copy or download it again");
  expect_words("a.pth.crdownload", half_of("dcgan/netG_epoch_24.pth"), "a download that has not ended, 482.9 kB are");
}

TEST_F(WhatPeopleHave, AWholeModelUnderANameOfADownloadOpens) {
  write_bytes(folder.path() / "a.pth.part", read_file(torch));
  EXPECT_EQ(hash_of(folder.path() / "a.pth.part"), hash_of(torch));
}

TEST_F(WhatPeopleHave, AModelThatWasPackedAgainOpens) {
  auto entries = entries_of(torch);
  for (const bool packed : {false, true}) {
    write_zip(folder.path() / "a.pth", entries, packed);
    EXPECT_EQ(hash_of(folder.path() / "a.pth"), hash_of(torch)) << packed;
  }
  EXPECT_LT(fs::file_size(folder.path() / "a.pth"), fs::file_size(torch));
  std::map<std::string, std::string> flat;  // packed within the folder
  for (const auto& [name, bytes] : entries) flat[name.substr(name.find('/') + 1)] = bytes;
  write_zip(folder.path() / "flat.pth", flat, true);
  EXPECT_EQ(hash_of(folder.path() / "flat.pth"), hash_of(torch));
  entries["__MACOSX/archive/._data.pkl"] = "shadow";
  write_zip(folder.path() / "a.pth", entries, true);
  EXPECT_EQ(hash_of(folder.path() / "a.pth"), hash_of(torch));
}

TEST_F(WhatPeopleHave, AnArchiveOrAFolderAroundAModelIsNamed) {
  write_zip(folder.path() / "a.zip", {{"models/netG.pth", read_file(torch)}, {"README.md", "words"}}, true);
  EXPECT_NE(refusal_to_open(folder.path() / "a.zip").find("an archive with models/netG.pth in it; unpack it"),
            std::string::npos);
  fs::create_directories(folder.path() / "up/netG");
  write_bytes(folder.path() / "up/netG/data.pkl", "x");
  for (const char* name : {"up", "up/netG"})
    EXPECT_NE(refusal_to_open(folder.path() / name).find("pack the folder as a zip archive"), std::string::npos);
}

}  // namespace
}  // namespace ganvas::io
