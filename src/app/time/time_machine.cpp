#include "app/time/time_machine.h"

#include <algorithm>
#include <cmath>
#include <deque>

#include "app/dispatch/command.h"
#include "app/open/open_model.h"
#include "core/error.h"
#include "core/threads/worker.h"
#include "train/recipe/recipe.h"
#include "train/watch/weight_history.h"

namespace ganvas::app {

namespace {

namespace fs = std::filesystem;

constexpr double between_looks = 1;  // seconds, at a run that goes on

/// What one side of the divider wants to see.
struct Wish {
  std::string run;   // run folder; empty: nothing but the newest weights
  double kimg = -1;  // below 0: the newest weights
  bool between = false;
  std::string model;  // a model instead
  bool in_training = false;
  bool operator==(const Wish&) const = default;
};

/// Index of the moment that is nearest; there is at least one.
template <typename Moments>
std::size_t nearest(const Moments& moments, double kimg) {
  const auto closer = [&](const auto& a, const auto& b) { return std::abs(a.kimg - kimg) < std::abs(b.kimg - kimg); };
  return static_cast<std::size_t>(std::min_element(moments.begin(), moments.end(), closer) - moments.begin());
}

std::uint64_t bytes_of(const io::WeightSet& weights) {
  std::uint64_t bytes = 0;
  for (const auto& [name, tensor] : weights.items()) bytes += tensor.nbytes();
  return bytes;
}

KeptWeightsPtr read_moment(const Wish& wish) {
  const train::WeightHistory history(train::history_folder(wish.run));
  require(!history.moments().empty(), "{} keeps no weights any more.", wish.run);
  const train::Moment& moment = history.moments()[nearest(history.moments(), wish.kimg)];
  auto kept = std::make_shared<KeptWeights>();
  kept->weights = history.at(wish.between ? wish.kimg : moment.kimg, wish.in_training);
  kept->spec = train::load_recipe((fs::path(wish.run) / "recipe.json").string()).network;
  kept->step = moment.step;
  kept->kimg = wish.between ? wish.kimg : moment.kimg;
  kept->name = fmt::format("{:.1f} kimg", kept->kimg);
  return kept;
}

KeptWeightsPtr read_model(const std::string& path, bool allow_torchscript) {
  const OpenedModel opened = open_model(path, {.network = "", .allow_torchscript = allow_torchscript});
  auto kept = std::make_shared<KeptWeights>();
  kept->weights = models::weights_of(*opened.generator);
  kept->spec = opened.generator->spec();
  kept->name = opened.name;
  return kept;
}

}  // namespace

fs::path run_of_model(const fs::path& model) {
  std::error_code error;
  fs::path folder = fs::is_directory(model, error) ? model : model.parent_path();
  if (model.empty()) return {};
  for (int up = 0; up < 3; ++up, folder = folder.parent_path())
    if (fs::exists(folder / "recipe.json", error)) return folder;
  return {};
}

struct TimeMachine::Impl {
  /// A side of the divider.
  struct Side {
    Wish wanted, reading, has;
    bool busy = false;
    KeptWeightsPtr weights;
  };
  /// What was read lately, newest first.
  struct Read {
    Wish wish;
    KeptWeightsPtr weights;
    std::uint64_t bytes = 0;
  };

  Options options;
  Notices& notices;
  TimeView view;
  std::string model, training;  // as the last tick had them
  bool asked = false;           // for the run of the model
  bool looking = false;
  double since_look = 0;
  Side past, other;
  std::deque<Read> lately;
  Worker worker;

  Impl(Options o, Notices& n) : options(o), notices(n), worker([this](const std::string& text) { failed(text); }) {}

  void failed(const std::string& text) {
    looking = false;
    for (Side* side : {&past, &other}) {
      if (!std::exchange(side->busy, false)) continue;
      side->has = side->reading;  // not again; what was shown stays
    }
    notices.fail(text);
  }

  void look(std::string run, const std::string& of_model) {
    looking = true;
    since_look = 0;
    worker.run([this, run = std::move(run), of_model, of_training = training]() -> Worker::Completion {
      TimeView seen;
      seen.run = run.empty() ? run_of_model(of_model).string() : run;
      if (!seen.run.empty()) {
        const train::WeightHistory history(train::history_folder(seen.run));
        for (const train::Moment& moment : history.moments()) {
          seen.moments.push_back({moment.step, moment.kimg, moment.marked});
          seen.bytes += moment.bytes;
        }
      }
      return [this, seen, of_model, of_training] {
        looking = false;
        if (of_model == model && of_training == training) view = seen;
      };
    });
  }

  void keep(const Wish& wish, const KeptWeightsPtr& weights) {
    lately.push_front({wish, weights, bytes_of(weights->weights)});
    std::uint64_t all = 0;
    const auto full = std::find_if(lately.begin(), lately.end(), [&](const Read& read) {
      all += read.bytes;
      return all > cache_bytes && &read != &lately.front();
    });
    lately.erase(full, lately.end());
  }

  void serve(Side& side) {
    if (side.busy || side.wanted == side.has) return;
    if (side.wanted.kimg < 0 && side.wanted.model.empty()) {
      side.weights.reset();
      side.has = side.wanted;
      return;
    }
    const auto known =
        std::find_if(lately.begin(), lately.end(), [&](const Read& read) { return read.wish == side.wanted; });
    if (known != lately.end()) {
      side.weights = known->weights;
      side.has = side.wanted;
      std::rotate(lately.begin(), known, known + 1);
      return;
    }
    side.busy = true;
    side.reading = side.wanted;
    worker.run([this, &side, wish = side.wanted]() -> Worker::Completion {
      KeptWeightsPtr weights =
          wish.model.empty() ? read_moment(wish) : read_model(wish.model, options.allow_torchscript);
      return [this, &side, wish, weights] {
        side.busy = false;
        side.weights = weights;
        side.has = wish;
        keep(wish, weights);
      };
    });
  }
};

TimeMachine::TimeMachine(Options options, Notices& notices) : impl_(std::make_unique<Impl>(options, notices)) {}

TimeMachine::~TimeMachine() = default;

void TimeMachine::tick(const TimeControls& wanted, const Shown& shown, double seconds) {
  const std::string &model = shown.model, &run = shown.run;
  Impl& own = *impl_;
  own.since_look += seconds;
  own.worker.drain();
  if (model != own.model || run != own.training || !own.asked) {
    own.asked = true;
    own.model = model;
    own.training = run;
    own.view = {};
    own.look(run, model);
  } else if (!run.empty() && !own.looking && own.since_look > between_looks) {
    own.look(run, model);
  }
  const bool any = !own.view.moments.empty();
  // A moment between two takes both; others are named by the one that is nearest, so that a drag over it reads once.
  const auto wish = [&](double kimg) {
    if (kimg < 0 || !any) return Wish{};
    if (wanted.between) return Wish{own.view.run, kimg, true, "", shown.in_training};
    return Wish{own.view.run, own.view.moments[nearest(own.view.moments, kimg)].kimg, false, "", shown.in_training};
  };
  own.past.wanted = wish(wanted.at);
  own.other.wanted = !wanted.split ? Wish{} : wanted.model.empty() ? wish(wanted.other) : Wish{.model = wanted.model};
  own.serve(own.past);
  own.serve(own.other);
  own.view.loading = own.past.busy || own.other.busy;
}

void TimeMachine::serve(Services& services) {
  services.on<command::MarkMoment>([impl = impl_.get()](const auto& mark) {
    const auto found = std::find_if(impl->view.moments.begin(), impl->view.moments.end(),
                                    [&](const TimeView::Moment& moment) { return moment.step == mark.step; });
    require(found != impl->view.moments.end(), "No weights of step {} are kept.", mark.step);
    found->marked = mark.on;
    impl->worker.run([run = impl->view.run, step = mark.step, on = mark.on]() -> Worker::Completion {
      train::WeightHistory(train::history_folder(run)).mark(step, on);
      return {};
    });
  });
}

const KeptWeightsPtr& TimeMachine::past() const {
  return impl_->past.weights;
}

const KeptWeightsPtr& TimeMachine::other() const {
  return impl_->other.weights;
}

const TimeView& TimeMachine::view() const {
  return impl_->view;
}

}  // namespace ganvas::app
