#include "core/json.h"

#include "core/error.h"
#include "core/files.h"

namespace ganvas {

Json parse_json(std::string_view text, const std::string& what) {
  constexpr int kDeepest = 200;  // of our own files about 50; what reads a file goes down by calling itself
  const auto shallow = [&](int depth, Json::parse_event_t, Json&) {
    require(depth <= kDeepest, "{} is nested more than {} levels deep.", what, kDeepest);
    return true;
  };
  try {
    return Json::parse(text, shallow);
  } catch (const nlohmann::json::parse_error& error) {
    std::size_t line = 1, column = 1;
    for (std::size_t i = 0; i + 1 < error.byte && i < text.size(); ++i) {
      column = text[i] == '\n' ? 1 : column + 1;
      line += text[i] == '\n' ? 1 : 0;
    }
    fail("{} is not valid JSON: mistake at line {}, column {}.", what, line, column);
  }
}

Json read_json(const std::filesystem::path& path) {
  return parse_json(read_file(path), path.string());
}

void write_json(const std::filesystem::path& path, const Json& value) {
  write_file(path, value.dump(2) + "\n");
}

void require_known_keys(const Json& value, const std::vector<const char*>& known, const std::string& what) {
  require(value.is_object(), "{} must be a JSON object.", what);
  for (const auto& [key, unused] : value.items()) {
    bool found = false;
    std::string names;
    for (const char* name : known) {
      found = found || key == name;
      names += names.empty() ? name : std::string(", ") + name;
    }
    require(found, "{} has an unknown key \"{}\"; known keys: {}.", what, key, names);
  }
}

namespace detail {

void json_type_error(const char* key, const Json& value, const char* reason) {
  std::string shown = value.dump();
  if (shown.size() > 60) shown.replace(57, std::string::npos, "...");
  const std::string_view text(reason);
  const auto start = text.find("] ");
  fail("\"{}\" has the value {}, which does not fit: {}.", key, shown,
       start == std::string_view::npos ? text : text.substr(start + 2));
}

void json_missing_key(const char* key) {
  fail("The key \"{}\" is missing.", key);
}

}  // namespace detail
}  // namespace ganvas
