#include "app/commands/timeline.h"

#include <algorithm>
#include <cmath>

#include "app/commands/support.h"
#include "app/document/session_file.h"
#include "sound/track.h"

namespace ganvas::app::command {

namespace {

void check_keyframes(const CommandContext& context) {
  require(!context.state.timeline.timeline.keyframes.empty(), "The timeline has no keyframe yet; add one first.");
}

void put_keyframe(std::vector<latent::Keyframe>& frames, latent::Keyframe frame) {
  frame.latent.animate = false;
  // Closer than a frame of the fastest film is the same moment.
  const auto there = std::find_if(frames.begin(), frames.end(), [&](const latent::Keyframe& f) {
    return std::abs(f.seconds - frame.seconds) < 0.004;
  });
  if (there != frames.end()) {
    frame.ease = there->ease;
    frame.seconds = there->seconds;
    *there = std::move(frame);
    return;
  }
  const auto after =
      std::find_if(frames.begin(), frames.end(), [&](const latent::Keyframe& f) { return f.seconds > frame.seconds; });
  frames.insert(after, std::move(frame));
}

void show_from_begin(TimelineControls& controls, const latent::Timeline& timeline) {
  controls.timeline = timeline;
  controls.playing = false;
  controls.at = 0;
  controls.on = !timeline.keyframes.empty();
}

}  // namespace

void SetTimeline::apply(CommandContext& context) const {
  context.state.timeline.timeline = timeline;
}

void AddKeyframe::apply(CommandContext& context) const {
  context.state.timeline.timeline.keyframes.change([&](std::vector<latent::Keyframe>& frames) {
    put_keyframe(frames, {seconds, latent::Easing::none, context.state.latent});
  });
}

void MoveKeyframe::apply(CommandContext& context) const {
  context.state.timeline.timeline.keyframes.change([&](std::vector<latent::Keyframe>& frames) {
    latent::Keyframe frame = at(frames, index, "keyframe");
    frame.seconds = seconds;
    remove_at(frames, index, "keyframe");
    put_keyframe(frames, std::move(frame));
  });
}

void SetEasing::apply(CommandContext& context) const {
  context.state.timeline.timeline.keyframes.change(
      [&](std::vector<latent::Keyframe>& frames) { at(frames, index, "keyframe").ease = ease; });
}

void RemoveKeyframe::apply(CommandContext& context) const {
  context.state.timeline.timeline.keyframes.change(
      [&](std::vector<latent::Keyframe>& frames) { remove_at(frames, index, "keyframe"); });
  if (context.state.timeline.timeline.keyframes.empty())
    context.state.timeline.on = context.state.timeline.playing = false;
}

void RecallKeyframe::apply(CommandContext& context) const {
  recall(context, at(context.state.timeline.timeline.keyframes.items(), index, "keyframe").latent);
}

void SeekTimeline::apply(CommandContext& context) const {
  check_keyframes(context);
  context.state.timeline.on = true;
  context.state.timeline.at = std::clamp(seconds, 0.0, latent::timeline_length(context.state.timeline.timeline));
}

void PlayTimeline::apply(CommandContext& context) const {
  if (on) check_keyframes(context);
  TimelineControls& controls = context.state.timeline;
  controls.playing = on;
  if (!on) return;
  controls.on = true;
  // From the end it begins again.
  if (!context.state.timeline.timeline.loop && controls.at >= latent::timeline_length(context.state.timeline.timeline))
    controls.at = 0;
}

void LeaveTimeline::apply(CommandContext& context) const {
  context.state.timeline.on = context.state.timeline.playing = false;
}

void SetOnionSkin::apply(CommandContext& context) const {
  context.state.timeline.onion_skin = keyframes;
}

void SaveTimeline::apply(CommandContext& context) const {
  const TimelineFile whole{context.state.model, context.state.network, context.state.timeline.timeline};
  context.services.write_file([file = path, whole] { save_timeline(file, whole); }, "Timeline saved to " + path);
}

void LoadTimeline::apply(CommandContext& context) const {
  const auto read = [file = path]() -> Change {
    return
        [timeline = load_timeline(file).timeline](AppState& document) { show_from_begin(document.timeline, timeline); };
  };
  context.services.read_file(context.state, {path, read, "Timeline loaded from " + path});
}

void WalkTrack::apply(CommandContext& context) const {
  const auto read = [file = track, beats_of_bar = beats, step = seeds, from = context.state.latent]() -> Change {
    const sound::Track piece = *sound::hear_track(file);
    return [walk = latent::seed_walk(from, piece.bars(beats_of_bar), step, piece.seconds())](AppState& document) {
      show_from_begin(document.timeline, walk);
    };
  };
  context.services.read_file(context.state, {track, read, "The timeline walks in time with " + track});
}

void RenderTimeline::apply(CommandContext& context) const {
  check_keyframes(context);
  context.carry_out(*this);
}

}  // namespace ganvas::app::command
