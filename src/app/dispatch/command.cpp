#include "app/dispatch/command.h"

#include <algorithm>
#include <numeric>
#include <string_view>
#include <type_traits>
#include <utility>

#include "app/document/state_fields.h"
#include "core/error.h"
#include "core/outside/printable.h"

namespace ganvas::app {

namespace {

template <std::size_t... I>
std::vector<std::string> all_names(std::index_sequence<I...>) {
  return {std::variant_alternative_t<I, Command>::command...};
}

/// Reads alternative I when its name fits. Returns true then.
template <std::size_t I>
bool read_if_named(const std::string& name, const Json& arguments, Command& command) {
  using C = std::variant_alternative_t<I, Command>;
  if (name != C::command) return false;
  C value;
  fields::from_json(arguments, "the command \"" + name + "\"", value);
  command = value;
  return true;
}

template <std::size_t... I>
bool read_any(const std::string& name, const Json& arguments, Command& command, std::index_sequence<I...>) {
  return (read_if_named<I>(name, arguments, command) || ...);
}

/// Letters to change, add or take away to make one name of the other (Levenshtein).
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 0; i < a.size(); ++i) {
    std::size_t corner = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < b.size(); ++j) {
      const std::size_t changed = corner + (a[i] == b[j] ? 0 : 1);
      corner = std::exchange(row[j + 1], std::min({changed, row[j] + 1, row[j + 1] + 1}));
    }
  }
  return row.back();
}

/// The three names that are most like `name`.
std::vector<std::string> nearest(std::vector<std::string> names, const std::string& name) {
  const std::string_view start = std::string_view(name).substr(0, 40);
  std::ranges::stable_sort(names, {}, [start](const std::string& known) { return distance(known, start); });
  names.resize(std::min<std::size_t>(names.size(), 3));
  return names;
}

constexpr auto kAll = std::make_index_sequence<std::variant_size_v<Command>>();

}  // namespace

std::string_view name_of(const Command& command) {
  return std::visit([](const auto& made) { return std::string_view(std::decay_t<decltype(made)>::command); }, command);
}

std::vector<std::string> command_names() {
  return all_names(kAll);
}

Json to_json(const Command& command) {
  return std::visit(
      [](const auto& value) {
        Json json{{"command", value.command}};
        const Json arguments = fields::to_json(value);
        for (const auto& [key, item] : arguments.items()) json[key] = item;
        return json;
      },
      command);
}

Command command_from_json(const Json& json) {
  require(json.is_object() && json.contains("command") && json["command"].is_string(),
          "A command must be a JSON object with its name, such as {{\"command\": \"undo\"}}.");
  const auto name = json["command"].get<std::string>();
  Json arguments = json;
  arguments.erase("command");
  Command command;
  if (read_any(name, arguments, command, kAll)) return command;
  fail("There is no command \"{}\"; near it are {}; docs/formats.md has them all.", printable(name, 40),
       fmt::join(nearest(command_names(), name), ", "));
}

std::string* output_of(Command& command) {
  return std::visit(
      []<typename C>(C& value) -> std::string* {
        if constexpr (requires { C::output; }) {
          return &(value.*C::output);
        } else {
          return nullptr;
        }
      },
      command);
}

}  // namespace ganvas::app
