#pragma once
// Picture files as people have them: PNG, JPEG, WebP and GIF, of any mode, depth and orientation. Any thread.

#include <filesystem>
#include <string_view>

#include "core/image.h"

namespace ganvas::data {

/// What the extension says of a file, in any case: whether it is one of the kinds that decode_picture() reads.
bool has_picture_extension(const std::filesystem::path& path);

/// Whether the extension is that of another kind of picture (BMP, TIFF, ...), which has to be converted first.
bool has_foreign_picture_extension(const std::filesystem::path& path);

/// What the first bytes of a file (16 are enough) say it is: "PNG", "JPEG", "WebP" or "GIF"; empty for anything else.
std::string_view picture_kind(std::string_view bytes);

/// The same for pictures that have to be converted first: "BMP", "TIFF", "HEIC or AVIF", ...
std::string_view foreign_picture_kind(std::string_view bytes);

/// Decodes the bytes of a file; their first bytes say of which kind it is. Gives 1 channel for grey, 3 (RGB) otherwise.
/// Transparency lies over white, EXIF orientation is applied, of an animation the first frame is taken. Throws Error
/// whose text is a reason without the file's name; a picture beyond the limits of core/outside/limits.h is refused
/// before memory is taken for it.
Image decode_picture(std::string_view bytes);

/// Reads and decodes a file. Throws Error naming it.
Image read_picture(const std::filesystem::path& path);

}  // namespace ganvas::data
