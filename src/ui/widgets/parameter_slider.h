#pragma once
// Sliders of synthesis parameters, as their rows in latent/controls.h say.

#include "ui/widgets/widgets.h"

namespace ganvas::ui {

/// Throws Error for a name that no parameter has.
SliderOptions parameter_options(std::string_view name);
/// The slider of a parameter that is no list; moving it sends its command.
void parameter_slider(const UiContext& ui, const std::string& id, std::string_view name);
/// Label and slider of every parameter of a group, under the ids style.<name>.
void parameter_group(const UiContext& ui, std::string_view group);

}  // namespace ganvas::ui
