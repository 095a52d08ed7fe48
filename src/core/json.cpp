#include "core/json.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "core/error.h"
#include "core/files.h"
#include "core/json_lists.h"
#include "core/json_text.h"
#include "core/library_error.h"
#include "core/outside/limits.h"
#include "core/outside/printable.h"

namespace ganvas {

namespace {

/// Counts while a text is parsed, before much is built from it: an object takes the square of its keys in time, and
/// what reads a file goes down by calling itself.
class Counter {
 public:
  Counter(const std::string& what, std::uint64_t most) : what_(what), most_(most) {}

  bool operator()(int depth, Json::parse_event_t event, Json&) {
    using Event = Json::parse_event_t;
    require(std::cmp_less_equal(depth, limits::json_levels), "{} is nested more than {} levels deep.", what_,
            limits::json_levels);
    require(++values_ <= most_, "{} holds more than {} values.", what_, most_);
    if (event == Event::object_start) keys_.push_back(0);
    if (event == Event::object_end) keys_.pop_back();
    if (event == Event::key)
      require(++keys_.back() <= limits::json_keys, "{} has an object of more than {} keys.", what_, limits::json_keys);
    return true;
  }

 private:
  const std::string& what_;
  std::uint64_t most_;
  std::uint64_t values_ = 0;
  std::vector<std::uint64_t> keys_;  // of each object that is open
};

/// U+EF80 .. U+EFFF, the characters that stand for bytes, are EE BE 80 .. EE BF BF.
bool stands_for_byte(std::string_view character) {
  return character.size() == 3 && (character.starts_with("\xEE\xBE") || character.starts_with("\xEE\xBF"));
}
bool may_stand_for_bytes(std::string_view text) {
  return text.find("\xEE\xBE") != text.npos || text.find("\xEE\xBF") != text.npos;
}

std::string text_of_bytes(std::string_view bytes) {
  std::string text;
  while (!bytes.empty()) {
    const std::size_t whole = character_size(bytes), size = std::max<std::size_t>(whole, 1);
    if (whole > 0 && !stands_for_byte(bytes.substr(0, size))) {
      text += bytes.substr(0, size);
    } else {
      for (const char byte : bytes.substr(0, size)) {
        const unsigned code = static_cast<unsigned char>(byte);
        text += {'\xEE', static_cast<char>(0xBC + (code >> 6)), static_cast<char>(0x80 + (code & 0x3F))};
      }
    }
    bytes.remove_prefix(size);
  }
  return text;
}

std::string bytes_of_text(std::string_view text) {
  std::string bytes;
  for (; !text.empty(); text.remove_prefix(1)) {
    bytes += text.front();
    if (!stands_for_byte(text.substr(0, 3))) continue;
    bytes.back() = static_cast<char>((static_cast<unsigned char>(text[1]) - 0xBC) << 6 |
                                     (static_cast<unsigned char>(text[2]) & 0x3F));
    text.remove_prefix(2);
  }
  return bytes;
}

/// The value with change() made to each key and text in it.
template <typename Change>
Json with_texts(const Json& value, const Change& change) {
  if (value.is_string()) return change(value.get_ref<const std::string&>());
  if (!value.is_structured()) return value;
  Json changed = value.is_object() ? Json::object() : Json::array();
  for (const auto& [key, item] : value.items()) {
    if (value.is_object()) {
      changed[change(key)] = with_texts(item, change);
    } else {
      changed.push_back(with_texts(item, change));
    }
  }
  return changed;
}

}  // namespace

std::string json_text(const Json& value, int indent) {
  try {
    std::string text = value.dump(indent);
    if (!may_stand_for_bytes(text)) return text;
  } catch (const Json::type_error&) {
    // A string that is no UTF-8.
  }
  return with_texts(value, text_of_bytes).dump(indent);
}

Json bytes_restored(const Json& value) {
  return with_texts(value, bytes_of_text);
}

Json parse_json(std::string_view text, const std::string& what) {
  return parse_json_list(text, what, limits::json_values);
}

Json parse_json_list(std::string_view text, const std::string& what, std::uint64_t most) {
  try {
    Json value = Json::parse(text, Counter(what, most));
    const bool plain = !may_stand_for_bytes(text) && text.find("\\u") == text.npos;
    if (!plain) return bytes_restored(value);
    return value;
  } catch (const nlohmann::json::parse_error& error) {
    std::size_t line = 1, column = 1;
    for (std::size_t i = 0; i + 1 < error.byte && i < text.size(); ++i) {
      column = text[i] == '\n' ? 1 : column + 1;
      line += text[i] == '\n' ? 1 : 0;
    }
    fail("{} is not valid JSON: mistake at line {}, column {}.", what, line, column);
  } catch (const nlohmann::json::exception& error) {  // a number that no computer holds
    fail("{} is not valid JSON: {}.", what, reason_of(error));
  }
}

Json read_json(const std::filesystem::path& path) {
  const std::string text = read_file(path, limits::json_bytes);
  require(!text.empty(), "{} is empty; copy or download it again.", path.string());
  return parse_json(text, path.string());
}

void write_json(const std::filesystem::path& path, const Json& value) {
  write_file(path, json_text(value, 2) + "\n");
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
  const std::string_view text(reason);
  const auto start = text.find("] ");
  fail("\"{}\" has the value {}, which does not fit: {}.", key, printable(json_text(value), 60),
       start == std::string_view::npos ? text : text.substr(start + 2));
}

void json_missing_key(const char* key) {
  fail("The key \"{}\" is missing.", key);
}

}  // namespace detail
}  // namespace ganvas
