#pragma once
// Structs <-> JSON from one table of their fields, strict in both directions. For the .cpp files of app/. No torch.

#include <map>
#include <set>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/error.h"
#include "core/json.h"

namespace ganvas::fields {

/// One field of a struct. Required fields must be in the JSON; the others keep their default.
template <typename Struct, typename Value>
struct Field {
  const char* key;
  Value Struct::*member;
  bool required;
};

template <typename Struct, typename Value>
constexpr Field<Struct, Value> optional(const char* key, Value Struct::*member) {
  return {key, member, false};
}
template <typename Struct, typename Value>
constexpr Field<Struct, Value> required(const char* key, Value Struct::*member) {
  return {key, member, true};
}

/// The table: a specialisation for each struct gives a std::tuple of Fields.
template <typename Struct>
inline constexpr auto table = nullptr;

/// The names of an enum: a specialisation gives an array of std::pair<Enum, const char*>.
template <typename Enum>
inline constexpr auto names = nullptr;

template <typename T>
inline constexpr bool has_table = !std::is_same_v<std::remove_cv_t<decltype(table<T>)>, std::nullptr_t>;

template <typename T>
Json to_json(const T& value);

template <typename T>
void from_json(const Json& json, const std::string& what, T& value);

namespace detail {

template <typename T>
struct MapOf : std::false_type {};
template <typename K, typename V>
struct MapOf<std::map<K, V>> : std::true_type {};

template <typename T>
struct ListOfStructs : std::false_type {};
template <typename T>
struct ListOfStructs<std::vector<T>> : std::bool_constant<has_table<T>> {};

template <typename T>
Json struct_to_json(const T& value) {
  Json json = Json::object();
  std::apply([&](const auto&... field) { ((json[field.key] = to_json(value.*field.member)), ...); }, table<T>);
  return json;
}

template <typename T, typename F>
void read_field(const Json& json, const std::string& what, const F& field, T& value) {
  const auto found = json.find(field.key);
  if (found != json.end()) {
    from_json(*found, fmt::format("\"{}\" of {}", field.key, what), value.*field.member);
  } else {
    require(!field.required, "{} has no \"{}\".", what, field.key);
  }
}

template <typename T>
void struct_from_json(const Json& json, const std::string& what, T& value) {
  require(json.is_object(), "{} must be a JSON object.", what);
  for (const auto& [key, unused] : json.items()) {
    bool known = false;
    std::string keys;
    std::apply(
        [&](const auto&... field) {
          ((known = known || key == field.key, keys += (keys.empty() ? "" : ", ") + std::string(field.key)), ...);
        },
        table<T>);
    require(known, "{} has an unknown key \"{}\"; known keys: {}.", what, key, keys.empty() ? "none" : keys);
  }
  std::apply([&](const auto&... field) { (read_field(json, what, field, value), ...); }, table<T>);
}

template <typename Enum>
void enum_from_json(const Json& json, const std::string& what, Enum& value) {
  std::string choices;
  for (const auto& [choice, name] : names<Enum>) {
    if (json.is_string() && json.template get_ref<const std::string&>() == name) {
      value = choice;
      return;
    }
    choices += (choices.empty() ? "" : ", ") + std::string(name);
  }
  fail("{} is {}; choose one of {}.", what, json.dump(), choices);
}

template <typename Map>
void map_from_json(const Json& json, const std::string& what, Map& map) {
  require(json.is_object(), "{} must be a JSON object.", what);
  map.clear();
  for (const auto& [key, item] : json.items()) {
    typename Map::mapped_type value{};
    from_json(item, fmt::format("\"{}\" of {}", key, what), value);
    if constexpr (std::is_same_v<typename Map::key_type, std::string>) {
      map[key] = value;
    } else {
      Json number = Json::parse(key, nullptr, false);
      typename Map::key_type index{};
      from_json(number, fmt::format("key \"{}\" of {}", key, what), index);
      map[index] = value;
    }
  }
}

template <typename T>
bool number_fits(const Json& json) {
  if constexpr (std::is_same_v<T, bool>) {
    return json.is_boolean();
  } else if constexpr (std::is_floating_point_v<T>) {
    return json.is_number();
  } else if constexpr (std::is_unsigned_v<T>) {
    return json.is_number_unsigned() || (json.is_number_integer() && json.get<std::int64_t>() >= 0);
  } else {
    return json.is_number_integer() && std::in_range<T>(json.get<std::int64_t>()) &&
           (!json.is_number_unsigned() || std::in_range<T>(json.get<std::uint64_t>()));
  }
}

}  // namespace detail

template <typename T>
Json to_json(const T& value) {
  if constexpr (std::is_enum_v<T>) {
    for (const auto& [choice, name] : names<T>) {
      if (choice == value) return name;
    }
    return nullptr;
  } else if constexpr (has_table<T>) {
    return detail::struct_to_json(value);
  } else if constexpr (detail::MapOf<T>::value) {
    Json json = Json::object();
    for (const auto& [key, item] : value) json[fmt::format("{}", key)] = to_json(item);
    return json;
  } else if constexpr (detail::ListOfStructs<T>::value) {
    Json json = Json::array();
    for (const auto& item : value) json.push_back(to_json(item));
    return json;
  } else {
    return Json(value);
  }
}

/// Throws Error naming `what` and what does not fit.
template <typename T>
void from_json(const Json& json, const std::string& what, T& value) {
  if constexpr (std::is_enum_v<T>) {
    detail::enum_from_json(json, what, value);
  } else if constexpr (has_table<T>) {
    detail::struct_from_json(json, what, value);
  } else if constexpr (detail::MapOf<T>::value) {
    detail::map_from_json(json, what, value);
  } else if constexpr (std::is_arithmetic_v<T>) {
    require(detail::number_fits<T>(json), "{} has the value {}, which does not fit.", what, json.dump());
    value = json.get<T>();
  } else if constexpr (std::is_same_v<T, std::string>) {
    require(json.is_string(), "{} must be text.", what);
    value = json.get<std::string>();
  } else {  // std::vector and std::set
    require(json.is_array(), "{} must be a list.", what);
    value.clear();
    for (const Json& element : json) {
      typename T::value_type item{};
      from_json(element, "an element of " + what, item);
      value.insert(value.end(), item);
    }
  }
}

}  // namespace ganvas::fields
