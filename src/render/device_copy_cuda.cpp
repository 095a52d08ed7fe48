#include <cstdint>

#include "render/cuda_result.h"
#include "render/device_copy.h"

namespace ganvas::render {

struct DeviceCopy::Impl {
  cudaStream_t stream = nullptr;
  cudaEvent_t done = nullptr;
  std::uint8_t* host = nullptr;  // pinned
  std::size_t capacity = 0;      // bytes
  ImageView view;

  ~Impl() {
    if (stream != nullptr) cudaStreamSynchronize(stream);
    if (host != nullptr) cudaFreeHost(host);
    if (done != nullptr) cudaEventDestroy(done);
    if (stream != nullptr) cudaStreamDestroy(stream);
    cudaGetLastError();
  }

  std::string prepare(std::size_t bytes) {
    std::string why;
    if (stream == nullptr) {
      why = cuda_failure("a CUDA stream", cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking));
      if (!why.empty()) return why;
    }
    if (done == nullptr) {
      why = cuda_failure("a CUDA event", cudaEventCreateWithFlags(&done, cudaEventDisableTiming));
      if (!why.empty()) return why;
    }
    if (bytes <= capacity) return {};
    if (host != nullptr) cudaFreeHost(host);
    host = nullptr;
    capacity = 0;
    why =
        cuda_failure("pinned host memory", cudaHostAlloc(reinterpret_cast<void**>(&host), bytes, cudaHostAllocDefault));
    if (why.empty()) capacity = bytes;
    return why;
  }
};

DeviceCopy::DeviceCopy() : impl_(std::make_unique<Impl>()) {}
DeviceCopy::~DeviceCopy() = default;

std::string DeviceCopy::start(const PictureSource& source) {
  const ImageView& in = source.pixels;
  const std::size_t row = static_cast<std::size_t>(in.width) * 4;
  const auto rows = static_cast<std::size_t>(in.height);
  if (std::string why = impl_->prepare(row * rows); !why.empty()) return why;
  if (source.ready_event != nullptr) {
    const auto event = static_cast<cudaEvent_t>(source.ready_event);
    std::string why = cuda_failure("waiting for the picture", cudaStreamWaitEvent(impl_->stream, event, 0));
    if (!why.empty()) return why;
  }
  std::string why = cuda_failure("copying the picture", cudaMemcpy2DAsync(impl_->host, row, in.data, in.stride, row,
                                                                          rows, cudaMemcpyDeviceToHost, impl_->stream));
  if (why.empty()) why = cuda_failure("a CUDA event", cudaEventRecord(impl_->done, impl_->stream));
  impl_->view = {impl_->host, in.width, in.height, 4, row, Device::cpu};
  return why;
}

bool DeviceCopy::finished(std::string& reason) {
  const cudaError_t code = cudaEventQuery(impl_->done);
  if (code == cudaErrorNotReady) {
    cudaGetLastError();
    return false;
  }
  reason = cuda_failure("copying the picture", code);
  return true;
}

std::string DeviceCopy::wait() {
  return cuda_failure("copying the picture", cudaEventSynchronize(impl_->done));
}

ImageView DeviceCopy::pixels() const {
  return impl_->view;
}

}  // namespace ganvas::render
