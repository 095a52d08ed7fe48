#pragma once
// Marks the arithmetic of one element that the CPU loop and the CUDA kernel share.

#ifdef __CUDACC__
#define GANVAS_HD __host__ __device__
#else
#define GANVAS_HD
#endif
