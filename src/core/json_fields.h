#pragma once
// Structs <-> JSON from one table of their fields, strict in both directions. No torch.
//
//   template <>
//   inline constexpr auto ganvas::fields::table<Lens> =
//       std::tuple{required("name", &Lens::name), optional("zoom", &Lens::zoom, between(0.1, 10))};

#include <algorithm>
#include <concepts>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/error.h"
#include "core/json.h"
#include "core/outside/printable.h"

namespace ganvas::fields {

/// The rule of a field that may have any value of its type. A rule is called with a value that was read and its name
/// ("\"zoom\" of lens x"), and throws Error.
struct Anything {
  template <typename Value>
  void operator()(const Value&, const std::string&) const {}
};

/// One field of a struct. Required fields must be in the JSON; the others keep their default.
template <typename Struct, typename Value, typename Rule = Anything>
struct Field {
  const char* key;
  Value Struct::*member;
  bool required;
  bool live;  ///< may change while what the struct describes is at work
  Rule rule;
};

template <typename Struct, typename Value, typename Rule = Anything>
constexpr Field<Struct, Value, Rule> optional(const char* key, Value Struct::*member, Rule rule = {}) {
  return {key, member, false, false, rule};
}
template <typename Struct, typename Value, typename Rule = Anything>
constexpr Field<Struct, Value, Rule> required(const char* key, Value Struct::*member, Rule rule = {}) {
  return {key, member, true, false, rule};
}
/// Optional, and one of live_keys().
template <typename Struct, typename Value, typename Rule = Anything>
constexpr Field<Struct, Value, Rule> live(const char* key, Value Struct::*member, Rule rule = {}) {
  return {key, member, false, true, rule};
}

/// A member whose own fields stand among those of the struct.
template <typename Struct, typename Value>
struct Merged {
  Value Struct::*member;
};
template <typename Struct, typename Value>
constexpr Merged<Struct, Value> merged(Value Struct::*member) {
  return {member};
}

/// The table: a specialisation for each struct gives a std::tuple of Fields.
template <typename Struct>
inline constexpr auto table = nullptr;

/// The rule of a struct as a whole; a specialisation gives a function that is called after its fields were read.
template <typename Struct>
inline constexpr auto rule_of = Anything{};

/// How a type without fields of its own stands in JSON: a specialisation has
///   static Json write(const T& value);
///   static T read(const Json& json, const std::string& what);  // throws Error
template <typename T>
struct Codec;

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
concept HasCodec = requires(const T& value) {
  { Codec<T>::write(value) } -> std::same_as<Json>;
};

template <typename T>
struct MapOf : std::false_type {};
template <typename K, typename V>
struct MapOf<std::map<K, V>> : std::true_type {};

template <typename T>
struct OptionalOf : std::false_type {};
template <typename T>
struct OptionalOf<std::optional<T>> : std::true_type {};

template <typename T>
struct ListOfStructs : std::false_type {};
template <typename T>
struct ListOfStructs<std::vector<T>> : std::bool_constant<has_table<T>> {};

/// Calls visit(field, owner) for each field of the struct, and of the structs that are merged into it.
template <typename T, typename Visit>
void each_field(T& value, const Visit& visit) {
  const auto one = [&](const auto& field) {
    if constexpr (requires { field.key; }) {
      visit(field, value);
    } else {
      each_field(value.*field.member, visit);
    }
  };
  std::apply([&](const auto&... field) { (one(field), ...); }, table<std::remove_const_t<T>>);
}

template <typename T>
Json struct_to_json(const T& value) {
  Json json = Json::object();
  each_field(value, [&](const auto& field, const auto& owner) { json[field.key] = to_json(owner.*field.member); });
  return json;
}

/// A value in a sentence; a long one in part.
inline std::string shown(const Json& value) {
  return printable(value.dump(), 80);
}

template <typename T>
[[noreturn]] void unknown_key(T& value, const std::string& what, const std::string& key) {
  std::string keys;
  each_field(value,
             [&](const auto& field, const auto&) { keys += (keys.empty() ? "" : ", ") + std::string(field.key); });
  fail("{} has an unknown key \"{}\"; known keys: {}.", what, printable(key, 80), keys.empty() ? "none" : keys);
}

template <typename T>
void struct_from_json(const Json& json, const std::string& what, T& value) {
  require(json.is_object(), "{} must be a JSON object.", what);
  for (const auto& [key, unused] : json.items()) {
    bool known = false;
    each_field(value, [&, name = &key](const auto& field, const auto&) { known = known || *name == field.key; });
    if (!known) unknown_key(value, what, key);
  }
  each_field(value, [&](const auto& field, auto& owner) {
    const auto found = json.find(field.key);
    require(found != json.end() || !field.required, "\"{}\" is missing in {}.", field.key, what);
    if (found == json.end()) return;
    const std::string name = fmt::format("\"{}\" of {}", field.key, what);
    from_json(*found, name, owner.*field.member);
    field.rule(std::as_const(owner.*field.member), name);
  });
  rule_of<T>(std::as_const(value), what);
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
  fail("{} is {}; choose one of {}.", what, shown(json), choices);
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
T number_from_json(const Json& json, const std::string& what) {
  if constexpr (std::is_same_v<T, bool>) {
    if (!json.is_boolean()) fail("{} is {}; it must be true or false.", what, shown(json));
  } else if constexpr (std::is_floating_point_v<T>) {
    if (!json.is_number()) fail("{} is {}; it must be a number.", what, shown(json));
  } else {
    if (!json.is_number_integer()) fail("{} is {}; it must be a whole number.", what, shown(json));
    const bool fits = json.is_number_unsigned() ? std::in_range<T>(json.get<std::uint64_t>())
                                                : std::in_range<T>(json.get<std::int64_t>());
    if (!fits) {
      fail("{} is {}; it must be from {} to {}.", what, shown(json), std::numeric_limits<T>::min(),
           std::numeric_limits<T>::max());
    }
  }
  return json.get<T>();
}

template <typename A, typename B>
constexpr bool at_most(A a, B b) {
  if constexpr (std::is_integral_v<A> && std::is_integral_v<B>) {
    return std::cmp_less_equal(a, b);
  } else {
    return static_cast<double>(a) <= static_cast<double>(b);
  }
}

}  // namespace detail

/// The rule of a number from `low` to `high`; of an optional, each of a list or each of a map.
template <typename Low, typename High>
struct Between {
  Low low;
  High high;

  template <typename Value>
  void operator()(const Value& value, const std::string& what) const {
    if constexpr (detail::OptionalOf<Value>::value) {
      if (value) (*this)(*value, what);
    } else if constexpr (detail::MapOf<Value>::value) {
      for (const auto& [key, item] : value) (*this)(item, fmt::format("\"{}\" of {}", key, what));
    } else if constexpr (std::is_arithmetic_v<Value>) {
      require(detail::at_most(low, value) && detail::at_most(value, high), "{} is {}; it must be from {} to {}.", what,
              value, low, high);
    } else {
      for (const auto& item : value) (*this)(item, "an element of " + what);
    }
  }
};
template <typename Low, typename High>
constexpr Between<Low, High> between(Low low, High high) {
  return {low, high};
}

/// The rule of a text that names one of some things.
struct OneOf {
  std::vector<std::string> (*choices)();

  void operator()(const std::string& value, const std::string& what) const {
    const std::vector<std::string> known = choices();
    require(std::find(known.begin(), known.end(), value) != known.end(), "{} is \"{}\"; choose one of {}.", what, value,
            fmt::join(known, ", "));
  }
};
constexpr OneOf one_of(std::vector<std::string> (*choices)()) {
  return {choices};
}

/// Throws Error, naming `what`, for a value that breaks one of the rules of its struct, whoever made it.
template <typename T>
void check(const T& value, const std::string& what) {
  detail::each_field(value, [&](const auto& field, const auto& owner) {
    field.rule(owner.*field.member, fmt::format("\"{}\" of {}", field.key, what));
  });
  rule_of<T>(value, what);
}

/// The keys of all live fields of a struct and of the structs in it, as "loss.weight", in the order of the tables.
template <typename T>
std::vector<std::string> live_keys(const std::string& prefix = {}) {
  std::vector<std::string> keys;
  const T value{};
  detail::each_field(value, [&](const auto& field, const auto& owner) {
    using Value = std::remove_cvref_t<decltype(owner.*field.member)>;
    if (field.live) keys.push_back(prefix + field.key);
    if constexpr (has_table<Value>) {
      for (const std::string& key : live_keys<Value>(prefix + field.key + ".")) keys.push_back(key);
    }
  });
  return keys;
}

template <typename T>
Json to_json(const T& value) {
  if constexpr (detail::HasCodec<T>) {
    return Codec<T>::write(value);
  } else if constexpr (detail::OptionalOf<T>::value) {
    return value ? to_json(*value) : Json();
  } else if constexpr (std::is_enum_v<T>) {
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
  if constexpr (detail::HasCodec<T>) {
    value = Codec<T>::read(json, what);
  } else if constexpr (detail::OptionalOf<T>::value) {
    value.reset();
    if (!json.is_null()) from_json(json, what, value.emplace());
  } else if constexpr (std::is_enum_v<T>) {
    detail::enum_from_json(json, what, value);
  } else if constexpr (has_table<T>) {
    detail::struct_from_json(json, what, value);
  } else if constexpr (detail::MapOf<T>::value) {
    detail::map_from_json(json, what, value);
  } else if constexpr (std::is_arithmetic_v<T>) {
    value = detail::number_from_json<T>(json, what);
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
