#pragma once
// A weight in the order of a kernel, made anew when the weight has changed.

#include <ATen/ATen.h>

#include <cstdint>
#include <functional>

namespace ganvas::ops {

/// Not thread-safe.
class PackedKernel {
 public:
  /// The packed weight: that of the last call, unless `weight` is another tensor, has been written to since, or `kind`
  /// (of the order) is another one; then fill(detached weight) makes it.
  const at::Tensor& of(const at::Tensor& weight, int kind, const std::function<at::Tensor(const at::Tensor&)>& fill) {
    const auto version = static_cast<std::int64_t>(weight._version());
    if (source_.defined() && source_.is_alias_of(weight) && source_.data_ptr() == weight.data_ptr() && kind_ == kind &&
        version_ == version)
      return packed_;
    source_ = weight.detach();
    packed_ = fill(source_);
    kind_ = kind;
    version_ = version;
    return packed_;
  }

 private:
  at::Tensor source_;  // kept, so that its address stays its own
  std::int64_t version_ = -1;
  int kind_ = 0;
  at::Tensor packed_;
};

}  // namespace ganvas::ops
