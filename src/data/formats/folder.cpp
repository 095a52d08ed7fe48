#include "data/formats/folder.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <string_view>
#include <system_error>

#include "core/error.h"
#include "core/files.h"
#include "core/outside/limits.h"
#include "core/outside/printable.h"
#include "data/picture_file.h"

namespace ganvas::data {
namespace {

namespace fs = std::filesystem;

constexpr const char* foreign_reason = "its kind of picture is not read; convert it to PNG or JPEG";

/// The picture files of a folder, found by name or, under other names, by their first bytes.
class FolderStore final : public PictureStore {
 public:
  explicit FolderStore(fs::path folder) : folder_(std::move(folder)) {
    list();
    std::ranges::sort(names_, path_less);
  }

  [[nodiscard]] std::string what() const override { return "the folder " + folder_.string(); }
  [[nodiscard]] const std::vector<std::string>& names() const override { return names_; }
  [[nodiscard]] std::string place(std::size_t i) const override { return printable((folder_ / names_[i]).string()); }
  [[nodiscard]] const std::vector<RejectedFile>& rejected() const override { return rejected_; }

  [[nodiscard]] std::string read(std::size_t i) const override {
    const fs::path path = folder_ / names_[i];
    std::error_code error;
    const std::uintmax_t size = fs::file_size(path, error);
    require(!error, "it cannot be read ({})", error.message());
    require(size <= limits::picture_bytes, "it has {}, more than the {} that are read", human_bytes(size),
            human_bytes(limits::picture_bytes));
    try {
      return read_file(path);
    } catch (const Error& problem) {  // whoever asks names the file himself
      const std::string text = problem.what(), name = path.string();
      fail("{}", text.starts_with(name) ? "it" + text.substr(name.size(), text.size() - name.size() - 1) : text);
    }
  }

  [[nodiscard]] std::optional<std::string> label_file() const override {
    const fs::path path = folder_ / "dataset.json";
    std::error_code error;
    if (!fs::exists(path, error)) return std::nullopt;
    const std::uintmax_t size = fs::file_size(path, error);
    require(!error && size <= limits::label_bytes, "{} cannot be read; mend it, or open the data set without labels.",
            path.string());
    return read_file(path);
  }

 private:
  void list() {
    std::error_code error;
    require(fs::exists(folder_, error), "There is no folder {}; give an existing folder of pictures, or \"faces\".",
            folder_.string());
    require(fs::is_directory(folder_, error), "{} is not a folder; give the folder that holds the pictures.",
            folder_.string());
    fs::recursive_directory_iterator at(folder_, fs::directory_options::skip_permission_denied, error);
    for (; !error && at != fs::recursive_directory_iterator(); at.increment(error)) {
      std::error_code unknown;
      if (at->path().filename().string().starts_with('.')) {
        if (at->is_directory(unknown)) at.disable_recursion_pending();
      } else if (at->is_directory(unknown)) {
        if (!at->is_symlink(unknown) && ::access(at->path().c_str(), R_OK | X_OK) != 0) {
          reject(at->path(), fmt::format("the folder cannot be listed ({})", std::strerror(errno)));
        }
      } else {
        consider(*at);
      }
    }
    require(!error, "The folder {} cannot be listed ({}); check its permissions.", folder_.string(), error.message());
  }

  void consider(const fs::directory_entry& entry) {
    const fs::path& path = entry.path();
    std::error_code unknown;
    if (!entry.is_regular_file(unknown)) {
      const bool broken = entry.is_symlink(unknown) && !entry.exists(unknown);
      if (broken && has_picture_extension(path)) reject(path, "it is a link to a file that does not exist");
      return;
    }
    if (has_picture_extension(path)) {
      names_.push_back(path.lexically_relative(folder_).generic_string());
      return;
    }
    std::array<char, 16> bytes{};
    std::ifstream file(path, std::ios::binary);
    file.read(bytes.data(), bytes.size());
    const std::string_view begin(bytes.data(), static_cast<std::size_t>(file.gcount()));
    if (!picture_kind(begin).empty()) {
      names_.push_back(path.lexically_relative(folder_).generic_string());
    } else if (has_foreign_picture_extension(path) || !foreign_picture_kind(begin).empty()) {
      reject(path, foreign_reason);
    }
  }

  void reject(const fs::path& path, std::string reason) {
    rejected_.push_back({printable(path.string()), std::move(reason)});
  }

  fs::path folder_;
  std::vector<std::string> names_;  // relative to folder_
  std::vector<RejectedFile> rejected_;
};

}  // namespace

FolderDataset::FolderDataset(const DatasetOptions& options, const PictureLimits& limits, const DatasetWatch& watch)
    : PictureDataset(std::make_unique<FolderStore>(options.source), options, limits, watch), folder_(options.source) {}

fs::path FolderDataset::path(std::int64_t index) const {
  return folder_ / file_name(index);
}

}  // namespace ganvas::data
