#include <webp/decode.h>
#include <webp/demux.h>

#include <algorithm>
#include <memory>

#include "core/error.h"
#include "data/decode/decode.h"

namespace ganvas::data::decode {
namespace {

Image first_frame(std::string_view bytes) {
  const WebPData data{data_of(bytes), bytes.size()};
  const std::unique_ptr<WebPAnimDecoder, void (*)(WebPAnimDecoder*)> decoder(WebPAnimDecoderNew(&data, nullptr),
                                                                             WebPAnimDecoderDelete);
  WebPAnimInfo info{};
  std::uint8_t* canvas = nullptr;
  int time = 0;
  require(decoder != nullptr && WebPAnimDecoderGetInfo(decoder.get(), &info) != 0 &&
              WebPAnimDecoderGetNext(decoder.get(), &canvas, &time) != 0,
          "its animated WebP data is cut short or damaged");
  Image image(static_cast<int>(info.canvas_width), static_cast<int>(info.canvas_height), 4);
  std::copy_n(canvas, image.pixels.size(), image.pixels.data());
  return over_white(image);
}

}  // namespace

Image webp(std::string_view bytes) {
  WebPBitstreamFeatures features{};
  require(WebPGetFeatures(data_of(bytes), bytes.size(), &features) == VP8_STATUS_OK, "its WebP header is damaged");
  check_size(features.width, features.height);
  if (features.has_animation != 0) return first_frame(bytes);
  Image image(features.width, features.height, features.has_alpha != 0 ? 4 : 3);
  const auto decode = image.channels == 4 ? WebPDecodeRGBAInto : WebPDecodeRGBInto;
  require(decode(data_of(bytes), bytes.size(), image.pixels.data(), image.pixels.size(),
                 static_cast<int>(image.stride())) != nullptr,
          "its WebP data is cut short or damaged");
  return image.channels == 4 ? over_white(image) : image;
}

}  // namespace ganvas::data::decode
