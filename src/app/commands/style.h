#pragma once
// Styles: truncation, noise, mixing, moves, offsets, bends. No torch.

#include <cstdint>
#include <string>
#include <vector>

#include "app/commands/command_kind.h"

namespace ganvas::app::command {

/// First style rows that truncation reaches; -1: all.
struct SetCutoff {
  static constexpr const char* command = "set_cutoff";
  int rows = -1;
  static constexpr auto fields() { return std::tuple{required("rows", &SetCutoff::rows)}; }
  [[nodiscard]] std::string gesture() const { return "cutoff"; }
  void apply(CommandContext& context) const;
};

struct SetNoise {
  static constexpr const char* command = "set_noise";
  latent::NoiseControls noise;
  static constexpr auto fields() { return std::tuple{required("noise", &SetNoise::noise)}; }
  [[nodiscard]] std::string gesture() const { return "noise"; }
  void apply(CommandContext& context) const;
};

struct SetPlacement {
  static constexpr const char* command = "set_placement";
  latent::PlacementControls placement;
  static constexpr auto fields() { return std::tuple{required("placement", &SetPlacement::placement)}; }
  [[nodiscard]] std::string gesture() const { return "placement"; }
  void apply(CommandContext& context) const;
};

/// Changes a source of styles, or adds one when `index` is their number.
struct SetStyleSource {
  static constexpr const char* command = "set_style_source";
  int index = 0;
  latent::StyleSource source;
  static constexpr auto fields() {
    return std::tuple{required("index", &SetStyleSource::index), required("source", &SetStyleSource::source)};
  }
  [[nodiscard]] std::string gesture() const { return "source " + std::to_string(index); }
  void apply(CommandContext& context) const;
};

struct RemoveStyleSource {
  static constexpr const char* command = "remove_style_source";
  int index = 0;
  static constexpr auto fields() { return std::tuple{required("index", &RemoveStyleSource::index)}; }
  void apply(CommandContext& context) const;
};

struct SetMixingGrid {
  static constexpr const char* command = "set_mixing_grid";
  bool on = true;
  std::vector<double> weights;
  static constexpr auto fields() {
    return std::tuple{required("on", &SetMixingGrid::on), optional("weights", &SetMixingGrid::weights)};
  }
  [[nodiscard]] std::string gesture() const { return on ? "mixing grid" : ""; }
  void apply(CommandContext& context) const;
};

/// Changes a move, or adds one when `index` is their number.
struct SetStyleMove {
  static constexpr const char* command = "set_style_move";
  int index = 0;
  latent::StyleMove move;
  static constexpr auto fields() {
    return std::tuple{required("index", &SetStyleMove::index), required("move", &SetStyleMove::move)};
  }
  [[nodiscard]] std::string gesture() const { return "move " + std::to_string(index); }
  void apply(CommandContext& context) const;
};

/// The slider of a move.
struct SetStrength {
  static constexpr const char* command = "set_strength";
  int index = 0;
  double strength = 0;
  static constexpr auto fields() {
    return std::tuple{required("index", &SetStrength::index), required("strength", &SetStrength::strength)};
  }
  [[nodiscard]] std::string gesture() const { return "move " + std::to_string(index); }
  void apply(CommandContext& context) const;
};

struct RemoveStyleMove {
  static constexpr const char* command = "remove_style_move";
  int index = 0;
  static constexpr auto fields() { return std::tuple{required("index", &RemoveStyleMove::index)}; }
  void apply(CommandContext& context) const;
};

/// A slider of the style space; value 0 takes the offset away.
struct SetStyleOffset {
  static constexpr const char* command = "set_style_offset";
  latent::StyleOffset offset;
  static constexpr auto fields() { return std::tuple{required("offset", &SetStyleOffset::offset)}; }
  [[nodiscard]] std::string gesture() const { return fmt::format("style {} {}", offset.row, offset.index); }
  void apply(CommandContext& context) const;
};

/// Styles that stand in for those of the latent (StyleControls::base); empty: none.
struct SetStyleBase {
  static constexpr const char* command = "set_style_base";
  std::vector<float> w;
  static constexpr auto fields() { return std::tuple{required("w", &SetStyleBase::w)}; }
  [[nodiscard]] std::string gesture() const { return w.empty() ? "" : "base"; }
  void apply(CommandContext& context) const;
};

/// Changes a bend, or adds one when `index` is their number.
struct SetBend {
  static constexpr const char* command = "set_bend";
  int index = 0;
  latent::Bend bend;
  static constexpr auto fields() {
    return std::tuple{required("index", &SetBend::index), required("bend", &SetBend::bend)};
  }
  [[nodiscard]] std::string gesture() const { return "bend " + std::to_string(index); }
  void apply(CommandContext& context) const;
};

struct RemoveBend {
  static constexpr const char* command = "remove_bend";
  int index = 0;
  static constexpr auto fields() { return std::tuple{required("index", &RemoveBend::index)}; }
  void apply(CommandContext& context) const;
};

/// Everything about styles as the model has it.
struct ResetStyles {
  static constexpr const char* command = "reset_styles";
  void apply(CommandContext& context) const;
};

/// Looks for directions of the model on screen; they come with the view, not with the document.
struct FindDirections {
  static constexpr const char* command = "find_directions";
  std::string method = "sefa";  ///< sefa (closed form) or pca (of random styles)
  int first = 0;                ///< style rows that sefa looks at
  int last = -1;                ///< -1: to the end
  static constexpr auto fields() {
    return std::tuple{optional("method", &FindDirections::method), optional("first", &FindDirections::first),
                      optional("last", &FindDirections::last)};
  }
};

struct CancelDirections {
  static constexpr const char* command = "cancel_directions";
};

/// Writes the moves, or adds those of a file.
struct SaveMoves {
  static constexpr const char* command = "save_moves";
  std::string path;
  static constexpr auto fields() { return std::tuple{required("path", &SaveMoves::path)}; }
  static constexpr auto output = &SaveMoves::path;
  void apply(CommandContext& context) const;
};

struct LoadMoves {
  static constexpr const char* command = "load_moves";
  std::string path;
  static constexpr auto fields() { return std::tuple{required("path", &LoadMoves::path)}; }
  void apply(CommandContext& context) const;
};

using StyleCommands = std::variant<SetCutoff, SetNoise, SetPlacement, SetStyleSource, RemoveStyleSource, SetMixingGrid,
                                   SetStyleMove, SetStrength, RemoveStyleMove, SetStyleOffset, SetStyleBase, SetBend,
                                   RemoveBend, ResetStyles, FindDirections, CancelDirections, SaveMoves, LoadMoves>;

}  // namespace ganvas::app::command
