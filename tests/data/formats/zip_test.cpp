#include "data/formats/zip.h"

#include <gtest/gtest.h>
#include <zip.h>

#include <map>

#include "core/files.h"
#include "data/encode.h"
#include "data/loader.h"
#include "data/support.h"
#include "support/temporary_folder.h"

namespace ganvas::data {
namespace {

using test::encode_png;
using test::error_of;
using test::plain;
using test::says;
using Values = std::vector<float>;

struct ZipEntry {
  std::string name;
  std::string bytes;
  int method = ZIP_CM_STORE;
  bool encrypted = false;
};

std::filesystem::path write_zip(const std::filesystem::path& path, const std::vector<ZipEntry>& entries) {
  zip_t* zip = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, nullptr);
  for (const ZipEntry& entry : entries) {
    zip_source_t* source = zip_source_buffer(zip, entry.bytes.data(), entry.bytes.size(), 0);
    const zip_int64_t index = zip_file_add(zip, entry.name.c_str(), source, ZIP_FL_ENC_UTF_8);
    EXPECT_GE(index, 0) << entry.name;
    zip_set_file_compression(zip, static_cast<zip_uint64_t>(index), entry.method, 0);
    if (entry.encrypted) zip_file_set_encryption(zip, static_cast<zip_uint64_t>(index), ZIP_EM_AES_256, "secret");
  }
  EXPECT_EQ(zip_close(zip), 0) << zip_strerror(zip);
  return path;
}

DatasetOptions options_of(const std::filesystem::path& path) {
  return {.source = path.string(), .resolution = 8};
}

std::string png(std::uint8_t value) {
  return encode_png(plain(8, 8, value));
}

TEST(Zip, AsNvidiasToolWritesIt) {
  const test::TemporaryFolder folder;
  const std::string json = R"({"labels": [["00000/img00000000.png", 1], ["00000/img00000001.png", 0]]})";
  for (const int method : {ZIP_CM_STORE, ZIP_CM_DEFLATE}) {
    const auto path = write_zip(folder.path() / "set.zip", {{"00000/img00000000.png", png(10), method},
                                                            {"00000/img00000001.png", png(20), method},
                                                            {"dataset.json", json, method}});
    const auto dataset = open_dataset(options_of(path));
    ASSERT_EQ(dataset->size(), 2);
    EXPECT_TRUE(dataset->rejected().empty());
    EXPECT_EQ(dataset->picture(0), plain(8, 8, 10));
    EXPECT_EQ(dataset->picture(1), plain(8, 8, 20));
    ASSERT_EQ(dataset->label_size(), 2);
    EXPECT_EQ(dataset->label(0), (Values{0, 1}));
    EXPECT_EQ(dataset->label(1), (Values{1, 0}));
  }
}

TEST(Zip, ContentNotNameSaysThatItIsOne) {
  const test::TemporaryFolder folder;
  const auto path = write_zip(folder.path() / "pictures", {{"a", png(1)}, {"b.dat", png(2)}, {"notes.txt", "text"}});
  EXPECT_EQ(open_dataset(options_of(path))->size(), 2);
  EXPECT_EQ(open_dataset(options_of(path))->label_size(), 0);
}

TEST(Zip, DatasetJsonNamesPicturesFromItsOwnFolder) {
  const test::TemporaryFolder folder;
  const auto path = write_zip(folder.path() / "a.zip", {{"set/dataset.json", R"({"labels": [["x/a.png", [2, 3]]]})"},
                                                        {"set/x/a.png", png(1)},
                                                        {"set/x/dataset.json", "deeper ones do not count"}});
  EXPECT_EQ(open_dataset(options_of(path))->label(0), (Values{2, 3}));
}

TEST(Zip, SubfoldersAreClassesAndShadowsAreSkipped) {
  const test::TemporaryFolder folder;
  const auto path = write_zip(folder.path() / "a.zip", {{"set/", ""},
                                                        {"set/dogs/a.png", png(1)},
                                                        {"set\\cats\\b.png", png(2)},
                                                        {"set/cats/.hidden.png", png(3)},
                                                        {"__MACOSX/set/dogs/._a.png", "shadow"}});
  const auto dataset = open_dataset(options_of(path));
  ASSERT_EQ(dataset->size(), 2);
  EXPECT_TRUE(dataset->rejected().empty());
  EXPECT_EQ(dataset->picture(0), plain(8, 8, 2));
  EXPECT_EQ(dataset->label(0), (Values{1, 0}));
  EXPECT_EQ(dataset->label(1), (Values{0, 1}));
}

TEST(Zip, WhatCannotBeUsedIsListed) {
  const test::TemporaryFolder folder;
  const std::string whole = encode_png(plain(64, 64, 1));
  const auto path = write_zip(folder.path() / "a.zip", {{"good.png", png(1)},
                                                        {"../up.png", png(2)},
                                                        {"a/../../b.png", png(2)},
                                                        {"/etc/root.png", png(2)},
                                                        {"c:\\win.png", png(2)},
                                                        {"secret.png", png(3), ZIP_CM_STORE, true},
                                                        {"other.png", png(4), ZIP_CM_BZIP2},
                                                        {"cut.png", whole.substr(0, whole.size() / 2)},
                                                        {"empty.jpg", ""},
                                                        {"old.bmp", "BM"}});
  const auto dataset = open_dataset(options_of(path));
  EXPECT_EQ(dataset->size(), 1);
  std::map<std::string, std::string> reasons;
  for (const RejectedFile& file : dataset->rejected()) reasons[file.path] = file.reason;
  EXPECT_EQ(reasons.size(), 9U);
  const auto reason = [&](const std::string& name) { return reasons[path.string() + "/" + name]; };
  for (const char* name : {"../up.png", "a/../../b.png", "/etc/root.png", "c:/win.png"}) {
    EXPECT_EQ(reason(name), "its name leads out of the archive") << name;
  }
  EXPECT_EQ(reason("secret.png"), "it is encrypted");
  EXPECT_NE(reason("other.png").find("another method"), std::string::npos);
  EXPECT_NE(reason("cut.png").find("cut short or damaged"), std::string::npos);
  EXPECT_EQ(reason("empty.jpg"), "it is empty");
  EXPECT_NE(reason("old.bmp").find("convert"), std::string::npos);
}

/// Writes `value` over `bytes` little-endian bytes at `offset` of the directory entry of file `number`.
void patch_directory(const std::filesystem::path& path, int number, std::size_t offset, std::uint32_t value) {
  std::string file = read_file(path);
  std::size_t at = 0;
  for (int i = 0; i <= number; ++i) at = file.find("PK\x01\x02", i == 0 ? 0 : at + 4);
  ASSERT_NE(at, std::string::npos);
  for (std::size_t i = 0; i < 4; ++i) file[at + offset + i] = static_cast<char>(value >> (8 * i));
  write_file(path, file);
}

TEST(Zip, LiesAboutSizesAreRefusedBeforeMemoryIsTaken) {
  constexpr std::size_t packed_size = 20, size = 24;
  const test::TemporaryFolder folder;
  const auto path = write_zip(folder.path() / "a.zip", {{"a.png", png(1)}, {"b.png", png(2), ZIP_CM_DEFLATE}});
  patch_directory(path, 1, size, 0xfffffff0);
  const auto dataset = open_dataset(options_of(path));
  EXPECT_EQ(dataset->size(), 1);
  ASSERT_EQ(dataset->rejected().size(), 1U);
  EXPECT_NE(dataset->rejected()[0].reason.find("more than is read"), std::string::npos);
  patch_directory(path, 1, packed_size, 100'000'000);
  EXPECT_NE(error_of(options_of(path)), "");
}

TEST(Zip, DamageIsFoundByItsCheckSumAndCutArchivesAreRefused) {
  const test::TemporaryFolder folder;
  const std::string grey = encode_png(plain(8, 8, 1, 1));
  const auto path = write_zip(folder.path() / "a.zip", {{"a.png", grey}, {"b.png", png(2)}});
  std::string bytes = read_file(path);
  std::string damaged = bytes;
  damaged[damaged.find("PNG") + grey.size() - 3] ^= 1;  // in the last chunk, which the decoder hardly looks at
  write_file(path, damaged);
  const auto dataset = open_dataset(options_of(path));
  EXPECT_EQ(dataset->size(), 1);
  ASSERT_EQ(dataset->rejected().size(), 1U);
  EXPECT_NE(dataset->rejected()[0].reason.find("damaged inside the archive"), std::string::npos);
  write_file(path, bytes.substr(0, bytes.size() / 2));
  EXPECT_TRUE(says(error_of(options_of(path)), "cannot be opened"));
  write_zip(path, {{"notes.txt", "text"}});
  EXPECT_TRUE(says(error_of(options_of(path)), "There are no pictures in the archive"));
}

TEST(Zip, AnyFlippedByteIsSurvived) {
  const test::TemporaryFolder folder;
  const auto path = write_zip(
      folder.path() / "a.zip",
      {{"a.png", png(1)}, {"b/b.png", png(2), ZIP_CM_DEFLATE}, {"dataset.json", R"({"labels": [["a.png", 1]]})"}});
  const std::string whole = read_file(path);
  int opened = 0;
  for (std::size_t at = 0; at < whole.size(); ++at) {
    std::string flipped = whole;
    flipped[at] = static_cast<char>(flipped[at] ^ (at % 2 == 0 ? 0xFF : 0x10));
    folder.write(path, flipped);
    try {
      opened += open_zip_dataset(options_of(path), {.threads = 1})->size() > 0;
    } catch (const Error& error) {
      EXPECT_STRNE(error.what(), "");
    }
  }
  EXPECT_GT(opened, 0);
}

TEST(Zip, ManyThreadsReadOneArchive) {
  const test::TemporaryFolder folder;
  std::vector<ZipEntry> entries;
  for (int i = 0; i < 40; ++i) {
    entries.push_back({std::to_string(100 + i) + ".png", png(static_cast<std::uint8_t>(i)),
                       i % 2 == 0 ? ZIP_CM_STORE : ZIP_CM_DEFLATE});
  }
  const auto path = write_zip(folder.path() / "a.zip", entries);
  const std::shared_ptr<const Dataset> dataset = open_zip_dataset(options_of(path), {.memory = 0, .threads = 4});
  ASSERT_EQ(dataset->size(), 40);
  Loader one(dataset, {.batch = 7, .seed = 1});
  Loader four(dataset, {.batch = 7, .seed = 1, .threads = 4});
  Sampler sampler(40, 1);
  for (int i = 0; i < 15; ++i) {
    const at::Tensor a = one.next().pictures, b = four.next().pictures;
    EXPECT_TRUE(a.equal(b));
    for (int n = 0; n < 7; ++n) EXPECT_TRUE((a[n] == sampler.at(i * 7 + n)).all().item<bool>());
  }
}

}  // namespace
}  // namespace ganvas::data
