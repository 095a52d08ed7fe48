#pragma once
// JSON in quantities: long lists, and files of one object a line as runs write them.

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "core/error.h"
#include "core/files.h"
#include "core/json.h"

namespace ganvas {

/// As parse_json(), for a text of up to `most` values.
Json parse_json_list(std::string_view text, const std::string& what, std::uint64_t most);

/// Calls visit(json, line) for each line that is a JSON object. Lines that are none, or whose values are of other types
/// than `visit` asks for, are passed over: a crash cuts off the last one, and strangers write what they like. Nothing
/// where there is no such file.
template <typename Visit>
void for_each_json_line(const std::filesystem::path& path, const Visit& visit) {
  std::error_code error;
  if (!std::filesystem::exists(path, error)) return;
  std::ifstream file = open_regular_file(path);
  for (std::string line; std::getline(file, line);) {
    const Json json = Json::parse(line, nullptr, /*allow_exceptions=*/false);
    if (!json.is_object()) continue;
    try {
      visit(json, line);
    } catch (const nlohmann::json::exception&) {
      continue;
    }
  }
}

}  // namespace ganvas
