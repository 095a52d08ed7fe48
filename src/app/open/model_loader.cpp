#include "app/open/model_loader.h"

#include <optional>
#include <thread>

#include "app/open/open_model.h"
#include "app/render/device.h"
#include "core/error.h"
#include "core/library_error.h"
#include "core/threads/mutex.h"

namespace ganvas::app {

struct ModelLoader::Impl {
  ModelLoaderOptions options;
  Deliver deliver;

  mutable Mutex mutex;
  std::condition_variable_any arrived;
  std::optional<LoadRequest> waiting GANVAS_GUARDED_BY(mutex);
  std::shared_ptr<io::Reading> reading GANVAS_GUARDED_BY(mutex);  // of the request under way; null between requests
  std::uint64_t under_way GANVAS_GUARDED_BY(mutex) = 0;           // its number; 0 when it has been dropped
  std::vector<LoadFailed> failures GANVAS_GUARDED_BY(mutex);

  std::jthread thread;  // last: it ends before the rest goes

  /// Drops what waits, or else what is under way.
  std::uint64_t drop() GANVAS_REQUIRES(mutex) {
    if (reading) reading->cancel();
    const std::uint64_t working = std::exchange(under_way, 0);
    const std::uint64_t dropped = waiting ? waiting->model : working;
    waiting.reset();
    return dropped;
  }

  void fail_with(const LoadRequest& request, std::string text) {
    const MutexLock lock(mutex);
    if (under_way == request.model) failures.push_back({request.model, std::move(text)});
  }

  void open(const LoadRequest& request, const std::shared_ptr<io::Reading>& watch, at::Device device) {
    try {
      auto opened =
          std::make_shared<OpenedModel>(open_model(request.path, {.network = request.network,
                                                                  .set = request.set,
                                                                  .keep = !request.set.empty(),
                                                                  .reading = watch.get(),
                                                                  .device = device,
                                                                  .allow_torchscript = options.allow_torchscript}));
      {
        // From here on it cannot be dropped. Delivering may free a large model, so nobody waits for it at the lock.
        const MutexLock lock(mutex);
        if (std::exchange(under_way, 0) != request.model) return;
      }
      deliver(request, std::move(opened));
    } catch (const io::Cancelled&) {
      // Whoever cancelled knows.
    } catch (const Error& error) {
      fail_with(request, error.what());
    } catch (const std::exception& error) {
      fail_with(request, fmt::format("The model {} cannot be opened: {}.", request.path, reason_of(error)));
    }
  }

  at::Device wanted_device() const {
    try {
      return resolve_device(options.device);
    } catch (const Error&) {
      return at::kCPU;  // the synthesizer falls back the same way, and says so
    }
  }

  void run(const std::stop_token& stop) {
    const at::Device device = wanted_device();
    const OwnStream own_stream(device);
    const at::NoGradGuard no_grad;
    use_torch_threads(1);  // the cores are for the picture and for training
    while (true) {
      LoadRequest request;
      std::shared_ptr<io::Reading> watch;
      {
        MutexLock lock(mutex);
        arrived.wait(lock, stop, [this]() GANVAS_REQUIRES(mutex) { return waiting.has_value(); });
        if (stop.stop_requested()) return;
        request = *std::exchange(waiting, std::nullopt);
        under_way = request.model;
        watch = reading = std::make_shared<io::Reading>();
      }
      open(request, watch, device);
      const MutexLock lock(mutex);
      reading.reset();
      under_way = 0;
    }
  }
};

ModelLoader::ModelLoader(ModelLoaderOptions options, Deliver deliver) : impl_(std::make_unique<Impl>()) {
  impl_->options = std::move(options);
  impl_->deliver = std::move(deliver);
  impl_->thread = std::jthread([impl = impl_.get()](const std::stop_token& stop) { impl->run(stop); });
}

ModelLoader::~ModelLoader() {
  impl_->thread.request_stop();
  cancel();
}

std::uint64_t ModelLoader::open(LoadRequest request) {
  std::uint64_t dropped = 0;
  {
    const MutexLock lock(impl_->mutex);
    dropped = impl_->drop();
    impl_->waiting = std::move(request);
  }
  impl_->arrived.notify_one();
  return dropped;
}

std::uint64_t ModelLoader::cancel() {
  const MutexLock lock(impl_->mutex);
  return impl_->drop();
}

double ModelLoader::progress() const {
  const MutexLock lock(impl_->mutex);
  return impl_->reading && impl_->under_way != 0 ? impl_->reading->fraction() : 0.0;
}

std::vector<LoadFailed> ModelLoader::take_failures() {
  std::vector<LoadFailed> failures;
  const MutexLock lock(impl_->mutex);
  failures.swap(impl_->failures);
  return failures;
}

}  // namespace ganvas::app
