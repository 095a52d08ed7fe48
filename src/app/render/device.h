#pragma once
// Which device torch works on, for threads that may call torch.

#include <ATen/ATen.h>

#include <string>

namespace ganvas::app {

/// "auto": CUDA where there is a GPU and a driver, else the CPU. "cpu", "cuda", "cuda:1". Throws Error for other names
/// and for a GPU that is not there.
at::Device resolve_device(const std::string& name);

/// "CPU (2 threads)" or the GPU's number, for people.
std::string device_text(at::Device device);

/// Threads of torch's operators on the calling thread alone: it gets its own team, other threads keep theirs.
/// 0: all cores.
void use_torch_threads(int threads);

/// Bytes that a new model could still take on the device now. 0: unknown.
std::size_t free_memory(at::Device device);

/// Makes work of the calling thread go to a stream of its own as long as it lives; does nothing on the CPU.
class OwnStream {
 public:
  explicit OwnStream(at::Device device);

 private:
  c10::OptionalStreamGuard guard_;
};

}  // namespace ganvas::app
