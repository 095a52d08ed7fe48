#pragma once
// Draws the map of the latent space: the plane of the two largest principal components of w, as a sheet of pictures
// that one walks over. No torch in this header.

#include <functional>
#include <memory>
#include <string>

#include "app/search/search_view.h"

namespace ganvas::app {

class Synthesizer;

/// One drawing at a time; a new one takes the place of the one before. Methods are for the owner's thread and never
/// wait, but for the destructor, which cancels and joins.
class LatentMap {
 public:
  using Tell = std::function<void(bool error, const std::string& text)>;

  /// `synthesizer` lends the weights and must outlive this.
  LatentMap(Synthesizer& synthesizer, Tell tell);
  ~LatentMap();

  /// Of the model on screen; training: of the one in training, at its newest weights.
  void draw(bool training, const latent::LatentControls& latent);
  void cancel();
  void tick();
  [[nodiscard]] const MapView& view() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ganvas::app
