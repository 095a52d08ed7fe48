#include "data/picture_memory.h"

#include <algorithm>

namespace ganvas::data {

PictureMemory::PictureMemory(std::size_t size, std::int64_t count, std::size_t limit)
    : size_(size),
      places_(std::min(static_cast<std::size_t>(count), limit / size)),
      pixels_(std::make_unique_for_overwrite<std::uint8_t[]>(size * places_.size())) {}

bool PictureMemory::recall(std::int64_t index, Image& to) const {
  const auto place = static_cast<std::size_t>(index);
  if (place >= places_.size() || places_[place].load(std::memory_order_acquire) != Place::full) return false;
  std::copy_n(pixels_.get() + place * size_, size_, to.pixels.data());
  return true;
}

void PictureMemory::keep(std::int64_t index, const Image& picture) {
  const auto place = static_cast<std::size_t>(index);
  if (place >= places_.size() || picture.pixels.size() != size_) return;
  Place expected = Place::empty;
  if (!places_[place].compare_exchange_strong(expected, Place::filling, std::memory_order_relaxed)) return;
  std::copy_n(picture.pixels.data(), size_, pixels_.get() + place * size_);
  places_[place].store(Place::full, std::memory_order_release);
}

}  // namespace ganvas::data
