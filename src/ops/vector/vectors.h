#pragma once
// Eight or sixteen floats at once, for the loops of convolutions. What stands between GANVAS_VECTOR_BEGIN and
// GANVAS_VECTOR_END is compiled for processors with AVX2 and FMA, whatever the rest is compiled for; has_vector_unit()
// says whether this one is such a processor. Loops that on_this_processor() runs are compiled a second time for
// AVX-512. Other architectures than x86-64 compile the same source for what they have.

#include <cstdint>
#include <cstring>
#include <type_traits>

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

#if defined(__x86_64__)
#define GANVAS_WIDE __attribute__((target("avx2,fma,avx512f")))
#else
#define GANVAS_WIDE
#endif
/// Before a function, or after the parameters of a lambda: it takes the instructions of what it is inlined into.
#define GANVAS_INLINE __attribute__((always_inline))

namespace ganvas::ops {

inline bool has_vector_unit() {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#else
  return true;
#endif
}

/// AVX-512 too.
inline bool has_wide_vector_unit() {
#if defined(__x86_64__)
  return __builtin_cpu_supports("avx512f");
#else
  return false;
#endif
}

template <int Lanes>
struct FloatsOf {
  typedef float Type __attribute__((vector_size(Lanes * sizeof(float))));  // NOLINT(modernize-use-using): GCC wants it
};
using Float8 = FloatsOf<8>::Type;
using Float16 = FloatsOf<16>::Type;

template <typename V>
constexpr int lanes_of = sizeof(V) / sizeof(float);

}  // namespace ganvas::ops

GANVAS_VECTOR_BEGIN
namespace ganvas::ops {

template <typename V>
GANVAS_INLINE inline V load(const float* from) {
  V v;
  std::memcpy(&v, from, sizeof v);
  return v;
}

template <typename V>
GANVAS_INLINE inline void store(float* to, const V& v) {
  std::memcpy(to, &v, sizeof v);
}

/// The first `count` of a vector, zeros for the others.
template <typename V>
GANVAS_INLINE inline V load_some(const float* from, std::int64_t count) {
  if (count >= lanes_of<V>) return load<V>(from);
  V v = {};
  std::memcpy(&v, from, static_cast<std::size_t>(count) * sizeof(float));
  return v;
}

template <typename V>
GANVAS_INLINE inline void store_some(float* to, const V& v, std::int64_t count) {
  if (count >= lanes_of<V>) return store(to, v);
  const V held = v;  // has an address, so that v need not: loops keep it in a register
  std::memcpy(to, &held, static_cast<std::size_t>(count) * sizeof(float));
}

template <typename V>
GANVAS_INLINE inline V splat(float value) {
  V v;
  for (int i = 0; i < lanes_of<V>; ++i) v[i] = value;
  return v;
}

/// Calls use(std::type_identity<V>, k) for all `count` channels, a multiple of eight, V being Widest as long as there
/// are so many.
template <typename Widest, typename Use>
GANVAS_INLINE inline void over_channels(std::int64_t count, const Use& use) {
  std::int64_t k = 0;
  if constexpr (lanes_of < Widest >> 8) {
    for (; k + lanes_of<Widest> <= count; k += lanes_of<Widest>) use(std::type_identity<Widest>(), k);
  }
  for (; k < count; k += 8) use(std::type_identity<Float8>(), k);
}

template <typename Loop, typename... Arguments>
void on_narrow(const Arguments&... arguments) {
  Loop::template run<Float8>(arguments...);
}
template <typename Loop, typename... Arguments>
GANVAS_WIDE void on_wide(const Arguments&... arguments) {
  Loop::template run<Float16>(arguments...);
}
/// Loop::run<Widest>(arguments...), a GANVAS_INLINE function, with the widest vectors that this processor has.
template <typename Loop, typename... Arguments>
void on_this_processor(const Arguments&... arguments) {
  has_wide_vector_unit() ? on_wide<Loop>(arguments...) : on_narrow<Loop>(arguments...);
}

}  // namespace ganvas::ops
GANVAS_VECTOR_END
