#pragma once
// Looks for directions of the model on screen, beside it. No torch in this header.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/document/command.h"
#include "app/search/search_view.h"

namespace ganvas::app {

class Synthesizer;

/// One search at a time; a new one takes the place of the one before. Methods are for the owner's thread and never
/// wait, but for the destructor, which cancels and joins.
class DirectionFinder {
 public:
  using Tell = std::function<void(bool error, const std::string& text)>;

  /// `synthesizer` lends the weights and must outlive this; `tell` gets sentences for the person.
  DirectionFinder(Synthesizer& synthesizer, Tell tell);
  ~DirectionFinder();

  /// training: of the model in training, at its newest weights. Directions found before of the same kind keep their
  /// places and signs. Throws Error for an unknown method.
  void find(const command::FindDirections& find, bool training);
  void cancel();
  void tick();

  /// New weights of the model in training are on screen: what was found of it is found again, quietly, and aligned with
  /// what it was. `seconds` since the last call; searches are at least 5 s apart.
  void follow(std::uint64_t version, double seconds);
  /// The moves with the directions that those found before have become with newer weights; others stay as they are.
  [[nodiscard]] std::vector<latent::StyleMove> present(std::vector<latent::StyleMove> moves) const;
  [[nodiscard]] const DirectionsView& view() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ganvas::app
