#include "data/formats/tar.h"

#include <archive.h>
#include <archive_entry.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <system_error>
#include <utility>

#include "core/error.h"
#include "core/files.h"
#include "core/outside/limits.h"
#include "core/outside/printable.h"
#include "data/formats/entry_names.h"
#include "data/picture_file.h"

namespace ganvas::data {
namespace {

namespace fs = std::filesystem;

struct CloseArchive {
  void operator()(archive* tar) const { archive_read_free(tar); }
};
using Archive = std::unique_ptr<archive, CloseArchive>;

/// For the tar format alone, whatever it is packed by; null when the file is none.
Archive opened(const fs::path& path) {
  require_regular_file(path);
  Archive tar(archive_read_new());
  archive_read_support_format_tar(tar.get());
  archive_read_support_filter_gzip(tar.get());
  archive_read_support_filter_bzip2(tar.get());
  archive_read_support_filter_xz(tar.get());
  archive_read_support_filter_zstd(tar.get());
  constexpr std::size_t block = 1 << 16;
  if (archive_read_open_filename(tar.get(), path.c_str(), block) != ARCHIVE_OK) return nullptr;
  return tar;
}

/// A file without a name, on disk: what is written to it goes when it is closed.
class Spool {
 public:
  Spool() : file_(std::tmpfile()) {
    require(file_ != nullptr,
            "No file can be made in the folder for temporary files ({}); make room, or name another "
            "one by TMPDIR.",
            std::strerror(errno));
  }

  void append(const char* bytes, std::size_t count) {
    require(
        std::fwrite(bytes, 1, count, file_.get()) == count,
        "The archive's pictures do not fit into the folder for temporary files ({}); make room, or name another one "
        "by TMPDIR.",
        std::strerror(errno));
    size_ += count;
  }
  /// Throws Error where the disk is full.
  void flush() {
    require(
        std::fflush(file_.get()) == 0,
        "The archive's pictures do not fit into the folder for temporary files ({}); make room, or name another one "
        "by TMPDIR.",
        std::strerror(errno));
  }
  [[nodiscard]] std::uint64_t size() const { return size_; }

  /// Any thread, once all is written.
  [[nodiscard]] std::string read(std::uint64_t at, std::uint64_t count) const {
    std::string bytes(count, '\0');
    std::size_t done = 0;
    while (done < count) {
      const ssize_t got =
          ::pread(::fileno(file_.get()), bytes.data() + done, count - done, static_cast<off_t>(at + done));
      require(got > 0 || (got < 0 && errno == EINTR), "its copy cannot be read ({})", std::strerror(errno));
      done += static_cast<std::size_t>(std::max<ssize_t>(got, 0));
    }
    return bytes;
  }

 private:
  struct Close {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  std::unique_ptr<std::FILE, Close> file_;
  std::uint64_t size_ = 0;
};

class TarStore final : public PictureStore {
 public:
  TarStore(std::string path, const DatasetWatch& watch) : path_(std::move(path)) {
    const Archive tar = opened(path_);
    require(tar != nullptr, "The archive {} is damaged; copy or download it again.", path_);
    std::error_code error;
    const std::uint64_t stored = fs::file_size(path_, error);
    archive_entry* entry = nullptr;
    int result = ARCHIVE_OK;
    while ((result = archive_read_next_header(tar.get(), &entry)) == ARCHIVE_OK || result == ARCHIVE_WARN) {
      if (watch.stop.stop_requested()) throw OpeningCancelled();
      require(static_cast<std::uint64_t>(archive_filter_bytes(tar.get(), 0)) <= limits::unpacked(stored),
              "The archive {} unpacks to more than {}, which no pictures do.", path_,
              human_bytes(limits::unpacked(stored)));
      consider(tar.get(), entry);
    }
    require(result == ARCHIVE_EOF, "The archive {} is damaged ({}); copy or download it again.", path_,
            printable(archive_error_string(tar.get()) == nullptr ? "" : archive_error_string(tar.get())));
    spool_.flush();
    std::ranges::sort(entries_, path_less, &Entry::name);
    const std::string folder = labels_ ? folder_of(labels_->name) : "";
    for (const Entry& one : entries_)
      names_.push_back(one.name.starts_with(folder) ? one.name.substr(folder.size()) : one.name);
  }

  [[nodiscard]] std::string what() const override { return "the archive " + path_; }
  [[nodiscard]] const std::vector<std::string>& names() const override { return names_; }
  [[nodiscard]] std::string place(std::size_t i) const override { return place_of(entries_[i].name); }
  [[nodiscard]] std::string read(std::size_t i) const override { return spool_.read(entries_[i].at, entries_[i].size); }
  [[nodiscard]] const std::vector<RejectedFile>& rejected() const override { return rejected_; }
  [[nodiscard]] std::optional<std::string> label_file() const override {
    if (!labels_) return std::nullopt;
    return spool_.read(labels_->at, labels_->size);
  }

 private:
  struct Entry {
    std::string name;                // '/' between folders
    std::uint64_t at = 0, size = 0;  // of its copy
  };

  [[nodiscard]] std::string place_of(const std::string& name) const { return printable(path_ + "/" + name); }

  void consider(archive* tar, archive_entry* header) {
    const char* name = archive_entry_pathname(header);
    if (name == nullptr || archive_entry_filetype(header) != AE_IFREG) return;
    Entry entry{name, spool_.size()};
    while (entry.name.starts_with("./")) entry.name.erase(0, 2);
    if (is_hidden(entry.name) && !leads_out(entry.name)) return;
    const bool labels = fs::path(entry.name).filename() == label_name;
    const std::uint64_t most = labels ? limits::label_bytes : limits::picture_bytes;
    const auto size = static_cast<std::uint64_t>(std::max<std::int64_t>(archive_entry_size(header), 0));
    const bool picture = has_picture_extension(entry.name);
    if (leads_out(entry.name) || size > most) {
      if (picture)
        rejected_.push_back({place_of(entry.name), leads_out(entry.name) ? "its name leads out of the archive"
                                                                         : "it is larger than is read"});
      return;
    }
    if (!picture && !labels && !begins_like_picture(tar, entry)) return;
    copy(tar, size);
    entry.size = spool_.size() - entry.at;
    if (!labels) return entries_.push_back(std::move(entry));
    const auto depth = [](const Entry& e) { return std::ranges::count(e.name, '/'); };
    if (!labels_ || depth(entry) < depth(*labels_)) labels_ = std::move(entry);
  }

  /// For a name that says nothing: the first bytes, which are copied where they are a picture's.
  bool begins_like_picture(archive* tar, const Entry& entry) {
    std::array<char, 16> bytes{};
    const la_ssize_t count = archive_read_data(tar, bytes.data(), bytes.size());
    const std::string_view begin(bytes.data(), static_cast<std::size_t>(std::max<la_ssize_t>(count, 0)));
    if (!picture_kind(begin).empty()) {
      spool_.append(begin.data(), begin.size());
      return true;
    }
    if (has_foreign_picture_extension(entry.name) || !foreign_picture_kind(begin).empty())
      rejected_.push_back({place_of(entry.name), "its kind of picture is not read; convert it to PNG or JPEG"});
    if (has_archive_extension(entry.name))
      rejected_.push_back({place_of(entry.name), "it is an archive in the archive; unpack it and open it by itself"});
    return false;
  }

  void copy(archive* tar, std::uint64_t size) {
    std::array<char, 1 << 16> bytes{};
    for (std::uint64_t done = 0; done <= size;) {
      const la_ssize_t count = archive_read_data(tar, bytes.data(), bytes.size());
      require(count >= 0, "The archive {} is damaged; copy or download it again.", path_);
      if (count == 0) return;
      spool_.append(bytes.data(), static_cast<std::size_t>(count));
      done += static_cast<std::uint64_t>(count);
    }
  }

  std::string path_;
  Spool spool_;
  std::vector<Entry> entries_;
  std::vector<std::string> names_;  // [entries_]
  std::vector<RejectedFile> rejected_;
  std::optional<Entry> labels_;
};

}  // namespace

bool is_tar(const fs::path& path) {
  const std::string name = path.filename().string();
  if (name.find(".tar") != std::string::npos || name.ends_with(".tgz")) return true;  // it may be damaged
  const Archive tar = opened(path);
  archive_entry* entry = nullptr;
  return tar != nullptr && archive_read_next_header(tar.get(), &entry) == ARCHIVE_OK;
}

std::shared_ptr<const PictureDataset> open_tar_dataset(const DatasetOptions& options, const PictureLimits& limits,
                                                       const DatasetWatch& watch) {
  return std::make_shared<PictureDataset>(std::make_unique<TarStore>(options.source, watch), options, limits, watch);
}

}  // namespace ganvas::data
