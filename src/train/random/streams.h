#pragma once
// The random numbers of a run: each purpose has a stream of its own, so that none depends on how much another draws.

#include <cstdint>

#include "core/json.h"
#include "core/random.h"

namespace ganvas::train {

/// The streams that a step draws from. Values; a copy is independent.
struct Streams {
  RandomStream latents;
  RandomStream labels;   ///< smoothed targets
  RandomStream fakes;    ///< noise, style mixing, path length, mixtures of the gradient penalty
  RandomStream augment;  ///< what the discriminator sees

  /// From their beginning. `fork` 0 is the run itself; each other number gives other streams of the same seed.
  explicit Streams(std::uint64_t seed, std::uint64_t fork = 0);

  [[nodiscard]] Json state() const;
  /// A stream that the state does not have keeps its place. Throws Error.
  void restore(const Json& state);
};

/// What is drawn once, at the start or anew for each picture sheet.
enum class SeedPurpose : std::uint64_t {
  sheet_latents = 3,
  generator_weights = 4,
  critic_weights = 5,
  examined_latents = 8
};
RandomStream stream_of(std::uint64_t seed, SeedPurpose purpose);
/// A seed of 64 bits for what has random numbers of its own.
std::uint64_t seed_for(std::uint64_t seed, SeedPurpose purpose);

}  // namespace ganvas::train
