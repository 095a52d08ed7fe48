#include "data/resize.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <vector>

#include "core/error.h"

namespace ganvas::data {
namespace {

/// The source pixels that make one output pixel: weights of first, first + 1, ...; their sum is 1.
struct Taps {
  int first = 0;
  std::vector<float> weights;
};

std::vector<Taps> make_taps(int from, int to) {
  std::vector<Taps> all(static_cast<std::size_t>(to));
  const double ratio = static_cast<double>(from) / to;
  for (int i = 0; i < to; ++i) {
    Taps& taps = all[static_cast<std::size_t>(i)];
    if (from >= to) {
      const double begin = i * ratio;
      const double end = (i + 1) * ratio;
      taps.first = static_cast<int>(begin);
      const int last = std::min(from, static_cast<int>(std::ceil(end - 1e-9)));
      for (int k = taps.first; k < last; ++k) {
        taps.weights.push_back(static_cast<float>((std::min(end, k + 1.0) - std::max<double>(begin, k)) / ratio));
      }
    } else {
      const double centre = std::clamp((i + 0.5) * ratio - 0.5, 0.0, from - 1.0);
      taps.first = static_cast<int>(centre);
      const auto rest = static_cast<float>(centre - taps.first);
      taps.weights.push_back(1 - rest);
      if (rest > 0) taps.weights.push_back(rest);
    }
  }
  return all;
}

std::vector<float> resize_row(const std::uint8_t* row, const std::vector<Taps>& columns, int channels) {
  std::vector<float> out;
  out.reserve(columns.size() * static_cast<std::size_t>(channels));
  for (const Taps& taps : columns) {
    for (int c = 0; c < channels; ++c) {
      const std::uint8_t* in = row + static_cast<std::ptrdiff_t>(taps.first) * channels + c;
      float sum = 0;
      for (const float weight : taps.weights) {
        sum += weight * static_cast<float>(*in);
        in += channels;
      }
      out.push_back(sum);
    }
  }
  return out;
}

}  // namespace

Image part_of(const Image& image, int width, int height) {
  require(width >= 1 && height >= 1 && !image.empty(), "A picture of {} x {} pixels cannot be scaled to {} x {}.",
          image.width, image.height, width, height);
  const auto span = [](int own, int other, int wanted, int wanted_other) {
    const double most = static_cast<double>(other) * wanted / wanted_other;
    return std::clamp(static_cast<int>(std::lround(most)), 1, own);
  };
  const int wide = span(image.width, image.height, width, height),
            high = span(image.height, image.width, height, width);
  const int left = (image.width - wide) / 2;
  const int top = (image.height - high) / 2;
  const std::vector<Taps> columns = make_taps(wide, width), lines = make_taps(high, height);
  // Neighbouring rows of the result share source rows: the last even and the last odd one stay at hand.
  std::array<std::vector<float>, 2> rows;
  std::array<int, 2> held{-1, -1};
  Image result(width, height, image.channels);
  std::vector<float> sums(result.stride());
  for (int y = 0; y < height; ++y) {
    const Taps& vertical = lines[static_cast<std::size_t>(y)];
    std::fill(sums.begin(), sums.end(), 0.0F);
    int source = vertical.first;
    for (const float weight : vertical.weights) {
      const auto slot = static_cast<std::size_t>(source % 2);
      if (held[slot] != source) {
        rows[slot] = resize_row(image.at(left, top + source), columns, image.channels);
        held[slot] = source;
      }
      for (std::size_t i = 0; i < sums.size(); ++i) sums[i] += weight * rows[slot][i];
      ++source;
    }
    std::transform(sums.begin(), sums.end(), result.at(0, y),
                   [](float value) { return static_cast<std::uint8_t>(std::clamp(std::lround(value), 0L, 255L)); });
  }
  return result;
}

Image with_channels(const Image& image, int channels) {
  if (image.channels == channels) return image;
  if (channels % 2 == 0) {
    const Image opaque = with_channels(image, channels - 1);
    Image result(image.width, image.height, channels);
    std::fill(result.pixels.begin(), result.pixels.end(), std::uint8_t{255});
    const auto own = static_cast<std::size_t>(channels - 1);
    for (std::size_t i = 0; i < opaque.pixels.size(); ++i)
      result.pixels[i / own * (own + 1) + i % own] = opaque.pixels[i];
    return result;
  }
  Image result(image.width, image.height, channels);
  const std::size_t count = static_cast<std::size_t>(image.width) * static_cast<std::size_t>(image.height);
  for (std::size_t i = 0; i < count; ++i) {
    if (channels == 3) {
      std::fill_n(result.pixels.data() + 3 * i, 3, image.pixels[i]);
    } else {
      const std::uint8_t* rgb = image.pixels.data() + 3 * i;
      result.pixels[i] = static_cast<std::uint8_t>((299 * rgb[0] + 587 * rgb[1] + 114 * rgb[2] + 500) / 1000);
    }
  }
  return result;
}

void check_picture_form(int width, int height, int channels) {
  require(std::min(width, height) >= 1 && std::max(width, height) <= 4096,
          "Pictures cannot be scaled to {} x {} pixels; choose sides from 1 to 4096.", width, height);
  require(channels >= 1 && channels <= 4,
          "Pictures cannot have {} channels; choose 1 (grey), 3 (colour), or one more for their opacity.", channels);
}

}  // namespace ganvas::data
