#include <turbojpeg.h>

#include <memory>
#include <string>
#include <utility>

#include "core/error.h"
#include "core/outside/limits.h"
#include "data/decode/decode.h"
#include "data/decode/exif.h"

namespace ganvas::data::decode {
namespace {

struct Destroy {
  void operator()(void* handle) const { tjDestroy(handle); }
};

/// Inks as JPEG files hold them (Adobe: 255 is no ink) to RGB.
Image rgb_of_cmyk(const Image& inks) {
  Image image(inks.width, inks.height, 3);
  const std::uint8_t* in = inks.pixels.data();
  for (std::size_t i = 0; i < image.pixels.size(); i += 3, in += 4) {
    for (std::size_t c = 0; c < 3; ++c) image.pixels[i + c] = static_cast<std::uint8_t>((in[c] * in[3] + 127) / 255);
  }
  return image;
}

}  // namespace

Image jpeg(std::string_view bytes) {
  const std::unique_ptr<void, Destroy> handle(tjInitDecompress());
  require(handle != nullptr, "the JPEG decoder could not be started");
  int width = 0, height = 0, subsampling = 0, space = 0;
  require(tjDecompressHeader3(handle.get(), data_of(bytes), bytes.size(), &width, &height, &subsampling, &space) == 0,
          "its JPEG header is damaged ({})", tjGetErrorStr2(handle.get()));
  check_size(width, height);
  const std::uint64_t scans = jpeg_scans(bytes), pixels = static_cast<std::uint64_t>(width) * height;
  require(scans <= limits::picture_scans && scans * pixels <= limits::picture_scanned,
          "it draws its {} x {} pixels {} times over, as no program writes it", width, height, scans);
  const bool inks = space == TJCS_CMYK || space == TJCS_YCCK;
  const int format = inks ? TJPF_CMYK : space == TJCS_GRAY ? TJPF_GRAY : TJPF_RGB;
  Image image(width, height, tjPixelSize[format]);
  if (tjDecompress2(handle.get(), data_of(bytes), bytes.size(), image.pixels.data(), width, 0, height, format,
                    TJFLAG_LIMITSCANS) != 0) {
    // Stray bytes between segments harm nothing; every other complaint means missing or wrong pixels.
    const std::string complaint = tjGetErrorStr2(handle.get());
    const bool harmless =
        tjGetErrorCode(handle.get()) == TJERR_WARNING && complaint.find("extraneous bytes") != std::string::npos;
    require(harmless, "its JPEG data is cut short or damaged ({})", complaint);
  }
  return upright(inks ? rgb_of_cmyk(image) : std::move(image), exif_orientation(bytes));
}

}  // namespace ganvas::data::decode
