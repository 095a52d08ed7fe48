#include "data/labels.h"

#include <algorithm>
#include <map>
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

}  // namespace

PictureLabels PictureLabels::of_json(std::string_view text, const std::vector<std::string>& names,
                                     const std::string& what) {
  const Json json = parse_json_list(text, what, limits::label_values);
  const auto list = json.is_object() ? json.find("labels") : json.end();
  PictureLabels labels;
  if (!json.is_object() || list == json.end() || list->is_null()) return labels;
  require(list->is_array(), "\"labels\" in {} is no list; mend it, or open the data set without labels.", what);
  std::unordered_map<std::string_view, std::size_t> place;
  for (std::size_t i = 0; i < names.size(); ++i) place.emplace(names[i], i);
  std::int64_t classes = 0;
  std::size_t length = 0;
  labels.classes_.assign(names.size(), -1);
  for (const Json& item : *list) {
    require(item.is_array() && item.size() == 2 && item[0].is_string(),
            "\"labels\" in {} holds something else than pairs of a name and a label; mend it, or open the data set "
            "without labels.",
            what);
    auto name = item[0].get<std::string>();
    std::ranges::replace(name, '\\', '/');
    const Json& label = item[1];
    const auto found = place.find(name);
    if (label.is_number_integer()) {
      const auto number = label.get<std::int64_t>();
      if (length > 0) bad_label(what, name, "is a class, while others are vectors");
      if (number < 0 || number >= most_classes) bad_label(what, name, "is no class from 0 to 32767");
      classes = std::max(classes, number + 1);
      if (found != place.end()) labels.classes_[found->second] = static_cast<std::int32_t>(number);
    } else if (label.is_array()) {
      if (classes > 0) bad_label(what, name, "is a vector, while others are classes");
      if (label.empty() || (length > 0 && label.size() != length)) {
        bad_label(what, name, "is empty or of another length than those before");
      }
      if (label.size() > most_classes) bad_label(what, name, "has more than 32768 values");
      length = label.size();
      labels.values_.resize(names.size());
      if (found != place.end()) labels.values_[found->second] = vector_of(label, name, what);
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
