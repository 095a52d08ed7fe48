#pragma once
// The tab Record: pictures, pictures of the window, films.

#include "ui/context.h"

namespace ganvas {

class RecordPanel {
 public:
  void draw(const UiContext& ui);

 private:
  void draw_film(const UiContext& ui);

  int rate_ = 1;  // index of the frame rate
};

}  // namespace ganvas
