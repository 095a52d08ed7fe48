#pragma once
// What a run begins with in place of fresh weights.

#include <string>

#include "core/json_fields.h"

namespace ganvas::train {

struct StartSpec {
  std::string from;  ///< a model file, a checkpoint or a run folder; empty: fresh weights

  bool operator==(const StartSpec&) const = default;
};

}  // namespace ganvas::train

template <>
inline constexpr auto ganvas::fields::table<ganvas::train::StartSpec> =
    std::tuple{ganvas::fields::optional("from", &ganvas::train::StartSpec::from)};
