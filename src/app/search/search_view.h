#pragma once
// What is shown of the searches beside the view: directions, projections and drags, sensitivity, the map. No torch.

#include <memory>
#include <string>
#include <vector>

#include "core/image.h"
#include "latent/controls.h"
#include "latent/search/drag_points.h"

namespace ganvas::app {

/// What was found by FindDirections, and whether more is being looked for.
struct DirectionsView {
  bool busy = false;
  double progress = 0;  ///< 0..1 of the search
  std::string method;   ///< of what was found
  std::vector<latent::StyleMove> found;
};

/// A projection or a drag, and how far it is; what it left stays until the next.
struct SearchView {
  bool busy = false;
  bool drag = false;  ///< else a projection
  std::string name;   ///< of the picture's file
  int done = 0;       ///< steps
  int steps = 0;
  double psnr = 0;                               ///< dB, of a projection
  std::string features;                          ///< what pictures are compared by
  std::vector<latent::DragPoint> points;         ///< where they are now
  std::shared_ptr<const Image> picture, target;  ///< RGBA; null: not there yet
};

/// How much the picture moves with each slider of a latent space.
struct SensitivityView {
  bool busy = false;
  double progress = 0;        ///< 0..1
  std::string space;          ///< "z" or "w"; empty: not measured yet
  int row = -1;               ///< of "w": style row, -1 all
  std::vector<float> levels;  ///< a slider: root mean square change of the picture, grey levels of 255 a unit
};

/// A plane through the latent space, as pictures.
struct MapView {
  bool busy = false;
  double progress = 0;                 ///< 0..1
  std::shared_ptr<const Image> sheet;  ///< RGBA, cells x cells pictures; null: not drawn yet
  int cells = 0;
  std::vector<float> middle, right, down;  ///< [w_dim] each: w at (x, y), -1..1, is middle + x * right + y * down
  double length = 0;                       ///< of every latent, for models without a style space; 0: free
};

}  // namespace ganvas::app
