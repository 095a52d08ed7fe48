#pragma once
// Looks for latents by descent, beside the view: of a picture of the person's own (projection), and of the present
// picture with points pulled elsewhere (drag). No torch in this header.

#include <functional>
#include <memory>
#include <string>

#include "app/document/command.h"
#include "app/search/search_view.h"

namespace ganvas::app {

class Synthesizer;

/// One search at a time; a new one takes the place of the one before. Methods are for the UI thread and never wait, but
/// for the destructor, which cancels and joins. Cancelling ends the work within a layer of the network.
class LatentSearch {
 public:
  using Tell = std::function<void(bool error, const std::string& text)>;
  using Found = std::function<void(const Command& result)>;

  /// `synthesizer` lends the weights and must outlive this. `found` gets the command that puts what was found into the
  /// document: a bookmark, or the styles of the present picture.
  LatentSearch(Synthesizer& synthesizer, Tell tell, Found found);
  ~LatentSearch();

  /// training: with the model in training, at its newest weights.
  void project(const command::ProjectPicture& project, bool training);
  /// Begins at the picture of `latent`.
  void drag(const command::DragPicture& drag, const latent::LatentControls& latent, bool training);
  void cancel();
  void tick();
  [[nodiscard]] const SearchView& view() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ganvas::app
