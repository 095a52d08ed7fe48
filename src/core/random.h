#pragma once
// Random numbers that are the same on every machine and compiler.

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace ganvas {

/// Counter-based generator Philox4x32-10 (Salmon et al. 2011, "Parallel random numbers: as easy as 1, 2, 3").
/// A stream is named by (seed, stream); its state is three integers, so it can be saved and restored exactly.
/// Not thread-safe; copies are independent.
class RandomStream {
 public:
  explicit RandomStream(std::uint64_t seed, std::uint64_t stream = 0) : seed_(seed), stream_(stream) {}

  /// Uniform over all 32-bit values.
  std::uint32_t next_u32();
  /// Uniform in [0, 1), 53 bits.
  double uniform();
  /// Uniform in [low, high).
  double uniform(double low, double high) { return low + (high - low) * uniform(); }
  /// Uniform integer in [0, count). count must be positive.
  std::uint32_t below(std::uint32_t count);
  /// Standard normal (Box-Muller, both values used).
  double normal();

  /// Everything that decides the next values.
  struct State {
    std::uint64_t seed = 0;
    std::uint64_t stream = 0;
    std::uint64_t position = 0;  ///< 32-bit words drawn so far
    bool has_spare = false;      ///< a second normal value waits
    double spare = 0.0;
    bool operator==(const State&) const = default;
  };
  [[nodiscard]] State state() const { return {seed_, stream_, position_, has_spare_, spare_}; }
  void restore(const State& state);

 private:
  std::uint64_t seed_;
  std::uint64_t stream_;
  std::uint64_t position_ = 0;
  std::array<std::uint32_t, 4> block_{};
  bool has_spare_ = false;
  double spare_ = 0.0;
};

/// `count` standard-normal values for a seed, equal to NumPy's RandomState(seed).randn(count): the same seed gives the
/// same latent as in the public StyleGAN programs. Only the low 32 bits of the seed count, as there.
std::vector<float> latent_from_seed(std::uint64_t seed, std::size_t count);

}  // namespace ganvas
