#pragma once
// What several tests of data sets need.

#include <algorithm>
#include <filesystem>
#include <string>

#include "core/error.h"
#include "core/image.h"
#include "data/dataset.h"

namespace ganvas::test {

inline Image plain(int width, int height, std::uint8_t value, int channels = 3) {
  Image image(width, height, channels);
  std::ranges::fill(image.pixels, value);
  return image;
}

/// What open_dataset() says when it refuses, or an empty string.
inline std::string error_of(const data::DatasetOptions& options) {
  try {
    static_cast<void>(data::open_dataset(options));
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

/// `text` has `part` in it and is one sentence.
inline bool says(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos && text.ends_with('.') && text.find('\n') == std::string::npos;
}

}  // namespace ganvas::test
