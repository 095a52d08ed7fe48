#pragma once
// The wheel holds Gloo itself but not its headers. LibTorch's ProcessGroupGloo.hpp needs these names; objects are made
// and used inside the wheel alone.
#include <chrono>

namespace gloo {

class Context {
 public:
  void setTimeout(std::chrono::milliseconds timeout);
};

namespace transport {
class UnboundBuffer {
 public:
  virtual ~UnboundBuffer() = 0;
};
}  // namespace transport

}  // namespace gloo
