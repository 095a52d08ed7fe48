#include "data/pictures.h"

#include <algorithm>
#include <new>
#include <utility>

#include "core/error.h"
#include "core/log.h"
#include "core/outside/printable.h"
#include "data/check.h"
#include "data/decode/decode.h"
#include "data/picture_file.h"
#include "data/resize.h"

namespace ganvas::data {
namespace {

std::string no_picture_text(const PictureStore& store, const std::vector<RejectedFile>& rejected) {
  constexpr const char* advice = "give a folder or an archive with PNG, JPEG, WebP or GIF files, or \"faces\"";
  if (rejected.empty()) return fmt::format("There are no pictures in {}; {}.", store.what(), advice);
  std::string reasons;
  const std::size_t shown = std::min<std::size_t>(rejected.size(), 3);
  for (std::size_t i = 0; i < shown; ++i) {
    reasons += fmt::format("{}{}: {}", i > 0 ? ", " : "", rejected[i].path, rejected[i].reason);
  }
  return fmt::format("None of the {} pictures in {} can be used ({}{}); {}.", rejected.size(), store.what(), reasons,
                     rejected.size() > shown ? ", ..." : "", advice);
}

}  // namespace

bool path_less(std::string_view a, std::string_view b) {
  const auto rank = [](char c) { return c == '/' ? -1 : static_cast<int>(static_cast<unsigned char>(c)); };
  return std::ranges::lexicographical_compare(a, b, {}, rank, rank);
}

Image PixelBudget::run(std::int64_t pixels, const std::function<Image()>& decode) {
  const std::int64_t taken = std::clamp<std::int64_t>(pixels, 0, all_);
  {
    MutexLock lock(mutex_);
    room_.wait(lock, [&]() GANVAS_REQUIRES(mutex_) { return free_ >= taken; });
    free_ -= taken;
  }
  const auto give_back = [&](void*) {
    {
      const MutexLock lock(mutex_);
      free_ += taken;
    }
    room_.notify_all();
  };
  const std::unique_ptr<void, decltype(give_back)> returned(this, give_back);  // also when `decode` throws
  return decode();
}

PictureDataset::PictureDataset(std::unique_ptr<const PictureStore> store, const DatasetOptions& options,
                               const PictureLimits& limits, const DatasetWatch& watch)
    : store_(std::move(store)),
      name_(options.source),
      resolution_(options.resolution),
      width_(options.full_width()),
      channels_(options.channels),
      only_square_(options.only_square),
      rejected_(store_->rejected()) {
  check_picture_form(width_, resolution_, channels_);
  if (options.labels) {
    const std::optional<std::string> text = store_->label_file();
    labels_ = text ? PictureLabels::of_json(*text, store_->names(), "dataset.json of " + store_->what())
                   : PictureLabels::of_folders(store_->names());
  }
  check_files(limits, watch);
  std::ranges::sort(rejected_, {}, &RejectedFile::path);
  if (entries_.empty()) throw Error(no_picture_text(*store_, rejected_));
}

void PictureDataset::check_files(const PictureLimits& limits, const DatasetWatch& watch) {
  struct Checked {
    Image picture;
    std::string reason;  ///< empty: usable
  };
  const std::size_t count = store_->names().size();
  std::vector<Checked> checked(count);
  const std::size_t pixels = static_cast<std::size_t>(width_) * static_cast<std::size_t>(resolution_);
  const std::size_t keep = limits.memory / (pixels * static_cast<std::size_t>(channels_));
  check_all(count, limits.threads, watch, [&](std::size_t i) {
    if (labels_.size() > 0 && !labels_.has(i)) {
      checked[i].reason = "dataset.json has no label for it";
      return;
    }
    try {
      Image picture = load(i);
      if (i < keep) checked[i].picture = std::move(picture);
    } catch (const std::bad_alloc&) {
      checked[i].reason = "there is not enough memory to decode it";
    } catch (const std::exception& error) {
      checked[i].reason = printable(error.what());
    }
  });
  for (std::size_t i = 0; i < count; ++i) {
    if (checked[i].reason.empty()) {
      entries_.push_back({i, std::move(checked[i].picture)});
    } else {
      rejected_.push_back({store_->place(i), std::move(checked[i].reason)});
    }
  }
}

Image PictureDataset::load(std::size_t file) const {
  const std::string bytes = store_->read(file);
  return budget_.run(decode::claimed_pixels(bytes), [&] {
    const Image picture = decode_picture(bytes);
    require(!only_square_ || picture.width == picture.height, "it has {} x {} pixels and is not square", picture.width,
            picture.height);
    return with_channels(part_of(picture, width_, resolution_), channels_);
  });
}

const PictureDataset::Entry& PictureDataset::entry(std::int64_t index) const {
  require(index >= 0 && index < size(), "There is no picture {} in {}; choose one from 0 to {}.", index, store_->what(),
          size() - 1);
  return entries_[static_cast<std::size_t>(index)];
}

Image PictureDataset::picture(std::int64_t index) const {
  const Entry& found = entry(index);
  if (!found.picture.empty()) return found.picture;
  {
    const MutexLock lock(lost_mutex_);
    if (lost_files_.contains(found.file)) throw PictureLost(store_->place(found.file) + " was lost before.");
  }
  try {
    return load(found.file);
  } catch (const std::exception& error) {  // also too little memory: whatever it is, the run goes on without it
    lose(found.file, error.what());
  }
}

void PictureDataset::lose(std::size_t file, const std::string& reason) const {
  RejectedFile gone{store_->place(file), reason};
  const std::string text =
      fmt::format("The picture {} could be read before and cannot any more: {}.", gone.path, reason);
  bool first = false;
  {
    const MutexLock lock(lost_mutex_);
    first = lost_files_.insert(file).second;
    if (first) lost_.push_back(std::move(gone));
  }
  if (first) log::warn("{} The next one stands in for it until it is put back and the set is opened again.", text);
  throw PictureLost(text);
}

std::vector<float> PictureDataset::label(std::int64_t index) const {
  return labels_.label(entry(index).file);
}

std::vector<RejectedFile> PictureDataset::lost() const {
  const MutexLock lock(lost_mutex_);
  return lost_;
}

const std::string& PictureDataset::file_name(std::int64_t index) const {
  return store_->names()[entry(index).file];
}

std::int64_t PictureDataset::kept() const {
  return std::ranges::count_if(entries_, [](const Entry& found) { return !found.picture.empty(); });
}

}  // namespace ganvas::data
