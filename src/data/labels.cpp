#include "data/labels.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>

#include "core/error.h"
#include "core/json.h"
#include "core/json_lists.h"
#include "core/outside/limits.h"

namespace ganvas::data {
namespace {

/// A label has a value for each class: more of them would fill the memory with zeros.
constexpr auto most_classes = static_cast<std::int64_t>(limits::classes);

[[noreturn]] void bad_label(const std::string& what, const std::string& name, const char* reason) {
  fail("The label of {} in {} {}; mend it, or open the data set without labels.", name, what, reason);
}

std::vector<float> vector_of(const Json& label, const std::string& name, const std::string& what) {
  std::vector<float> values;
  values.reserve(label.size());
  for (const Json& value : label) {
    if (!value.is_number()) bad_label(what, name, "holds something else than numbers");
    values.push_back(value.get<float>());
  }
  return values;
}

/// '/' between the parts of a path, and no "./" before it.
std::string plain(std::string name) {
  std::ranges::replace(name, '\\', '/');
  while (name.starts_with("./")) name.erase(0, 2);
  return name;
}

/// Without its extension.
std::string_view stem(std::string_view name) {
  const auto dot = name.rfind('.'), slash = name.rfind('/');
  return dot == std::string_view::npos || (slash != std::string_view::npos && dot < slash) ? name : name.substr(0, dot);
}

using Pairs = std::vector<std::pair<std::string, const Json*>>;

/// The pictures that a label file means: by their names. Where it has none of these, it was written for another place
/// or another kind of file: by the ends of its longer paths, whatever the extension, where that means one picture.
class Names {
 public:
  /// Views into `names`, which must outlive it.
  Names(const std::vector<std::string>& names, const Pairs& pairs) {
    for (std::size_t i = 0; i < names.size(); ++i) place_.emplace(names[i], i);
    exact_ = std::ranges::any_of(pairs, [&](const auto& pair) { return place_.contains(plain(pair.first)); });
    if (exact_) return;
    place_.clear();
    for (std::size_t i = 0; i < names.size(); ++i) {
      const auto [entry, is_new] = place_.emplace(stem(names[i]), i);
      if (!is_new) entry->second = several;
    }
  }

  [[nodiscard]] std::optional<std::size_t> find(const std::string& given) const {
    const std::string name = plain(given);
    std::string_view rest = exact_ ? std::string_view(name) : stem(name);
    while (true) {
      const auto found = place_.find(rest);
      if (found != place_.end()) return found->second == several ? std::nullopt : std::optional(found->second);
      const auto slash = rest.find('/');
      if (exact_ || slash == std::string_view::npos) return std::nullopt;
      rest.remove_prefix(slash + 1);
    }
  }

 private:
  static constexpr auto several = static_cast<std::size_t>(-1);
  std::unordered_map<std::string_view, std::size_t> place_;
  bool exact_ = true;
};

/// The label as a whole number where it is one, also as 1.0 or "1".
std::optional<std::int64_t> class_number(const Json& label) {
  if (label.is_number_integer()) return label.get<std::int64_t>();
  if (label.is_number()) {
    const auto value = label.get<double>();
    if (value == std::floor(value) && std::abs(value) < 1e9) return static_cast<std::int64_t>(value);
  }
  if (label.is_string()) {
    const auto text = label.get<std::string>();
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc() && end == text.data() + text.size()) return number;
  }
  return std::nullopt;
}

/// A list of pairs of a name and a label, or a dictionary from names to labels, as pairs.
Pairs pairs_of(const Json& list, const std::string& what) {
  Pairs pairs;
  if (list.is_object()) {
    for (const auto& [name, label] : list.items()) pairs.emplace_back(name, &label);
    return pairs;
  }
  require(list.is_array(), "\"labels\" in {} is no list; mend it, or open the data set without labels.", what);
  for (const Json& item : list) {
    require(item.is_array() && item.size() == 2 && item[0].is_string(),
            "\"labels\" in {} holds something else than pairs of a name and a label; mend it, or open the data set "
            "without labels.",
            what);
    pairs.emplace_back(item[0].get<std::string>(), &item[1]);
  }
  return pairs;
}

/// Classes that have names are numbered in the names' order; empty where one label is no name.
std::map<std::string, std::int64_t> named_classes(const Pairs& pairs) {
  std::map<std::string, std::int64_t> classes;
  for (const auto& [name, label] : pairs) {
    if (label->is_null()) continue;
    if (!label->is_string()) return {};
    classes.emplace(label->get<std::string>(), 0);
  }
  const bool numbers =
      std::ranges::all_of(classes, [](const auto& entry) { return class_number(Json(entry.first)).has_value(); });
  if (numbers) return {};
  for (std::int64_t next = 0; auto& [name, number] : classes) number = next++;
  return classes;
}

}  // namespace

PictureLabels PictureLabels::of_json(std::string_view text, const std::vector<std::string>& names,
                                     const std::string& what) {
  const Json json = parse_json_list(text, what, limits::label_values);
  PictureLabels labels;
  const bool alone = json.is_array() && !json.empty() && json[0].is_array() && json[0].size() == 2;
  const Json* list = alone ? &json : nullptr;
  if (json.is_object() && json.contains("labels")) list = &json["labels"];
  if (list == nullptr || list->is_null()) return labels;
  const Pairs pairs = pairs_of(*list, what);
  const Names place(names, pairs);
  const std::map<std::string, std::int64_t> named = named_classes(pairs);
  std::int64_t classes = 0;
  std::size_t length = 0;
  labels.classes_.assign(names.size(), -1);
  for (const auto& [name, given] : pairs) {
    const Json& label = *given;
    const std::optional<std::size_t> found = place.find(name);
    const std::optional<std::int64_t> number =
        named.empty() || !label.is_string() ? class_number(label) : named.at(label.get<std::string>());
    if (number) {
      if (length > 0) bad_label(what, name, "is a class, while others are vectors");
      if (*number < 0 || *number >= most_classes) bad_label(what, name, "is no class from 0 to 32767");
      classes = std::max(classes, *number + 1);
      if (found) labels.classes_[*found] = static_cast<std::int32_t>(*number);
    } else if (label.is_array()) {
      if (classes > 0) bad_label(what, name, "is a vector, while others are classes");
      if (label.empty() || (length > 0 && label.size() != length)) {
        bad_label(what, name, "is empty or of another length than those before");
      }
      if (label.size() > most_classes) bad_label(what, name, "has more than 32768 values");
      length = label.size();
      labels.values_.resize(names.size());
      if (found) labels.values_[*found] = vector_of(label, name, what);
    } else if (!label.is_null()) {
      bad_label(what, name, "is neither a class nor a vector");
    }
  }
  labels.size_ = static_cast<int>(length > 0 ? static_cast<std::int64_t>(length) : classes);
  return labels;
}

PictureLabels PictureLabels::of_folders(const std::vector<std::string>& names) {
  PictureLabels labels;
  if (names.empty()) return labels;
  std::string_view common = names.front();
  common = common.substr(0, common.rfind('/') + 1);
  for (const std::string& name : names) {
    const auto end = std::ranges::mismatch(common, name).in1;
    common = common.substr(0, static_cast<std::size_t>(end - common.begin()));
    common = common.substr(0, common.rfind('/') + 1);
  }
  std::map<std::string_view, std::int32_t> classes;
  const auto folder_of = [&](std::string_view name) {
    const std::string_view rest = name.substr(common.size());
    return rest.substr(0, rest.find('/'));
  };
  for (const std::string& name : names) {
    if (name.find('/', common.size()) == std::string::npos) return labels;
    classes.emplace(folder_of(name), 0);
  }
  if (std::cmp_greater(classes.size(), most_classes)) return labels;
  for (std::int32_t next = 0; auto& [folder, number] : classes) number = next++;
  for (const std::string& name : names) labels.classes_.push_back(classes[folder_of(name)]);
  labels.size_ = static_cast<int>(classes.size());
  return labels;
}

std::vector<float> PictureLabels::label(std::size_t i) const {
  if (size_ == 0) return {};
  if (!values_.empty()) return values_[i];
  std::vector<float> values(static_cast<std::size_t>(size_));
  values[static_cast<std::size_t>(classes_[i])] = 1;
  return values;
}

}  // namespace ganvas::data
