#pragma once
// What is dragged, as values. No torch.

namespace ganvas::latent {

/// A point and its goal, in pixels of the picture: the middle of the pixel at the top left is (0, 0).
struct DragPoint {
  double x = 0;
  double y = 0;
  double goal_x = 0;
  double goal_y = 0;
  bool operator==(const DragPoint&) const = default;
};

/// A disc of the mask, in the same pixels: what lies in none of them should not move.
struct MaskDisc {
  double x = 0;
  double y = 0;
  double radius = 0;
  bool operator==(const MaskDisc&) const = default;
};

}  // namespace ganvas::latent
