#include "app/render/moment_job.h"

#include <algorithm>
#include <span>

#include "latent/bend_kinds.h"
#include "latent/latent.h"

namespace ganvas::app {

namespace {

double between(double a, double b, double t) {
  return (1 - t) * a + t * b;
}

/// Values that are missing at one side are `fill`.
template <typename T>
std::vector<T> between(const std::vector<T>& a, const std::vector<T>& b, double t, T fill = 0) {
  std::vector<T> mixed(std::max(a.size(), b.size()));
  const auto at = [&](const std::vector<T>& values, std::size_t i) { return i < values.size() ? values[i] : fill; };
  for (std::size_t i = 0; i < mixed.size(); ++i) mixed[i] = static_cast<T>(between(at(a, i), at(b, i), t));
  return mixed;
}

bool same_place(const latent::Bend& a, const latent::Bend& b) {
  return a.layer == b.layer && a.channel == b.channel && a.kind == b.kind;
}

/// Bends of one side alone come from, or go to, the amount that changes nothing; those without an amount hold until the
/// next keyframe.
std::vector<latent::Bend> between(const std::vector<latent::Bend>& a, const std::vector<latent::Bend>& b, double t) {
  std::vector<latent::Bend> mixed;
  const auto partner = [](const std::vector<latent::Bend>& bends, const latent::Bend& wanted) {
    return std::find_if(bends.begin(), bends.end(), [&](const latent::Bend& bend) { return same_place(bend, wanted); });
  };
  const auto neutral = [](latent::Bend bend) {
    bend.amount = latent::bend_kind(bend.kind).neutral;
    bend.second = 0;
    return bend;
  };
  const auto add = [&](latent::Bend bend, const latent::Bend& other) {
    bend.amount = between(bend.amount, other.amount, t);
    bend.second = between(bend.second, other.second, t);
    mixed.push_back(std::move(bend));
  };
  for (const latent::Bend& bend : a) {
    const auto other = partner(b, bend);
    add(bend, other != b.end() ? *other : neutral(bend));
  }
  for (const latent::Bend& bend : b) {
    if (partner(a, bend) != a.end() || *latent::bend_kind(bend.kind).amount == 0) continue;
    add(neutral(bend), bend);
  }
  return mixed;
}

/// Everything but the styles, which keyframes share out by weights.
void blend(RenderJob& now, const RenderJob& to, double t, const models::NetworkSpec& spec) {
  const auto size = static_cast<std::size_t>(spec.z_dim);
  for (std::size_t first = 0; first + size <= now.latents.size(); first += size) {
    const std::vector<float> z = latent::slerp(std::span(now.latents).subspan(first, size),
                                               std::span<const float>(to.latents).subspan(first, size), t);
    std::copy(z.begin(), z.end(), now.latents.begin() + static_cast<std::ptrdiff_t>(first));
  }
  now.classes = between(now.classes, to.classes, t);
  now.psi = between(now.psi, to.psi, t);
  latent::NoiseControls& noise = now.style.noise;
  noise.strengths = between(noise.strengths, to.style.noise.strengths, t, 1.0);
  noise.phase = between(noise.phase, to.style.noise.phase, t);
  latent::PlacementControls& place = now.style.placement;
  place = {between(place.x, to.style.placement.x, t), between(place.y, to.style.placement.y, t),
           between(place.angle, to.style.placement.angle, t)};
  now.style.bends = between(now.style.bends, to.style.bends, t);
}

}  // namespace

MomentJob moment_job(const latent::Timeline& timeline, double seconds, MomentGrid grid,
                     const models::NetworkSpec& spec) {
  const latent::TimelinePlace place = latent::timeline_place(timeline, seconds);
  const auto key = [&](int index) {
    return grid_job(timeline.keyframes[static_cast<std::size_t>(index)].latent, grid.columns, grid.rows, spec);
  };
  MomentJob job;
  job.spherical = timeline.course == latent::Course::spherical;
  job.now = key(place.from);
  if (timeline.course == latent::Course::spline) {
    job.weights = latent::spline_weights(timeline, place);
    for (const int index : latent::spline_keyframes(timeline, place)) job.keys.push_back(key(index));
  } else {
    job.weights = {1 - place.t, place.t};
    job.keys = {job.now, key(place.to)};
  }
  if (place.t > 0) blend(job.now, key(place.to), place.t, spec);
  job.now.style.noise.phase += place.turn;
  return job;
}

}  // namespace ganvas::app
