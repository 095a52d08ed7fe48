#include "latent/timeline.h"

#include <algorithm>
#include <cmath>

#include "core/error.h"
#include "latent/bend_kinds.h"

namespace ganvas::latent {

namespace {

constexpr std::size_t most_keyframes = 10'000;

/// Time of keyframe `index`, which may lie outside: a loop goes on, an open end stays.
double time_of(const Timeline& timeline, int index) {
  const int count = static_cast<int>(timeline.keyframes.size());
  const auto at = [&](int i) { return timeline.keyframes[static_cast<std::size_t>(i)].seconds; };
  if (!timeline.loop) return at(std::clamp(index, 0, count - 1));
  const int rounds = index >= 0 ? index / count : -((count - 1 - index) / count);
  return at(index - rounds * count) + rounds * timeline_length(timeline);
}

int wrapped(const Timeline& timeline, int index) {
  const int count = static_cast<int>(timeline.keyframes.size());
  return timeline.loop ? (index % count + count) % count : std::clamp(index, 0, count - 1);
}

double between(double a, double b, double t) {
  return (1 - t) * a + t * b;
}

/// Values that are missing at one side are `fill`.
template <typename T>
std::vector<T> between(const std::vector<T>& a, const std::vector<T>& b, double t, double fill) {
  std::vector<T> mixed(std::max(a.size(), b.size()));
  const auto at = [&](const std::vector<T>& values, std::size_t i) {
    return i < values.size() ? static_cast<double>(values[i]) : fill;
  };
  for (std::size_t i = 0; i < mixed.size(); ++i) mixed[i] = static_cast<T>(between(at(a, i), at(b, i), t));
  return mixed;
}

bool same_place(const Bend& a, const Bend& b) {
  return a.layer == b.layer && a.channel == b.channel && a.kind == b.kind;
}

/// Bends of one side alone come from, or go to, the amount that changes nothing; those without an amount hold until the
/// next keyframe.
std::vector<Bend> between(const std::vector<Bend>& a, const std::vector<Bend>& b, double t) {
  std::vector<Bend> mixed;
  const auto partner = [](const std::vector<Bend>& bends, const Bend& wanted) {
    return std::find_if(bends.begin(), bends.end(), [&](const Bend& bend) { return same_place(bend, wanted); });
  };
  const auto neutral = [](Bend bend) {
    bend.amount = bend_kind(bend.kind).neutral;
    bend.second = 0;
    return bend;
  };
  const auto add = [&](Bend bend, const Bend& other) {
    bend.amount = between(bend.amount, other.amount, t);
    bend.second = between(bend.second, other.second, t);
    mixed.push_back(std::move(bend));
  };
  for (const Bend& bend : a) {
    const auto other = partner(b, bend);
    add(bend, other != b.end() ? *other : neutral(bend));
  }
  for (const Bend& bend : b) {
    if (partner(a, bend) != a.end() || *bend_kind(bend.kind).amount == 0) continue;
    add(neutral(bend), bend);
  }
  return mixed;
}

}  // namespace

LatentControls blended(LatentControls from, const LatentControls& to, double t) {
  const auto move = [&](const SynthesisParameter& row, auto& value, const auto& end) {
    if (row.motion != Motion::linear) return;
    using Value = std::remove_reference_t<decltype(value)>;
    if constexpr (std::is_arithmetic_v<Value>) {
      value = static_cast<Value>(between(value, end, t));
    } else {
      value = between(value, end, t, row.neutral);
    }
  };
  each_parameter(move, from, to);
  from.style.bends = between(from.style.bends, to.style.bends, t);
  return from;
}

double timeline_length(const Timeline& timeline) {
  const auto& frames = timeline.keyframes;
  if (frames.empty()) return 0;
  const double last = frames.back().seconds, way = last - frames.front().seconds;
  if (!timeline.loop) return std::max(timeline.seconds, last);
  if (timeline.seconds > way) return timeline.seconds;
  return way + (frames.size() > 1 ? way / static_cast<double>(frames.size() - 1) : 1.0);
}

double eased(Easing ease, double t) {
  switch (ease) {
    case Easing::none:
      return t;
    case Easing::in:
      return t * t * t;
    case Easing::out:
      return 1 - (1 - t) * (1 - t) * (1 - t);
    case Easing::both:
      return t * t * (3 - 2 * t);
  }
  return t;
}

TimelinePlace timeline_place(const Timeline& timeline, double seconds) {
  const auto& frames = timeline.keyframes;
  require(!frames.empty(), "The timeline has no keyframe yet; add one first.");
  const double length = timeline_length(timeline), first = frames.front().seconds;
  const double round = timeline.loop ? seconds - std::floor((seconds - first) / length) * length : seconds;
  TimelinePlace place;
  if (length > 0) {
    const double turns =
        timeline.noise_turns * (timeline.loop ? round - first : std::clamp(round, 0.0, length)) / length;
    place.turn = turns - std::floor(turns);
  }
  const auto next = std::upper_bound(frames.begin(), frames.end(), round,
                                     [](double time, const Keyframe& frame) { return time < frame.seconds; });
  const int from = static_cast<int>(next - frames.begin()) - 1;
  place.from = std::max(from, 0);
  place.to = place.from;
  if (from < 0 || (next == frames.end() && !timeline.loop)) return place;
  place.to = wrapped(timeline, from + 1);
  const double begin = time_of(timeline, from), end = time_of(timeline, from + 1);
  place.t = eased(frames[static_cast<std::size_t>(from)].ease, std::clamp((round - begin) / (end - begin), 0.0, 1.0));
  return place;
}

std::vector<int> spline_keyframes(const Timeline& timeline, const TimelinePlace& place) {
  return {wrapped(timeline, place.from - 1), place.from, place.to,
          place.to == place.from ? place.to : wrapped(timeline, place.from + 2)};
}

std::vector<double> spline_weights(const Timeline& timeline, const TimelinePlace& place) {
  if (place.to == place.from) return {0, 1, 0, 0};
  std::vector<double> times;
  for (int i = -1; i <= 2; ++i) times.push_back(time_of(timeline, place.from + i));
  const double t = place.t, h = times[2] - times[1];
  const double rise = t * t * (3 - 2 * t);                                 // from 0 to 1
  const double leave = t * (1 - t) * (1 - t) * h / (times[2] - times[0]);  // of the slope at `from`
  const double arrive = -t * t * (1 - t) * h / (times[3] - times[1]);      // of the slope at `to`
  return {-leave, 1 - rise - arrive, rise + leave, arrive};
}

Timeline seed_walk(LatentControls from, const std::vector<double>& times, double seeds, double seconds) {
  Timeline walk{.seconds = seconds};
  from.animate = false;
  std::vector<Keyframe> frames;
  for (const double time : times) {
    frames.push_back({.seconds = time, .latent = from});
    from.seed_x += seeds;
  }
  walk.keyframes = std::move(frames);
  check_timeline(walk);
  return walk;
}

int timeline_frames(const Timeline& timeline, int fps) {
  const double frames = timeline_length(timeline) * fps;
  return timeline.loop ? std::max(1, static_cast<int>(std::lround(frames)))
                       : static_cast<int>(std::floor(frames + 1e-6)) + 1;
}

void check_timeline(const Timeline& timeline) {
  require(timeline.keyframes.size() <= most_keyframes, "A timeline holds {} keyframes at most.", most_keyframes);
  require(std::isfinite(timeline.seconds) && timeline.seconds >= 0 && timeline.seconds <= 1e6,
          "The length of a timeline is 0 to 1,000,000 s, not {}.", timeline.seconds);
  require(timeline.noise_turns >= -1000 && timeline.noise_turns <= 1000,
          "The noise turns -1,000 to 1,000 times, not {}.", timeline.noise_turns);
  double before = -1;
  for (const Keyframe& frame : timeline.keyframes) {
    require(std::isfinite(frame.seconds) && frame.seconds >= 0 && frame.seconds <= 1e6,
            "A keyframe lies at 0 to 1,000,000 s, not at {}.", frame.seconds);
    require(frame.seconds > before, "Keyframes must follow one another in time; one at {} s does not.", frame.seconds);
    before = frame.seconds;
  }
}

}  // namespace ganvas::latent
