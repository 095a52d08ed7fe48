#pragma once
// What a command is. A command is a plain struct in a file of this folder that says everything about itself:
//   command    its name in JSON
//   fields()   its fields in JSON, where it has some
//   apply()    what it does to the document; a command without it is carried out by a service alone (services.h)
//   gesture()  what it moves, where moving it again goes on with the same step of undo; "" or absent: nothing
//   output     the member that names the file it writes, which lies in a script's output folder
// No torch.

#include <concepts>
#include <string>
#include <tuple>
#include <variant>

#include "app/document/services.h"
#include "app/document/state.h"
#include "core/json_fields.h"

namespace ganvas::app {

/// What a command may touch while it is carried out. `state` is a copy that takes effect when nothing was thrown.
struct CommandContext {
  AppState& state;
  const Services& services;

  /// Hands the command to its service.
  template <typename C>
  void carry_out(const C& command) const {
    services.call(command, state);
  }
};

template <typename C>
concept CommandStruct = requires {
  { C::command } -> std::convertible_to<const char*>;
};

template <CommandStruct C>
constexpr auto fields_of() {
  if constexpr (requires { C::fields(); }) {
    return C::fields();
  } else {
    return std::tuple<>();
  }
}

namespace command {
using fields::optional;
using fields::required;
}  // namespace command

}  // namespace ganvas::app

namespace ganvas::fields {

template <app::CommandStruct C>
inline constexpr auto table<C> = app::fields_of<C>();

}  // namespace ganvas::fields
