#include "train/step/journal.h"

#include <algorithm>
#include <fstream>

#include "core/error.h"
#include "core/files.h"
#include "core/json_text.h"

namespace ganvas::train {

Json to_json(const Edit& edit) {
  return {{"step", edit.step}, {"key", edit.key}, {"value", edit.value}};
}

Edit edit_from_json(const Json& json, const std::string& what) {
  require(json.is_object(), "{} is no object with \"step\", \"key\" and \"value\".", what);
  require_known_keys(json, {"step", "key", "value"}, what);
  return {get_required<std::int64_t>(json, "step"), get_required<std::string>(json, "key"),
          get_required<Json>(json, "value")};
}

const std::vector<std::string>& live_keys() {
  static const std::vector<std::string> keys = fields::live_keys<Recipe>();
  return keys;
}

Recipe edited(const Recipe& recipe, const Edit& edit) {
  const auto& keys = live_keys();
  std::string known;
  for (const std::string& key : keys) known += (known.empty() ? "" : ", ") + key;
  require(std::find(keys.begin(), keys.end(), edit.key) != keys.end(),
          "\"{}\" cannot change while a run trains; these can: {}.", edit.key, known);
  const bool by_schedule = recipe.grow.start > 0 && !recipe.grow.lr.empty() && edit.key.ends_with("optimizer.lr");
  require(!by_schedule, "This run's schedule sets the learning rate of each resolution; change \"grow.lr\".");
  Json json = to_json(recipe);
  recipe_place(json, edit.key) = edit.value;
  return recipe_from_json(json, "recipe " + recipe.name + " with " + edit.key + " = " + json_text(edit.value));
}

std::vector<std::pair<std::string, Json>> live_values(const Recipe& recipe) {
  Json json = to_json(recipe);
  std::vector<std::pair<std::string, Json>> values;
  for (const std::string& key : live_keys()) values.emplace_back(key, recipe_place(json, key));
  return values;
}

Recipe with_live_values_of(const Recipe& recipe, const Recipe& other) {
  Json json = to_json(recipe);
  for (const auto& [key, value] : live_values(other)) recipe_place(json, key) = value;
  return recipe_from_json(json, "recipe " + recipe.name);
}

std::vector<Edit> read_edits(const std::filesystem::path& file) {
  std::vector<Edit> edits;
  std::error_code error;
  if (!std::filesystem::exists(file, error)) return edits;
  std::ifstream stream = open_regular_file(file);
  int number = 0;
  for (std::string line; std::getline(stream, line);) {
    ++number;
    if (line.empty() || (stream.eof() && !Json::accept(line))) continue;
    const std::string what = fmt::format("Line {} of {}", number, file.string());
    edits.push_back(edit_from_json(parse_json(line, what), what));
  }
  return edits;
}

Journal::Journal(std::filesystem::path file, std::vector<Edit> done, const std::vector<Edit>& planned)
    : file_(std::move(file)), done_(std::move(done)) {
  const bool same = planned.size() >= done_.size() && std::equal(done_.begin(), done_.end(), planned.begin());
  if (same) planned_.assign(planned.begin() + static_cast<std::ptrdiff_t>(done_.size()), planned.end());
  dirty_ = !planned_.empty();  // a run that ends before its first edit still knows its plan
}

std::optional<Edit> Journal::due(std::int64_t step) const {
  if (planned_.empty() || planned_.front().step > step) return std::nullopt;
  return planned_.front();
}

void Journal::leave_out() {
  planned_.erase(planned_.begin());
  dirty_ = true;
}

void Journal::add(const Edit& edit) {
  if (!planned_.empty() && planned_.front() == edit) planned_.erase(planned_.begin());
  done_.push_back(edit);
  dirty_ = true;
}

void Journal::flush() {
  if (!dirty_) return;
  std::string lines;
  for (const std::vector<Edit>* edits : {&std::as_const(done_), &std::as_const(planned_)}) {
    for (const Edit& edit : *edits) lines += json_text(to_json(edit)) + "\n";
  }
  write_file(file_, lines);
  dirty_ = false;
}

}  // namespace ganvas::train
