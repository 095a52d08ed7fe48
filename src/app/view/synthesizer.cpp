#include "app/view/synthesizer.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <deque>
#include <optional>
#include <thread>

#include "app/open/open_model.h"
#include "app/render/device.h"
#include "app/render/divided.h"
#include "app/render/layer_sheet.h"
#include "app/render/moment_job.h"
#include "app/render/renderer.h"
#include "app/time/time_machine.h"
#include "core/error.h"
#include "core/sentence.h"
#include "core/threads/mailbox.h"
#include "core/threads/mutex.h"
#include "models/layers/style_layers.h"
#include "models/traits.h"

namespace ganvas::app {

namespace {

struct NewModel {
  std::shared_ptr<OpenedModel> opened;
  std::uint64_t model = 0;
};
struct NewSnapshot {
  train::SnapshotPtr snapshot;
  std::uint64_t model = 0;
};

struct Look {
  bool training = false;
  std::function<void(const Renderer&)> look;
};

struct IdleWork {
  bool training = false;
  std::function<void(Renderer&)> work;
};

/// What waits for the thread: of each kind the newest.
struct Inbox {
  std::optional<LatentRequest> request;
  std::optional<NewModel> file;
  std::optional<NewSnapshot> snapshot;
  std::vector<Look> looks;           // all of them
  std::vector<IdleWork> idle_works;  // all of them
  [[nodiscard]] bool empty() const { return !request && !file && !snapshot && looks.empty() && idle_works.empty(); }
};

/// A model that can be shown, and which weights it has.
struct Shown {
  std::unique_ptr<Renderer> renderer;
  std::unique_ptr<Renderer> in_training;  ///< with the weights in training; null: the newest snapshot has none
  std::uint64_t model = 0;
  std::uint64_t version = 0;
  std::int64_t step = 0;
  double kimg = 0;
  bool layers_told = false;
  ModelMix mix;                                     ///< what it is mixed with now
  std::shared_ptr<const io::WeightSet> mixed_with;  ///< the same; null: nothing
};

/// A replica for weights of the past or of another model.
struct Kept {
  std::unique_ptr<Renderer> renderer;
  KeptWeightsPtr weights;  ///< that it has
};

/// Both sides of the divider as they were drawn last: while only the divider moves, nothing is drawn anew.
struct Sides {
  LatentRequest request;  ///< without number and divider
  std::uint64_t version = 0, model = 0;
  at::Tensor a, b;
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
  const models::NetworkSpec& spec = renderer.spec();
  std::vector<std::string> rows;
  for (const models::StyleLayer& layer : models::style_layers(renderer.generator()))
    rows.push_back(row_name(layer.name));
  int noises = 0;
  bool mean_style = false;
  for (const auto& buffer : renderer.generator().named_buffers()) {
    noises += buffer.key().find("noise") != std::string::npos ? 1 : 0;
    mean_style = mean_style || buffer.key().ends_with("_avg");
  }
  std::vector<ReadingEntry> reading;
  for (const models::Assumption& one : models::assumptions_of(spec))
    reading.push_back({one.layer, one.key, one.value, one.reason, one.others, one.given});
  return {.model = model,
          .family = spec.family,
          .z_dim = spec.z_dim,
          .w_dim = spec.w_dim,
          .c_dim = spec.c_dim,
          .resolution = spec.resolution,
          .width = models::picture_width(spec),
          .style_rows = std::move(rows),
          .noise_layers = noises,
          .placeable = models::traits_of(spec).placeable,
          .mean_style = mean_style,
          .reading = std::move(reading),
          .parameters = static_cast<std::uint64_t>(renderer.parameter_count())};
}

}  // namespace

struct Synthesizer::Impl {
  std::string device_name;

  Mutex mutex;
  std::condition_variable_any arrived;
  Inbox inbox GANVAS_GUARDED_BY(mutex);
  std::vector<SynthesizerEvent> events GANVAS_GUARDED_BY(mutex);
  Mailbox<FramePtr> frames;

  // Of the thread alone.
  at::Device device = at::kCPU;
  std::unique_ptr<Shown> file;
  std::unique_ptr<Shown> training;
  std::optional<LatentRequest> request;
  std::optional<std::chrono::steady_clock::time_point> exact_at;  ///< when the exact picture of a coarse one is due
  Kept past, other;
  std::optional<Sides> sides;
  std::vector<Look> waiting;  // for a model
  std::deque<IdleWork> idle_works;
  int threads = 0;

  std::jthread thread;  // last: it ends before the rest goes

  template <typename Change>
  void put(Change change) {
    {
      const MutexLock lock(mutex);
      change(inbox);
    }
    arrived.notify_one();
  }

  void tell(SynthesizerEvent event) {
    const MutexLock lock(mutex);
    events.push_back(std::move(event));
  }

  /// Errors of one action become an event; whatever was shown before goes on.
  template <typename Action>
  void guarded(Action action) {
    try {
      action();
    } catch (const std::exception& error) {
      tell(SynthesisFailed{sentence_of(error)});
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
      ready.remarks = opened.remarks;
      tell(ready);
    });
  }

  void take_snapshot(const NewSnapshot& arrival) {
    guarded([&] {
      const train::Snapshot& snapshot = *arrival.snapshot;
      const bool fresh = !training || training->model != arrival.model;
      if (fresh) {
        auto shown = std::make_unique<Shown>();
        shown->renderer = std::make_unique<Renderer>(snapshot.spec, device);
        shown->model = arrival.model;
        training = std::move(shown);
      }
      training->renderer->load(snapshot);
      take_in_training(snapshot);
      training->version = snapshot.version;
      training->step = snapshot.step;
      training->kimg = snapshot.kimg;
      if (!fresh) return;
      ModelReady ready = describe(*training->renderer, arrival.model);
      ready.training = true;
      tell(ready);
    });
  }

  void take_in_training(const train::Snapshot& snapshot) {
    std::unique_ptr<Renderer>& renderer = training->in_training;
    if (snapshot.in_training.size() == 0) return renderer.reset();
    if (!renderer) renderer = std::make_unique<Renderer>(snapshot.spec, device);
    renderer->load(snapshot.in_training);
  }

  /// Who draws the newest weights that are asked for.
  [[nodiscard]] Renderer& newest(const Shown& shown) const {
    return request && request->in_training && shown.in_training ? *shown.in_training : *shown.renderer;
  }

  /// Null: there is none yet.
  [[nodiscard]] Shown* shown(bool in_training) const { return in_training && training ? training.get() : file.get(); }

  void receive(std::vector<Look> looks) {
    std::move(looks.begin(), looks.end(), std::back_inserter(waiting));
    std::erase_if(waiting, [this](const Look& look) {
      Shown* model = shown(look.training);
      if (model != nullptr) guarded([&] { look.look(newest(*model)); });
      return model != nullptr;
    });
  }

  /// What the request asks for, as RGBA bytes; a layer's sheet also fills in its figures. Undefined where it was
  /// overtaken.
  at::Tensor draw(Renderer& renderer, Frame& frame, Haste& haste) const {
    const models::NetworkSpec& spec = renderer.spec();
    const auto sheet = [&](const at::Tensor& layer) {
      LayerSheet made = make_layer_sheet(layer, request->layer);
      frame.columns = made.columns;
      frame.rows = made.rows;
      frame.layer = std::move(made.figures);
      return made.rgba;
    };
    const bool inside = !request->layer.layer.empty() && has_layer(renderer, request->layer.layer);
    if (!request->timeline) {
      const RenderJob job = grid_job(request->latent, request->columns, request->rows, spec);
      return inside ? sheet(renderer.layer(job, request->layer.layer)) : renderer.render(job, haste);
    }
    const MomentGrid grid{request->columns, request->rows};
    const MomentJob job = moment_job(*request->timeline, request->at, grid, spec);
    if (inside) return sheet(renderer.layer(job, request->layer.layer));
    if (request->onion_skin == 0) return renderer.render(job, haste);
    return with_onion_skin(renderer, renderer.render(job), grid);
  }

  /// Of a model whose layers are not known yet, every name is tried.
  static bool has_layer(const Renderer& renderer, const std::string& name) {
    const auto& layers = renderer.layers();
    return layers.empty() ||
           std::any_of(layers.begin(), layers.end(), [&](const LayerShape& layer) { return layer.name == name; });
  }

  /// The keyframes around shine through, the nearest the most.
  at::Tensor with_onion_skin(Renderer& renderer, const at::Tensor& picture, const MomentGrid& grid) const {
    const auto& frames = request->timeline->keyframes;
    const latent::TimelinePlace place = latent::timeline_place(*request->timeline, request->at);
    at::Tensor sum = picture.to(at::kFloat) * 3;
    double weight = 3;
    const int count = static_cast<int>(frames.size());
    const auto add = [&](int index, double share) {
      if (index < 0 || index >= count) return;
      const double seconds = frames[static_cast<std::size_t>(index)].seconds;
      sum += renderer.render(moment_job(*request->timeline, seconds, grid, renderer.spec())).to(at::kFloat) * share;
      weight += share;
    };
    for (int i = 0; i < request->onion_skin; ++i) {
      add(place.from - i, 1.0 / (i + 1));
      if (place.to != place.from || i > 0) add(place.from + 1 + i, 1.0 / (i + 1));
    }
    return (sum / weight).round().to(at::kByte);
  }

  /// The file's model is mixed as the request has it; a mix that does not fit is told once and left out.
  void mix(Shown& shown) {
    if (&shown != file.get() || (shown.mixed_with == request->mixed_with && shown.mix == request->mix)) return;
    shown.mixed_with = request->mixed_with;
    shown.mix = request->mix;
    guarded([&] {
      shown.renderer->mix(shown.mixed_with,
                          {.split = shown.mix.split, .coarse = shown.mix.coarse, .fine = shown.mix.fine});
    });
  }

  /// Who draws the weights: the model itself for its newest.
  Renderer& renderer_of(Shown& shown, Kept& kept, const KeptWeightsPtr& weights) const {
    if (!weights) return newest(shown);
    if (kept.weights != weights) {
      if (!kept.renderer || to_json(kept.renderer->spec()) != to_json(weights->spec))
        kept.renderer = std::make_unique<Renderer>(weights->spec, device);
      kept.renderer->load(weights->weights);
      kept.weights = weights;
    }
    return *kept.renderer;
  }

  /// The picture, or both sides of the divider, which know no haste.
  at::Tensor draw_sides(Shown& shown, Frame& frame, Haste& haste) {
    frame.past = request->past != nullptr;
    if (!request->split || !request->layer.layer.empty())
      return draw(renderer_of(shown, past, request->past), frame, haste);
    Haste none;
    frame.divider = request->divider;
    LatentRequest drawn = *request;
    drawn.number = 0;
    drawn.divider = 0;
    if (!sides || sides->request != drawn || sides->version != shown.version || sides->model != shown.model) {
      Frame right;
      const at::Tensor a = draw(renderer_of(shown, past, request->past), frame, none);
      sides = {drawn, shown.version, shown.model, a, draw(renderer_of(shown, other, request->other), right, none)};
    }
    return divided(sides->a, sides->b, request->columns, request->divider);
  }

  void tell_layers(Shown& shown) {
    const std::vector<LayerShape>& layers = newest(shown).layers();
    if (shown.layers_told || layers.empty()) return;
    shown.layers_told = true;
    LayersKnown known{.training = &shown == training.get(), .model = shown.model};
    for (const LayerShape& layer : layers)
      known.layers.push_back({layer.name, static_cast<int>(layer.channels), static_cast<int>(layer.side)});
    tell(std::move(known));
  }

  /// Whether something has arrived that changes the picture.
  bool overtaken() {
    const MutexLock lock(mutex);
    return inbox.request || inbox.file || inbox.snapshot;
  }

  void render(Haste haste) {
    exact_at.reset();
    if (!request) return;
    Shown* shown = this->shown(request->training);
    if (shown == nullptr) return;
    mix(*shown);
    guarded([&] {
      const auto begin = std::chrono::steady_clock::now();
      auto memory = std::make_shared<FrameMemory>();
      auto frame = std::make_shared<Frame>();
      frame->columns = request->columns;
      frame->rows = request->rows;
      memory->grid = draw_sides(*shown, *frame, haste);
      if (!memory->grid.defined()) return;
      // The hand gets a moment to move on: what it asks for then comes sooner than between two blocks.
      if (haste.coarse > 0)
        exact_at = std::chrono::steady_clock::now() +
                   std::chrono::microseconds(std::llround(std::clamp(haste.left_ms * 0.1, 5.0, 100.0) * 1e3));
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
      frame->request = request->number;
      frame->model = shown->model;
      frame->version = shown->version;
      frame->step = request->past ? request->past->step : shown->step;
      frame->kimg = request->past ? request->past->kimg : shown->kimg;
      frame->in_training = !request->past && &newest(*shown) != shown->renderer.get();
      frame->coarse = haste.coarse;
      frame->generator_ms = took.count();
      frames.put(std::move(frame));
      tell_layers(*shown);
    });
  }

  [[nodiscard]] bool work_is_left() const {
    return !idle_works.empty() && shown(idle_works.front().training) != nullptr;
  }

  /// One piece of work of the side, when nothing newer has arrived.
  void work_while_idle() {
    if (!work_is_left()) return;
    {
      const MutexLock lock(mutex);
      if (!inbox.empty()) return;
    }
    const IdleWork next = std::move(idle_works.front());
    idle_works.pop_front();
    guarded([&] { next.work(newest(*shown(next.training))); });
  }

  Inbox wait(const std::stop_token& stop) {
    MutexLock lock(mutex);
    if (exact_at)
      arrived.wait_until(lock, stop, *exact_at, [this]() GANVAS_REQUIRES(mutex) { return !inbox.empty(); });
    else
      arrived.wait(lock, stop, [this]() GANVAS_REQUIRES(mutex) { return !inbox.empty() || work_is_left(); });
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
      if (work.request) request = work.request;
      if (request && threads != request->threads) {
        threads = request->threads;
        use_torch_threads(threads);
      }
      if (work.file) take_model(*work.file);
      if (work.snapshot) take_snapshot(*work.snapshot);
      receive(std::move(work.looks));
      std::move(work.idle_works.begin(), work.idle_works.end(), std::back_inserter(idle_works));
      if (work.request || work.file || work.snapshot)
        render({.most_ms = work.request && device.is_cpu() ? request->most_ms : 0});
      else if (exact_at && std::chrono::steady_clock::now() >= *exact_at)
        render({.overtaken = [this] { return overtaken(); }});
      if (!exact_at) work_while_idle();
    }
    file.reset();  // on the thread that made them
    training.reset();
    past = {};
    other = {};
    sides.reset();
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

void Synthesizer::show_snapshot(train::SnapshotPtr snapshot, std::uint64_t model) {
  NewSnapshot arrival{std::move(snapshot), model};
  impl_->put([&](Inbox& inbox) { std::swap(inbox.snapshot.emplace(), arrival); });
}

void Synthesizer::request(LatentRequest request) {
  impl_->put([&](Inbox& inbox) { inbox.request = std::move(request); });
}

void Synthesizer::when_idle(bool training, std::function<void(Renderer&)> work) {
  impl_->put([&](Inbox& inbox) { inbox.idle_works.push_back({training, std::move(work)}); });
}

void Synthesizer::between_frames(bool training, std::function<void(const Renderer&)> look) {
  impl_->put([&](Inbox& inbox) { inbox.looks.push_back({training, std::move(look)}); });
}

FramePtr Synthesizer::take_frame() {
  return impl_->frames.take().value_or(nullptr);
}

std::vector<SynthesizerEvent> Synthesizer::take_events() {
  std::vector<SynthesizerEvent> events;
  const MutexLock lock(impl_->mutex);
  events.swap(impl_->events);
  return events;
}

}  // namespace ganvas::app
