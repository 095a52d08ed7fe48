#pragma once
// The latent: seed plane, sliders, blends, animation, bookmarks. No torch.

#include <cstdint>
#include <string>
#include <vector>

#include "app/commands/command_kind.h"

namespace ganvas::app::command {

/// Position on the seed plane; unlocked edits go.
struct SetSeed {
  static constexpr const char* command = "set_seed";
  double x = 0;
  double y = 0;
  static constexpr auto fields() { return std::tuple{required("x", &SetSeed::x), optional("y", &SetSeed::y)}; }
  [[nodiscard]] std::string gesture() const { return "seed"; }
  void apply(CommandContext& context) const;
};

/// Moves on the seed plane; edits stay.
struct PanSeed {
  static constexpr const char* command = "pan_seed";
  double dx = 0;
  double dy = 0;
  static constexpr auto fields() { return std::tuple{required("dx", &PanSeed::dx), required("dy", &PanSeed::dy)}; }
  [[nodiscard]] std::string gesture() const { return "pan"; }
  void apply(CommandContext& context) const;
};

/// A latent slider. Moves a locked dimension too: the lock is against randomise and reset.
struct SetDimension {
  static constexpr const char* command = "set_dimension";
  int index = 0;
  double value = 0;
  static constexpr auto fields() {
    return std::tuple{required("index", &SetDimension::index), required("value", &SetDimension::value)};
  }
  [[nodiscard]] std::string gesture() const { return "dimension " + std::to_string(index); }
  void apply(CommandContext& context) const;
};

struct LockDimension {
  static constexpr const char* command = "lock_dimension";
  int index = 0;
  bool locked = true;
  static constexpr auto fields() {
    return std::tuple{required("index", &LockDimension::index), optional("locked", &LockDimension::locked)};
  }
  void apply(CommandContext& context) const;
};

/// One slider back to the seed's value.
struct ResetDimension {
  static constexpr const char* command = "reset_dimension";
  int index = 0;
  static constexpr auto fields() { return std::tuple{required("index", &ResetDimension::index)}; }
  void apply(CommandContext& context) const;
};

/// All unlocked sliders back to the seed's values.
struct ResetDimensions {
  static constexpr const char* command = "reset_dimensions";
  void apply(CommandContext& context) const;
};

/// New normal values for all unlocked dimensions.
struct RandomizeDimensions {
  static constexpr const char* command = "randomize_dimensions";
  std::uint64_t seed = 0;
  static constexpr auto fields() { return std::tuple{required("seed", &RandomizeDimensions::seed)}; }
  void apply(CommandContext& context) const;
};

/// Paste: every unlocked dimension takes these values.
struct SetLatent {
  static constexpr const char* command = "set_latent";
  std::vector<float> values;
  static constexpr auto fields() { return std::tuple{required("values", &SetLatent::values)}; }
  void apply(CommandContext& context) const;
};

/// Any synthesis parameter by its name (latent/controls.h).
struct SetParameter {
  static constexpr const char* command = "set_parameter";
  std::string name;
  double value = 0;
  static constexpr auto fields() {
    return std::tuple{required("name", &SetParameter::name), required("value", &SetParameter::value)};
  }
  [[nodiscard]] std::string gesture() const { return name; }
  void apply(CommandContext& context) const;
};

struct SetPsi {
  static constexpr const char* command = "set_psi";
  double psi = 1;
  static constexpr auto fields() { return std::tuple{required("psi", &SetPsi::psi)}; }
  [[nodiscard]] std::string gesture() const { return "psi"; }
  void apply(CommandContext& context) const;
};

/// Soft class weights of a conditional model; empty: its first class.
struct SetClasses {
  static constexpr const char* command = "set_classes";
  std::vector<float> weights;
  static constexpr auto fields() { return std::tuple{required("weights", &SetClasses::weights)}; }
  [[nodiscard]] std::string gesture() const { return "classes"; }
  void apply(CommandContext& context) const;
};

/// Keeps the present latent as A or B.
struct CaptureBlend {
  static constexpr const char* command = "capture_blend";
  bool b = false;
  static constexpr auto fields() { return std::tuple{required("b", &CaptureBlend::b)}; }
  void apply(CommandContext& context) const;
};

struct SetBlend {
  static constexpr const char* command = "set_blend";
  bool on = true;
  double t = 0;
  latent::Interpolation mode = latent::Interpolation::spherical;
  static constexpr auto fields() {
    return std::tuple{optional("on", &SetBlend::on), required("t", &SetBlend::t), optional("mode", &SetBlend::mode)};
  }
  [[nodiscard]] std::string gesture() const { return on ? "blend" : ""; }
  void apply(CommandContext& context) const;
};

struct SetAnimate {
  static constexpr const char* command = "set_animate";
  bool on = false;
  double speed = 0.3;
  static constexpr auto fields() {
    return std::tuple{required("on", &SetAnimate::on), optional("speed", &SetAnimate::speed)};
  }
  [[nodiscard]] std::string gesture() const { return on ? "animation" : ""; }
  void apply(CommandContext& context) const;
};

/// Moves the animation; not undoable.
struct Advance {
  static constexpr const char* command = "advance";
  double seconds = 0;
  static constexpr auto fields() { return std::tuple{required("seconds", &Advance::seconds)}; }
  void apply(CommandContext& context) const;
};

/// Keeps the present latent state. Without a name it gets one.
struct AddBookmark {
  static constexpr const char* command = "add_bookmark";
  std::string name;
  static constexpr auto fields() { return std::tuple{optional("name", &AddBookmark::name)}; }
  void apply(CommandContext& context) const;
};

struct RenameBookmark {
  static constexpr const char* command = "rename_bookmark";
  int index = 0;
  std::string name;
  static constexpr auto fields() {
    return std::tuple{required("index", &RenameBookmark::index), required("name", &RenameBookmark::name)};
  }
  void apply(CommandContext& context) const;
};

struct RemoveBookmark {
  static constexpr const char* command = "remove_bookmark";
  int index = 0;
  static constexpr auto fields() { return std::tuple{required("index", &RemoveBookmark::index)}; }
  void apply(CommandContext& context) const;
};

/// The sliders take its state.
struct RecallBookmark {
  static constexpr const char* command = "recall_bookmark";
  int index = 0;
  static constexpr auto fields() { return std::tuple{required("index", &RecallBookmark::index)}; }
  void apply(CommandContext& context) const;
};

using ExploreCommands =
    std::variant<SetSeed, PanSeed, SetDimension, LockDimension, ResetDimension, ResetDimensions, RandomizeDimensions,
                 SetLatent, SetParameter, SetPsi, SetClasses, CaptureBlend, SetBlend, SetAnimate, Advance, AddBookmark,
                 RenameBookmark, RemoveBookmark, RecallBookmark>;

}  // namespace ganvas::app::command
