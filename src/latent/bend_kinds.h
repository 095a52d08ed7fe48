#pragma once
// The ways of bending a layer, for lists and checks. No torch.

#include <span>
#include <string>

namespace ganvas::latent {

/// One way of bending, and what its amount means.
struct BendKind {
  const char* name;    ///< as files have it
  const char* title;   ///< for people
  const char* amount;  ///< meaning and unit; empty: it has none
  double low, high;    ///< of a slider
  double neutral;      ///< the amount that changes nothing
};

/// scale, add, invert, ablate, threshold, rotate, shift, blur.
std::span<const BendKind> bend_kinds();
/// Throws Error naming the kinds.
const BendKind& bend_kind(const std::string& name);

}  // namespace ganvas::latent
