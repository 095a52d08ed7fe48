#pragma once
// The interface's own widgets. Each registers its rectangle under `id` and shows its tooltip after a short rest of the
// mouse. All return true in the frame in which the person acts.

#include <span>
#include <string>

#include "ui/widgets/context.h"
#include "ui/widgets/icons.h"

namespace ganvas::ui {

enum class ButtonKind { normal, primary, danger, ghost };

struct ButtonOptions {
  Icon icon = Icon::none;
  ButtonKind kind = ButtonKind::normal;
  bool enabled = true;
  bool on = false;  ///< drawn in the accent colour
  float width = 0;  ///< pixels; 0: as wide as its content
  const char* tip = "";
};

bool button(const UiContext& ui, const char* id, const char* label, const ButtonOptions& options = {});
/// A square button with an icon alone.
bool icon_button(const UiContext& ui, const std::string& id, Icon icon, const ButtonOptions& options = {});
bool toggle(const UiContext& ui, const char* id, const char* label, bool& on, const char* tip);
/// One choice of several, side by side over `width` pixels (0: all that is left).
bool segmented(const UiContext& ui, const char* id, std::span<const char* const> choices, int& chosen, const char* tip,
               float width = 0);

struct SliderOptions {
  double low = 0;
  double high = 1;
  double neutral = 0;   ///< the filled part begins here; a double click goes back to it
  double hard_low = 0;  ///< limits of a typed value; equal: low and high
  double hard_high = 0;
  double step = 0;  ///< 0: continuous
  const char* format = "%.2f";
  const char* tip = "";
  bool strong = true;  ///< drawn in the accent colour; otherwise grey
  float width = 0;     ///< of track and value; 0: all that is left
  std::string target;  ///< its name for control from outside (app/dispatch/targets.h); empty: it has none
};

/// A track with a knob and a value that can be dragged or typed (double click). A right click on the track binds it to
/// what moves outside, where it has a target. Registers "id" (the track) and
/// "id.value".
bool slider(const UiContext& ui, const std::string& id, double& value, const SliderOptions& options);

/// A text field. True when Enter is pressed or the field is left after a change.
bool text_field(const UiContext& ui, const char* id, std::string& text, const char* hint, const char* tip,
                float width = 0);
/// A drop-down list. True when another entry is chosen.
bool choice(const UiContext& ui, const char* id, std::span<const std::string> entries, std::string& chosen,
            const char* tip, float width = 0);

/// A heading with space above.
void heading(const UiContext& ui, const char* text);
/// A label in the left column; the next widget follows in the right one.
void label(const UiContext& ui, const char* text);
void dim_text(const UiContext& ui, const std::string& text);
/// A thin bar, `part` 0..1, `width` pixels (0: all that is left).
void progress_bar(const UiContext& ui, double part, ImU32 colour, float width = 0);

/// Text on a dark glass plate, readable over any picture, after a dot (0: none). Returns its right edge.
float badge(const UiContext& ui, ImVec2 at, const std::string& text, ImU32 dot);

/// Takes the mouse, all three buttons, wherever no widget lies that is drawn later. Registers nothing.
void surface(const char* name, ImVec2 size);

/// Registers the last item and shows its tooltip.
void finish_item(const UiContext& ui, const std::string& id, const char* tip);
/// The text, cut with an ellipsis where it is wider than `width` pixels in the present font.
std::string fitted(std::string text, float width);
/// "12,345".
std::string grouped(std::int64_t number);
/// "1 h 02 min", "3 min 20 s", "45 s".
std::string human_seconds(double seconds);
const char* state_text(train::SessionState state);
bool training_active(train::SessionState state);

}  // namespace ganvas::ui
