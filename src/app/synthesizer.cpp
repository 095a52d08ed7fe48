#include "app/synthesizer.h"

#include <condition_variable>
#include <optional>
#include <thread>

#include "app/device.h"
#include "app/open_model.h"
#include "app/renderer.h"
#include "core/error.h"
#include "core/mailbox.h"
#include "models/style_layers.h"

namespace ganvas {

namespace {

struct NewModel {
  std::shared_ptr<OpenedModel> opened;
  std::uint64_t model = 0;
};
struct NewSnapshot {
  SnapshotPtr snapshot;
  std::uint64_t model = 0;
};

struct Visit {
  bool training = false;
  std::function<void(const Renderer&)> look;
};

/// What waits for the thread: of each kind the newest.
struct Inbox {
  std::optional<LatentRequest> request;
  std::optional<NewModel> file;
  std::optional<NewSnapshot> snapshot;
  std::vector<Visit> visits;  // all of them
  [[nodiscard]] bool empty() const { return !request && !file && !snapshot && visits.empty(); }
};

/// A model that can be shown, and which weights it has.
struct Shown {
  std::unique_ptr<Renderer> renderer;
  std::uint64_t model = 0;
  std::uint64_t version = 0;
  std::int64_t step = 0;
  double kimg = 0;
};

/// Keeps the bytes of a frame and the event that says when they are written.
struct FrameMemory {
  at::Tensor grid;
  std::unique_ptr<c10::Event> ready;
};

/// "b8.conv0" of "synthesis.b8.conv0.affine.weight".
std::string row_name(std::string name) {
  for (const std::string_view part : {"synthesis.", ".affine", ".StyleMod", ".weight"})
    if (const auto at = name.find(part); at != std::string::npos) name.erase(at, part.size());
  return name;
}

ModelReady describe(const Renderer& renderer, std::uint64_t model) {
  const NetworkSpec& spec = renderer.spec();
  std::vector<std::string> rows;
  for (const StyleLayer& layer : style_layers(renderer.generator())) rows.push_back(row_name(layer.name));
  int noises = 0;
  for (const auto& buffer : renderer.generator().named_buffers())
    noises += buffer.key().find("noise") != std::string::npos ? 1 : 0;
  return {.model = model,
          .family = spec.family,
          .z_dim = spec.z_dim,
          .w_dim = spec.w_dim,
          .c_dim = spec.c_dim,
          .resolution = spec.resolution,
          .style_rows = std::move(rows),
          .noise_layers = noises,
          .placeable = spec.family == "stylegan3",
          .parameters = static_cast<std::uint64_t>(renderer.parameter_count())};
}

}  // namespace

struct Synthesizer::Impl {
  std::string device_name;

  std::mutex mutex;
  std::condition_variable_any arrived;
  Inbox inbox;                           // guarded by mutex
  std::vector<SynthesizerEvent> events;  // guarded by mutex
  Mailbox<FramePtr> frames;

  // Of the thread alone.
  at::Device device = at::kCPU;
  std::unique_ptr<Shown> file;
  std::unique_ptr<Shown> training;
  std::optional<LatentRequest> request;
  std::vector<Visit> waiting;  // for a model
  int threads = 0;

  std::jthread thread;  // last: it ends before the rest goes

  template <typename Change>
  void put(Change change) {
    {
      const std::lock_guard lock(mutex);
      change(inbox);
    }
    arrived.notify_one();
  }

  void tell(SynthesizerEvent event) {
    const std::lock_guard lock(mutex);
    events.push_back(std::move(event));
  }

  /// Errors of one action become an event; whatever was shown before goes on.
  template <typename Action>
  void guarded(Action action) {
    try {
      action();
    } catch (const Error& error) {
      tell(SynthesisFailed{error.what()});
    } catch (const std::exception& error) {
      tell(SynthesisFailed{
          fmt::format("The picture could not be made: {}.",
                      std::string_view(error.what()).substr(0, std::string_view(error.what()).find('\n')))});
    }
  }

  void take_model(const NewModel& arrival) {
    guarded([&] {
      OpenedModel& opened = *arrival.opened;
      auto shown = std::make_unique<Shown>();
      shown->renderer = std::make_unique<Renderer>(std::move(opened.generator), device);
      shown->model = arrival.model;
      file = std::move(shown);
      ModelReady ready = describe(*file->renderer, arrival.model);
      ready.name = opened.name;
      ready.networks = std::move(opened.networks);
      ready.network = opened.network;
      tell(ready);
    });
  }

  void take_snapshot(const NewSnapshot& arrival) {
    guarded([&] {
      const Snapshot& snapshot = *arrival.snapshot;
      const bool fresh = !training || training->model != arrival.model;
      if (fresh) {
        auto shown = std::make_unique<Shown>();
        shown->renderer = std::make_unique<Renderer>(snapshot.spec, device);
        shown->model = arrival.model;
        training = std::move(shown);
      }
      training->renderer->load(snapshot);
      training->version = snapshot.version;
      training->step = snapshot.step;
      training->kimg = snapshot.kimg;
      if (!fresh) return;
      ModelReady ready = describe(*training->renderer, arrival.model);
      ready.training = true;
      tell(ready);
    });
  }

  [[nodiscard]] const Shown* shown(bool in_training) const {
    return in_training && training ? training.get() : file.get();
  }

  void receive(std::vector<Visit> visits) {
    std::move(visits.begin(), visits.end(), std::back_inserter(waiting));
    std::erase_if(waiting, [this](const Visit& visit) {
      const Shown* model = shown(visit.training);
      if (model != nullptr) guarded([&] { visit.look(*model->renderer); });
      return model != nullptr;
    });
  }

  void render() {
    if (!request) return;
    const Shown* shown = this->shown(request->training);
    if (shown == nullptr) return;
    guarded([&] {
      const auto begin = std::chrono::steady_clock::now();
      const NetworkSpec& spec = shown->renderer->spec();
      auto memory = std::make_shared<FrameMemory>();
      memory->grid = shown->renderer->render(grid_job(request->latent, request->columns, request->rows, spec));
      auto frame = std::make_shared<Frame>();
      if (device.is_cuda()) {
        const c10::impl::VirtualGuardImpl implementation(device.type());
        memory->ready = std::make_unique<c10::Event>(device.type());
        memory->ready->record(implementation.getStream(device));
        frame->ready_event = memory->ready->eventId();
        memory->ready->synchronize();  // this thread's own wait: bounds the work in flight, and makes the time true
      }
      const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
      const at::Tensor& grid = memory->grid;
      frame->pixels = {.data = grid.data_ptr<std::uint8_t>(),
                       .width = static_cast<int>(grid.size(1)),
                       .height = static_cast<int>(grid.size(0)),
                       .channels = 4,
                       .stride = static_cast<std::size_t>(grid.stride(0)),
                       .device = device.is_cuda() ? Device::cuda : Device::cpu};
      frame->memory = memory;
      frame->columns = request->columns;
      frame->rows = request->rows;
      frame->request = request->number;
      frame->model = shown->model;
      frame->version = shown->version;
      frame->step = shown->step;
      frame->kimg = shown->kimg;
      frame->generator_ms = took.count();
      frames.put(std::move(frame));
    });
  }

  Inbox wait(const std::stop_token& stop) {
    std::unique_lock lock(mutex);
    arrived.wait(lock, stop, [this] { return !inbox.empty(); });
    return std::exchange(inbox, {});
  }

  void run(const std::stop_token& stop) {
    guarded([&] {
      device = resolve_device(device_name);
      tell(DeviceReady{device_text(device)});
    });
    const OwnStream own_stream(device);
    while (!stop.stop_requested()) {
      Inbox work = wait(stop);
      if (stop.stop_requested()) break;
      if (work.request) request = std::move(work.request);
      if (request && threads != request->threads) {
        threads = request->threads;
        use_torch_threads(threads);
      }
      if (work.file) take_model(*work.file);
      if (work.snapshot) take_snapshot(*work.snapshot);
      receive(std::move(work.visits));
      render();
    }
    file.reset();  // on the thread that made them
    training.reset();
  }
};

Synthesizer::Synthesizer(std::string device) : impl_(std::make_unique<Impl>()) {
  impl_->device_name = std::move(device);
  impl_->thread = std::jthread([impl = impl_.get()](const std::stop_token& stop) { impl->run(stop); });
}

Synthesizer::~Synthesizer() = default;

void Synthesizer::show_model(std::shared_ptr<OpenedModel> opened, std::uint64_t model) {
  std::optional<NewModel> arrival = NewModel{std::move(opened), model};
  impl_->put([&](Inbox& inbox) { inbox.file.swap(arrival); });  // one that nobody saw goes after the lock
}

void Synthesizer::show_snapshot(SnapshotPtr snapshot, std::uint64_t model) {
  NewSnapshot arrival{std::move(snapshot), model};
  impl_->put([&](Inbox& inbox) { std::swap(inbox.snapshot.emplace(), arrival); });
}

void Synthesizer::request(LatentRequest request) {
  impl_->put([&](Inbox& inbox) { inbox.request = std::move(request); });
}

void Synthesizer::visit(bool training, std::function<void(const Renderer&)> look) {
  impl_->put([&](Inbox& inbox) { inbox.visits.push_back({training, std::move(look)}); });
}

FramePtr Synthesizer::take_frame() {
  return impl_->frames.take().value_or(nullptr);
}

std::vector<SynthesizerEvent> Synthesizer::take_events() {
  std::vector<SynthesizerEvent> events;
  const std::lock_guard lock(impl_->mutex);
  events.swap(impl_->events);
  return events;
}

}  // namespace ganvas
