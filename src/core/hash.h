#pragma once
// SHA-256 (OpenSSL): provenance of files, hashes of weights and of pictures.

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>

namespace ganvas {

/// Feeds bytes piece by piece. Movable, not thread-safe.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;

  void update(const void* bytes, std::size_t count);
  /// 64 lower-case hexadecimal digits. Call once, at the end.
  std::string hex();

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

std::string sha256_of(const void* bytes, std::size_t count);
/// Reads the file piece by piece. Throws Error when it cannot be read.
std::string sha256_of_file(const std::filesystem::path& path);

}  // namespace ganvas
