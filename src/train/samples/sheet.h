#pragma once
// A contact sheet of pictures.

#include <vector>

#include "core/image.h"

namespace ganvas::train {

/// RGBA grid, row by row from the top left; all pictures have the size of the first and 1, 3 or 4 channels. Cells past
/// the last picture are transparent black. Throws Error for other sizes.
Image sheet_of(const std::vector<Image>& pictures, int columns);

}  // namespace ganvas::train
