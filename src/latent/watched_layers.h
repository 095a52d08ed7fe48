#pragma once
// Ends work inside a network soon after someone has asked for it, also where a picture takes seconds.

#include <functional>

#include "models/generator.h"

namespace ganvas::latent {

/// Asks `cancelled` after each layer of synthesize(), and again on the way back through it; true: Cancelled
/// (io/reading.h) is thrown out of synthesize() or backward(). An empty function watches nothing. The bend that the
/// options had goes first.
void watch_layers(models::SynthesisOptions& options, std::function<bool()> cancelled);

}  // namespace ganvas::latent
