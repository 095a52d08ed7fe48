#pragma once
// Model files, mixtures and session files. No torch.

#include <cstdint>
#include <string>
#include <vector>

#include "app/commands/command_kind.h"

namespace ganvas::app::command {

struct SetModelMix {
  static constexpr const char* command = "set_model_mix";
  ModelMix mix;
  static constexpr auto fields() { return std::tuple{required("mix", &SetModelMix::mix)}; }
  [[nodiscard]] std::string gesture() const { return mix.path.empty() ? "" : "mix"; }
  void apply(CommandContext& context) const;
};

/// The model on screen, mixed as it is, as a model file.
struct SaveModel {
  static constexpr const char* command = "save_model";
  std::string path;
  static constexpr auto fields() { return std::tuple{required("path", &SaveModel::path)}; }
  static constexpr auto output = &SaveModel::path;
};

/// A model file or a run folder; it takes effect when it is whole.
struct OpenModel {
  static constexpr const char* command = "open_model";
  std::string path;     ///< empty: the built-in starter model
  std::string network;  ///< "G_ema", "G"; empty: the moving average where there is one
  static constexpr auto fields() {
    return std::tuple{required("path", &OpenModel::path), optional("network", &OpenModel::network)};
  }
  void apply(CommandContext& context) const;
};

/// Values of the network on screen that its file does not say, "net.2.kind=leaky_relu" each; "net.2.kind=" goes back to
/// what was inferred. They are kept beside the model file, not in the document.
struct SetReading {
  static constexpr const char* command = "set_reading";
  std::vector<std::string> set;
  static constexpr auto fields() { return std::tuple{required("set", &SetReading::set)}; }
};

/// Gives up the model that is being opened; nothing happens when none is.
struct CancelOpening {
  static constexpr const char* command = "cancel_opening";
};

/// Empties the list of recent files.
struct ClearRecent {
  static constexpr const char* command = "clear_recent";
};

struct SaveSession {
  static constexpr const char* command = "save_session";
  std::string path;
  static constexpr auto fields() { return std::tuple{required("path", &SaveSession::path)}; }
  static constexpr auto output = &SaveSession::path;
  void apply(CommandContext& context) const;
};

struct LoadSession {
  static constexpr const char* command = "load_session";
  std::string path;
  static constexpr auto fields() { return std::tuple{required("path", &LoadSession::path)}; }
  void apply(CommandContext& context) const;
};

using ModelCommands =
    std::variant<SetModelMix, SaveModel, OpenModel, SetReading, CancelOpening, ClearRecent, SaveSession, LoadSession>;

}  // namespace ganvas::app::command
