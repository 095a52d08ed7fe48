#pragma once
// Data sets: a numbered list of pictures. Drawn or decoded on loader threads.

#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <vector>

#include "core/error.h"
#include "core/image.h"

namespace ganvas::data {

/// A picture file that cannot be used, and why.
struct RejectedFile {
  std::string path;  ///< UTF-8 for people: what is no text in it is replaced
  std::string reason;
};

/// A picture that could be used when its set was opened and cannot any more: its file has gone or changed. The other
/// pictures are as good as before, so a run goes on with usable_picture().
class PictureLost : public Error {
 public:
  using Error::Error;
};

/// What opening a set throws after its stop was requested. No Error: nobody is told what he asked for.
class OpeningCancelled : public std::exception {
 public:
  [[nodiscard]] const char* what() const noexcept override { return "cancelled"; }
};

/// Thread-safe after construction.
class Dataset {
 public:
  virtual ~Dataset() = default;
  [[nodiscard]] virtual std::string name() const = 0;
  [[nodiscard]] virtual std::int64_t size() const = 0;  ///< pictures
  [[nodiscard]] virtual int resolution() const = 0;     ///< pixels from top to bottom
  [[nodiscard]] virtual int width() const { return resolution(); }
  [[nodiscard]] virtual int channels() const = 0;             ///< 1 (grey), 3 (RGB), or one more: opacity
  [[nodiscard]] virtual int label_size() const { return 0; }  ///< values of a label; 0: there are none
  /// Picture `index` as [resolution, width, channels] bytes. The same index always gives the same bytes. Throws
  /// PictureLost, from then on each time, once its file has gone; Error for an index out of range.
  [[nodiscard]] virtual Image picture(std::int64_t index) const = 0;
  /// Label vector of picture `index`, label_size() values.
  [[nodiscard]] virtual std::vector<float> label(std::int64_t) const { return {}; }
  /// Files that were found and cannot be used, by path. Complete when the set is open.
  [[nodiscard]] virtual const std::vector<RejectedFile>& rejected() const;
  /// Files that could be used at first and were lost since, each once, as they were missed.
  [[nodiscard]] virtual std::vector<RejectedFile> lost() const { return {}; }
};

/// A picture and where it stands.
struct NumberedPicture {
  std::int64_t index = 0;
  Image picture;
};

/// Picture `index` or, when that is lost, the first one after it that is not; behind the last one comes the first. Any
/// thread. Throws Error when every picture is lost, and what picture() throws but PictureLost.
NumberedPicture usable_picture(const Dataset& dataset, std::int64_t index);

/// How `--data` and the Train tab name a data set.
struct DatasetOptions {
  /// "faces" (built in) or a path, whose content says what it is: a folder or a zip archive of pictures, MNIST's idx
  /// files or CIFAR's binary batches (docs/formats.md).
  std::string source = "faces";
  int resolution = 64;  ///< pixels from top to bottom, 1..4096; pictures are scaled and centre-cropped to it
  int width = 0;        ///< and from left to right; 0: as many
  int channels = 3;
  std::uint64_t seed = 1;      ///< of the built-in faces
  std::int64_t count = 50000;  ///< of the built-in faces
  bool labels = true;          ///< gives the labels that the source has; without, they are not even read
  bool only_square = false;    ///< pictures of other shapes are rejected and not cropped
  bool mirror = false;         ///< twice as many pictures: index i >= n is picture i - n with left and right exchanged

  /// Pixels from left to right.
  [[nodiscard]] int full_width() const { return width > 0 ? width : resolution; }
};

/// For whoever waits while a set is opened and its files are checked.
struct DatasetWatch {
  /// Called on the opening thread: how many files are checked, of how many. First with 0, last with all.
  std::function<void(std::int64_t checked, std::int64_t total)> progress = {};
  std::stop_token stop = {};  ///< makes open_dataset() throw OpeningCancelled soon
};

/// Opens a data set and checks every file of it on loader threads, so that all that size() counts can be used and
/// rejected() names the rest. Throws Error: nothing there, a damaged header, no usable picture (naming the first
/// reasons); OpeningCancelled.
std::shared_ptr<const Dataset> open_dataset(const DatasetOptions& options, const DatasetWatch& watch = {});

}  // namespace ganvas::data
