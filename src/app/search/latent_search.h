#pragma once
// Looks for latents by descent, beside the view: of a picture of the person's own (projection), and of the present
// picture with points pulled elsewhere (drag). No torch in this header.

#include <functional>
#include <memory>
#include <vector>

#include "app/dispatch/command.h"
#include "app/document/notices.h"
#include "app/document/services.h"
#include "app/search/search_view.h"

namespace ganvas::app {

class Synthesizer;
struct OnScreen;

/// One search at a time; a new one takes the place of the one before. Methods are for the UI thread and never wait, but
/// for the destructor, which cancels and joins. Cancelling ends the work within a layer of the network.
class LatentSearch {
 public:
  using Found = std::function<void(const Command& result)>;

  /// Moves as they are with the weights on screen (DirectionFinder::present).
  using Present = std::function<std::vector<latent::StyleMove>(std::vector<latent::StyleMove>)>;

  /// `synthesizer` lends the weights; the first three must outlive this. `found` gets the command that puts what was
  /// found into the document: a bookmark, or the styles of the present picture; where another model is on screen by
  /// then, it is dropped.
  LatentSearch(Synthesizer& synthesizer, const OnScreen& on_screen, Notices& notices, Present present, Found found);
  ~LatentSearch();

  /// Takes ProjectPicture, DragPicture and CancelSearch.
  void serve(Services& services);
  void tick();
  [[nodiscard]] const SearchView& view() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ganvas::app
