#pragma once
// Pulls points of a picture to where they should be, by moving its styles (Pan et al. 2023, "Drag your GAN"): the
// features around each point are asked to be a step nearer to the goal, then the point is found again among them.

#include <ATen/ATen.h>
#include <torch/optim/adam.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "latent/search/drag_points.h"
#include "models/generator.h"

namespace ganvas::latent {

struct DragOptions {
  /// Layer whose features are followed, as Generator's bend names it; empty: the last one of at least half the
  /// picture's side that is no picture itself.
  std::string layer;
  bool each_row = true;         ///< W+: the styles of each row move by themselves; false: all alike (W)
  int steps = 200;              ///< at most
  double learning_rate = 0.01;  ///< in standard deviations of w
  double near = 0.5;            ///< pixels from its goal at which a point has arrived
  int reach = 0;                ///< pixels around a point that are pulled along; 0: a sixteenth of the side
  int search = 0;               ///< pixels around a point where it is looked for again; 0: a twentieth of the side
  /// Share of the features from before the drag, against those of the step before, in what is pulled: they keep the
  /// look of what moves.
  double faithful = 1;
  double mask = 10;  ///< weight of what the mask keeps still
  /// From the base to the styles that are drawn, [1, num_ws, w_dim] both, where mixing and moves lie between; empty:
  /// they are the same. Gradients must flow through it.
  std::function<at::Tensor(const at::Tensor& base)> styles_of;
  models::SynthesisOptions synthesis;  ///< how pictures are made: noise, placement, bends
  std::function<bool()> cancelled;     ///< as ProjectionOptions has it
};

/// One drag. The generator must be of nobody else's. Not thread-safe.
class Drag {
 public:
  /// base [1, num_ws, w_dim], where the drag begins; mask [R, R] float, 1 where the picture may move and 0 where it
  /// should not, or undefined. Throws Error for points outside the picture and a layer that is not there.
  Drag(models::GeneratorPtr generator, const at::Tensor& base, std::vector<DragPoint> points, const at::Tensor& mask,
       DragOptions options);
  ~Drag();

  /// One step. False: all points have arrived, or the steps are done. Throws Cancelled.
  bool step();

  [[nodiscard]] int done() const { return done_; }
  /// Where the points are now, with their goals.
  [[nodiscard]] const std::vector<DragPoint>& points() const { return points_; }
  [[nodiscard]] bool arrived() const;
  /// [1, num_ws, w_dim]
  [[nodiscard]] at::Tensor base() const;
  /// Of the last step, [1, C, R, R].
  [[nodiscard]] const at::Tensor& picture() const { return picture_; }
  /// Name of the layer that is followed.
  [[nodiscard]] const std::string& layer() const { return options_.layer; }

 private:
  at::Tensor features();
  void choose_layer();
  [[nodiscard]] at::Tensor around(const at::Tensor& features, double x, double y, int radius, double spacing) const;
  at::Tensor pull(const at::Tensor& features) const;
  void find_again(const at::Tensor& features);

  models::GeneratorPtr generator_;
  std::vector<DragPoint> points_;
  DragOptions options_;
  at::Tensor base_, deviation_;          // [1, num_ws, w_dim], [w_dim]
  at::Tensor way_;                       // [1, num_ws or 1, w_dim] from the base, in deviations: what moves
  at::Tensor still_;                     // [1, 1, R, R], 1 where nothing should move
  at::Tensor first_;                     // features at the beginning, [1, C, R, R]
  std::vector<DragPoint> beginnings_;    // the points as they were
  std::vector<at::Tensor> appearances_;  // of the points at the beginning, [C]
  std::unique_ptr<torch::optim::Adam> descent_;
  at::Tensor features_, picture_;
  int done_ = 0;
};

}  // namespace ganvas::latent
