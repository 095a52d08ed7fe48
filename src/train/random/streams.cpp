#include "train/random/streams.h"

namespace ganvas::train {
namespace {

// The numbers of the other purposes are those of SeedPurpose.
constexpr std::uint64_t latents_stream = 1, labels_stream = 2, fakes_stream = 6, augment_stream = 7;

/// Streams of forks lie far behind those of the run itself.
RandomStream forked(std::uint64_t seed, std::uint64_t purpose, std::uint64_t fork) {
  return RandomStream(seed, purpose + 1000 * fork);
}

Json to_json(const RandomStream::State& state) {
  return {{"seed", state.seed},
          {"stream", state.stream},
          {"position", state.position},
          {"has_spare", state.has_spare},
          {"spare", state.spare}};
}

RandomStream::State stream_from_json(const Json& json) {
  return {get_required<std::uint64_t>(json, "seed"), get_required<std::uint64_t>(json, "stream"),
          get_required<std::uint64_t>(json, "position"), get_required<bool>(json, "has_spare"),
          get_required<double>(json, "spare")};
}

}  // namespace

Streams::Streams(std::uint64_t seed, std::uint64_t fork)
    : latents(forked(seed, latents_stream, fork)),
      labels(forked(seed, labels_stream, fork)),
      fakes(forked(seed, fakes_stream, fork)),
      augment(forked(seed, augment_stream, fork)) {}

Json Streams::state() const {
  return {{"latents", to_json(latents.state())},
          {"labels", to_json(labels.state())},
          {"fakes", to_json(fakes.state())},
          {"augment", to_json(augment.state())}};
}

void Streams::restore(const Json& state) {
  for (const auto& [key, stream] : {std::pair{"latents", &latents}, std::pair{"labels", &labels},
                                    std::pair{"fakes", &fakes}, std::pair{"augment", &augment}}) {
    if (!state.contains(key)) continue;
    const RandomStream::State saved = stream_from_json(get_required<Json>(state, key));
    // Runs of before the stream was there have zeros in its place.
    if (saved.seed != 0 || saved.stream != 0) stream->restore(saved);
  }
}

RandomStream stream_of(std::uint64_t seed, SeedPurpose purpose) {
  return RandomStream(seed, static_cast<std::uint64_t>(purpose));
}

std::uint64_t seed_for(std::uint64_t seed, SeedPurpose purpose) {
  RandomStream random = stream_of(seed, purpose);
  const std::uint64_t high = random.next_u32();
  return high << 32 | random.next_u32();
}

}  // namespace ganvas::train
