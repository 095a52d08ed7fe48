#pragma once
// LibTorch's operators as operators of ONNX.

#include <functional>
#include <map>
#include <string>

#include "models/export/onnx_emitter.h"

namespace ganvas::models {

/// How an operator is written: -> the name of its result.
using OnnxRule = std::function<std::string(OnnxEmitter& out, const torch::jit::Node* node)>;

/// What unbind, chunk and split make of a tensor: a list that is taken apart at once. Names the results.
void unpack_list(OnnxEmitter& out, const torch::jit::Node* node);

/// By the operator's name without its namespace: "conv2d"; null for one that has no counterpart. A new operator is a
/// new row in onnx_operators.cpp.
const OnnxRule* onnx_rule(const std::string& op);

}  // namespace ganvas::models
