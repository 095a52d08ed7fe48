#include "app/document/rescue.h"

#include <fcntl.h>
#include <fmt/chrono.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <optional>
#include <set>
#include <utility>

#include "app/document/session_file.h"
#include "core/error.h"
#include "core/files.h"
#include "core/json_text.h"
#include "core/log.h"
#include "core/threads/worker.h"

namespace ganvas::app {

namespace {

namespace fs = std::filesystem;

constexpr double between_writes = 1;  ///< seconds between two writes; what is on disk is then less than two old
constexpr int most_slots = 64;        ///< programs at a time, and documents left behind

/// N.json is the document of the program that holds the lock of N.lock; the system lets go of it when that one ends,
/// however it does.
class Slot {
 public:
  /// Nothing where another program holds it, or there can be no file.
  static std::optional<Slot> take(const fs::path& folder, int number) {
    Slot slot;
    slot.document_ = folder / (std::to_string(number) + ".json");
    const fs::path lock = folder / (std::to_string(number) + ".lock");
    slot.lock_ = ::open(lock.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (slot.lock_ < 0 || ::flock(slot.lock_, LOCK_EX | LOCK_NB) != 0) return std::nullopt;
    return slot;
  }
  Slot(Slot&& other) noexcept : document_(std::move(other.document_)), lock_(std::exchange(other.lock_, -1)) {}
  Slot& operator=(Slot&& other) noexcept {
    document_.swap(other.document_);
    std::swap(lock_, other.lock_);
    return *this;
  }
  Slot(const Slot&) = delete;
  Slot& operator=(const Slot&) = delete;
  ~Slot() {
    if (lock_ >= 0) ::close(lock_);
  }

  [[nodiscard]] const fs::path& document() const { return document_; }
  /// Of the document's last change; nothing: there is none.
  [[nodiscard]] std::optional<std::int64_t> written() const {
    struct stat status {};
    if (::stat(document_.c_str(), &status) != 0) return std::nullopt;
    return status.st_mtime;
  }
  void remove() const {
    std::error_code none;
    fs::remove(document_, none);
  }

 private:
  Slot() = default;
  fs::path document_;
  int lock_ = -1;
};

}  // namespace

struct Rescue::Impl {
  fs::path folder;
  AppState kept;
  double since = 0;
  std::optional<Slot> own, found;
  std::set<fs::path> left;  ///< not now
  RescueView view;
  Worker worker{[](const std::string& text) { log::info("The session is not kept for a restart: {}", text); }};

  void look() {
    view = {};
    found.reset();
    if (folder.empty()) return;
    std::error_code error;
    fs::create_directories(folder, error);
    std::int64_t newest = 0;
    for (int number = 1; number <= most_slots; ++number) {
      std::optional<Slot> slot = Slot::take(folder, number);
      if (!slot || left.contains(slot->document())) continue;
      const std::optional<std::int64_t> written = slot->written();
      if (!written) {
        if (!own) own = std::move(slot);
        if (!fs::exists(folder / (std::to_string(number + 1) + ".lock"), error)) break;  // the rest was never used
      } else if (!found || *written > newest) {
        newest = *written;
        found = std::move(slot);
      }
    }
    if (!found) return;
    view = {found->document().string(), fmt::format("{:%Y-%m-%d %H:%M}", fmt::localtime(std::time_t{newest}))};
  }

  void write(const AppState& state) {
    if (!own) return;
    kept = state;
    since = 0;
    worker.run([file = own->document(), state]() -> Worker::Completion {
      write_quickly(file, json_text(session_to_json(state)));
      return {};
    });
  }
};

Rescue::Rescue(const fs::path& folder, const AppState& first) : impl_(std::make_unique<Impl>()) {
  impl_->folder = folder;
  impl_->kept = first;
  impl_->look();
}

Rescue::~Rescue() = default;

void Rescue::tick(const AppState& state, double seconds) {
  impl_->since += seconds;
  impl_->worker.drain();
  if (impl_->since < between_writes || impl_->worker.in_flight() > 0 || state == impl_->kept) return;
  impl_->write(state);
}

void Rescue::keep(const AppState& state) {
  if (state == impl_->kept) return;
  impl_->write(state);
  impl_->worker.finish();
}

void Rescue::end() {
  impl_->worker.finish();
  if (impl_->own) impl_->own->remove();
}

const RescueView& Rescue::found() const {
  return impl_->view;
}

void Rescue::take_over() {
  if (!impl_->found) return;
  end();
  impl_->own = std::exchange(impl_->found, std::nullopt);
  impl_->view = {};
}

void Rescue::leave(bool forget) {
  if (!impl_->found) return;
  impl_->left.insert(impl_->found->document());
  if (forget) {
    impl_->found->remove();
    impl_->found.reset();
  }
  impl_->look();
}

}  // namespace ganvas::app
