#pragma once
// Draws the map of the latent space: the plane of the two largest principal components of w, as a sheet of pictures
// that one walks over. No torch in this header.

#include <memory>

#include "app/document/notices.h"
#include "app/document/services.h"
#include "app/search/search_view.h"

namespace ganvas::app {

class Synthesizer;
struct OnScreen;

/// One drawing at a time; a new one takes the place of the one before. Methods are for the owner's thread and never
/// wait, but for the destructor, which cancels and joins.
class LatentMap {
 public:
  /// `synthesizer` lends the weights; all three must outlive this.
  LatentMap(Synthesizer& synthesizer, const OnScreen& on_screen, Notices& notices);
  ~LatentMap();

  /// Takes DrawMap, of the model on screen, and CancelMap.
  void serve(Services& services);
  void tick();
  [[nodiscard]] const MapView& view() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ganvas::app
