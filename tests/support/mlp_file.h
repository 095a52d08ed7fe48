#pragma once
// A generator of a program that nobody knows: two dense layers, 6 values to a grey picture of 8x8. Its file does not
// say the activation between them, nor how it ends.

#include <cmath>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "core/files.h"
#include "core/json.h"

namespace ganvas::test {

/// Writes it as safetensors. Its layers are read as net.0, net.1 (an activation), net.2 and net.3 (the end).
inline void write_mlp(const std::filesystem::path& file) {
  const std::vector<std::pair<std::string, std::vector<int>>> tensors{
      {"net.0.weight", {16, 6}}, {"net.0.bias", {16}}, {"net.2.weight", {64, 16}}, {"net.2.bias", {64}}};
  Json header = Json::object();
  std::string bytes;
  for (const auto& [name, shape] : tensors) {
    int count = 1;
    for (const int size : shape) count *= size;
    const std::size_t begin = bytes.size();
    for (int i = 0; i < count; ++i) {
      const float value = 0.8F * std::sin(static_cast<float>(7 * i + 3 * static_cast<int>(shape.size())));
      bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
    }
    header[name] = {{"dtype", "F32"}, {"shape", shape}, {"data_offsets", {begin, bytes.size()}}};
  }
  std::string text = header.dump();
  text.append((8 - text.size() % 8) % 8, ' ');
  const std::uint64_t length = text.size();
  std::string whole(sizeof length, '\0');
  std::memcpy(whole.data(), &length, sizeof length);
  write_file(file, whole + text + bytes);
}

}  // namespace ganvas::test
