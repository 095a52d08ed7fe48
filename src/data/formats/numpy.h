#pragma once
// Arrays of pictures as NumPy saves them: .npy, or several in one .npz.
// https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html: "\x93NUMPY", version, length of a header that
// is the text of a Python dictionary, then the values.

#include <filesystem>
#include <string_view>

#include "data/formats/arrays.h"

namespace ganvas::data {

/// Whether the first bytes of a file are those of an .npy.
bool is_npy(std::string_view first_bytes);

/// Whether a zip archive holds arrays of NumPy and nothing else.
bool is_npz(const std::filesystem::path& zip);

/// The pictures of an .npy or .npz: bytes [count, height, width], [count, height, width, channels] or [count, channels,
/// height, width] of 1 or 3 channels. Of an .npz the largest such array whose name does not speak of a test or a
/// validation set; labels are the array of whole numbers [count] or [count, 1] beside it, with `labels`. Throws Error
/// naming the file: values that are no bytes, other shapes, a file that is cut short.
PictureArray read_numpy(const std::filesystem::path& path, bool labels);

}  // namespace ganvas::data
