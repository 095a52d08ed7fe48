#pragma once
// What pickles of other programs hold beside tensors of torch: NumPy arrays and scalars, and settings to keep as JSON.

#include <ATen/ATen.h>

#include "core/json.h"
#include "io/pickle/pickle.h"

namespace ganvas::io {

/// Names that NumPy 1 and 2 pickle their arrays with.
bool is_numpy_global(const std::string& global);

/// True for a NumPy array or scalar.
bool is_numpy_value(const PickleTree& tree, const PickleValue& value);

/// The bytes of a NumPy array or scalar in the file. Throws Error with a clause for what is none.
std::size_t numpy_bytes(const PickleTree& tree, const PickleValue& value);

/// A copy of a NumPy array or scalar as a tensor (a scalar has no dimensions). Throws Error with a clause when its
/// bytes do not fit its shape, or for types that no weight has.
at::Tensor numpy_tensor(const PickleTree& tree, const PickleValue& value);

/// A plain value as JSON: numbers, texts, lists, dictionaries with text keys, small NumPy values. What is none of these
/// becomes its type's name in angle brackets, what is long its size, and what lies behind so much of it "<more>".
Json plain_json(const PickleTree& tree, const PickleValue& value);

}  // namespace ganvas::io
