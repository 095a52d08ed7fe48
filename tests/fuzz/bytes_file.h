#pragma once
// Bytes under a path, in memory alone.

#include <sys/mman.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <string_view>

#include "core/error.h"
#include "core/library_error.h"

namespace ganvas::fuzz {

class BytesFile {
 public:
  explicit BytesFile(std::string_view bytes) : descriptor_(::memfd_create("fuzz", 0)) {
    for (std::size_t done = 0; done < bytes.size();) {
      const ssize_t written = ::write(descriptor_, bytes.data() + done, bytes.size() - done);
      if (written <= 0) throw std::bad_alloc();
      done += static_cast<std::size_t>(written);
    }
  }
  ~BytesFile() { ::close(descriptor_); }
  BytesFile(const BytesFile&) = delete;
  BytesFile& operator=(const BytesFile&) = delete;

  [[nodiscard]] std::filesystem::path path() const { return "/proc/self/fd/" + std::to_string(descriptor_); }

 private:
  int descriptor_;
};

/// Error is an answer.
template <typename Work>
void quietly(const Work& work) {
  try {
    work();
  } catch (const Error&) {
    return;
  }
}

}  // namespace ganvas::fuzz
