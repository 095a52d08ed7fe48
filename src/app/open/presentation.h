#pragma once
// How models that come with the program are shown at first: a file NAME.presentation.json beside NAME.safetensors
// (docs/formats.md). No torch in this header.

#include <optional>
#include <string>
#include <vector>

#include "app/document/state.h"
#include "app/open/model_view.h"

namespace ganvas::app {

/// What a visitor sees and finds in the panels before anything was touched.
struct Presentation {
  std::string title;              ///< one line for people
  int columns = 1;                ///< of the grid, as ViewControls has it
  int rows = 1;                   ///< the same
  latent::LatentControls latent;  ///< the seed of its first picture, psi, styles to mix
  std::string directions;         ///< file of directions, beside this one; empty: none
  SharedList<Bookmark> bookmarks;
  std::string recipe;  ///< that the tab Train begins with; empty: the program's default
};

/// Of the model that the document names; nothing where none lies beside it, or it cannot be read, which is logged.
std::optional<Presentation> presentation_of(const std::string& model);

/// The models that have a presentation, the starter model first, the others by title. For any thread.
std::vector<BuiltInModel> built_in_models();

/// Shows documents that nobody has touched as the model asks for. UI thread.
class FirstLook {
 public:
  /// `document`: as the program begins. `on` false: nothing is ever changed.
  FirstLook(bool on, const AppState& document);

  /// The document to begin with.
  [[nodiscard]] const AppState& document() const { return document_; }
  /// A model is on screen that `document` names: the document as its presentation has it, or, without one, plain and
  /// with truncation where it has a mean style. Nothing where somebody has done something, or nothing changes.
  std::optional<AppState> of(const AppState& document, bool mean_style);

  static constexpr double psi = 0.7;  ///< of models without a presentation that have a mean style

 private:
  [[nodiscard]] AppState shown(const AppState& document, bool mean_style) const;

  bool on_;
  AppState document_;  ///< as this has left it
};

}  // namespace ganvas::app
