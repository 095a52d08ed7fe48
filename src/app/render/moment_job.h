#pragma once
// What to render at a moment of a timeline. The window, films and the command line all go through it.

#include "app/render/renderer.h"
#include "latent/timeline.h"

namespace ganvas::app {

struct MomentGrid {
  int columns = 1;
  int rows = 1;
};

/// Throws Error for a timeline without keyframes.
MomentJob moment_job(const latent::Timeline& timeline, double seconds, MomentGrid grid,
                     const models::NetworkSpec& spec);

}  // namespace ganvas::app
