#pragma once
// Numeric derivatives, to check the ones that operators compute.

#include <ATen/ATen.h>

#include <functional>
#include <vector>

namespace ganvas::ops {

using Operator = std::function<at::Tensor(const std::vector<at::Tensor>& inputs)>;

/// Largest difference between the gradients that autograd finds for sum(op(inputs) * cotangent) and central
/// differences, over all elements of all inputs. Inputs are double.
double gradient_error(const Operator& op, const std::vector<at::Tensor>& inputs, double step = 1e-6);

/// The same for the gradients themselves: their derivatives, in the inputs and in the cotangent.
double second_gradient_error(const Operator& op, const std::vector<at::Tensor>& inputs, double step = 1e-6);

}  // namespace ganvas::ops
