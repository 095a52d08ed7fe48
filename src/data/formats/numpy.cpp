#include "data/formats/numpy.h"

#include <fmt/ranges.h>
#include <zip.h>

#include <algorithm>
#include <charconv>
#include <cstring>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/error.h"
#include "core/files.h"
#include "core/outside/limits.h"
#include "core/outside/printable.h"

namespace ganvas::data {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view magic("\x93NUMPY", 6);

struct Header {
  std::string type;  // "|u1", "<i8", ...
  bool columns_first = false;
  std::vector<std::uint64_t> shape;
  std::size_t size = 0;  // bytes before the values

  [[nodiscard]] std::uint64_t width() const {  // bytes of a value
    std::uint64_t bytes = 0;
    if (type.size() > 2) std::from_chars(type.data() + 2, type.data() + type.size(), bytes);
    return bytes;
  }
  /// Bytes of all values; more than any file has where the product does not fit.
  [[nodiscard]] std::uint64_t bytes() const {
    std::uint64_t all = width();
    for (const std::uint64_t n : shape)
      if (__builtin_mul_overflow(all, n, &all)) return UINT64_MAX;
    return all;
  }
};

/// The text behind "'key':" of the header's dictionary.
std::string_view value_of(std::string_view header, const char* key, const std::string& what) {
  const auto at = header.find(fmt::format("'{}'", key));
  const auto colon = at == std::string_view::npos ? at : header.find(':', at);
  require(colon != std::string_view::npos, "{} has no \"{}\" in its header; save it again with NumPy.", what, key);
  const auto begin = header.find_first_not_of(' ', colon + 1);
  return begin == std::string_view::npos ? std::string_view() : header.substr(begin);
}

Header header_of(std::string_view bytes, const std::string& what) {
  const auto number = [&](std::size_t at, std::size_t count) {
    require(at + count <= bytes.size(), "{} is cut short; copy it again.", what);
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < count; ++i)
      value |= std::uint64_t{static_cast<unsigned char>(bytes[at + i])} << (8 * i);
    return static_cast<std::size_t>(value);
  };
  const std::size_t length_bytes = number(6, 1) == 1 ? 2 : 4, begin = 8 + length_bytes;
  const std::size_t length = number(8, length_bytes);
  require(length <= bytes.size() - begin, "{} is cut short; copy it again.", what);
  const std::string_view text = bytes.substr(begin, length);
  Header header{.size = begin + length};
  const std::string_view type = value_of(text, "descr", what);
  require(type.starts_with('\''), "{} has records and no plain values; save the pictures alone, as bytes.", what);
  header.type = printable(std::string(type.substr(1, type.find('\'', 1) - 1)));
  header.columns_first = value_of(text, "fortran_order", what).starts_with("True");
  std::string_view shape = value_of(text, "shape", what);
  shape = shape.substr(0, shape.find(')'));
  while (true) {
    const auto digit = shape.find_first_of("0123456789");
    if (digit == std::string_view::npos || header.shape.size() > limits::dimensions) break;
    std::uint64_t size = 0;
    const auto [end, error] = std::from_chars(shape.data() + digit, shape.data() + shape.size(), size);
    require(error == std::errc(), "{} claims a size that no computer holds.", what);
    header.shape.push_back(size);
    shape.remove_prefix(static_cast<std::size_t>(end - shape.data()));
  }
  require(header.bytes() <= bytes.size() - header.size, "{} is cut short; copy it again.", what);
  return header;
}

bool whole_numbers(const Header& header) {
  const bool kind = header.type.size() > 2 && (header.type[1] == 'i' || header.type[1] == 'u');
  return kind && header.width() >= 1 && header.width() <= 8 && header.type[0] != '>';
}

/// Bytes of at least two dimensions more than a label has.
bool may_be_pictures(const Header& header) {
  return header.shape.size() == 3 || header.shape.size() == 4;
}

bool may_be_labels(const Header& header, std::uint64_t count) {
  if (!whole_numbers(header) || header.shape.empty() || header.shape[0] != count) return false;
  return header.shape.size() == 1 || (header.shape.size() == 2 && header.shape[1] == 1);
}

PictureArray pictures_of(const Header& header, std::string_view bytes, const std::string& what) {
  const std::vector<std::uint64_t>& shape = header.shape;
  require(header.type.substr(1) == "u1" && !header.columns_first,
          "{} has values of the type {}{}, and pictures are read as bytes in NumPy's usual order; save "
          "numpy.ascontiguousarray((x * 255).round().astype(\"uint8\")) of values from 0 to 1.",
          what, header.type, header.columns_first ? " in Fortran's order" : "");
  const auto colours = [&](std::size_t d) { return shape.size() == 4 && (shape[d] == 1 || shape[d] == 3); };
  const bool flat = shape.size() == 3, last = colours(3), first = !last && colours(1);
  require(
      flat || last || first,
      "{} has the shape {}, which is no list of pictures of 1 or 3 channels; save [count, height, width, channels].",
      what, fmt::format("{}", fmt::join(shape, "x")));
  const std::size_t rows = first ? 2 : 1;
  for (const std::uint64_t side : {shape[rows], shape[rows + 1]})
    require(side >= 1 && side <= limits::picture_side, "{} has pictures of {} pixels along an edge.", what, side);
  PictureArray array{.count = static_cast<std::int64_t>(shape[0]),
                     .width = static_cast<int>(shape[rows + 1]),
                     .height = static_cast<int>(shape[rows]),
                     .channels = flat ? 1 : static_cast<int>(shape[first ? 1 : 3])};
  require(array.count > 0, "{} has no pictures.", what);
  const auto* from = reinterpret_cast<const std::uint8_t*>(bytes.data() + header.size);
  array.pixels.assign(from, from + header.bytes());
  if (!first || array.channels == 1) return array;
  const std::size_t area = static_cast<std::size_t>(array.width) * array.height;
  for (std::int64_t i = 0; i < array.count; ++i, from += 3 * area) {
    std::uint8_t* to = array.pixels.data() + static_cast<std::size_t>(i) * 3 * area;
    for (std::size_t p = 0; p < area; ++p)
      for (std::size_t c = 0; c < 3; ++c) to[3 * p + c] = from[c * area + p];
  }
  return array;
}

void take_labels(PictureArray& array, const Header& header, std::string_view bytes, const std::string& what) {
  const std::uint64_t width = header.width();
  for (std::int64_t i = 0; i < array.count; ++i) {
    std::int64_t value = 0;
    std::memcpy(&value, bytes.data() + header.size + static_cast<std::size_t>(i) * width, width);  // little-endian
    require(value >= 0 && value < 256, "{} has the class {} at place {}; classes are numbers from 0 to 255.", what,
            value, i);
    array.class_of.push_back(static_cast<std::uint8_t>(value));
    array.classes = std::max(array.classes, static_cast<int>(value) + 1);
  }
}

struct CloseZip {
  void operator()(zip_t* zip) const { zip_discard(zip); }
};
using Zip = std::unique_ptr<zip_t, CloseZip>;

Zip open_zip(const fs::path& path) {
  require_regular_file(path);
  return Zip(zip_open(path.c_str(), ZIP_RDONLY, nullptr));
}

/// An array of the archive, unpacked.
struct Member {
  std::string name;  // without ".npy"
  std::string bytes;
  Header header;
};

std::vector<Member> members_of(const fs::path& path) {
  const Zip zip = open_zip(path);
  require(zip != nullptr, "The archive {} cannot be opened; copy or download it again.", path.string());
  std::vector<Member> members;
  std::uint64_t all = 0;
  for (zip_int64_t i = 0; i < zip_get_num_entries(zip.get(), 0); ++i) {
    zip_stat_t stat;
    zip_stat_init(&stat);
    if (zip_stat_index(zip.get(), static_cast<zip_uint64_t>(i), 0, &stat) != 0) continue;
    std::string name = stat.name;
    if (!name.ends_with(".npy")) continue;
    const std::string what = fmt::format("{} of {}", printable(name), path.string());
    all += std::min(stat.size, limits::array_bytes);
    require(stat.size <= limits::array_bytes && all <= limits::array_bytes &&
                stat.size <= limits::unpacked(std::min(stat.comp_size, limits::array_bytes)),
            "{} claims {}, more than is read; save fewer pictures, or a folder of them.", what, human_bytes(stat.size));
    std::string bytes(stat.size, '\0');
    zip_file_t* file = zip_fopen_index(zip.get(), static_cast<zip_uint64_t>(i), 0);
    const zip_int64_t done = file == nullptr ? -1 : zip_fread(file, bytes.data(), bytes.size());
    if (file != nullptr) zip_fclose(file);
    require(done == static_cast<zip_int64_t>(bytes.size()) && is_npy(bytes), "{} is damaged; copy it again.", what);
    Header header = header_of(bytes, what);
    name.resize(name.size() - 4);
    members.push_back({std::move(name), std::move(bytes), std::move(header)});
  }
  return members;
}

/// Whether the name is that of pictures that people keep from training.
bool held_back(const std::string& name) {
  return name.find("test") != std::string::npos || name.find("val") != std::string::npos;
}

}  // namespace

bool is_npy(std::string_view first_bytes) {
  return first_bytes.starts_with(magic);
}

bool is_npz(const fs::path& path) {
  const Zip zip = open_zip(path);
  const zip_int64_t count = zip == nullptr ? 0 : zip_get_num_entries(zip.get(), 0);
  for (zip_int64_t i = 0; i < count; ++i) {
    const char* name = zip_get_name(zip.get(), static_cast<zip_uint64_t>(i), 0);
    if (name == nullptr || !std::string_view(name).ends_with(".npy")) return false;
  }
  return count > 0;
}

PictureArray read_numpy(const fs::path& path, bool labels) {
  const std::string what = path.string();
  if (!is_npz(path)) {
    const std::string bytes = read_file(path, limits::array_bytes);
    return pictures_of(header_of(bytes, what), bytes, what);
  }
  const std::vector<Member> members = members_of(path);
  const Member* pictures = nullptr;
  for (const Member& member : members) {
    if (!may_be_pictures(member.header)) continue;
    const auto worth = [](const Member& m) { return std::pair(!held_back(m.name), m.header.bytes()); };
    if (pictures == nullptr || worth(member) > worth(*pictures)) pictures = &member;
  }
  std::string names;
  for (const Member& member : members) names += (names.empty() ? "" : ", ") + printable(member.name);
  require(pictures != nullptr, "{} holds no array of pictures [count, height, width, channels]; it holds {}.", what,
          names);
  PictureArray array = pictures_of(pictures->header, pictures->bytes, pictures->name + " of " + what);
  if (!labels) return array;
  for (const Member& member : members) {
    if (held_back(member.name) != held_back(pictures->name)) continue;
    if (!may_be_labels(member.header, pictures->header.shape[0])) continue;
    take_labels(array, member.header, member.bytes, member.name + " of " + what);
    break;
  }
  return array;
}

}  // namespace ganvas::data
