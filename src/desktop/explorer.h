#pragma once
// The desktop shell: the loop that joins app, interface and screen.

#include "app/explore_options.h"

namespace ganvas::desktop {

/// Runs the explorer in a window, or headless on a surfaceless context, until it is left or its script ends. Returns
/// the exit code. Throws Error.
int run_explorer(const app::ExploreOptions& options);

}  // namespace ganvas::desktop
