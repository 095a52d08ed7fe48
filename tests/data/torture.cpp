#include "data/torture.h"

#include <functional>
#include <utility>

#include "core/image.h"
#include "data/encode.h"

namespace ganvas::test {
namespace {

using Bytes = std::vector<std::uint8_t>;

Image colored(int width, int height, const Bytes& color) {
  Image image(width, height, static_cast<int>(color.size()));
  for (std::size_t i = 0; i < image.pixels.size(); ++i) image.pixels[i] = color[i % color.size()];
  return image;
}

/// A different grey for each file, and colours made of it.
struct Made {
  std::string name;
  std::string bytes;
  std::array<int, 3> color{};
  int tolerance = 0;
  std::string reason = {};  ///< empty: usable
};

struct Shade {
  explicit Shade(int number) : n(number), v(static_cast<std::uint8_t>(40 + number % 150)) {}
  int n;
  std::uint8_t v;
  std::uint8_t w = static_cast<std::uint8_t>(255 - v);

  [[nodiscard]] std::array<int, 3> grey() const { return {v, v, v}; }
  [[nodiscard]] std::array<int, 3> rgb() const { return {v, w, 128}; }
  [[nodiscard]] Image rgb_image(int width, int height) const { return colored(width, height, {v, w, 128}); }
  [[nodiscard]] int over_white(int value, int alpha) const { return (value * alpha + 255 * (255 - alpha) + 127) / 255; }
};

/// Half of the stored picture is light; turned upright it is the upper half.
Made turned(const Shade& s) {
  const int orientation = std::array{3, 6, 8}[static_cast<std::size_t>(s.n % 3)];
  Image stored(16, 16, 3);
  for (int y = 0; y < 16; ++y) {
    for (int x = 0; x < 16; ++x) {
      const bool light = orientation == 3 ? y >= 8 : orientation == 6 ? x < 8 : x >= 8;
      for (int c = 0; c < 3; ++c) stored.at(x, y)[c] = light ? s.v : 0;
    }
  }
  return {"turned.jpg", with_orientation(encode_jpeg(stored), orientation, s.n % 2 == 0), s.grey(), 4};
}

GifFile film(const Shade& s) {
  return {12, 12, 0, 0, 12, 12, s.n % 2 == 0, -1, Bytes(144, 1), {{{0, 0, 0}}, {{s.v, s.w, 128}}}, 3};
}

std::string with_png_size(std::string png, std::uint32_t width, std::uint32_t height) {
  for (std::size_t i = 0; i < 4; ++i) {
    png[16 + i] = static_cast<char>(width >> (24 - 8 * i));
    png[20 + i] = static_cast<char>(height >> (24 - 8 * i));
  }
  return png;
}

Made cut_short(const Shade& s) {
  const Image image = s.rgb_image(40, 30);
  GifFile still = film(s);
  still.frames = 1;  // of an animation only the first frame counts, and that would be whole
  const std::string whole[] = {encode_png(image), encode_jpeg(image), encode_webp(image), encode_gif(still)};
  const char* names[] = {"cut.png", "cut.jpg", "cut.webp", "cut.gif"};
  const auto kind = static_cast<std::size_t>(s.n % 4);
  return {names[kind], whole[kind].substr(0, whole[kind].size() * 6 / 10), {}, 0, "damaged"};
}

Made damaged(const Shade& s) {
  std::string png = encode_png(s.rgb_image(40, 30));
  png[png.find("IDAT") + 8] ^= 0x55;
  return {"damaged.png", png, {}, 0, "damaged"};
}

Made foreign(const Shade& s) {
  using namespace std::string_literals;
  switch (s.n % 3) {
    case 0:
      return {"scan.tiff", "II*\0\x08\0\0\0"s, {}, 0, "convert it to PNG or JPEG"};
    case 1:
      return {"really a bmp.png", "BM\x46\0\0\0\0\0\0\0\x36\0\0\0"s, {}, 0, "it is a BMP picture"};
    default:
      return {"phone.HEIC",
              "\0\0\0\x18"
              "ftypheic"s,
              {},
              0,
              "convert it to PNG or JPEG"};
  }
}

Made huge(const Shade& s) {
  constexpr int width = 6000, height = 4000;
  const std::size_t stride = width / 8;
  Bytes rows(stride * height, 0xFF);
  std::fill(rows.begin() + static_cast<std::ptrdiff_t>(rows.size() / 2), rows.end(), std::uint8_t{0});
  // Few, for they take long: 24 million pixels each.
  if (s.n < 100) return {"huge.png", encode_png({width, height, 1, 0, rows}), {255, 255, 255}};
  return {"wide.jpg", encode_jpeg(s.rgb_image(1600, 40)), s.rgb(), 3};
}

Made named_oddly(const Shade& s) {
  const char* names[] = {"caf\xC3\xA9 \xE5\x9B\xBE\xE7\x89\x87.png",
                         "\xF0\x9F\x8E\xA8 \xD9\x85\xD8\xB1\xD8\xAD\xD8\xA8\xD8\xA7.png",
                         "new\nline.png",
                         "no utf-8 \xFF\xFE.png",
                         "'quotes\" & $(echo) ; *.png",
                         "UPPER.PNG",
                         "e\xCC\x81 combined.png",
                         "-rf --help.png"};
  return {names[s.n % 8], encode_png(s.rgb_image(8, 8)), s.rgb()};
}

/// 16 bits a sample, grey (color type 0) or RGB (2).
std::string sixteen(const Shade& s, int color) {
  const Bytes samples = color == 0 ? Bytes{s.v} : Bytes{s.v, s.w, 128};
  Bytes rows;
  for (int i = 0; i < 64; ++i) {
    for (const std::uint8_t value : samples) rows.insert(rows.end(), 2, value);  // 257 times an 8-bit value
  }
  return encode_png({8, 8, 16, color, rows});
}

using Maker = std::function<Made(const Shade&)>;

std::vector<Maker> usable_makers() {
  return {
      [](const Shade& s) {
        return Made{"grey.png", encode_png(colored(9, 14, {s.v})), s.grey()};
      },
      [](const Shade& s) {
        const int seen = s.over_white(s.v, 100);
        return Made{"grey alpha.png", encode_png(colored(9, 9, {s.v, 100})), {seen, seen, seen}};
      },
      [](const Shade& s) {
        return Made{"alpha.png",
                    encode_png(colored(9, 9, {s.v, s.w, 128, 200})),
                    {s.over_white(s.v, 200), s.over_white(s.w, 200), s.over_white(128, 200)}};
      },
      [](const Shade& s) {
        return Made{"plain.png", encode_png(s.rgb_image(20, 31)), s.rgb()};
      },
      [](const Shade& s) {
        return Made{"deep.png", sixteen(s, 2), s.rgb(), 1};
      },
      [](const Shade& s) {
        return Made{"deep grey.png", sixteen(s, 0), s.grey(), 1};
      },
      [](const Shade& s) {
        return Made{"palette.png", encode_png({8, 8, 8, 3, Bytes(64, 1), {{{0, 0, 0, 0}}, {{s.v, s.w, 128, 255}}}}),
                    s.rgb()};
      },
      [](const Shade&) {
        return Made{"bits.png", encode_png({8, 8, 1, 0, Bytes(8, 0xFF)}), {255, 255, 255}};
      },
      [](const Shade& s) {
        return Made{"grey.jpg", encode_jpeg(colored(17, 9, {s.v})), s.grey(), 2};
      },
      [](const Shade& s) {
        return Made{"plain.JPEG", encode_jpeg(s.rgb_image(17, 33)), s.rgb(), 3};
      },
      [](const Shade& s) {
        return Made{
            "inks.jpg", encode_jpeg(colored(16, 16, {s.v, s.w, 255, 200})), {s.v * 200 / 255, s.w * 200 / 255, 200}, 4};
      },
      turned,
      [](const Shade& s) {
        return Made{"still.webp", encode_webp(s.rgb_image(11, 7)), s.rgb()};
      },
      [](const Shade& s) {
        return Made{"glass.webp",
                    encode_webp(colored(8, 8, {s.v, s.w, 128, 100})),
                    {s.over_white(s.v, 100), s.over_white(s.w, 100), s.over_white(128, 100)},
                    1};
      },
      [](const Shade& s) {
        return Made{"film.webp", encode_animated_webp({s.rgb_image(9, 9), colored(9, 9, {0, 0, 0})}), s.rgb()};
      },
      [](const Shade& s) {
        return Made{"film.gif", encode_gif(film(s)), s.rgb()};
      },
      [](const Shade& s) {
        return Made{"really a png.jpg", encode_png(s.rgb_image(8, 8)), s.rgb()};
      },
      [](const Shade& s) {
        return Made{s.n % 2 == 0 ? "no extension" : "photo.txt", encode_png(s.rgb_image(8, 8)), s.rgb()};
      },
      [](const Shade& s) {
        return Made{"really a gif.tiff", encode_gif(film(s)), s.rgb()};
      },
      [](const Shade& s) {
        return Made{"one.png", encode_png(s.rgb_image(1, 1)), s.rgb()};
      },
      huge,
      named_oddly,
  };
}

std::vector<Maker> unusable_makers() {
  return {
      cut_short,
      [](const Shade& s) {
        return Made{s.n % 2 == 0 ? "empty.png" : "empty.jpg", "", {}, 0, "it is empty"};
      },
      [](const Shade&) {
        return Made{"text.webp", "no picture at all", {}, 0, "no PNG, JPEG, WebP or GIF"};
      },
      [](const Shade& s) {
        return Made{"bomb.png", with_png_size(encode_png(s.rgb_image(8, 8)), 0x7fffffff, 0x7fffffff), {}, 0, "PNG"};
      },
      [](const Shade& s) {
        return Made{"too wide.png", with_png_size(encode_png(s.rgb_image(8, 8)), 900'000, 1), {}, 0, "PNG header"};
      },
      damaged,
      foreign,
  };
}

}  // namespace

std::vector<TortureFile> write_torture(const TemporaryFolder& folder, int count) {
  std::vector<Maker> makers = usable_makers();
  for (Maker& maker : unusable_makers()) makers.push_back(std::move(maker));
  std::vector<TortureFile> files;
  for (int i = 0; i < count; ++i) {
    const Made made = makers[static_cast<std::size_t>(i) % makers.size()](Shade(i));
    // Spread over folders with odd names; the number keeps the names apart and the extension where it is.
    const char* folders[] = {"", "sub folder", "sub folder/\xE6\xB7\xB1\xE3\x81\x84", "x.png"};
    const std::string name = std::to_string(1000 + i) + " " + made.name;
    TortureFile file{.kind = made.name,
                     .usable = made.reason.empty(),
                     .color = made.color,
                     .tolerance = made.tolerance,
                     .reason = made.reason};
    file.path = folder.write(std::filesystem::path(folders[i % 4]) / name, made.bytes);
    files.push_back(std::move(file));
  }
  return files;
}

}  // namespace ganvas::test
