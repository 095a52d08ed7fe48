#pragma once
// Every limit on what comes from outside, in one place: docs/security.md prints this table, and a test compares them.
// A file of honest content stays far below all of them; what exceeds one is refused in a sentence.

#include <array>
#include <cstdint>

namespace ganvas::limits {

constexpr std::uint64_t kilo = 1'000, mega = 1'000'000, giga = 1'000'000'000;

/// What reading one model file may cost (io/reading.h).
constexpr std::uint64_t steps = 10 * mega;
constexpr std::uint64_t bytes_made = 64 * mega;
constexpr std::uint64_t bytes_made_ratio = 4;
constexpr std::uint64_t seconds = 2;
constexpr std::uint64_t bytes_a_second = 20 * mega;
constexpr std::uint64_t confined_bytes = 256 * mega;
constexpr std::uint64_t confined_ratio = 8;
constexpr std::uint64_t confined_seconds = 20;

/// What a model file may hold.
constexpr std::uint64_t tensors = 10 * kilo;
constexpr std::uint64_t dimensions = 16;
constexpr std::uint64_t tensor_values = std::uint64_t{1} << 40;
constexpr std::uint64_t name_bytes = kilo;
constexpr std::uint64_t levels = 32;
constexpr std::uint64_t pickle_values = 500 * kilo;
constexpr std::uint64_t pickle_groups = 100 * kilo;
constexpr std::uint64_t pickle_bytes = 64 * mega;
constexpr std::uint64_t program_bytes = 4 * mega;
constexpr std::uint64_t header_bytes = 16 * mega;
constexpr std::uint64_t entries = 100 * kilo;
constexpr std::uint64_t entry_bytes_free = mega;
constexpr std::uint64_t settings = 20 * kilo;
constexpr std::uint64_t settings_in_one = kilo;
constexpr std::uint64_t setting_text = 4 * kilo;
constexpr std::uint64_t claimed_ratio = 4;
constexpr std::uint64_t claimed_values = mega;

/// JSON of any kind.
constexpr std::uint64_t json_levels = 200;
constexpr std::uint64_t json_bytes = 64 * mega;
constexpr std::uint64_t json_values = 2 * mega;
constexpr std::uint64_t json_keys = 10 * kilo;

/// Pictures and data sets.
constexpr std::uint64_t picture_side = 30 * kilo;
constexpr std::uint64_t picture_pixels = 100 * mega;
constexpr std::uint64_t picture_pixels_free = 32 * mega;
constexpr std::uint64_t picture_pixels_a_byte = 100;
constexpr std::uint64_t picture_scans = 100;
constexpr std::uint64_t picture_scanned = giga;
constexpr std::uint64_t picture_bytes = 256 * mega;
constexpr std::uint64_t label_bytes = 512 * mega;
constexpr std::uint64_t label_values = 20 * mega;
constexpr std::uint64_t classes = 32'768;
constexpr std::uint64_t array_bytes = 4 * giga;
constexpr std::uint64_t unpacked_free = 64 * mega;
constexpr std::uint64_t unpacked_ratio = 50;
constexpr std::uint64_t deflate_ratio = 1'032;

/// Sound files.
constexpr std::uint64_t sound_seconds = 1'800;
constexpr std::uint64_t sound_channels = 8;
constexpr std::uint64_t sound_rate = 384 * kilo;

/// Documents.
constexpr std::uint64_t bookmarks = 2 * kilo;
constexpr std::uint64_t script_steps = 100 * kilo;
constexpr std::uint64_t sparse_bytes = 16 * mega;

struct Limit {
  std::uint64_t most;
  const char* what;
};

/// In the order of the page.
inline constexpr std::array table{
    Limit{steps, "values, entries and instructions looked at in one model file, shared ones as often as they are met"},
    Limit{bytes_made, "bytes made out of a model file of any size"},
    Limit{bytes_made_ratio, "bytes made for each byte of it, beside those"},
    Limit{seconds, "seconds of the processor for a model file of any size"},
    Limit{bytes_a_second, "bytes of tensors really read that give it one more second"},
    Limit{confined_bytes, "bytes that a library which runs confined takes, for a file of any size"},
    Limit{confined_ratio, "bytes that it takes for each byte of the file, beside those"},
    Limit{confined_seconds, "seconds of the clock until it is ended, for a file of any size"},
    Limit{tensors, "tensors in one model file, by their names"},
    Limit{dimensions, "dimensions of a tensor"},
    Limit{tensor_values, "values of a tensor, dimensions of size 0 left out"},
    Limit{name_bytes, "bytes of a tensor's name"},
    Limit{levels, "levels of modules or dictionaries in one another"},
    Limit{pickle_values, "values of a pickle; also remembered ones, and those on its stack"},
    Limit{pickle_groups, "open groups of a pickle"},
    Limit{pickle_bytes, "bytes of the pickle in a torch zip"},
    Limit{program_bytes, "bytes of the text of a TorchScript program"},
    Limit{header_bytes, "bytes of a safetensors header"},
    Limit{entries, "entries of a torch zip"},
    Limit{entry_bytes_free, "bytes of a packed entry of it beside the multiple for packed files"},
    Limit{settings, "settings kept of a model; those behind them are left out"},
    Limit{settings_in_one, "settings kept of one list or dictionary; a larger one is named by its size"},
    Limit{setting_text, "bytes of a setting that is text; a longer one is named by its size"},
    Limit{claimed_ratio, "values of a network for each value that its file has"},
    Limit{claimed_values, "values of a network beside those"},
    Limit{json_levels, "levels of JSON in one another"},
    Limit{json_bytes, "bytes of a JSON file"},
    Limit{json_values, "values of a JSON file"},
    Limit{json_keys, "keys of one JSON object"},
    Limit{picture_side, "pixels of a picture's side"},
    Limit{picture_pixels, "pixels of a picture"},
    Limit{picture_pixels_free, "pixels of a picture whatever its file's size"},
    Limit{picture_pixels_a_byte, "pixels for each byte of the file, of larger pictures"},
    Limit{picture_scans, "scans of a progressive JPEG"},
    Limit{picture_scanned, "pixels of all its scans"},
    Limit{picture_bytes, "bytes of a picture file"},
    Limit{label_bytes, "bytes of a dataset.json"},
    Limit{label_values, "values of a dataset.json"},
    Limit{classes, "classes of labels"},
    Limit{array_bytes, "bytes of an idx file, a CIFAR batch or arrays of NumPy, unpacked"},
    Limit{unpacked_free, "bytes that a packed file of any size may unpack to"},
    Limit{unpacked_ratio, "bytes for each byte of it, beside those"},
    Limit{deflate_ratio, "bytes for each packed one of a zip entry: more is impossible"},
    Limit{sound_seconds, "seconds of a sound file"},
    Limit{sound_channels, "channels of a sound file"},
    Limit{sound_rate, "samples of each channel in a second of a sound file"},
    Limit{bookmarks, "bookmarks of a session"},
    Limit{script_steps, "steps of a script"},
    Limit{sparse_bytes, "bytes of a file that may be mostly holes"},
};

/// What a packed file of `stored` bytes may unpack to.
constexpr std::uint64_t unpacked(std::uint64_t stored) {
  return unpacked_free + unpacked_ratio * stored;
}

}  // namespace ganvas::limits
