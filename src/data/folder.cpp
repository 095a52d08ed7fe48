#include "data/folder.h"

#include <algorithm>
#include <atomic>
#include <system_error>
#include <thread>
#include <utility>

#include "core/error.h"
#include "core/files.h"
#include "data/picture_file.h"
#include "data/resize.h"

namespace ganvas {
namespace {

namespace fs = std::filesystem;

struct Listing {
  std::vector<fs::path> pictures;
  std::vector<fs::path> foreign;  ///< pictures of kinds that are not read
};

Listing list_folder(const fs::path& folder) {
  std::error_code error;
  require(fs::exists(folder, error), "There is no folder {}; give an existing folder of pictures, or \"faces\".",
          folder.string());
  require(fs::is_directory(folder, error), "{} is not a folder; give the folder that holds the pictures.",
          folder.string());
  Listing listing;
  fs::recursive_directory_iterator at(folder, fs::directory_options::skip_permission_denied, error);
  for (; !error && at != fs::recursive_directory_iterator(); at.increment(error)) {
    const fs::path& path = at->path();
    std::error_code unknown;
    if (path.filename().string().starts_with('.')) {
      if (at->is_directory(unknown)) at.disable_recursion_pending();
      continue;
    }
    if (!at->is_regular_file(unknown)) continue;
    if (has_picture_extension(path)) listing.pictures.push_back(path);
    if (has_foreign_picture_extension(path)) listing.foreign.push_back(path);
  }
  require(!error, "The folder {} cannot be listed ({}); check its permissions.", folder.string(), error.message());
  std::ranges::sort(listing.pictures);
  std::ranges::sort(listing.foreign);
  return listing;
}

std::string no_picture_text(const fs::path& folder, const std::vector<RejectedFile>& rejected) {
  constexpr const char* advice = "give a folder with PNG, JPEG, WebP or GIF files, or \"faces\"";
  if (rejected.empty()) return fmt::format("There are no pictures in the folder {}; {}.", folder.string(), advice);
  std::string reasons;
  const std::size_t shown = std::min<std::size_t>(rejected.size(), 3);
  for (std::size_t i = 0; i < shown; ++i) {
    reasons += fmt::format("{}{}: {}", i > 0 ? ", " : "", rejected[i].path, rejected[i].reason);
  }
  return fmt::format("None of the {} pictures in the folder {} can be used ({}{}); {}.", rejected.size(),
                     folder.string(), reasons, rejected.size() > shown ? ", ..." : "", advice);
}

}  // namespace

FolderDataset::FolderDataset(const DatasetOptions& options, const FolderLimits& limits)
    : name_(options.source), resolution_(options.resolution), channels_(options.channels) {
  require(resolution_ >= 1 && resolution_ <= 4096,
          "Pictures cannot be scaled to {0} x {0} pixels; choose a size from 1 to 4096.", resolution_);
  require(channels_ == 1 || channels_ == 3, "Pictures cannot have {} channels; choose 1 (grey) or 3 (colour).",
          channels_);
  const fs::path folder(options.source);
  Listing listing = list_folder(folder);
  open_files(std::move(listing.pictures), limits);
  for (const fs::path& path : listing.foreign) {
    rejected_.push_back({path.string(), "its kind of picture is not read; convert it to PNG or JPEG"});
  }
  std::ranges::sort(rejected_, {}, &RejectedFile::path);
  if (entries_.empty()) throw Error(no_picture_text(folder, rejected_));
}

void FolderDataset::open_files(std::vector<fs::path> paths, const FolderLimits& limits) {
  struct Checked {
    Image picture;
    std::string reason;  ///< empty: usable
  };
  std::vector<Checked> checked(paths.size());
  const auto side = static_cast<std::size_t>(resolution_);
  const std::size_t keep = limits.memory / (side * side * static_cast<std::size_t>(channels_));
  std::atomic<std::size_t> next = 0;
  const auto work = [&] {
    for (std::size_t i = next++; i < paths.size(); i = next++) {
      try {
        Image picture = load(paths[i]);
        if (i < keep) checked[i].picture = std::move(picture);
      } catch (const std::bad_alloc&) {
        checked[i].reason = "there is not enough memory to decode it";
      } catch (const std::exception& error) {
        checked[i].reason = error.what();
      }
    }
  };
  {
    const auto wanted =
        limits.threads > 0 ? static_cast<unsigned>(limits.threads) : std::thread::hardware_concurrency();
    std::vector<std::jthread> threads;
    for (unsigned i = 1; i < wanted && i < paths.size(); ++i) threads.emplace_back(work);
    work();
  }
  for (std::size_t i = 0; i < paths.size(); ++i) {
    if (checked[i].reason.empty()) {
      entries_.push_back({std::move(paths[i]), std::move(checked[i].picture)});
    } else {
      rejected_.push_back({paths[i].string(), std::move(checked[i].reason)});
    }
  }
}

Image FolderDataset::load(const fs::path& path) const {
  return with_channels(square_of(decode_picture(read_file(path)), resolution_), channels_);
}

const FolderDataset::Entry& FolderDataset::entry(std::int64_t index) const {
  require(index >= 0 && index < size(), "The folder {} has no picture {}; choose one from 0 to {}.", name_, index,
          size() - 1);
  return entries_[static_cast<std::size_t>(index)];
}

Image FolderDataset::picture(std::int64_t index) const {
  const Entry& found = entry(index);
  if (!found.picture.empty()) return found.picture;
  try {
    return load(found.path);
  } catch (const Error& error) {
    fail("The picture {} could be read before and cannot any more ({}); put it back or open the folder again.",
         found.path.string(), error.what());
  }
}

const fs::path& FolderDataset::path(std::int64_t index) const {
  return entry(index).path;
}

std::int64_t FolderDataset::kept() const {
  return std::ranges::count_if(entries_, [](const Entry& found) { return !found.picture.empty(); });
}

}  // namespace ganvas
