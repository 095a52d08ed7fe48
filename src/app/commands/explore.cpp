#include "app/commands/explore.h"

#include <algorithm>
#include <cmath>

#include "app/commands/support.h"
#include "core/random.h"
#include "latent/latent.h"
#include "latent/timeline.h"

namespace ganvas::app::command {

namespace {

void set_unlocked(latent::LatentControls& latent, const std::vector<float>& values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (const int index = static_cast<int>(i); !latent.locked.contains(index)) latent.edits[index] = values[i];
  }
}

void advance_timeline(TimelineControls& controls, double seconds) {
  const double length = latent::timeline_length(controls.timeline);
  controls.at += seconds;
  if (controls.timeline.loop && length > 0) {
    controls.at = std::fmod(controls.at, length);
  } else if (controls.at >= length) {
    controls.at = length;
    controls.playing = false;
  }
}

}  // namespace

void SetSeed::apply(CommandContext& context) const {
  context.state.latent.seed_x = x;
  context.state.latent.seed_y = y;
  std::erase_if(context.state.latent.edits,
                [&](const auto& edit) { return !context.state.latent.locked.contains(edit.first); });
}

void PanSeed::apply(CommandContext& context) const {
  context.state.latent.seed_x += dx;
  context.state.latent.seed_y += dy;
}

void SetDimension::apply(CommandContext& context) const {
  check_index(context, index);
  context.state.latent.edits[index] = static_cast<float>(value);
}

void LockDimension::apply(CommandContext& context) const {
  check_index(context, index);
  if (!locked) {
    context.state.latent.locked.erase(index);
    return;
  }
  // A locked dimension keeps its value also when the seed moves: it becomes an edit.
  if (const int z_dim = context.services.z_dim(); z_dim > 0 && !context.state.latent.edits.contains(index)) {
    context.state.latent.edits[index] =
        latent::present_latent(context.state.latent, z_dim)[static_cast<std::size_t>(index)];
  }
  context.state.latent.locked.insert(index);
}

void ResetDimension::apply(CommandContext& context) const {
  check_index(context, index);
  context.state.latent.edits.erase(index);
  context.state.latent.locked.erase(index);
}

void ResetDimensions::apply(CommandContext& context) const {
  std::erase_if(context.state.latent.edits,
                [&](const auto& edit) { return !context.state.latent.locked.contains(edit.first); });
}

void RandomizeDimensions::apply(CommandContext& context) const {
  const std::vector<float> values = latent_from_seed(seed, static_cast<std::size_t>(model_z_dim(context)));
  set_unlocked(context.state.latent, values);
}

void SetLatent::apply(CommandContext& context) const {
  const int z_dim = model_z_dim(context);
  require(values.size() == static_cast<std::size_t>(z_dim),
          "The latent has {} values, but the model has {} dimensions; copy it from the same model.", values.size(),
          z_dim);
  set_unlocked(context.state.latent, values);
}

void SetParameter::apply(CommandContext& context) const {
  latent::set_parameter(context.state.latent, name, value);
}

void SetPsi::apply(CommandContext& context) const {
  context.state.latent.psi = psi;
}

void SetClasses::apply(CommandContext& context) const {
  context.state.latent.classes = weights;
}

void CaptureBlend::apply(CommandContext& context) const {
  (b ? context.state.latent.blend.b : context.state.latent.blend.a) =
      latent::present_latent(context.state.latent, model_z_dim(context));
}

void SetBlend::apply(CommandContext& context) const {
  require(!on || (!context.state.latent.blend.a.empty() && !context.state.latent.blend.b.empty()),
          "There is nothing to blend yet; keep one latent as A and one as B first.");
  context.state.latent.blend.on = on;
  context.state.latent.blend.t = t;
  context.state.latent.blend.mode = mode;
}

void SetAnimate::apply(CommandContext& context) const {
  context.state.latent.animate = on;
  context.state.latent.animate_speed = speed;
}

void Advance::apply(CommandContext& context) const {
  require(std::isfinite(seconds) && seconds >= 0, "Time goes forward only, not by {} s.", seconds);
  if (context.state.timeline.playing) advance_timeline(context.state.timeline, seconds);
  if (!context.state.latent.animate) return;
  const double way = context.state.latent.animate_speed * seconds;
  if (!latent::blend_applies(context.state.latent.blend, context.services.z_dim())) {
    context.state.latent.seed_x += way;
    return;
  }
  // There and back again: unfold the way onto a circle of length 2.
  latent::BlendControls& blend = context.state.latent.blend;
  double phase = std::fmod((blend.backwards ? 2.0 - blend.t : blend.t) + way, 2.0);
  if (phase < 0) phase += 2.0;
  blend.backwards = phase > 1.0;
  blend.t = blend.backwards ? 2.0 - phase : phase;
}

void AddBookmark::apply(CommandContext& context) const {
  context.state.bookmarks.change([&](std::vector<Bookmark>& all) {
    all.push_back({name.empty() ? fmt::format("Bookmark {}", all.size() + 1) : name, context.state.latent});
  });
}

void RenameBookmark::apply(CommandContext& context) const {
  context.state.bookmarks.change([&](std::vector<Bookmark>& all) { at(all, index, "bookmark").name = name; });
}

void RemoveBookmark::apply(CommandContext& context) const {
  context.state.bookmarks.change([&](std::vector<Bookmark>& all) { remove_at(all, index, "bookmark"); });
}

void RecallBookmark::apply(CommandContext& context) const {
  recall(context, at(context.state.bookmarks.items(), index, "bookmark").latent);
}

}  // namespace ganvas::app::command
