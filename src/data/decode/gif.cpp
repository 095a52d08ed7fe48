#include <gif_lib.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <vector>

#include "core/error.h"
#include "data/decode/decode.h"

namespace ganvas::data::decode {
namespace {

int read_bytes(GifFileType* file, GifByteType* out, int count) {
  auto& left = *static_cast<std::string_view*>(file->UserData);
  const std::size_t taken = std::min(left.size(), static_cast<std::size_t>(std::max(count, 0)));
  std::memcpy(out, left.data(), taken);
  left.remove_prefix(taken);
  return static_cast<int>(taken);
}

struct Close {
  void operator()(GifFileType* file) const { DGifCloseFile(file, nullptr); }
};

[[noreturn]] void damaged(const GifFileType* file) {
  const char* reason = GifErrorString(file->Error);
  fail("its GIF data is cut short or damaged ({})", reason != nullptr ? reason : "unknown error");
}

/// Goes to the first frame. Returns the index of its transparent colour, or -1.
int seek_frame(GifFileType* file) {
  int transparent = NO_TRANSPARENT_COLOR;
  while (true) {
    GifRecordType record = UNDEFINED_RECORD_TYPE;
    if (DGifGetRecordType(file, &record) != GIF_OK) damaged(file);
    if (record == IMAGE_DESC_RECORD_TYPE) {
      if (DGifGetImageDesc(file) != GIF_OK) damaged(file);
      return transparent;
    }
    require(record != TERMINATE_RECORD_TYPE, "it is a GIF without a picture");
    if (record != EXTENSION_RECORD_TYPE) continue;
    int code = 0;
    GifByteType* block = nullptr;
    if (DGifGetExtension(file, &code, &block) != GIF_OK) damaged(file);
    while (block != nullptr) {
      GraphicsControlBlock control{};
      if (code == GRAPHICS_EXT_FUNC_CODE && DGifExtensionToGCB(block[0], block + 1, &control) == GIF_OK) {
        transparent = control.TransparentColor;
      }
      if (DGifGetExtensionNext(file, &block) != GIF_OK) damaged(file);
    }
  }
}

/// The rows of a frame in the order in which the file holds them.
std::vector<int> row_order(int height, bool interlaced) {
  std::vector<int> rows;
  rows.reserve(static_cast<std::size_t>(height));
  if (!interlaced) {
    for (int y = 0; y < height; ++y) rows.push_back(y);
    return rows;
  }
  constexpr std::array<std::array<int, 2>, 4> passes{{{0, 8}, {4, 8}, {2, 4}, {1, 2}}};
  for (const auto& [first, step] : passes) {
    for (int y = first; y < height; y += step) rows.push_back(y);
  }
  return rows;
}

}  // namespace

Image gif(std::string_view bytes) {
  int error = 0;
  const std::unique_ptr<GifFileType, Close> file(DGifOpen(&bytes, read_bytes, &error));
  require(file != nullptr, "its GIF header is damaged");
  check_size(file->SWidth, file->SHeight);
  const int transparent = seek_frame(file.get());
  const GifImageDesc& frame = file->Image;
  check_size(frame.Width, frame.Height);
  const ColorMapObject* colors = frame.ColorMap != nullptr ? frame.ColorMap : file->SColorMap;
  require(colors != nullptr, "it is a GIF without colours");
  Image image(file->SWidth, file->SHeight, 3);
  std::fill(image.pixels.begin(), image.pixels.end(), std::uint8_t{255});
  std::vector<GifPixelType> line(static_cast<std::size_t>(frame.Width));
  for (const int row : row_order(frame.Height, frame.Interlace)) {
    if (DGifGetLine(file.get(), line.data(), frame.Width) != GIF_OK) damaged(file.get());
    const int y = frame.Top + row;
    if (y < 0 || y >= image.height) continue;
    for (int i = 0; i < frame.Width; ++i) {
      const int x = frame.Left + i;
      const int index = line[static_cast<std::size_t>(i)];
      if (x < 0 || x >= image.width || index == transparent || index >= colors->ColorCount) continue;
      const GifColorType& color = colors->Colors[index];
      std::uint8_t* pixel = image.at(x, y);
      pixel[0] = color.Red;
      pixel[1] = color.Green;
      pixel[2] = color.Blue;
    }
  }
  return image;
}

}  // namespace ganvas::data::decode
