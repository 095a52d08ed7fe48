#pragma once
// Keyframes of the whole latent state, and how far between them each moment lies. No torch.

#include <string>
#include <vector>

#include "latent/controls.h"

namespace ganvas::latent {

/// How the way to the next keyframe is paced.
enum class Easing { none, in, out, both };

/// The way between keyframes. Linear and spline (Catmull-Rom) go through the styles w; spherical goes along the great
/// circle of the latents, and through w for all that styles add to them.
enum class Course { linear, spherical, spline };

struct Keyframe {
  double seconds = 0;
  Easing ease = Easing::none;  ///< of the way from here to the next
  LatentControls latent;
  bool operator==(const Keyframe&) const = default;
};

struct Timeline {
  SharedList<Keyframe> keyframes;  ///< by growing seconds, no two at one time
  Course course = Course::spline;
  bool loop = false;    ///< after the last keyframe back to the first, which it meets at `seconds`
  double seconds = 0;   ///< length; at least to the last keyframe, of a loop some time beyond it; 0: by itself
  int noise_turns = 0;  ///< how often random noise turns through its circle from begin to end; 0: it stands still
  bool operator==(const Timeline&) const = default;
};

/// Where a moment lies: between two keyframes.
struct TimelinePlace {
  int from = 0;
  int to = 0;       ///< the next keyframe; `from` itself where there is none
  double t = 0;     ///< 0 at `from`, 1 at `to`, eased
  double turn = 0;  ///< of the noise's circle, in 0..1
};

/// Seconds from begin to end: Timeline::seconds where it is long enough; else to the last keyframe, and of a loop
/// beyond it as far as the keyframes are apart on average (1 s for a single one).
double timeline_length(const Timeline& timeline);

/// t in 0..1 -> 0..1 with the slope 0 where it eases (cubic).
double eased(Easing ease, double t);

/// seconds: beyond the ends the end's picture; of a loop it goes round. Throws Error for a timeline without keyframes.
TimelinePlace timeline_place(const Timeline& timeline, double seconds);

/// Four keyframes around a place for a spline: before `from`, from, to, after `to`; a loop wraps, an open end repeats
/// its own.
std::vector<int> spline_keyframes(const Timeline& timeline, const TimelinePlace& place);

/// Weights of spline_keyframes() at t (Catmull-Rom with tangents for the keyframes' own times); they add up to 1.
std::vector<double> spline_weights(const Timeline& timeline, const TimelinePlace& place);

/// The state at t of the way, 0..1, from one keyframe to the next: each synthesis parameter as its row says (Motion),
/// the bends by their amounts; everything else as in `from`.
LatentControls blended(LatentControls from, const LatentControls& to, double t);

/// Over the plane of seeds: a keyframe at each of the times (seconds, rising), the first is `from`, each next one lies
/// `seeds` to the right of the one before. The length is `seconds`. Throws Error as check_timeline().
Timeline seed_walk(LatentControls from, const std::vector<double>& times, double seeds, double seconds);

/// Number of frames of a film of `fps` frames a second: of a loop the last frame is the one before the first again.
int timeline_frames(const Timeline& timeline, int fps);

/// Throws Error naming what is wrong: keyframes out of order, times that are not finite, more than 10,000 of them.
void check_timeline(const Timeline& timeline);

}  // namespace ganvas::latent
