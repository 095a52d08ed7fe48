#include "app/render/device.h"

#include <ATen/Parallel.h>
#include <torch/cuda.h>

#include <ATen/DeviceAccelerator.h>
#include <c10/core/impl/VirtualGuardImpl.h>

#include <fstream>
#include <thread>

#include "core/error.h"

namespace ganvas::app {

at::Device resolve_device(const std::string& name) {
  const bool has_cuda = torch::cuda::is_available();
  if (name == "auto") return has_cuda ? at::Device(at::kCUDA, 0) : at::Device(at::kCPU);
  if (name == "cpu") return at::kCPU;
  const bool known = name == "cuda" || (name.starts_with("cuda:") && name.size() == 6 && std::isdigit(name[5]) != 0);
  require(known, "There is no device \"{}\"; choose auto, cpu, cuda or cuda:1.", name);
  require(has_cuda, "There is no usable NVIDIA GPU for --device {}; use --device cpu or auto.", name);
  const auto index = static_cast<at::DeviceIndex>(name == "cuda" ? 0 : name[5] - '0');
  const auto count = static_cast<at::DeviceIndex>(torch::cuda::device_count());
  require(index < count, "There is no GPU {}; this machine has {}.", static_cast<int>(index), static_cast<int>(count));
  return {at::kCUDA, index};
}

std::string device_text(at::Device device) {
  if (device.is_cpu()) return fmt::format("CPU ({} threads)", std::max(1u, std::thread::hardware_concurrency()));
  return fmt::format("CUDA GPU {}", static_cast<int>(device.index()));
}

void use_torch_threads(int threads) {
  // torch sets a thread's team up when the thread first asks, from whatever any thread chose last. Asking first makes
  // the choice below final.
  at::get_num_threads();
  at::set_num_threads(threads > 0 ? threads : static_cast<int>(std::max(1u, std::thread::hardware_concurrency())));
}

std::size_t free_memory(at::Device device) {
  if (device.is_cuda()) return at::accelerator::getMemoryInfo(device.index()).first;
  std::ifstream meminfo("/proc/meminfo");
  for (std::string key, unit; meminfo >> key;) {
    std::size_t kilobytes = 0;
    if (!(meminfo >> kilobytes)) break;
    if (key == "MemAvailable:") return kilobytes * 1024;
    std::getline(meminfo, unit);
  }
  return 0;
}

OwnStream::OwnStream(at::Device device) {
  if (!device.is_cuda()) return;
  const c10::impl::VirtualGuardImpl implementation(device.type());
  guard_.reset_stream(implementation.getNewStream(device, /*priority=*/-1));  // before those of training
}

}  // namespace ganvas::app
