#include "io/onnx/wire.h"

#include <cstring>

#include "core/error.h"

namespace ganvas::io {
namespace {

std::uint64_t take_varint(std::string_view& bytes) {
  std::uint64_t value = 0;
  for (int shift = 0; shift < 70; shift += 7) {
    if (bytes.empty()) fail("it is cut short");
    const auto byte = static_cast<unsigned char>(bytes.front());
    bytes.remove_prefix(1);
    if (shift < 64) value |= std::uint64_t{byte & 127U} << shift;
    if (byte < 128) return value;
  }
  fail("one of its numbers has no end");
}

std::string_view take(std::string_view& bytes, std::uint64_t count) {
  require(count <= bytes.size(), "it is cut short");
  const std::string_view part = bytes.substr(0, count);
  bytes.remove_prefix(count);
  return part;
}

std::uint64_t fixed(std::string_view bytes) {
  std::uint64_t value = 0;
  std::memcpy(&value, bytes.data(), bytes.size());  // little endian, as everything here
  return value;
}

}  // namespace

void each_field(std::string_view message, Reading& reading, const std::function<void(const WireField&)>& visit) {
  while (!message.empty()) {
    reading.step();
    const std::uint64_t tag = take_varint(message);
    WireField field{.number = static_cast<std::uint32_t>(tag >> 3)};
    require(tag >> 3 > 0 && tag >> 3 < (1U << 29), "one of its fields has an impossible number");
    switch (tag & 7) {
      case 0:
        field.value = take_varint(message);
        break;
      case 1:
        field.value = fixed(take(message, 8));
        break;
      case 2: {
        const std::uint64_t length = take_varint(message);
        field.bytes = take(message, length);
        break;
      }
      case 5:
        field.value = fixed(take(message, 4));
        break;
      default:
        fail("one of its fields is of no kind");
    }
    visit(field);
  }
}

std::vector<std::int64_t> wire_integers(const WireField& field, Reading& reading) {
  if (field.bytes.data() == nullptr) return {static_cast<std::int64_t>(field.value)};
  std::vector<std::int64_t> values;
  for (std::string_view rest = field.bytes; !rest.empty();) {
    reading.step();
    values.push_back(static_cast<std::int64_t>(take_varint(rest)));
  }
  return values;
}

std::vector<float> wire_floats(const WireField& field, Reading& reading) {
  std::vector<float> values(field.bytes.data() == nullptr ? 1 : field.bytes.size() / sizeof(float));
  reading.make(values.size() * sizeof(float));
  if (field.bytes.data() == nullptr) {
    std::memcpy(values.data(), &field.value, sizeof(float));
  } else {
    std::memcpy(values.data(), field.bytes.data(), values.size() * sizeof(float));
  }
  return values;
}

}  // namespace ganvas::io
