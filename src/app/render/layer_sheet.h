#pragma once
// The layer microscope: all channels of a layer on one sheet, and their figures.

#include <ATen/ATen.h>

#include <memory>

#include "app/document/state.h"
#include "app/render/frame.h"

namespace ganvas::app {

struct LayerSheet {
  at::Tensor rgba;  // [rows * side, columns * side, 4] bytes, on the layer's device
  int columns = 1;
  int rows = 1;
  std::shared_ptr<const LayerFigures> figures;
};

/// x [C, H, W] of one picture. Values are shown from blue (below 0) over black to amber, at full colour from three
/// standard deviations of the layer on; spectra as the logarithm of the power, the constant part in the middle, each by
/// itself from black to amber. Maps above 256 cells are averaged down, so that a sheet stays within some megapixels.
LayerSheet make_layer_sheet(const at::Tensor& x, const LayerView& view);

}  // namespace ganvas::app
