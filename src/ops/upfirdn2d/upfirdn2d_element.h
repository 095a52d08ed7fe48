#pragma once
// The arithmetic of upfirdn2d, one output element at a time: which taps meet which samples, and their sum.

#include <cstdint>

#include "core/host_device.h"

namespace ganvas::ops {

/// One axis of the operation: `up - 1` zeros after each sample, `pad` zeros in front (cropped when negative), a filter
/// of `taps`, then each `down`-th value.
struct UpfirdnAxis {
  int in = 0, out = 0, taps = 1, up = 1, down = 1, pad = 0;
};

/// The taps that meet a sample at one output position: tap, tap + up, ... meet sample, sample + 1, ...
struct TapRun {
  int tap = 0, sample = 0, count = 0;
};

GANVAS_HD inline TapRun taps_at(const UpfirdnAxis& axis, int output) {
  const int start = output * axis.down - axis.pad;  // where tap 0 lies in the upsampled signal
  TapRun run;
  run.sample = start <= 0 ? 0 : (start + axis.up - 1) / axis.up;
  run.tap = run.sample * axis.up - start;
  run.count = run.tap < axis.taps ? (axis.taps - run.tap + axis.up - 1) / axis.up : 0;
  if (run.count > axis.in - run.sample) run.count = axis.in - run.sample;
  if (run.count < 0) run.count = 0;
  return run;
}

struct UpfirdnShape {
  UpfirdnAxis x, y;
  std::int64_t planes = 0;
  bool flip = false;  ///< the filter as it stands (correlation) rather than mirrored (convolution)
  double gain = 1;
};

/// Output (oy, ox) of one plane [y.in, x.in]; filter [y.taps, x.taps]. Sums in Sum, whatever the samples are kept in.
template <typename Sum, typename Sample>
GANVAS_HD inline Sum upfirdn_element(const UpfirdnShape& shape, const Sample* plane, const Sum* filter, int oy,
                                     int ox) {
  const TapRun rows = taps_at(shape.y, oy);
  const TapRun columns = taps_at(shape.x, ox);
  Sum sum = 0;
  for (int j = 0; j < rows.count; ++j) {
    const int ty = rows.tap + j * shape.y.up;
    const Sum* line = filter + static_cast<std::int64_t>(shape.flip ? ty : shape.y.taps - 1 - ty) * shape.x.taps;
    const Sample* samples = plane + static_cast<std::int64_t>(rows.sample + j) * shape.x.in + columns.sample;
    for (int i = 0; i < columns.count; ++i) {
      const int tx = columns.tap + i * shape.x.up;
      sum += static_cast<Sum>(samples[i]) * line[shape.flip ? tx : shape.x.taps - 1 - tx];
    }
  }
  return sum * static_cast<Sum>(shape.gain);
}

}  // namespace ganvas::ops
