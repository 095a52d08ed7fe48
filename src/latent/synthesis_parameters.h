#pragma once
// What one slider of the latent state is. The rows stand in the tables of latent/controls.h, beside the fields that
// they describe; files, timelines, limits, sliders and control from outside all read them. No torch.

#include <optional>
#include <span>
#include <string_view>

#include "core/json_fields.h"

namespace ganvas::latent {

struct LatentControls;

/// How a value goes from one keyframe of a timeline to the next.
enum class Motion {
  linear,  ///< straight on; a list value by value, in which missing ones are neutral
  held,    ///< stays until the next keyframe
  course,  ///< with the latents and styles of the pictures, which go by the timeline's Course; is not blended itself
};

struct ValueRange {
  double low = 0;
  double high = 0;
  bool operator==(const ValueRange&) const = default;
};

struct SynthesisParameter {
  std::string_view name;     ///< of its own: for scripts, and for what moves sliders from outside
  const char* label = "";    ///< beside its slider
  const char* tip = "";      ///< what it does, in which unit
  const char* subject = "";  ///< begins the sentence that says that a value is out of its limits
  Motion motion = Motion::linear;
  ValueRange limits;                     ///< what the document may hold
  ValueRange slider{0, 1};               ///< ends of its slider, and of a new binding
  std::optional<ValueRange> typed = {};  ///< what a person may type, where that is less than the limits
  double neutral = 0;                    ///< a double click on the slider goes back to it
  const char* format = "%.2f";           ///< of the number beside the slider
  std::string_view group = {};           ///< heading of the tab Style that lists it; empty: drawn by a panel's own code
  bool list = false;                     ///< one value for each layer, class ...; set by parameter()
};

/// A field of a struct that is a synthesis parameter.
template <typename Field>
struct ParameterField : Field {
  SynthesisParameter parameter;
};

/// For a table of fields: files may lack it, as with fields::optional().
template <typename Struct, typename Value>
constexpr auto parameter(const char* key, Value Struct::*member, SynthesisParameter row) {
  row.list = !std::is_arithmetic_v<Value>;
  return ParameterField<decltype(fields::optional(key, member))>{fields::optional(key, member), row};
}

/// Calls visit(row, value...) for every parameter, with its value in each of the structs, which are of one type
/// (LatentControls).
template <typename Visit, typename Struct, typename... Same>
void each_parameter(const Visit& visit, Struct& first, Same&... others) {
  const auto look = [&](const auto& field) {
    if constexpr (requires { field.parameter; }) {
      visit(field.parameter, first.*field.member, others.*field.member...);
    } else if constexpr (fields::has_table<std::remove_cvref_t<decltype(first.*field.member)>>) {
      each_parameter(visit, first.*field.member, others.*field.member...);
    }
  };
  std::apply([&](const auto&... field) { (look(field), ...); }, fields::table<std::remove_const_t<Struct>>);
}

/// All rows, in the order of the tables.
std::span<const SynthesisParameter> synthesis_parameters();

/// The row of that name; null: there is none.
const SynthesisParameter* find_parameter(std::string_view name);

/// Value of a parameter that is no list. Both throw Error for another name, naming the known ones. The value is set as
/// it is, rounded where the field is a whole number; check_state() (app) knows the limits.
double parameter_value(const LatentControls& controls, std::string_view name);
void set_parameter(LatentControls& controls, std::string_view name, double value);

}  // namespace ganvas::latent
