#include "core/random.h"

#include <cmath>
#include <numbers>
#include <random>

namespace ganvas {
namespace {

std::array<std::uint32_t, 4> philox(std::uint64_t seed, std::uint64_t stream, std::uint64_t counter) {
  constexpr std::uint64_t m0 = 0xD2511F53u, m1 = 0xCD9E8D57u;
  constexpr std::uint32_t w0 = 0x9E3779B9u, w1 = 0xBB67AE85u;
  std::array<std::uint32_t, 4> c{static_cast<std::uint32_t>(counter), static_cast<std::uint32_t>(counter >> 32),
                                 static_cast<std::uint32_t>(stream), static_cast<std::uint32_t>(stream >> 32)};
  auto k0 = static_cast<std::uint32_t>(seed);
  auto k1 = static_cast<std::uint32_t>(seed >> 32);
  for (int round = 0; round < 10; ++round) {
    const std::uint64_t p0 = m0 * c[0];
    const std::uint64_t p1 = m1 * c[2];
    c = {static_cast<std::uint32_t>(p1 >> 32) ^ c[1] ^ k0, static_cast<std::uint32_t>(p1),
         static_cast<std::uint32_t>(p0 >> 32) ^ c[3] ^ k1, static_cast<std::uint32_t>(p0)};
    k0 += w0;
    k1 += w1;
  }
  return c;
}

}  // namespace

std::uint32_t RandomStream::next_u32() {
  const auto lane = static_cast<std::size_t>(position_ % 4);
  if (lane == 0) block_ = philox(seed_, stream_, position_ / 4);
  ++position_;
  return block_[lane];
}

double RandomStream::uniform() {
  const std::uint64_t high = next_u32() >> 5;
  const std::uint64_t low = next_u32() >> 6;
  return static_cast<double>(high * 67108864u + low) / 9007199254740992.0;
}

std::uint32_t RandomStream::below(std::uint32_t count) {
  // Lemire's multiply-and-shift with rejection: no modulo bias.
  std::uint64_t product = static_cast<std::uint64_t>(next_u32()) * count;
  if (static_cast<std::uint32_t>(product) < count) {
    const std::uint32_t threshold = (0u - count) % count;
    while (static_cast<std::uint32_t>(product) < threshold) product = static_cast<std::uint64_t>(next_u32()) * count;
  }
  return static_cast<std::uint32_t>(product >> 32);
}

double RandomStream::normal() {
  if (has_spare_) {
    has_spare_ = false;
    return spare_;
  }
  const double radius = std::sqrt(-2.0 * std::log(1.0 - uniform()));
  const double angle = 2.0 * std::numbers::pi * uniform();
  spare_ = radius * std::sin(angle);
  has_spare_ = true;
  return radius * std::cos(angle);
}

void RandomStream::restore(const State& state) {
  seed_ = state.seed;
  stream_ = state.stream;
  position_ = state.position;
  has_spare_ = state.has_spare;
  spare_ = state.spare;
  block_ = philox(seed_, stream_, position_ / 4);
}

std::vector<float> latent_from_seed(std::uint64_t seed, std::size_t count) {
  // NumPy's legacy generator: Mersenne Twister with the plain integer seeding (std::mt19937 is the same), 53-bit
  // doubles from two draws, and the polar Box-Muller method that hands out its second value first.
  std::mt19937 twister(static_cast<std::uint32_t>(seed));
  const auto real = [&] {
    const std::uint32_t a = twister() >> 5;
    const std::uint32_t b = twister() >> 6;
    return (a * 67108864.0 + b) / 9007199254740992.0;
  };
  std::vector<float> values(count);
  for (std::size_t i = 0; i < count; i += 2) {
    double x1 = 0, x2 = 0, r2 = 0;
    do {
      x1 = 2.0 * real() - 1.0;
      x2 = 2.0 * real() - 1.0;
      r2 = x1 * x1 + x2 * x2;
    } while (r2 >= 1.0 || r2 == 0.0);
    const double scale = std::sqrt(-2.0 * std::log(r2) / r2);
    values[i] = static_cast<float>(scale * x2);
    if (i + 1 < count) values[i + 1] = static_cast<float>(scale * x1);
  }
  return values;
}

}  // namespace ganvas
