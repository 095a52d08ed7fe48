#include "latent/synthesis_parameters.h"

#include <cmath>

#include "latent/controls.h"

namespace ganvas::latent {

namespace {

/// Calls act(value) with the number of that name.
template <typename Controls, typename Act>
void with_number(Controls& controls, std::string_view name, const Act& act) {
  bool found = false;
  each_parameter(
      [&](const SynthesisParameter& row, auto& value) {
        if constexpr (std::is_arithmetic_v<std::remove_cvref_t<decltype(value)>>) {
          if (row.name != name) return;
          found = true;
          act(value);
        }
      },
      controls);
  if (found) return;
  std::string known;
  for (const SynthesisParameter& row : synthesis_parameters()) {
    if (!row.list) known += (known.empty() ? "" : ", ") + std::string(row.name);
  }
  fail("There is no synthesis parameter \"{}\"; choose one of {}.", name, known);
}

}  // namespace

std::span<const SynthesisParameter> synthesis_parameters() {
  static const std::vector<SynthesisParameter> rows = [] {
    std::vector<SynthesisParameter> all;
    LatentControls controls;
    each_parameter([&](const SynthesisParameter& row, const auto&) { all.push_back(row); }, controls);
    return all;
  }();
  return rows;
}

const SynthesisParameter* find_parameter(std::string_view name) {
  for (const SynthesisParameter& row : synthesis_parameters()) {
    if (row.name == name) return &row;
  }
  return nullptr;
}

double parameter_value(const LatentControls& controls, std::string_view name) {
  double result = 0;
  with_number(controls, name, [&](const auto& value) { result = static_cast<double>(value); });
  return result;
}

void set_parameter(LatentControls& controls, std::string_view name, double value) {
  with_number(controls, name, [&](auto& number) {
    using Number = std::remove_reference_t<decltype(number)>;
    if constexpr (std::is_integral_v<Number>) {
      require(std::abs(value) < 1e9, "{} is no number for \"{}\".", value, name);
      number = static_cast<Number>(std::lround(value));
    } else {
      number = static_cast<Number>(value);
    }
  });
}

}  // namespace ganvas::latent
