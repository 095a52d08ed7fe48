#include "app/dispatch/command.h"

#include "app/document/state_fields.h"
#include "core/error.h"

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

constexpr auto kAll = std::make_index_sequence<std::variant_size_v<Command>>();

}  // namespace

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
  fail("There is no command \"{}\"; the commands are {}.", name, fmt::join(command_names(), ", "));
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
