#pragma once
// PNG files (libpng). Any thread.

#include <filesystem>
#include <string>

#include "core/image.h"

namespace ganvas::media {

/// The bytes of a PNG file: 8 bits a channel; grey, RGB or RGBA after view.channels; colours are sRGB. Equal pixels
/// give equal bytes: no time stamp, no program name. Throws Error for an empty picture or one in device memory.
std::string encode_png(const ImageView& view);

/// Writes encode_png(view) atomically: on any failure `path` is the file before, or absent. Throws Error.
void write_png(const std::filesystem::path& path, const ImageView& view);

/// Reads any PNG as 8 bits a channel: 1 channel for grey, 3 for RGB and palettes, 4 where there is transparency.
/// Throws Error when the file is missing, is no PNG, is damaged, or would need more than 1 GB as pixels.
Image read_png(const std::filesystem::path& path);

}  // namespace ganvas::media
