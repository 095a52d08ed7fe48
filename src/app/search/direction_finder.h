#pragma once
// Looks for directions of the model on screen, beside it. No torch in this header.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/dispatch/command.h"
#include "app/document/notices.h"
#include "app/document/services.h"
#include "app/search/search_view.h"

namespace ganvas::app {

class Synthesizer;
struct OnScreen;

/// One search at a time; a new one takes the place of the one before. Methods are for the owner's thread and never
/// wait, but for the destructor, which cancels and joins.
class DirectionFinder {
 public:
  /// `synthesizer` lends the weights; all three must outlive this.
  DirectionFinder(Synthesizer& synthesizer, const OnScreen& on_screen, Notices& notices);
  ~DirectionFinder();

  /// Takes FindDirections and CancelDirections. Directions found before of the same kind keep their places and signs.
  void serve(Services& services);

  /// Where new weights of the model in training are on screen, what was found of it is found again, quietly, and
  /// aligned with what it was. `seconds` since the last call; such searches are at least 5 s apart.
  void tick(double seconds);
  /// The moves with the directions that those found before have become with newer weights; others stay as they are.
  [[nodiscard]] std::vector<latent::StyleMove> present(std::vector<latent::StyleMove> moves) const;
  [[nodiscard]] const DirectionsView& view() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ganvas::app
