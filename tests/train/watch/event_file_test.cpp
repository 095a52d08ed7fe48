#include "train/watch/event_file.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <bit>
#include <cstring>
#include <filesystem>
#include <map>

#include "core/files.h"

namespace ganvas::train {
namespace {

namespace fs = std::filesystem;

/// Reads the format by itself: records, their checksums, and the fields of their events.
class Reader {
 public:
  explicit Reader(std::string bytes) : bytes_(std::move(bytes)) {}
  [[nodiscard]] bool done() const { return at_ == bytes_.size(); }

  std::string record() {
    const std::string length = take(8);
    EXPECT_EQ(unmasked(take(4)), crc32c(length));
    std::uint64_t size = 0;
    std::memcpy(&size, length.data(), 8);
    const std::string event = take(size);
    EXPECT_EQ(unmasked(take(4)), crc32c(event));
    return event;
  }

 private:
  std::string take(std::size_t count) {
    EXPECT_LE(at_ + count, bytes_.size());
    at_ += count;
    return bytes_.substr(at_ - count, count);
  }
  static std::uint32_t unmasked(const std::string& bytes) {
    std::uint32_t value = 0;
    std::memcpy(&value, bytes.data(), 4);
    return std::rotr(value - 0xA282EAD8U, 17);
  }

  std::string bytes_;
  std::size_t at_ = 0;
};

/// field -> its values as bytes; for the kinds that events use.
std::multimap<int, std::string> fields(const std::string& message) {
  std::multimap<int, std::string> all;
  std::size_t at = 0;
  const auto varint = [&] {
    std::uint64_t value = 0;
    for (int shift = 0;; shift += 7) {
      const auto byte = static_cast<std::uint8_t>(message.at(at++));
      value |= static_cast<std::uint64_t>(byte & 127) << shift;
      if (byte < 128) return value;
    }
  };
  while (at < message.size()) {
    const std::uint64_t key = varint();
    std::size_t size = 0;
    if ((key & 7) == 0) {
      const std::uint64_t value = varint();
      all.emplace(static_cast<int>(key >> 3), std::to_string(value));
      continue;
    }
    size = (key & 7) == 1 ? 8 : (key & 7) == 5 ? 4 : varint();
    all.emplace(static_cast<int>(key >> 3), message.substr(at, size));
    at += size;
  }
  return all;
}

TEST(EventFile, TheChecksumIsThatOfThePublishedVectors) {
  EXPECT_EQ(crc32c("123456789"), 0xE3069283U);
  EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8A9136AAU);
  EXPECT_EQ(crc32c(std::string(32, '\xff')), 0x62A8AB43U);
}

TEST(EventFile, HoldsTheFiguresOfEachStep) {
  const fs::path folder = fs::temp_directory_path() / ("ganvas-events-" + std::to_string(::getpid()));
  fs::create_directories(folder);
  EventFile file(folder, 1'700'000'000);
  file.add(StepReport{.step = 300, .kimg = 19.2, .d_loss = 0.25, .g_loss = -2, .augment_p = 0.5});
  file.flush();
  file.add(301, 7, {{"loss/discriminator", 1.5}});
  file.flush();
  Reader reader(read_file(file.path()));
  const auto first = fields(reader.record());
  EXPECT_EQ(first.find(3)->second, "brain.Event:2");
  const auto step = fields(reader.record());
  EXPECT_EQ(step.find(2)->second, "300");
  std::map<std::string, float> scalars;
  const auto summary = fields(step.find(5)->second);
  for (const auto& [field, value] : summary) {
    const auto scalar = fields(value);
    std::memcpy(&scalars[scalar.find(1)->second], scalar.find(2)->second.data(), 4);
  }
  EXPECT_EQ(scalars.at("loss/discriminator"), 0.25F);
  EXPECT_EQ(scalars.at("loss/generator"), -2);
  EXPECT_EQ(scalars.at("augmentation/p"), 0.5F);
  EXPECT_FALSE(scalars.contains("samples/distance")) << "nobody looked in this step";
  EXPECT_EQ(fields(reader.record()).find(2)->second, "301");
  EXPECT_TRUE(reader.done());
  fs::remove_all(folder);
}

/// A session log that starts makes readers drop what has its step or a later one.
TEST(EventFile, WhatTheRunHasLeftBehindIsDeclaredVoid) {
  const fs::path folder = fs::temp_directory_path() / ("ganvas-events-" + std::to_string(::getpid()));
  fs::create_directories(folder);
  EventFile file(folder, 1'700'000'000);
  file.restart(300);
  file.flush();
  Reader reader(read_file(file.path()));
  reader.record();
  const auto restart = fields(reader.record());
  EXPECT_EQ(restart.find(2)->second, "301");
  EXPECT_EQ(fields(restart.find(7)->second).find(1)->second, "1");
  EXPECT_TRUE(reader.done());
  fs::remove_all(folder);
}

}  // namespace
}  // namespace ganvas::train
