#include "train/watch/event_file.h"

#include <fmt/format.h>

#include <array>
#include <bit>
#include <chrono>
#include <cmath>
#include <fstream>

namespace ganvas::train {

namespace {

constexpr std::array<std::uint32_t, 256> make_crc_table() {
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit) value = (value & 1) != 0 ? value >> 1 ^ 0x82F63B78U : value >> 1;
    table[i] = value;
  }
  return table;
}
constexpr auto crc_table = make_crc_table();

template <typename Unsigned>
std::string little_endian(Unsigned value) {
  std::string bytes;
  for (std::size_t i = 0; i < sizeof value; ++i) bytes += static_cast<char>(value >> (8 * i) & 255);
  return bytes;
}

std::string varint(std::uint64_t value) {
  std::string bytes;
  for (; value >= 128; value >>= 7) bytes += static_cast<char>((value & 127) | 128);
  return bytes + static_cast<char>(value);
}

// Fields of protocol buffers: number and kind in one, then the value.
std::string number_field(int field, std::uint64_t value) {
  return varint(static_cast<std::uint64_t>(field) << 3 | 0) + varint(value);
}
std::string double_field(int field, double value) {
  return varint(static_cast<std::uint64_t>(field) << 3 | 1) + little_endian(std::bit_cast<std::uint64_t>(value));
}
std::string bytes_field(int field, const std::string& bytes) {
  return varint(static_cast<std::uint64_t>(field) << 3 | 2) + varint(bytes.size()) + bytes;
}
std::string float_field(int field, float value) {
  return varint(static_cast<std::uint64_t>(field) << 3 | 5) + little_endian(std::bit_cast<std::uint32_t>(value));
}

std::uint32_t masked(std::uint32_t crc) {
  return (crc >> 15 | crc << 17) + 0xA282EAD8U;
}

std::string record(const std::string& event) {
  const std::string length = little_endian(static_cast<std::uint64_t>(event.size()));
  return length + little_endian(masked(crc32c(length))) + event + little_endian(masked(crc32c(event)));
}

double now() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

}  // namespace

std::uint32_t crc32c(const std::string& bytes) {
  std::uint32_t crc = ~0U;
  for (const char byte : bytes) crc = crc >> 8 ^ crc_table[(crc ^ static_cast<std::uint8_t>(byte)) & 255];
  return ~crc;
}

EventFile::EventFile(const std::filesystem::path& folder, std::int64_t seconds)
    : path_(folder / fmt::format("events.out.tfevents.{:010}.ganvas", seconds)),
      waiting_(record(double_field(1, static_cast<double>(seconds)) + bytes_field(3, "brain.Event:2"))) {}

void EventFile::add(std::int64_t step, double wall_time, const Scalars& scalars) {
  std::string summary;
  for (const auto& [tag, value] : scalars)
    summary += bytes_field(1, bytes_field(1, tag) + float_field(2, static_cast<float>(value)));
  waiting_ +=
      record(double_field(1, wall_time) + number_field(2, static_cast<std::uint64_t>(step)) + bytes_field(5, summary));
}

void EventFile::add(const StepReport& report) {
  Scalars scalars;
  const auto take = [&](bool sometimes) {
    for (const StepFigure& figure : step_figures) {
      const double value = report.*figure.value;
      if (figure.tag != nullptr && figure.sometimes == sometimes && !(sometimes && value == 0))
        scalars.emplace_back(figure.tag, value);
    }
  };
  take(false);
  scalars.emplace_back("progress/kimg", report.kimg);
  take(true);
  add(report.step, now(), scalars);
}

void EventFile::restart(std::int64_t step) {
  constexpr std::uint64_t start = 1;  // status of a session log; what has its step, or a later one, is void
  waiting_ += record(double_field(1, now()) + number_field(2, static_cast<std::uint64_t>(step + 1)) +
                     bytes_field(7, number_field(1, start)));
}

void EventFile::flush() {
  if (waiting_.empty()) return;
  std::ofstream file(path_, std::ios::binary | std::ios::app);
  file.write(waiting_.data(), static_cast<std::streamsize>(waiting_.size()));
  waiting_.clear();
}

}  // namespace ganvas::train
