#pragma once
// What lies over everything: the status bar, notices and questions.

#include "ui/widgets/context.h"

namespace ganvas::ui {

/// Height in design pixels.
inline constexpr float kStatusHeight = 30;

void draw_status_bar(const UiContext& ui, const render::Rectangle& area);
/// Sentences at the lower left of `area`, newest below.
void draw_notices(const UiContext& ui, const render::Rectangle& area);
/// While ViewModel::wants_quit: stay, or save everything and quit.
void draw_quit_question(const UiContext& ui);
/// While ViewModel::rescue names a session that an earlier start left unsaved: open it, not now, or never.
void draw_unsaved_question(const UiContext& ui);

}  // namespace ganvas::ui
