#pragma once
// upfirdn2d on the CPU for channels-last floats: a filter that is the product of a column and a row, eight channels at
// a time.

#include <vector>

#include "ops/upfirdn2d/upfirdn2d_element.h"
#include "ops/vector/epilogue.h"

namespace ganvas::ops {

/// x [pictures, y.in, x.in, channels] -> out [pictures, y.out, x.out, channels], followed by `end`. column [y.taps] and
/// row [x.taps] lie in the order in which they meet the samples, gain included. Channels are a multiple of 8.
void upfirdn2d_channels(const UpfirdnAxis& x_axis, const UpfirdnAxis& y_axis, const std::vector<float>& column,
                        const std::vector<float>& row, std::int64_t pictures, std::int64_t channels, const float* x,
                        const Epilogue& end, float* out);

}  // namespace ganvas::ops
