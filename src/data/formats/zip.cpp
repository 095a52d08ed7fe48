#include "data/formats/zip.h"

#include <zip.h>

#include <algorithm>
#include <filesystem>
#include <system_error>
#include <utility>

#include "core/error.h"
#include "core/files.h"
#include "core/outside/limits.h"
#include "core/outside/printable.h"
#include "core/threads/mutex.h"
#include "data/formats/entry_names.h"
#include "data/picture_file.h"

namespace ganvas::data {
namespace {

namespace fs = std::filesystem;

/// Entries are read under a lock, since a handle of libzip is for one thread; decoding them takes far longer and is not
/// under it.
class ZipStore final : public PictureStore {
 public:
  explicit ZipStore(std::string path) : path_(std::move(path)) {
    require_regular_file(path_);
    int code = 0;
    zip_.reset(zip_open(path_.c_str(), ZIP_RDONLY, &code));
    if (zip_ == nullptr) {
      zip_error_t error;
      zip_error_init_with_code(&error, code);
      const std::string reason = zip_error_strerror(&error);
      zip_error_fini(&error);
      fail("The archive {} cannot be opened ({}); copy or download it again.", path_, reason);
    }
    list(zip_.get());
  }

  [[nodiscard]] std::string what() const override { return "the archive " + path_; }
  [[nodiscard]] const std::vector<std::string>& names() const override { return names_; }
  [[nodiscard]] std::string place(std::size_t i) const override { return place_of(entries_[i].name); }
  [[nodiscard]] std::string read(std::size_t i) const override { return read_entry(entries_[i]); }
  [[nodiscard]] const std::vector<RejectedFile>& rejected() const override { return rejected_; }

  [[nodiscard]] std::optional<std::string> label_file() const override {
    if (!labels_) return std::nullopt;
    try {
      return read_entry(*labels_);
    } catch (const Error& error) {
      fail("{} cannot be used: {}; mend the archive, or open it without labels.", place_of(labels_->name),
           error.what());
    }
  }

 private:
  struct Entry {
    std::string name;  // '/' between folders
    std::uint64_t index = 0;
    std::uint64_t size = 0;  // bytes unpacked
  };
  struct Discard {
    void operator()(zip_t* zip) const { zip_discard(zip); }
  };

  [[nodiscard]] std::string place_of(const std::string& name) const { return printable(path_ + "/" + name); }

  void list(zip_t* zip) {
    std::uint64_t packed = 0;
    const zip_int64_t count = zip_get_num_entries(zip, 0);
    for (zip_int64_t i = 0; i < count; ++i) {
      zip_stat_t stat;
      zip_stat_init(&stat);
      constexpr zip_uint64_t needed =
          ZIP_STAT_NAME | ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD | ZIP_STAT_ENCRYPTION_METHOD;
      const bool known = zip_stat_index(zip, static_cast<zip_uint64_t>(i), 0, &stat) == 0;
      require(known && (stat.valid & needed) == needed, "The directory of the archive {} is damaged; copy it again.",
              path_);
      packed += std::min<std::uint64_t>(stat.comp_size, std::uint64_t{1} << 50);
      consider(stat, static_cast<std::uint64_t>(i));
    }
    // Entries that share bytes make a small file unpack to anything ("a better zip bomb", Fifield 2019).
    std::error_code error;
    const std::uintmax_t size = fs::file_size(path_, error);
    require(!error && packed <= size, "The entries of the archive {} overlap or are cut off; copy it again.", path_);
    std::ranges::sort(entries_, path_less, &Entry::name);
    const std::string folder = labels_ ? folder_of(labels_->name) : "";
    for (const Entry& entry : entries_) {
      // dataset.json names the pictures as seen from its own folder.
      names_.push_back(entry.name.starts_with(folder) ? entry.name.substr(folder.size()) : entry.name);
    }
  }

  void consider(const zip_stat_t& stat, std::uint64_t index) {
    Entry entry{stat.name, index, stat.size};
    std::ranges::replace(entry.name, '\\', '/');  // as some programs on Windows write
    if (entry.name.ends_with('/') || (!leads_out(entry.name) && is_hidden(entry.name))) return;
    const bool picture = has_picture_extension(entry.name);
    const std::string reason = reason_against(stat, entry.name);
    if (fs::path(entry.name).filename() == label_name) {
      const auto depth = [](const Entry& e) { return std::ranges::count(e.name, '/'); };
      if (reason.empty() && (!labels_ || depth(entry) < depth(*labels_))) labels_ = std::move(entry);
    } else if (!reason.empty()) {
      if (picture) rejected_.push_back({place_of(entry.name), reason});
    } else if (picture) {
      entries_.push_back(std::move(entry));
    } else {
      const std::string begin = first_bytes(entry);
      if (!picture_kind(begin).empty()) {
        entries_.push_back(std::move(entry));
      } else if (has_foreign_picture_extension(entry.name) || !foreign_picture_kind(begin).empty()) {
        rejected_.push_back({place_of(entry.name), "its kind of picture is not read; convert it to PNG or JPEG"});
      } else if (is_zip(begin) || has_archive_extension(entry.name)) {
        rejected_.push_back({place_of(entry.name), "it is an archive in the archive; unpack it and open it by itself"});
      }
    }
  }

  [[nodiscard]] static std::string reason_against(const zip_stat_t& stat, const std::string& name) {
    if (leads_out(name)) return "its name leads out of the archive";
    if (stat.encryption_method != ZIP_EM_NONE) return "it is encrypted";
    if (stat.comp_method != ZIP_CM_STORE && stat.comp_method != ZIP_CM_DEFLATE) {
      return "it is compressed by another method than deflate";
    }
    const std::uint64_t most = fs::path(name).filename() == label_name ? limits::label_bytes : limits::picture_bytes;
    const std::uint64_t packed = std::min<std::uint64_t>(stat.comp_size, most);
    if (stat.size > most || stat.size > packed * limits::deflate_ratio || stat.size > limits::unpacked(packed)) {
      return fmt::format("it claims {} out of {}, more than is read", human_bytes(stat.size),
                         human_bytes(stat.comp_size));
    }
    return {};
  }

  [[nodiscard]] std::string first_bytes(const Entry& entry) const {
    const MutexLock lock(mutex_);
    std::string bytes(16, '\0');
    zip_file_t* file = zip_fopen_index(zip_.get(), entry.index, 0);
    if (file == nullptr) return {};
    const zip_int64_t count = zip_fread(file, bytes.data(), bytes.size());
    zip_fclose(file);
    bytes.resize(static_cast<std::size_t>(std::max<zip_int64_t>(count, 0)));
    return bytes;
  }

  [[nodiscard]] std::string read_entry(const Entry& entry) const {
    std::string bytes(entry.size, '\0');
    const MutexLock lock(mutex_);
    zip_file_t* file = zip_fopen_index(zip_.get(), entry.index, 0);
    require(file != nullptr, "it cannot be unpacked ({})", zip_strerror(zip_.get()));
    std::size_t done = 0;
    while (done < bytes.size()) {
      const zip_int64_t count = zip_fread(file, bytes.data() + done, bytes.size() - done);
      if (count <= 0) break;
      done += static_cast<std::size_t>(count);
    }
    char extra = 0;
    const bool whole = done == bytes.size() && zip_fread(file, &extra, 1) == 0;  // reading to the end checks the CRC
    const std::string reason = zip_file_strerror(file);
    zip_fclose(file);
    require(whole, "it is damaged inside the archive ({})", reason);
    return bytes;
  }

  std::string path_;
  std::vector<Entry> entries_;
  std::vector<std::string> names_;  // [entries_]
  std::vector<RejectedFile> rejected_;
  std::optional<Entry> labels_;
  mutable Mutex mutex_;
  std::unique_ptr<zip_t, Discard> zip_ GANVAS_GUARDED_BY(mutex_);
};

}  // namespace

bool is_zip(std::string_view first_bytes) {
  return first_bytes.starts_with("PK\x03\x04") || first_bytes.starts_with("PK\x05\x06");
}

std::shared_ptr<const PictureDataset> open_zip_dataset(const DatasetOptions& options, const PictureLimits& limits,
                                                       const DatasetWatch& watch) {
  return std::make_shared<PictureDataset>(std::make_unique<ZipStore>(options.source), options, limits, watch);
}

}  // namespace ganvas::data
