// Small files that describe endless or enormous things: each is refused in a sentence that names it, in bounded time
// and memory. Those who measure are the system's limits of a process, not a clock.
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/error.h"
#include "core/files.h"
#include "core/outside/limits.h"
#include "core/outside/printable.h"
#include "io/open/open_model_file.h"
#include "io/pickle_writer.h"
#include "io/reference.h"
#include "io/safetensors.h"
#include "io/torch/torch_writer.h"

namespace ganvas::io {
namespace {

using namespace std::string_literals;
namespace fs = std::filesystem;

std::string refusal_of(const fs::path& path) {
  try {
    open_model_file(path);
    return {};
  } catch (const Error& error) {
    return error.what();
  }
}

/// Opens the file in a process that may use 10 seconds of the processor and 300 MB, and expects the words in its
/// refusal.
void expect_bounded_refusal(const fs::path& path, const std::string& words) {
  const fs::path told = path.parent_path() / "told.txt";
  const pid_t child = ::fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const rlimit seconds{10, 10};
    ::setrlimit(RLIMIT_CPU, &seconds);
    rusage before{}, after{};
    ::getrusage(RUSAGE_SELF, &before);
    write_bytes(told, refusal_of(path));
    ::getrusage(RUSAGE_SELF, &after);
    ::_exit(after.ru_maxrss - before.ru_maxrss < 300 * 1000 ? 0 : 1);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  ASSERT_FALSE(WIFSIGNALED(status)) << path.filename() << " takes too long";
  EXPECT_EQ(WEXITSTATUS(status), 0) << path.filename() << " takes too much memory";
  const std::string text = read_file(told);
  EXPECT_NE(text.find(words), std::string::npos) << path.filename() << ": \"" << text << "\"";
  EXPECT_NE(text.find(path.string()), std::string::npos) << text;
  EXPECT_EQ(text, printable(text));
  EXPECT_TRUE(text.ends_with('.')) << text;
}

/// Dictionaries of `each` references to the one below; each is stored in the memo.
std::string laughing_dictionaries(int levels, int each, const std::string& lowest) {
  std::string pickle = "\x80\x02}" + lowest + memo_put(0) + "0";
  for (int level = 1; level <= levels; ++level) {
    pickle += "}(";
    for (int i = 0; i < each; ++i)
      pickle += pickled(std::to_string(i)) + memo_get(static_cast<std::uint32_t>(level - 1));
    pickle += "u" + memo_put(static_cast<std::uint32_t>(level));
    if (level < levels) pickle += "0";
  }
  return pickle + ".";
}

/// One dictionary with one tensor of `count` values under many names.
std::string many_names(int names, std::int64_t count, const std::string& name = "layer") {
  std::string pickle = "\x80\x02" + pickled_tensor(count, pickled(count), "K\x01") + memo_put(0) + "0}(";
  for (int i = 0; i < names; ++i) pickle += pickled(name + std::to_string(i)) + memo_get(0);
  return pickle + "u.";
}

std::string safetensors(const std::string& header, const std::string& data) {
  return little_endian(header.size(), 8) + header + data;
}

TEST(BoundedReading, DictionariesThatHoldOneAnother) {
  const TemporaryFolder folder;
  const fs::path file = folder.path() / "laugh.pt";
  const std::string tensor = pickled("w") + pickled_tensor(4, "K\x04", "K\x01") + "s";
  const std::map<std::string, std::string> storage{{"0", std::string(16, '\0')}};
  write_torch_zip(file, laughing_dictionaries(7, 1000, tensor), storage);
  expect_bounded_refusal(file, "more than 10000 tensors");
  write_torch_zip(file, laughing_dictionaries(7, 1000, ""), storage);
  expect_bounded_refusal(file, "its values");  // the steps or the time
  write_torch_zip(file, laughing_dictionaries(40, 1000, ""), storage);
  expect_bounded_refusal(file, "nested deeper");
}

TEST(BoundedReading, OneTensorUnderManyNames) {
  const TemporaryFolder folder;
  const fs::path file = folder.path() / "names.pt";
  write_torch_zip(file, many_names(100'000, 1), {{"0", std::string(4, '\0')}});
  expect_bounded_refusal(file, "more than 10000 tensors");
  write_torch_zip(file, many_names(5'000, 250'000), {{"0", std::string(1'000'000, '\0')}});
  expect_bounded_refusal(file, "unpack to more than");
  write_torch_zip(file, many_names(10, 1, std::string(2'000'000, 'x')), {{"0", std::string(4, '\0')}});
  expect_bounded_refusal(file, "name is 2000001 bytes long");
}

TEST(BoundedReading, SizesWithoutElements) {
  const TemporaryFolder folder;
  const fs::path file = folder.path() / "zero.pt";
  const std::string huge = pickled(std::int64_t{1} << 40);
  write_torch_zip(
      file,
      "\x80\x02}" + pickled("w") + pickled_tensor(0, std::string("K\0", 2) + huge + huge, "K\x01K\x01K\x01") + "s.",
      {{"0", ""}});
  expect_bounded_refusal(file, "impossible size");
  const fs::path safe = folder.path() / "zero.safetensors";
  write_bytes(
      safe,
      safetensors(R"({"a":{"dtype":"U8","shape":[0,4611686018427387904,4611686018427387904],"data_offsets":[0,0]}})",
                  ""));
  expect_bounded_refusal(safe, "impossible size");
}

TEST(BoundedReading, HeadersOfSafetensors) {
  const TemporaryFolder folder;
  const fs::path file = folder.path() / "header.safetensors";
  std::string tensors = "{", metadata = R"({"__metadata__":{)";
  for (int i = 0; i < 50'000; ++i) {
    tensors += fmt::format(R"({}"t{}":{{"dtype":"U8","shape":[0],"data_offsets":[0,0]}})", i == 0 ? "" : ",", i);
    metadata += fmt::format(R"({}"k{}":"v")", i == 0 ? "" : ",", i);
  }
  write_bytes(file, safetensors(tensors + "}", ""));
  expect_bounded_refusal(file, "more than 10000 names");
  write_bytes(file, safetensors(metadata + "}}", ""));
  expect_bounded_refusal(file, "more than 10000 names");
  const std::string tensor = R"("a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}})";
  for (const std::string value : {"5", "1.5", "null", "true", "[]", "{}"}) {
    write_bytes(file, safetensors(R"({"__metadata__":{"ganvas.spec":)" + value + "}," + tensor, "x"));
    expect_bounded_refusal(file, "its metadata \"ganvas.spec\" is no text");
  }
  write_bytes(file, safetensors(R"({"__metadata__":{"a":1e999},)" + tensor, "x"));
  expect_bounded_refusal(file, "not JSON");
  write_bytes(
      file,
      safetensors("{\"\\u001b]0;own\\u0007\":{\"dtype\":\"\\u001b[31mX\",\"shape\":[1],\"data_offsets\":[0,1]}}", "x"));
  expect_bounded_refusal(file, "unknown type");
}

TEST(BoundedReading, ATorchZipWhoseEndRecordsDiffer) {
  const TemporaryFolder folder;
  WeightSet weights;
  weights.set("w", at::ones({3}));
  const fs::path file = folder.path() / "a.pt";
  write_torch_state_dict(file, weights);
  const std::string good = read_file(file);
  const std::size_t record = good.rfind("PK\x06\x06"s);
  ASSERT_NE(record, std::string::npos) << "torch.save writes one";
  for (const std::size_t field :
       {4, 16, 24, 32, 40, 48}) {  // its size, disks, entries twice, the directory's size and start
    std::string bad = good;
    bad[record + field + 7] = '\x40';
    write_bytes(file, bad);
    expect_bounded_refusal(file, "zip directory");
  }
}

TEST(BoundedReading, WhatIsNoFile) {
  const TemporaryFolder folder;
  for (const char* name : {"model.pt", "model.pkl", "model.safetensors"}) {
    const fs::path pipe = folder.path() / name;
    ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
    expect_bounded_refusal(pipe, "no regular file");
    fs::remove(pipe);
  }
  EXPECT_NE(refusal_of("/dev/zero").find("no regular file"), std::string::npos);
}

TEST(BoundedReading, AFileOfHoles) {
  const TemporaryFolder folder;
  const fs::path file = folder.path() / "holes.safetensors";
  const std::string header = R"({"a":{"dtype":"U8","shape":[99999999000],"data_offsets":[0,99999999000]}})";
  write_bytes(file, safetensors(header, ""));
  std::error_code error;
  fs::resize_file(file, 8 + header.size() + 99'999'999'000, error);
  if (error) GTEST_SKIP() << "this file system has no holes";
  expect_bounded_refusal(file, "mostly holes");
}

TEST(BoundedReading, StopsWhenAskedAlsoBetweenTensors) {
  Reading reading;
  reading.expect(1);
  reading.step();
  reading.cancel();
  EXPECT_THROW(reading.step(), Cancelled);
  const TemporaryFolder folder;
  const fs::path file = folder.path() / "a.pt";
  write_torch_zip(file, laughing_dictionaries(7, 1000, ""), {{"0", std::string(16, '\0')}});
  EXPECT_THROW(open_model_file(file, &reading), Cancelled);
}

}  // namespace
}  // namespace ganvas::io
