#pragma once
// The timeline and its films. No torch.

#include <cstdint>
#include <string>
#include <vector>

#include "app/commands/command_kind.h"

namespace ganvas::app::command {

/// A whole timeline.
struct SetTimeline {
  static constexpr const char* command = "set_timeline";
  latent::Timeline timeline;
  static constexpr auto fields() { return std::tuple{required("timeline", &SetTimeline::timeline)}; }
  [[nodiscard]] std::string gesture() const { return "timeline"; }
  void apply(CommandContext& context) const;
};

/// The present latent state becomes the keyframe at `seconds`, in the place of one that is there.
struct AddKeyframe {
  static constexpr const char* command = "add_keyframe";
  double seconds = 0;
  static constexpr auto fields() { return std::tuple{required("seconds", &AddKeyframe::seconds)}; }
  void apply(CommandContext& context) const;
};

struct MoveKeyframe {
  static constexpr const char* command = "move_keyframe";
  int index = 0;
  double seconds = 0;
  static constexpr auto fields() {
    return std::tuple{required("index", &MoveKeyframe::index), required("seconds", &MoveKeyframe::seconds)};
  }
  void apply(CommandContext& context) const;
};

struct SetEasing {
  static constexpr const char* command = "set_easing";
  int index = 0;
  latent::Easing ease = latent::Easing::none;
  static constexpr auto fields() {
    return std::tuple{required("index", &SetEasing::index), required("ease", &SetEasing::ease)};
  }
  void apply(CommandContext& context) const;
};

struct RemoveKeyframe {
  static constexpr const char* command = "remove_keyframe";
  int index = 0;
  static constexpr auto fields() { return std::tuple{required("index", &RemoveKeyframe::index)}; }
  void apply(CommandContext& context) const;
};

/// The sliders take its state.
struct RecallKeyframe {
  static constexpr const char* command = "recall_keyframe";
  int index = 0;
  static constexpr auto fields() { return std::tuple{required("index", &RecallKeyframe::index)}; }
  void apply(CommandContext& context) const;
};

/// Puts the playhead somewhere; the picture is the timeline's from then on.
struct SeekTimeline {
  static constexpr const char* command = "seek_timeline";
  double seconds = 0;
  static constexpr auto fields() { return std::tuple{required("seconds", &SeekTimeline::seconds)}; }
  [[nodiscard]] std::string gesture() const { return "playhead"; }
  void apply(CommandContext& context) const;
};

struct PlayTimeline {
  static constexpr const char* command = "play_timeline";
  bool on = true;
  static constexpr auto fields() { return std::tuple{optional("on", &PlayTimeline::on)}; }
  void apply(CommandContext& context) const;
};

/// The picture is the sliders' again.
struct LeaveTimeline {
  static constexpr const char* command = "leave_timeline";
  void apply(CommandContext& context) const;
};

/// Keyframes before and after that shine through.
struct SetOnionSkin {
  static constexpr const char* command = "set_onion_skin";
  int keyframes = 0;
  static constexpr auto fields() { return std::tuple{required("keyframes", &SetOnionSkin::keyframes)}; }
  void apply(CommandContext& context) const;
};

struct SaveTimeline {
  static constexpr const char* command = "save_timeline";
  std::string path;
  static constexpr auto fields() { return std::tuple{required("path", &SaveTimeline::path)}; }
  static constexpr auto output = &SaveTimeline::path;
  void apply(CommandContext& context) const;
};

struct LoadTimeline {
  static constexpr const char* command = "load_timeline";
  std::string path;
  static constexpr auto fields() { return std::tuple{required("path", &LoadTimeline::path)}; }
  void apply(CommandContext& context) const;
};

/// A film of the timeline beside the window: .mp4, .gif, .webp, or a folder of PNG files.
struct RenderTimeline {
  static constexpr const char* command = "render_timeline";
  std::string path;
  int fps = 30;
  int size = 0;       ///< pixels of a picture's side; 0: as the model makes it
  std::string sound;  ///< a sound file, for an .mp4; empty: a silent film
  static constexpr auto fields() {
    return std::tuple{required("path", &RenderTimeline::path), optional("fps", &RenderTimeline::fps),
                      optional("size", &RenderTimeline::size), optional("sound", &RenderTimeline::sound)};
  }
  static constexpr auto output = &RenderTimeline::path;
  void apply(CommandContext& context) const;
};

/// The timeline becomes a walk over the plane of seeds in time with a piece of music: from the present latent state on,
/// with a keyframe a bar. The piece is heard beside the window.
struct WalkTrack {
  static constexpr const char* command = "walk_track";
  std::string track;  ///< a sound file
  int beats = 4;      ///< of a bar, 1..64
  double seeds = 1;   ///< from keyframe to keyframe
  static constexpr auto fields() {
    return std::tuple{required("track", &WalkTrack::track), optional("beats", &WalkTrack::beats),
                      optional("seeds", &WalkTrack::seeds)};
  }
  void apply(CommandContext& context) const;
};

/// An .mp4 of a whole piece of music, with its sound, beside the window: what is bound to the sound follows it, the
/// walk and the timeline go on as they are turned on.
struct FilmTrack {
  static constexpr const char* command = "film_track";
  std::string path;
  std::string track;  ///< a sound file; empty: that of the inputs
  int fps = 30;
  int size = 0;  ///< pixels of a picture's side; 0: as the model makes it
  static constexpr auto fields() {
    return std::tuple{required("path", &FilmTrack::path), optional("track", &FilmTrack::track),
                      optional("fps", &FilmTrack::fps), optional("size", &FilmTrack::size)};
  }
  static constexpr auto output = &FilmTrack::path;
};

struct CancelRender {
  static constexpr const char* command = "cancel_render";
};

using TimelineCommands = std::variant<SetTimeline, AddKeyframe, MoveKeyframe, SetEasing, RemoveKeyframe, RecallKeyframe,
                                      SeekTimeline, PlayTimeline, LeaveTimeline, SetOnionSkin, SaveTimeline,
                                      LoadTimeline, RenderTimeline, WalkTrack, FilmTrack, CancelRender>;

}  // namespace ganvas::app::command
