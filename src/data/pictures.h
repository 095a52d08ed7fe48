#pragma once
// A data set of encoded pictures (PNG, JPEG, WebP, GIF), wherever they lie.

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "core/threads/mutex.h"
#include "data/dataset.h"
#include "data/labels.h"

namespace ganvas::data {

/// A place that holds picture files. Thread-safe after construction.
class PictureStore {
 public:
  virtual ~PictureStore() = default;
  /// "the folder cats", "the archive cats.zip".
  [[nodiscard]] virtual std::string what() const = 0;
  /// Files that are pictures by their name or their first bytes, in the order of the data set; '/' divides folders.
  [[nodiscard]] virtual const std::vector<std::string>& names() const = 0;
  /// Where file i lies, for people.
  [[nodiscard]] virtual std::string place(std::size_t i) const = 0;
  /// The bytes of file i. Throws Error with a reason that does not name it.
  [[nodiscard]] virtual std::string read(std::size_t i) const = 0;
  /// Pictures that need not be tried.
  [[nodiscard]] virtual const std::vector<RejectedFile>& rejected() const = 0;
  /// The text of dataset.json, where there is one. Throws Error naming it.
  [[nodiscard]] virtual std::optional<std::string> label_file() const = 0;
};

struct PictureLimits {
  std::size_t memory = 2'000'000'000;  ///< bytes of scaled pictures that are kept; the rest is decoded when asked for
  int threads = 0;                     ///< that check the files; 0: one for each core
};

/// Lets decoders run side by side as long as their pictures fit into memory together. Thread-safe.
class PixelBudget {
 public:
  explicit PixelBudget(std::int64_t pixels) : free_(pixels), all_(pixels) {}
  /// Waits for room, then runs `decode`; a picture larger than the whole budget runs alone.
  Image run(std::int64_t pixels, const std::function<Image()>& decode);

 private:
  Mutex mutex_;
  std::condition_variable_any room_;
  std::int64_t free_ GANVAS_GUARDED_BY(mutex_);
  const std::int64_t all_;
};

/// The pictures of a store. Each is decoded once when the set is opened, so that every picture that counts can be used;
/// the others are in rejected(). What goes missing later is in lost(), and in the log once.
class PictureDataset : public Dataset {
 public:
  /// Throws Error when there is no usable picture, OpeningCancelled.
  PictureDataset(std::unique_ptr<const PictureStore> store, const DatasetOptions& options, const PictureLimits& limits,
                 const DatasetWatch& watch);

  [[nodiscard]] std::string name() const override { return name_; }
  [[nodiscard]] std::int64_t size() const override { return static_cast<std::int64_t>(entries_.size()); }
  [[nodiscard]] int resolution() const override { return resolution_; }
  [[nodiscard]] int width() const override { return width_; }
  [[nodiscard]] int channels() const override { return channels_; }
  [[nodiscard]] int label_size() const override { return labels_.size(); }
  /// Throws PictureLost when the file has to be decoded again and has gone or changed for the worse, even if it comes
  /// back: what stands in for it must not depend on the moment.
  [[nodiscard]] Image picture(std::int64_t index) const override;
  [[nodiscard]] std::vector<float> label(std::int64_t index) const override;
  [[nodiscard]] const std::vector<RejectedFile>& rejected() const override { return rejected_; }
  [[nodiscard]] std::vector<RejectedFile> lost() const override;

  /// The file of picture `index`, as the store names it.
  [[nodiscard]] const std::string& file_name(std::int64_t index) const;
  /// How many pictures are kept in memory.
  [[nodiscard]] std::int64_t kept() const;

 private:
  struct Entry {
    std::size_t file = 0;  ///< its place in the store
    Image picture;         ///< empty: decoded when asked for
  };
  void check_files(const PictureLimits& limits, const DatasetWatch& watch);
  [[nodiscard]] Image load(std::size_t file) const;
  [[nodiscard]] const Entry& entry(std::int64_t index) const;
  [[noreturn]] void lose(std::size_t file, const std::string& reason) const;

  std::unique_ptr<const PictureStore> store_;
  std::string name_;
  int resolution_;
  int width_;
  int channels_;
  bool only_square_;
  PictureLabels labels_;
  mutable PixelBudget budget_{300'000'000};  // a picture takes up to 10 bytes a pixel while it is decoded
  std::vector<Entry> entries_;
  std::vector<RejectedFile> rejected_;
  mutable Mutex lost_mutex_;
  mutable std::vector<RejectedFile> lost_ GANVAS_GUARDED_BY(lost_mutex_);
  mutable std::unordered_set<std::size_t> lost_files_ GANVAS_GUARDED_BY(lost_mutex_);
};

/// The order of pictures in a data set: by folder, then by name, as std::filesystem::path compares.
bool path_less(std::string_view a, std::string_view b);

}  // namespace ganvas::data
