#pragma once
// Eight floats at once, for the loops of convolutions. What stands between GANVAS_VECTOR_BEGIN and GANVAS_VECTOR_END is
// compiled for processors with AVX2 and FMA, whatever the rest is compiled for; has_vector_unit() says whether this one
// is such a processor. Other architectures than x86-64 compile the same source for what they have.

#include <cstdint>
#include <cstring>

#if defined(__x86_64__) && defined(__clang__)
#define GANVAS_VECTOR_BEGIN _Pragma("clang attribute push(__attribute__((target(\"avx2,fma\"))), apply_to = function)")
#define GANVAS_VECTOR_END _Pragma("clang attribute pop")
#elif defined(__x86_64__)
#define GANVAS_VECTOR_BEGIN \
  _Pragma("GCC push_options") _Pragma("GCC target(\"avx2,fma\")") _Pragma("GCC diagnostic ignored \"-Wpsabi\"")
#define GANVAS_VECTOR_END _Pragma("GCC pop_options")
#else
#define GANVAS_VECTOR_BEGIN
#define GANVAS_VECTOR_END
#endif

namespace ganvas::ops {

inline bool has_vector_unit() {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#else
  return true;
#endif
}

}  // namespace ganvas::ops

GANVAS_VECTOR_BEGIN
namespace ganvas::ops {

using Float8 [[gnu::vector_size(32)]] = float;

inline Float8 load8(const float* from) {
  Float8 v;
  std::memcpy(&v, from, sizeof v);
  return v;
}

inline void store8(float* to, Float8 v) {
  std::memcpy(to, &v, sizeof v);
}

/// The first `count` of eight, zeros for the others.
inline Float8 load_some(const float* from, std::int64_t count) {
  if (count >= 8) return load8(from);
  Float8 v = {};
  std::memcpy(&v, from, static_cast<std::size_t>(count) * sizeof(float));
  return v;
}

inline void store_some(float* to, Float8 v, std::int64_t count) {
  if (count >= 8) return store8(to, v);
  std::memcpy(to, &v, static_cast<std::size_t>(count) * sizeof(float));
}

inline Float8 splat8(float value) {
  return Float8{value, value, value, value, value, value, value, value};
}

}  // namespace ganvas::ops
GANVAS_VECTOR_END
