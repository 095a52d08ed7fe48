#pragma once
// A picture in CUDA memory on its way to host memory, without a device-wide wait. device_copy_cuda.cpp, or
// device_copy_none.cpp in a build without CUDA.

#include <memory>
#include <string>

#include "render/picture_texture.h"

namespace ganvas::render {

/// Copies on a stream of its own that waits, on the device, for the picture's event. UI thread only.
class DeviceCopy {
 public:
  DeviceCopy();
  ~DeviceCopy();

  /// Starts the copy into pinned host memory of this object. Empty, or why it failed.
  std::string start(const PictureSource& source);
  /// Whether the copy is over; never waits. On failure `reason` is set and the answer is true.
  bool finished(std::string& reason);
  /// Waits for this copy alone. Empty, or why it failed.
  std::string wait();
  /// The picture in host memory, rows packed; valid until the next start().
  [[nodiscard]] ImageView pixels() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace ganvas::render
