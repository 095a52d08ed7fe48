#include "data/loader.h"

#include <bit>
#include <cstring>
#include <exception>
#include <map>
#include <numeric>
#include <utility>
#include <variant>

#include "core/error.h"
#include "core/random.h"
#include "core/threads/mutex.h"

namespace ganvas::data {

namespace {

/// All bits of the result depend on all of the value (the finaliser of SplitMix64: Steele et al. 2014).
std::uint64_t mixed(std::uint64_t value) {
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9ULL;
  value = (value ^ (value >> 27)) * 0x94d049bb133111ebULL;
  return value ^ (value >> 31);
}

/// Where place `k` of 0 .. size - 1 goes in the shuffle that the keys name: a Feistel network over the next power of
/// four, walked until it lands inside again (Black & Rogaway 2002).
std::int64_t shuffled(std::int64_t k, std::int64_t size, const std::array<std::uint64_t, 6>& keys) {
  const int half = (std::bit_width(static_cast<std::uint64_t>(size - 1)) + 1) / 2;
  const std::uint64_t mask = (std::uint64_t{1} << half) - 1;
  auto at = static_cast<std::uint64_t>(k);
  do {
    std::uint64_t left = at >> half, right = at & mask;
    for (const std::uint64_t key : keys) left = std::exchange(right, left ^ (mixed(right + key) & mask));
    at = left << half | right;
  } while (at >= static_cast<std::uint64_t>(size));
  return static_cast<std::int64_t>(at);
}

}  // namespace

std::int64_t Sampler::at(std::int64_t position) {
  const std::int64_t pass = position / size_;
  if (size_ > listed_) {
    RandomStream random(seed_, static_cast<std::uint64_t>(pass));
    if (std::exchange(pass_, pass) != pass)
      for (std::uint64_t& key : keys_) key = std::uint64_t{random.next_u32()} << 32 | random.next_u32();
    return shuffled(position % size_, size_, keys_);
  }
  if (pass != pass_) {
    // Fisher-Yates with a stream named by (seed, pass): any position can be reached without drawing the ones before.
    order_.resize(static_cast<std::size_t>(size_));
    std::iota(order_.begin(), order_.end(), 0);
    RandomStream random(seed_, static_cast<std::uint64_t>(pass));
    for (std::int64_t i = size_ - 1; i > 0; --i) {
      std::swap(order_[static_cast<std::size_t>(i)], order_[random.below(static_cast<std::uint32_t>(i + 1))]);
    }
    pass_ = pass;
  }
  return order_[static_cast<std::size_t>(position % size_)];
}

namespace {

Batch make_batch(const Dataset& dataset, const std::vector<std::int64_t>& indices) {
  const std::int64_t height = dataset.resolution(), width = dataset.width(), channels = dataset.channels();
  const auto count = static_cast<std::int64_t>(indices.size());
  at::Tensor pictures = at::empty({count, height, width, channels}, at::kByte);
  auto* out = pictures.mutable_data_ptr<std::uint8_t>();
  std::vector<float> labels;
  for (const std::int64_t index : indices) {
    const auto [at, image] = usable_picture(dataset, index);
    require(image.width == width && image.height == height && image.channels == channels,
            "Picture {} of {} is {} x {} with {} channels instead of {} x {} with {}.", index, dataset.name(),
            image.width, image.height, image.channels, width, height, channels);
    std::memcpy(out, image.pixels.data(), image.pixels.size());
    out += image.pixels.size();
    const std::vector<float> label = dataset.label(at);
    labels.insert(labels.end(), label.begin(), label.end());
  }
  Batch batch;
  batch.pictures = pictures.permute({0, 3, 1, 2});
  if (dataset.label_size() > 0) batch.labels = at::tensor(labels).view({count, dataset.label_size()});
  return batch;
}

}  // namespace

/// Loader threads take tickets (batch numbers); finished batches wait in a map until their number is due. A failure
/// waits there too, so that it reaches next() in its place and every batch before it can still be used.
struct Loader::Impl {
  std::shared_ptr<const Dataset> dataset;
  LoaderOptions options;
  Sampler sampler;
  Mutex mutex;
  std::condition_variable_any changed;
  std::int64_t next_ticket GANVAS_GUARDED_BY(mutex) = 0;
  std::int64_t handed_out GANVAS_GUARDED_BY(mutex) = 0;
  std::map<std::int64_t, std::variant<Batch, std::exception_ptr>> ready GANVAS_GUARDED_BY(mutex);
  bool stopping GANVAS_GUARDED_BY(mutex) = false;
  std::vector<std::jthread> threads;

  Impl(std::shared_ptr<const Dataset> data, LoaderOptions o)
      : dataset(std::move(data)), options(std::move(o)), sampler(dataset->size(), o.seed) {}

  ~Impl() {
    {
      const MutexLock lock(mutex);
      stopping = true;
    }
    changed.notify_all();
    threads.clear();
  }

  void work() {
    while (true) {
      std::int64_t ticket = 0;
      std::vector<std::int64_t> indices;
      {
        MutexLock lock(mutex);
        changed.wait(lock,
                     [&]() GANVAS_REQUIRES(mutex) { return stopping || next_ticket < handed_out + options.ahead; });
        if (stopping) return;
        ticket = next_ticket++;
        for (const std::int64_t row : options.rows)
          indices.push_back(sampler.at(options.position + ticket * options.batch + row));
      }
      std::variant<Batch, std::exception_ptr> result;
      try {
        result = make_batch(*dataset, indices);
      } catch (...) {
        result = std::current_exception();
      }
      {
        const MutexLock lock(mutex);
        ready.emplace(ticket, std::move(result));
      }
      changed.notify_all();
    }
  }
};

Loader::Loader(std::shared_ptr<const Dataset> dataset, LoaderOptions options) {
  require(dataset->size() > 0, "The data set {} has no pictures.", dataset->name());
  require(options.batch >= 1 && options.threads >= 1 && options.ahead >= 1 && options.position >= 0,
          "A loader needs a batch, threads and batches ahead of at least 1.");
  for (const std::int64_t row : options.rows)
    require(row >= 0 && row < options.batch, "A batch of {} has no picture {}.", options.batch, row);
  if (options.rows.empty()) {
    options.rows.resize(static_cast<std::size_t>(options.batch));
    std::iota(options.rows.begin(), options.rows.end(), 0);
  }
  impl_ = std::make_unique<Impl>(std::move(dataset), options);
  for (int i = 0; i < options.threads; ++i) impl_->threads.emplace_back([impl = impl_.get()] { impl->work(); });
}

Loader::~Loader() = default;

Batch Loader::next() {
  MutexLock lock(impl_->mutex);
  impl_->changed.wait(lock, [&]() GANVAS_REQUIRES(impl_->mutex) { return impl_->ready.contains(impl_->handed_out); });
  const auto found = impl_->ready.find(impl_->handed_out);
  // A failure stays where it is: asking again gives it again.
  if (const auto* failure = std::get_if<std::exception_ptr>(&found->second)) std::rethrow_exception(*failure);
  Batch batch = std::get<Batch>(std::move(found->second));
  impl_->ready.erase(found);
  ++impl_->handed_out;
  lock.unlock();
  impl_->changed.notify_all();
  return batch;
}

std::int64_t Loader::position() const {
  const MutexLock lock(impl_->mutex);
  return impl_->options.position + impl_->handed_out * impl_->options.batch;
}

}  // namespace ganvas::data
