#pragma once
// Pickles and torch files put together by hand, as no program writes them.

#include <zip.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>

#include "core/error.h"

namespace ganvas::io {

inline std::string little_endian(std::uint64_t value, int bytes) {
  std::string text;
  for (int i = 0; i < bytes; ++i) text += static_cast<char>(value >> (8 * i));
  return text;
}
inline std::string pickled(const std::string& text) {
  return "X" + little_endian(text.size(), 4) + text;
}
inline std::string pickled(std::int64_t number) {
  return "\x8a\x08" + little_endian(static_cast<std::uint64_t>(number), 8);
}
inline std::string memo_put(std::uint32_t slot) {
  return "r" + little_endian(slot, 4);
}
inline std::string memo_get(std::uint32_t slot) {
  return "j" + little_endian(slot, 4);
}

/// A float tensor over the storage "0" of `count` values.
inline std::string pickled_tensor(std::int64_t count, const std::string& sizes, const std::string& strides) {
  return "ctorch._utils\n_rebuild_tensor_v2\n((" + pickled("storage") + "ctorch\nFloatStorage\n" + pickled("0") +
         pickled("cpu") + pickled(count) + std::string("tQK\0(", 5) + sizes + "t(" + strides +
         "t\x89"
         "ccollections\nOrderedDict\n)RtR";
}

/// Writes the file that torch.save would write for this pickle, and storages by their keys.
inline void write_torch_zip(const std::filesystem::path& path, const std::string& pickle,
                            const std::map<std::string, std::string>& storages) {
  int code = 0;
  zip_t* zip = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, &code);
  require(zip != nullptr, "{} cannot be written", path.string());
  const auto add = [&](const std::string& name, const std::string& bytes) {
    zip_source_t* source = zip_source_buffer(zip, bytes.data(), bytes.size(), 0);
    const zip_int64_t index = zip_file_add(zip, ("archive/" + name).c_str(), source, ZIP_FL_OVERWRITE);
    require(index >= 0 && zip_set_file_compression(zip, static_cast<zip_uint64_t>(index), ZIP_CM_STORE, 0) == 0,
            "{} cannot be written", name);
  };
  add("data.pkl", pickle);
  for (const auto& [key, bytes] : storages) add("data/" + key, bytes);
  require(zip_close(zip) == 0, "{} cannot be written", path.string());
}

inline void write_bytes(const std::filesystem::path& path, const std::string& bytes) {
  std::ofstream(path, std::ios::binary).write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
}

}  // namespace ganvas::io
