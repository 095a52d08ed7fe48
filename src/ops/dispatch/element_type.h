#pragma once
// Types of tensor elements that own kernels know, for interfaces without torch.

namespace ganvas::ops {

enum class ElementType { f16, f32, f64 };

}  // namespace ganvas::ops
