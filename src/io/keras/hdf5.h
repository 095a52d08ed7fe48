#pragma once
// HDF5 as names, arrays and texts. Hard links alone are followed, so no other file is ever opened, and no filter is
// loaded from outside. The library, which damaged files can break, runs in a confined copy of the process.

#include <ATen/ATen.h>

#include <functional>
#include <string>
#include <string_view>

#include "io/reading.h"

namespace ganvas::io {

/// What is done with the content of a file, in its order.
struct Hdf5Visitor {
  /// An attribute of the root that is a text, of those that were asked for; an empty one where it has none.
  std::function<void(const std::string& name, std::string text)> text;
  /// Every array of floats; other ones are passed over.
  std::function<void(const std::string& path, at::Tensor values)> array;
};

/// Reads `attributes` of the root, then all arrays. One thread at a time in the whole program; waits for its turn.
/// Throws Error with a clause, Cancelled, and what the visitor throws.
void read_hdf5(std::string_view bytes, Reading& reading, const std::vector<std::string>& attributes,
               const Hdf5Visitor& visitor);

}  // namespace ganvas::io
