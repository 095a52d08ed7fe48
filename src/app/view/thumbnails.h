#pragma once
// Small pictures of bookmarks, made beside the view. No torch in this header.

#include <memory>
#include <vector>

#include "app/document/state.h"
#include "core/image.h"

namespace ganvas::app {

class Synthesizer;

/// Methods are for the UI thread and never wait.
class Thumbnails {
 public:
  /// `synthesizer` makes them, between its frames, and must outlive this.
  explicit Thumbnails(Synthesizer& synthesizer);
  ~Thumbnails();

  /// Asks for pictures of bookmarks that have none yet for the model, which `model` numbers (`training`: the one in
  /// training, whose pictures stay those of the weights with which they were made).
  void tick(const std::vector<Bookmark>& bookmarks, std::uint64_t model, bool training);
  /// RGBA, one a bookmark of the last tick; null: not there yet.
  [[nodiscard]] const std::vector<std::shared_ptr<const Image>>& pictures() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ganvas::app
