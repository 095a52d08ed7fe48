#pragma once
// Sums of tensors over processes, by a library that fits where the tensors lie.

#include <ATen/ATen.h>

#include <functional>
#include <memory>

namespace c10d {
class Store;
}

namespace ganvas::train {

/// For one thread at a time; abort() may be called from any.
class Reducer {
 public:
  virtual ~Reducer() = default;
  /// Sums over the ranks in place. While it waits it calls `check`, which throws when there is nobody left to wait for.
  /// Throws whatever its library throws when a connection breaks.
  virtual void sum(at::Tensor& tensor, const std::function<void()>& check) = 0;
  /// Ends a sum that waits for a lost rank; the tensors are worthless then.
  virtual void abort() {}
};

/// Where ranks find one another.
struct Meeting {
  c10::intrusive_ptr<c10d::Store> store;
  int rank = 0;
  int size = 1;
};

/// Gloo. Tensors on other devices travel through the host.
std::unique_ptr<Reducer> make_host_reducer(const Meeting& meeting);
/// NCCL for tensors on `device`; null where ganvas was built without CUDA. Needs a GPU of its own for each rank.
std::unique_ptr<Reducer> make_device_reducer(const Meeting& meeting, at::Device device);

}  // namespace ganvas::train
