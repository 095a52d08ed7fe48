#pragma once
// Progressive growing (Karras et al. 2017 and 2018): networks of full size that begin at a low resolution and fade one
// resolution after the other in. Pure functions of how far the run is.

#include <ATen/ATen.h>

#include <map>

#include "core/json_fields.h"

namespace ganvas::train {

struct GrowingSpec {
  int start = 0;             ///< first resolution in pixels; 0: no growing
  double stable_kimg = 600;  ///< thousands of reals that a resolution is trained for
  double fade_kimg = 600;    ///< thousands of reals in which the next one fades in
  int repeats = 4;           ///< generator steps between two looks at the schedule
  std::map<int, int> batch;  ///< pictures a step by resolution; the recipe's where there is none
  std::map<int, double> lr;  ///< learning rate of both networks by resolution; the recipe's where there is none

  bool operator==(const GrowingSpec&) const = default;
};

/// The value of a resolution, or `otherwise` where the schedule has none.
template <typename Value>
Value value_at(const std::map<int, Value>& values, int resolution, Value otherwise) {
  const auto found = values.find(resolution);
  return found == values.end() ? otherwise : found->second;
}

/// Throws Error, naming `what`, for resolutions that are no powers of two and a schedule that does not move.
void check_growing(const GrowingSpec& spec, const std::string& what);

/// Where a run is in its schedule.
struct GrowingPhase {
  double lod = 0;      ///< level of detail: 0 full resolution, 1 half of it, 1.5 half way between half and a quarter
  int resolution = 0;  ///< pixels of the finest level that takes part
};

/// The phase after `kimg` thousands of reals, of networks of `resolution` pixels.
GrowingPhase growing_phase(const GrowingSpec& spec, int resolution, double kimg);

/// True when other layers take part than before: the optimisers' averages then start anew.
bool crosses_level(double lod_before, double lod_now);

/// The pictures as the discriminator shall see them at that level of detail: boxes of 2^floor(lod) pixels averaged, and
/// mixed with the next coarser level by the rest of lod; of the size they had.
///   pictures [N, C, H, W] float -> the same
at::Tensor faded_reals(const at::Tensor& pictures, double lod);

}  // namespace ganvas::train

namespace ganvas::fields {

template <>
inline constexpr auto table<train::GrowingSpec> =
    std::tuple{optional("start", &train::GrowingSpec::start),
               optional("stable_kimg", &train::GrowingSpec::stable_kimg, between(0, 1e9)),
               optional("fade_kimg", &train::GrowingSpec::fade_kimg, between(0, 1e9)),
               optional("repeats", &train::GrowingSpec::repeats, between(1, 1'000'000)),
               optional("batch", &train::GrowingSpec::batch, between(1, 65536)),
               live("lr", &train::GrowingSpec::lr, between(0, 100))};
template <>
inline constexpr auto rule_of<train::GrowingSpec> = train::check_growing;

}  // namespace ganvas::fields
