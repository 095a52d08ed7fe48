#include "ops/filtered_lrelu.h"

#include "ops/bias_act/bias_act.h"
#include "ops/upfirdn2d/upfirdn2d.h"

namespace ganvas::ops {

at::Tensor filtered_lrelu(const at::Tensor& x, const at::Tensor& up_filter, const at::Tensor& down_filter,
                          const at::Tensor& bias, const FilteredLreluOptions& options) {
  const at::Tensor y = bias.defined() ? bias_act(x, bias) : x;
  const at::Tensor high = upfirdn2d(y, up_filter,
                                    {.up = {options.up, options.up},
                                     .padding = options.padding,
                                     .flip_filter = options.flip_filter,
                                     .gain = static_cast<double>(options.up) * options.up});
  const at::Tensor active =
      bias_act(high, {},
               {.activation = Activation::lrelu, .alpha = options.slope, .gain = options.gain, .clamp = options.clamp});
  return upfirdn2d(active, down_filter, {.down = {options.down, options.down}, .flip_filter = options.flip_filter});
}

}  // namespace ganvas::ops
