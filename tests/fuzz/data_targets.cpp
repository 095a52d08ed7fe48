// Readers of data sets.
#include <algorithm>
#include <cstdint>

#include "core/image.h"
#include "core/json.h"
#include "data/encode.h"
#include "data/formats/arrays.h"
#include "data/formats/cifar.h"
#include "data/formats/idx.h"
#include "data/formats/zip.h"
#include "data/labels.h"
#include "data/picture_file.h"
#include "fuzz/bytes_file.h"
#include "fuzz/targets.h"

namespace ganvas::fuzz {
namespace {

void picture(std::string_view bytes) {
  quietly([&] { data::decode_picture(bytes); });
}

/// What does not begin like the kind is begun like it: the decoders see every input.
template <std::size_t size>
void as_kind(const char (&start)[size], std::string_view bytes) {
  std::string file(start, size - 1);
  if (bytes.size() > file.size()) file += bytes.substr(file.size());
  picture(file);
}
void png(std::string_view bytes) {
  as_kind("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", bytes);
}
void jpeg(std::string_view bytes) {
  as_kind("\xff\xd8\xff", bytes);
}
void gif(std::string_view bytes) {
  as_kind("GIF89a", bytes);
}
void webp(std::string_view bytes) {
  std::string file(bytes);
  file.resize(std::max<std::size_t>(file.size(), 12));
  file.replace(0, 4, "RIFF").replace(8, 4, "WEBP");
  picture(file);
}

void zip(std::string_view bytes) {
  const BytesFile file(bytes);
  quietly([&] {
    data::open_zip_dataset({.source = file.path().string(), .resolution = 8}, {.memory = 1000, .threads = 1}, {});
  });
}

void idx(std::string_view bytes) {
  const BytesFile file(bytes);
  quietly([&] { data::read_idx(file.path(), false); });
}

void cifar(std::string_view bytes) {
  const BytesFile file(bytes);
  quietly([&] { data::read_cifar({file.path()}, true); });
}

void labels(std::string_view bytes) {
  quietly([&] { data::PictureLabels::of_json(bytes, {"a.png", "b/c.png"}, "dataset.json"); });
}

void json(std::string_view bytes) {
  quietly([&] { parse_json(bytes, "It").dump(); });
}

Image striped() {
  Image image(16, 16, 3);
  for (std::size_t i = 0; i < image.pixels.size(); ++i) image.pixels[i] = static_cast<std::uint8_t>(i * 7);
  return image;
}

}  // namespace

std::vector<Target> data_targets() {
  return {
      {"png", png, [] { return std::vector{test::encode_png(striped())}; }},
      {"jpeg", jpeg,
       [] {
         const std::string file = test::encode_jpeg(striped());
         return std::vector{file, test::with_orientation(file, 6, true), test::with_orientation(file, 3, false)};
       }},
      {"gif", gif,
       [] {
         return std::vector{test::encode_gif(
             {16, 16, 0, 0, 16, 16, false, -1, std::vector<std::uint8_t>(256, 1), {{{1, 2, 3}}, {{4, 5, 6}}}})};
       }},
      {"webp", webp,
       [] {
         return std::vector{test::encode_webp(striped()), test::encode_animated_webp({striped(), striped()})};
       }},
      {"zip", zip,
       [] {
         return contents({"tests/reference/wgan_clip", "tests/reference/dcgan"});
       }},
      {"idx", idx, [] { return std::vector{std::string("\0\0\x08\x03\0\0\0\2\0\0\0\2\0\0\0\2", 16) + "12345678"}; }},
      {"cifar", cifar, [] { return std::vector{std::string(3073, '\3')}; }},
      {"labels", labels,
       [] {
         return std::vector<std::string>{R"({"labels": [["a.png", 3], ["b/c.png", 0]]})",
                                         R"({"labels": [["a.png", [0.5, 1]], ["b/c.png", [1, 2]]]})"};
       }},
      {"json", json, [] { return contents({"assets/recipes"}); }}};
}

}  // namespace ganvas::fuzz
