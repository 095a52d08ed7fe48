# LibTorch out of the torch wheel: target LibTorch::LibTorch.
#
# The wheel's own CMake package probes the CUDA toolkit and sets global flags, and it fails where the wheel was built
# with CUDA and the machine has no toolkit. ganvas needs only its headers and libraries, so this module names them.
#   LIBTORCH_ROOT   folder of the wheel's package "torch" (./dev sets it)
find_path(LIBTORCH_INCLUDE torch/csrc/api/include/torch/torch.h HINTS ${LIBTORCH_ROOT}/include NO_DEFAULT_PATH)
find_library(LIBTORCH_CPU torch_cpu HINTS ${LIBTORCH_ROOT}/lib NO_DEFAULT_PATH)
find_library(LIBTORCH_C10 c10 HINTS ${LIBTORCH_ROOT}/lib NO_DEFAULT_PATH)

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(LibTorch REQUIRED_VARS LIBTORCH_INCLUDE LIBTORCH_CPU LIBTORCH_C10)

if(LibTorch_FOUND AND NOT TARGET LibTorch::LibTorch)
  add_library(LibTorch::LibTorch INTERFACE IMPORTED)
  # After the system's folders: the wheel carries its own newer fmt, and one program must see one fmt.
  target_compile_options(LibTorch::LibTorch INTERFACE
    "$<$<COMPILE_LANGUAGE:CXX>:SHELL:-idirafter ${LIBTORCH_INCLUDE}>"
    "$<$<COMPILE_LANGUAGE:CXX>:SHELL:-idirafter ${LIBTORCH_INCLUDE}/torch/csrc/api/include>")
  target_link_libraries(LibTorch::LibTorch INTERFACE ${LIBTORCH_CPU} ${LIBTORCH_C10} Threads::Threads)
  # LibTorch's threads (ops/vector/parallel.cpp).
  find_library(LIBTORCH_GOMP NAMES libgomp.so.1 HINTS ${LIBTORCH_ROOT}/lib NO_DEFAULT_PATH)
  if(LIBTORCH_GOMP)
    target_link_libraries(LibTorch::LibTorch INTERFACE ${LIBTORCH_GOMP})
  endif()
  if(GANVAS_CUDA)
    # The CUDA half registers its kernels when it is loaded, so it must be linked although no symbol of it is named.
    target_link_libraries(LibTorch::LibTorch INTERFACE
      -Wl,--no-as-needed ${LIBTORCH_ROOT}/lib/libtorch_cuda.so ${LIBTORCH_ROOT}/lib/libc10_cuda.so -Wl,--as-needed)
  endif()
endif()
