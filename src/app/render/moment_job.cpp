#include "app/render/moment_job.h"

#include <algorithm>
#include <span>

#include "latent/latent.h"

namespace ganvas::app {

namespace {

/// The latents go along the great circle, picture by picture.
void slerp_latents(std::vector<float>& now, const std::vector<float>& to, double t, int z_dim) {
  const auto size = static_cast<std::size_t>(z_dim);
  for (std::size_t first = 0; first + size <= now.size(); first += size) {
    const std::vector<float> z =
        latent::slerp(std::span(now).subspan(first, size), std::span(to).subspan(first, size), t);
    std::copy(z.begin(), z.end(), now.begin() + static_cast<std::ptrdiff_t>(first));
  }
}

}  // namespace

MomentJob moment_job(const latent::Timeline& timeline, double seconds, MomentGrid grid,
                     const models::NetworkSpec& spec) {
  const latent::TimelinePlace place = latent::timeline_place(timeline, seconds);
  const auto state = [&](int index) {
    latent::LatentControls controls = timeline.keyframes[static_cast<std::size_t>(index)].latent;
    controls.classes = latent::class_vector(controls, spec.c_dim);
    return controls;
  };
  const auto job_of = [&](const latent::LatentControls& controls) {
    return grid_job(controls, grid.columns, grid.rows, spec);
  };
  const latent::LatentControls from = state(place.from), to = state(place.to);
  const bool spline = timeline.course == latent::Course::spline;
  MomentJob job;
  job.spherical = timeline.course == latent::Course::spherical;
  if (spline) {
    job.weights = latent::spline_weights(timeline, place);
    for (const int index : latent::spline_keyframes(timeline, place)) job.keys.push_back(job_of(state(index)));
  } else {
    job.weights = {1 - place.t, place.t};
    job.keys = {job_of(from), job_of(to)};
  }
  job.now = job_of(place.t > 0 ? latent::blended(from, to, place.t) : from);
  if (place.t > 0) slerp_latents(job.now.latents, job.keys[spline ? 2 : 1].latents, place.t, spec.z_dim);
  job.now.style.noise.phase += place.turn;
  return job;
}

}  // namespace ganvas::app
