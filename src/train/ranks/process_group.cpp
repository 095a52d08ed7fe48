#include "train/ranks/process_group.h"

#include <torch/cuda.h>
#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <thread>

#include "core/error.h"
#include "core/library_error.h"
#include "core/log.h"
#include "core/threads/mutex.h"
#include "train/ranks/reducer.h"
#include "train/ranks/thread_meeting.h"

namespace ganvas::train {
namespace {

using Clock = std::chrono::steady_clock;
using std::chrono::milliseconds;

constexpr milliseconds beat_every{500};
constexpr milliseconds silence_of_lost{7000};    ///< with connections that seem whole
constexpr milliseconds silence_of_broken{2000};  ///< when a connection broke

std::vector<std::uint8_t> bytes_of(const std::string& text) {
  return {text.begin(), text.end()};
}

std::string text_of(const std::vector<std::uint8_t>& bytes) {
  return {bytes.begin(), bytes.end()};
}

std::string variable(const char* name, const char* otherwise = nullptr) {
  const char* value = std::getenv(name);
  if (value == nullptr || *value == '\0') value = otherwise;
  require(value != nullptr,
          "WORLD_SIZE says that several processes train together, but {} is not set; start them with "
          "torchrun.",
          name);
  return value;
}

int number(const char* name, const char* otherwise = nullptr) {
  const std::string text = variable(name, otherwise);
  int value = -1;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  require(error == std::errc() && end == text.data() + text.size() && value >= 0,
          "The environment variable {} is \"{}\"; it must be a number of 0 or more.", name, text);
  return value;
}

}  // namespace

std::optional<RankPlace> rank_place_from_environment() {
  if (number("WORLD_SIZE", "1") <= 1) return std::nullopt;
  RankPlace place{.rank = number("RANK"),
                  .size = number("WORLD_SIZE"),
                  .local_rank = number("LOCAL_RANK"),
                  .local_size = number("LOCAL_WORLD_SIZE", "1"),
                  .address = variable("MASTER_ADDR"),
                  .port = number("MASTER_PORT"),
                  .launcher_hosts = variable("TORCHELASTIC_USE_AGENT_STORE", "False") == "True",
                  .attempt = variable("TORCHELASTIC_RESTART_COUNT", "0")};
  require(place.rank < place.size, "RANK is {}, but WORLD_SIZE is {}; ranks count from 0.", place.rank, place.size);
  require(place.port < 65536, "MASTER_PORT is {}; a port is at most 65535.", place.port);
  return place;
}

struct ProcessGroup::Impl {
  /// What is known of another rank.
  struct Peer {
    std::string beat;
    Clock::time_point heard = Clock::now();
  };

  c10::intrusive_ptr<c10d::Store> store;
  const int rank, size;
  std::unique_ptr<Reducer> host, device;

  mutable Mutex mutex;
  std::condition_variable_any stopped;
  std::vector<Peer> peers GANVAS_GUARDED_BY(mutex);
  mutable std::optional<int> lost GANVAS_GUARDED_BY(mutex);
  Clock::time_point round GANVAS_GUARDED_BY(mutex) = Clock::now();  // of the heartbeat
  bool over GANVAS_GUARDED_BY(mutex) = false;                       // the heartbeat has ended
  std::jthread heart;

  Impl(c10::intrusive_ptr<c10d::Store> given, int own, int count)
      : store(std::move(given)), rank(own), size(count), peers(static_cast<std::size_t>(count)) {}

  static std::string beat_of(int rank) { return fmt::format("beat/{}", rank); }

  /// Each rank counts up in public twice a second, from a thread that does nothing else.
  void beat(const std::stop_token& stop) {
    const c10::intrusive_ptr<c10d::Store> own = store->clone();  // a connection of its own
    own->setTimeout(milliseconds(5000));
    for (std::int64_t count = 1; !stop.stop_requested(); ++count) {
      try {
        own->set(beat_of(rank), bytes_of(std::to_string(count)));
        for (int other = 0; other < size; ++other) listen(other, text_of(own->get(beat_of(other))));
      } catch (const std::exception&) {
        lose(0);  // the meeting place is gone, and whoever keeps it
      }
      MutexLock lock(mutex);
      round = Clock::now();
      if (lost) break;
      stopped.wait_for(lock, stop, beat_every, [] { return false; });
    }
    MutexLock lock(mutex);
    over = true;
    if (!lost) return;
    lock.unlock();
    if (device) device->abort();
  }

  void listen(int other, const std::string& beat) {
    const MutexLock lock(mutex);
    Peer& peer = peers[static_cast<std::size_t>(other)];
    if (other == rank || beat != peer.beat) {
      peer = {beat, Clock::now()};
    } else if (Clock::now() - peer.heard > silence_of_lost) {
      if (!lost) lost = other;
    }
  }

  void lose(int who) {
    const MutexLock lock(mutex);
    if (!lost) lost = who;
  }

  /// Whether the meeting place keeps the heartbeat waiting: whoever has it does not move any more.
  [[nodiscard]] bool stuck() const GANVAS_REQUIRES(mutex) {
    return heart.joinable() && !over && Clock::now() - round > silence_of_lost;
  }

  void check() const {
    const MutexLock lock(mutex);
    if (!lost && stuck()) lost = 0;
    if (!lost) return;
    fail(
        "Rank {} of {} no longer answers, and the others cannot go on without it; the newest checkpoint is whole: "
        "start "
        "all ranks again with --resume.",
        *lost, size);
  }

  /// A connection broke. Which rank is behind it shows in who falls silent; the one that ended first does so first.
  [[noreturn]] void connection_broke(const std::exception& error) {
    log::info("A connection between ranks broke: {}", first_line(error.what()));
    for (const auto start = Clock::now(); Clock::now() - start < silence_of_broken + 3 * beat_every;) {
      check();
      {
        const MutexLock lock(mutex);
        int quietest = rank == 0 ? 1 : 0;
        for (int other = 0; other < size; ++other) {
          if (other != rank && at(other).heard < at(quietest).heard) quietest = other;
        }
        if (Clock::now() - at(quietest).heard > silence_of_broken) lost = quietest;
      }
      std::this_thread::sleep_for(milliseconds(100));
    }
    check();
    fail(
        "The connection between the ranks broke ({}); the newest checkpoint is whole: start all ranks again with "
        "--resume.",
        first_line(error.what()));
  }

  [[nodiscard]] const Peer& at(int other) const GANVAS_REQUIRES(mutex) {
    return peers[static_cast<std::size_t>(other)];
  }

  void sum(Reducer& reducer, at::Tensor& tensor) {
    check();
    try {
      reducer.sum(tensor, [this] { check(); });
    } catch (const Error&) {
      throw;
    } catch (const std::exception& error) {
      connection_broke(error);
    }
  }

  /// Bytes of one rank each, one row a rank; rows are of one length, which all know.
  at::Tensor exchange(const at::Tensor& own, std::int64_t row) {
    at::Tensor rows = at::zeros({size, own.numel()}, own.options());
    rows[row].copy_(own);
    sum(*host, rows);
    return rows;
  }
};

ProcessGroup::ProcessGroup(c10::intrusive_ptr<c10d::Store> store, int rank, int size, at::Device device, bool on_device)
    : impl_(std::make_unique<Impl>(std::move(store), rank, size)) {
  require(size >= 1 && rank >= 0 && rank < size, "There is no rank {} of {}.", rank, size);
  try {
    impl_->store->set(Impl::beat_of(rank), bytes_of("0"));
    impl_->host = make_host_reducer({impl_->store, rank, size});
    if (on_device && !device.is_cpu()) impl_->device = make_device_reducer({impl_->store, rank, size}, device);
  } catch (const std::exception& error) {
    fail("Rank {} of {} did not meet the others: {}", rank, size, first_line(error.what()));
  }
  for (Impl::Peer& peer : impl_->peers) peer.heard = Clock::now();
  impl_->heart = std::jthread([impl = impl_.get()](const std::stop_token& stop) { impl->beat(stop); });
}

ProcessGroup::ProcessGroup(std::shared_ptr<ThreadMeeting> meeting, int rank)
    : impl_(std::make_unique<Impl>(nullptr, rank, meeting->size())) {
  impl_->host = make_thread_reducer(std::move(meeting), rank);
}

/// A heartbeat that never comes back is left behind with everything it uses: it is the end of the process anyway.
ProcessGroup::~ProcessGroup() {
  impl_->heart.request_stop();
  bool left_behind = false;
  {
    const MutexLock lock(impl_->mutex);
    left_behind = impl_->stuck();
  }
  if (left_behind) (void)impl_.release();
}

int ProcessGroup::rank() const {
  return impl_->rank;
}

int ProcessGroup::size() const {
  return impl_->size;
}

void ProcessGroup::all_reduce(at::Tensor& tensor) {
  impl_->sum(impl_->device && !tensor.is_cpu() ? *impl_->device : *impl_->host, tensor);
}

bool ProcessGroup::any(bool here) {
  at::Tensor count = at::full({1}, here ? 1 : 0, at::kLong);
  impl_->sum(*impl_->host, count);
  return count.item<std::int64_t>() > 0;
}

std::vector<std::string> ProcessGroup::gather(const std::string& text) {
  const auto length = static_cast<std::int64_t>(text.size());
  const at::Tensor lengths = impl_->exchange(at::full({1}, length, at::kLong), impl_->rank);
  const at::Tensor own = at::zeros({std::max<std::int64_t>(lengths.max().item<std::int64_t>(), 1)}, at::kByte);
  std::memcpy(own.mutable_data_ptr(), text.data(), text.size());
  const at::Tensor all = impl_->exchange(own, impl_->rank);
  std::vector<std::string> texts;
  for (std::int64_t i = 0; i < impl_->size; ++i) {
    texts.emplace_back(static_cast<const char*>(all[i].const_data_ptr()),
                       static_cast<std::size_t>(lengths[i].item<std::int64_t>()));
  }
  return texts;
}

std::string ProcessGroup::from_first(const std::string& text) {
  return gather(rank() == 0 ? text : "").front();
}

void ProcessGroup::check() const {
  impl_->check();
}

std::shared_ptr<ProcessGroup> join_ranks(const RankPlace& place, at::Device device) {
  c10d::TCPStoreOptions options;
  options.port = static_cast<std::uint16_t>(place.port);
  options.isServer = place.rank == 0 && !place.launcher_hosts;
  options.numWorkers = place.size;
  options.waitWorkers = false;
  options.timeout = std::chrono::minutes(1);
  c10::intrusive_ptr<c10d::Store> store;
  try {
    store = c10::make_intrusive<c10d::TCPStore>(place.address, options);
  } catch (const std::exception& error) {
    fail("Rank {} of {} cannot reach the meeting place {}:{}: {}", place.rank, place.size, place.address, place.port,
         first_line(error.what()));
  }
  store = c10::make_intrusive<c10d::PrefixStore>(fmt::format("ganvas/{}/", place.attempt), std::move(store));
  // Two ranks on one GPU cannot use NCCL; their sums go through the host.
  const bool own_gpu = device.is_cuda() && place.local_size <= torch::cuda::device_count();
  return std::make_shared<ProcessGroup>(std::move(store), place.rank, place.size, device, own_gpu);
}

}  // namespace ganvas::train
