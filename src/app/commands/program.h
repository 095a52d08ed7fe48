#pragma once
// Settings, control from outside, undo, quitting. No torch.

#include <cstdint>
#include <string>
#include <vector>

#include "app/commands/command_kind.h"
#include "app/settings/settings.h"

namespace ganvas::app::command {

/// The person's settings; no part of the document.
struct SetSettings {
  static constexpr const char* command = "set_settings";
  Settings settings;
  static constexpr auto fields() { return std::tuple{required("settings", &SetSettings::settings)}; }
};

struct Undo {
  static constexpr const char* command = "undo";
};

struct Redo {
  static constexpr const char* command = "redo";
};

/// Unconfirmed, it only asks (ViewModel::wants_quit) while training is on.
struct Quit {
  static constexpr const char* command = "quit";
  bool confirmed = false;
  static constexpr auto fields() { return std::tuple{optional("confirmed", &Quit::confirmed)}; }
};

/// The answer "stay" to the question that Quit asked.
struct CancelQuit {
  static constexpr const char* command = "cancel_quit";
};

/// The session that an earlier start of the program left unsaved is not opened now (opening it is a LoadSession);
/// `forget`: nor at a later start.
struct LeaveUnsaved {
  static constexpr const char* command = "leave_unsaved";
  bool forget = false;
  static constexpr auto fields() { return std::tuple{optional("forget", &LeaveUnsaved::forget)}; }
};

struct SetInputs {
  static constexpr const char* command = "set_inputs";
  InputControls inputs;
  static constexpr auto fields() { return std::tuple{required("inputs", &SetInputs::inputs)}; }
  void apply(CommandContext& context) const;
};

/// This slider is bound to the next thing that moves outside, or to a source at once; empty: no more.
struct LearnInput {
  static constexpr const char* command = "learn_input";
  std::string target;
  std::string source;  ///< as Binding; empty: what moves next
  static constexpr auto fields() {
    return std::tuple{required("target", &LearnInput::target), optional("source", &LearnInput::source)};
  }
};

/// Takes all bindings of a slider away.
struct ForgetInput {
  static constexpr const char* command = "forget_input";
  std::string target;
  static constexpr auto fields() { return std::tuple{required("target", &ForgetInput::target)}; }
  void apply(CommandContext& context) const;
};

using ProgramCommands =
    std::variant<SetSettings, Undo, Redo, Quit, CancelQuit, LeaveUnsaved, SetInputs, LearnInput, ForgetInput>;

}  // namespace ganvas::app::command
