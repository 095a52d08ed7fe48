#pragma once
// JSON as the whole program uses it: nlohmann's ordered value, so files keep the order in which they were written.

#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace ganvas {

using Json = nlohmann::ordered_json;

/// Parses text; `what` names it in the error ("recipe starter-dcgan.json"). Throws Error with line and column.
Json parse_json(std::string_view text, const std::string& what);

/// Reads and parses a file. Throws Error when it is missing or not JSON.
Json read_json(const std::filesystem::path& path);

/// Writes pretty JSON with a trailing newline, atomically. Throws Error.
void write_json(const std::filesystem::path& path, const Json& value);

/// value[key] as T, or `fallback` when the key is absent. Throws Error naming the key when the type is wrong.
template <typename T>
T get_or(const Json& value, const char* key, const T& fallback);

/// value[key] as T. Throws Error naming the key when it is absent or of another type.
template <typename T>
T get_required(const Json& value, const char* key);

/// Throws Error naming the first key of `value` that is not in `known`, and the known ones.
void require_known_keys(const Json& value, const std::vector<const char*>& known, const std::string& what);

namespace detail {
[[noreturn]] void json_type_error(const char* key, const Json& value, const char* reason);
[[noreturn]] void json_missing_key(const char* key);
}  // namespace detail

template <typename T>
T get_required(const Json& value, const char* key) {
  const auto found = value.find(key);
  if (found == value.end()) detail::json_missing_key(key);
  try {
    return found->template get<T>();
  } catch (const nlohmann::json::exception& error) {
    detail::json_type_error(key, *found, error.what());
  }
}

template <typename T>
T get_or(const Json& value, const char* key, const T& fallback) {
  return value.contains(key) ? get_required<T>(value, key) : fallback;
}

}  // namespace ganvas
