#pragma once
// The outcome of a CUDA runtime call as text. Included by *_cuda.cpp only.

#include <cuda_runtime_api.h>

#include <string>

namespace ganvas::render {

/// Empty on success. On failure "what: the runtime's words", and the runtime's sticky error is cleared.
inline std::string cuda_failure(const char* what, cudaError_t code) {
  if (code == cudaSuccess) return {};
  cudaGetLastError();
  return std::string(what) + ": " + cudaGetErrorString(code);
}

}  // namespace ganvas::render
