#pragma once
// HDF5 as names, arrays and texts. Hard links alone are followed, so no other file is ever opened, and no filter is
// loaded from outside.

#include <functional>
#include <string>
#include <string_view>

#include <ATen/ATen.h>

#include "io/reading.h"

namespace ganvas::io {

class Hdf5File {
 public:
  /// `bytes` outlive it. One thread at a time in the whole program; waits for its turn. Throws Error with a clause.
  explicit Hdf5File(std::string_view bytes);
  ~Hdf5File();
  Hdf5File(const Hdf5File&) = delete;
  Hdf5File& operator=(const Hdf5File&) = delete;

  /// An attribute of the root that is a text; empty where it has none.
  [[nodiscard]] std::string text_attribute(const char* name) const;
  /// Calls visit(path, array) for every array of floats; other ones are passed over.
  void each_array(Reading& reading, const std::function<void(const std::string& path, at::Tensor)>& visit) const;

 private:
  std::int64_t file_ = -1;
};

}  // namespace ganvas::io
