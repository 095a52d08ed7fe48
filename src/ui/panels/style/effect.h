#pragma once
// How much each slider of a latent space moves the picture: the way to measure it, and how lists show it.

#include <string>
#include <vector>

#include "ui/widgets/context.h"

namespace ganvas::ui {

/// A button that measures a space ("z", or "w" of one style row, -1: all), or stops what is being measured.
void measure_button(const UiContext& ui, const char* id, const std::string& space, int row);
/// Under the last item, `width` pixels at most: the effect of a slider beside the largest of its space. Shows its
/// figure to a resting mouse. Nothing where it has not been measured.
void effect_bar(const UiContext& ui, const std::string& space, int row, int index, float width);
/// Largest effect first; as they were where it has not been measured.
void sort_by_effect(const UiContext& ui, const std::string& space, int row, std::vector<int>& sliders);

}  // namespace ganvas::ui
