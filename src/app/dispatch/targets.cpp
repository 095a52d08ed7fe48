#include "app/dispatch/targets.h"

#include <charconv>

namespace ganvas::app {

namespace {

/// "dimension 12" of the kind "dimension" -> 12.
std::optional<int> number_of(const std::string& target, std::string_view kind) {
  if (!target.starts_with(kind) || target.size() < kind.size() + 2 || target[kind.size()] != ' ') return std::nullopt;
  int number = 0;
  const char* end = target.data() + target.size();
  const auto [stop, problem] = std::from_chars(target.data() + kind.size() + 1, end, number);
  if (problem != std::errc() || stop != end || number < 0) return std::nullopt;
  return number;
}

}  // namespace

std::optional<Command> command_for(const std::string& target, double value, const AppState& state) {
  const latent::LatentControls& latent = state.latent;
  if (target == "blend") {  // its slider turns the blend on
    if (latent.blend.a.empty() || latent.blend.b.empty()) return std::nullopt;
    return command::SetBlend{true, value, latent.blend.mode};
  }
  if (const auto* row = latent::find_parameter(target); row && !row->list) return command::SetParameter{target, value};
  if (target == "timeline" && !state.timeline.timeline.keyframes.empty())
    return command::SeekTimeline{value * latent::timeline_length(state.timeline.timeline)};
  if ((target == "coarse" || target == "fine") && !state.mix.path.empty()) {
    ModelMix mix = state.mix;
    (target == "coarse" ? mix.coarse : mix.fine) = value;
    return command::SetModelMix{mix};
  }
  if (const auto index = number_of(target, "dimension")) return command::SetDimension{*index, value};
  if (const auto index = number_of(target, "move"); index && *index < static_cast<int>(latent.style.moves.size()))
    return command::SetStrength{*index, value};
  if (const auto index = number_of(target, "bend"); index && *index < static_cast<int>(latent.style.bends.size())) {
    latent::Bend bend = latent.style.bends[static_cast<std::size_t>(*index)];
    bend.amount = value;
    return command::SetBend{*index, bend};
  }
  return std::nullopt;
}

latent::ValueRange target_range(const std::string& target) {
  if (target.starts_with("dimension")) return {-3, 3};
  if (target.starts_with("move")) return {-5, 5};
  if (target.starts_with("bend")) return {-2, 2};
  if (const latent::SynthesisParameter* row = latent::find_parameter(target)) return row->slider;
  return {0, 1};
}

}  // namespace ganvas::app
