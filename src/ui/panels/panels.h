#pragma once
// The one list of panels. A new one is a file of its own and a line here.

#include "ui/widgets/panel.h"

namespace ganvas::ui {

/// All panels, new: tabs from left to right, strips from the bottom up.
PanelList make_panels();

}  // namespace ganvas::ui
