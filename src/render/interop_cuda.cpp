// The texture's own memory, filled by a device-to-device copy. Nothing passes through host memory and nobody waits:
// the copy's stream waits for the picture's event on the device, and unmapping orders OpenGL after that stream
// (CUDA runtime API, "OpenGL interoperability").

// gl.h must come before cuda_gl_interop.h, which would bring the system's own.
#include <epoxy/gl.h>

#include <cuda_gl_interop.h>

#include <deque>
#include <utility>

#include "render/cuda_result.h"
#include "render/picture_texture.h"

namespace ganvas::render {
namespace {

using State = UploadResult::State;

class InteropUploader final : public Uploader {
 public:
  ~InteropUploader() override {
    if (stream_ != nullptr) cudaStreamSynchronize(stream_);
    InteropUploader::forget_target();
    for (auto& [event, memory] : in_use_) cudaEventDestroy(event);
    if (stream_ != nullptr) cudaStreamDestroy(stream_);
    cudaGetLastError();
  }

  UploadResult start(const PictureSource& source, const GlTexture& target) override {
    if (source.pixels.device != Device::cuda) {
      return {State::failed, "the generator runs on the CPU, so its pictures are in host memory already"};
    }
    release_finished();
    std::string why = prepare(target);
    if (why.empty()) why = wait_for(source);
    if (why.empty()) why = copy(source.pixels);
    if (why.empty()) why = hold(source);
    if (!why.empty()) return {State::failed, why};
    return {};
  }

  UploadResult poll(const GlTexture&) override { return {}; }

  void forget_target() override {
    if (resource_ != nullptr) cudaGraphicsUnregisterResource(resource_);
    resource_ = nullptr;
    cudaGetLastError();
  }

 private:
  std::string prepare(const GlTexture& target) {
    if (stream_ == nullptr) {
      std::string why = cuda_failure("a CUDA stream", cudaStreamCreateWithFlags(&stream_, cudaStreamNonBlocking));
      if (!why.empty()) return why;
    }
    if (resource_ != nullptr) return {};
    return cuda_failure(
        "sharing the texture with CUDA",
        cudaGraphicsGLRegisterImage(&resource_, target.name(), GL_TEXTURE_2D, cudaGraphicsRegisterFlagsWriteDiscard));
  }

  std::string wait_for(const PictureSource& source) const {
    if (source.ready_event == nullptr) return {};
    return cuda_failure("waiting for the picture",
                        cudaStreamWaitEvent(stream_, static_cast<cudaEvent_t>(source.ready_event), 0));
  }

  std::string copy(const ImageView& in) {
    std::string why = cuda_failure("mapping the texture", cudaGraphicsMapResources(1, &resource_, stream_));
    if (!why.empty()) return why;
    cudaArray_t array = nullptr;
    why = cuda_failure("the texture's memory", cudaGraphicsSubResourceGetMappedArray(&array, resource_, 0, 0));
    if (why.empty()) {
      why = cuda_failure(
          "copying the picture",
          cudaMemcpy2DToArrayAsync(array, 0, 0, in.data, in.stride, static_cast<std::size_t>(in.width) * 4,
                                   static_cast<std::size_t>(in.height), cudaMemcpyDeviceToDevice, stream_));
    }
    const std::string unmapped =
        cuda_failure("unmapping the texture", cudaGraphicsUnmapResources(1, &resource_, stream_));
    return why.empty() ? unmapped : why;
  }

  /// Keeps the picture's memory until the copy has read it.
  std::string hold(const PictureSource& source) {
    cudaEvent_t event = nullptr;
    std::string why = cuda_failure("a CUDA event", cudaEventCreateWithFlags(&event, cudaEventDisableTiming));
    if (!why.empty()) return why;
    in_use_.emplace_back(event, source.memory);
    return cuda_failure("a CUDA event", cudaEventRecord(event, stream_));
  }

  void release_finished() {
    while (!in_use_.empty() && cudaEventQuery(in_use_.front().first) == cudaSuccess) {
      cudaEventDestroy(in_use_.front().first);
      in_use_.pop_front();
    }
    cudaGetLastError();
  }

  cudaStream_t stream_ = nullptr;
  cudaGraphicsResource_t resource_ = nullptr;
  std::deque<std::pair<cudaEvent_t, std::shared_ptr<const void>>> in_use_;
};

}  // namespace

std::unique_ptr<Uploader> make_interop_uploader() {
  return std::make_unique<InteropUploader>();
}

std::string interop_problem() {
  int count = 0;
  std::string why = cuda_failure("no CUDA device", cudaGetDeviceCount(&count));
  if (!why.empty()) return why;
  if (count == 0) return "no CUDA device";
  unsigned found = 0;
  int devices[8] = {};
  why = cuda_failure("OpenGL does not run on a CUDA device", cudaGLGetDevices(&found, devices, 8, cudaGLDeviceListAll));
  if (!why.empty()) return why;
  return found == 0 ? "OpenGL does not run on a CUDA device" : "";
}

}  // namespace ganvas::render
