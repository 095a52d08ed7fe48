#include "data/faces/palette.h"

#include <cstddef>

namespace ganvas::data::faces {
namespace {

struct HairSwatch {
  std::uint32_t base, shade, light, tip;
};
constexpr HairSwatch hair_swatches[] = {
    {0x454358, 0x292738, 0x8288ad, 0x5d5678},  // black
    {0x80513c, 0x573238, 0xc2906b, 0x9a6647},  // brown
    {0xb5623f, 0x813c3c, 0xeeab7a, 0xcf7f50},  // auburn
    {0xf3d084, 0xd49f5d, 0xfff2c6, 0xf7deA2},  // blonde
    {0xdc5a4a, 0x9f3447, 0xffa585, 0xf07d5c},  // red
    {0xf7a9c0, 0xd4759c, 0xffe0e8, 0xffc4cc},  // pink
    {0xbba0e4, 0x876bbb, 0xe8d9fd, 0xd6b9ee},  // lilac
    {0x76a5ea, 0x4a6cba, 0xc0dcff, 0x93c6f5},  // blue
    {0x84d6c4, 0x479a9d, 0xd0f8ea, 0xaae9d2},  // mint
    {0xd3d8e8, 0x969dbf, 0xfbfcff, 0xe6e4f3},  // silver
};

struct EyeSwatch {
  std::uint32_t dark, middle, bright;
};
constexpr EyeSwatch eye_swatches[] = {
    {0x4a2418, 0xa05f34, 0xf0b46c},  // brown
    {0x70400c, 0xe0961f, 0xffe684},  // amber
    {0x0f4c38, 0x2fa56c, 0xb0f4ac},  // green
    {0x0a4858, 0x20a6b6, 0xaefff0},  // teal
    {0x16327a, 0x3e82e6, 0xa8e4ff},  // blue
    {0x3a1a70, 0x8c58dc, 0xe2b8ff},  // violet
    {0x6e1236, 0xdc3f68, 0xffb0b0},  // rose
};

struct SkinSwatch {
  std::uint32_t base, shade, line, blush, lip;
};
constexpr SkinSwatch skin_swatches[] = {
    {0xffece2, 0xf4c6bc, 0xa8605c, 0xff8f95, 0xd9656c},  // porcelain
    {0xfedfca, 0xedb49f, 0x9c5648, 0xff8480, 0xd05a5c},  // fair
    {0xf8d0ab, 0xe1a17e, 0x8c4a38, 0xf77a6a, 0xc45048},  // golden
    {0xe2ab7f, 0xbd7e5b, 0x74392a, 0xe3614f, 0xac4138},  // tan
    {0xae7450, 0x85503d, 0x54261f, 0xcf4f45, 0x8c302c},  // deep
};

struct OutfitSwatch {
  std::uint32_t base, shade, light, accent, accent_shade;
};
constexpr OutfitSwatch outfit_swatches[] = {
    {0x3d4d80, 0x2a345c, 0xf6f4f2, 0xe8596c, 0xb53a56},  // navy
    {0xc9455a, 0x97304c, 0xfff1e6, 0xf6c95e, 0xd39a3c},  // crimson
    {0xf5ecdd, 0xd5c3b8, 0xffffff, 0x5f92dc, 0x426db3},  // cream
    {0x46876d, 0x2f5f58, 0xf6f2e2, 0xf5b84f, 0xd08a35},  // forest
    {0xe6b04a, 0xbb7f38, 0xfff8e6, 0xdc5b50, 0xa93c46},  // mustard
    {0x8863a8, 0x5f437f, 0xf9efff, 0xf6a7c6, 0xd0789f},  // plum
};

struct BackgroundSwatch {
  std::uint32_t top, bottom, glow;
};
constexpr BackgroundSwatch background_swatches[] = {
    {0xa6d4fa, 0xe3f3ff, 0xffffff},  // sky
    {0xffbccb, 0xffe9e6, 0xfffaf2},  // rose
    {0xa9e3c8, 0xe6faea, 0xffffff},  // mint
    {0xc6b9f6, 0xefe6ff, 0xfff7ff},  // lavender
    {0xffcb96, 0xfff0d2, 0xfffdf0},  // apricot
    {0x6a66a6, 0xd99fb6, 0xf9cfae},  // dusk
    {0x263260, 0x5d70b4, 0x8fa4e6},  // night
    {0x2f8a94, 0x95d8c6, 0xd2f7dd},  // lagoon
};

template <typename Swatch, std::size_t count>
constexpr const Swatch& at(const Swatch (&swatches)[count], int choice) {
  return swatches[static_cast<std::size_t>(choice) % count];
}

HairColors hair_colors(const FaceFactors& face) {
  const HairSwatch& swatch = at(hair_swatches, face.hair_color);
  // Tone moves the base towards its own shade or light, so that it stays in harmony.
  const double tone = (face.hair_tone - 0.5) * 0.44;
  const auto toned = [&](std::uint32_t rgb) {
    return tone < 0 ? mix(hex(rgb), hex(swatch.shade), -tone) : mix(hex(rgb), hex(swatch.light), tone);
  };
  const Color shade = toned(swatch.shade);
  return {toned(swatch.base), shade, hex(swatch.light), mix(shade, hex(0x2a1830), 0.42), toned(swatch.tip)};
}

}  // namespace

Palette palette_of(const FaceFactors& face) {
  const EyeSwatch& eye = at(eye_swatches, face.eye_color);
  const SkinSwatch& skin = at(skin_swatches, face.skin);
  const OutfitSwatch& outfit = at(outfit_swatches, face.outfit_color);
  const BackgroundSwatch& background = at(background_swatches, face.background);
  const HairColors hair = hair_colors(face);
  return {
      hair,
      {hex(eye.dark), hex(eye.middle), hex(eye.bright), mix(hair.line, hex(0x24131f), 0.7)},
      {hex(skin.base), hex(skin.shade), hex(skin.line), hex(skin.blush), hex(skin.lip)},
      {hex(outfit.base), hex(outfit.shade), hex(outfit.light), hex(outfit.accent), hex(outfit.accent_shade)},
      {hex(background.top), hex(background.bottom), hex(background.glow)},
  };
}

}  // namespace ganvas::data::faces
