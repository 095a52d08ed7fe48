#include "app/search/direction_finder.h"

#include <ATen/CPUGeneratorImpl.h>

#include <algorithm>
#include <atomic>
#include <deque>
#include <future>

#include "app/render/renderer.h"
#include "app/view/synthesizer.h"
#include "core/error.h"
#include "core/threads/worker.h"
#include "io/reading.h"
#include "latent/directions/directions.h"
#include "models/layers/style_layers.h"

namespace ganvas::app {

namespace {

constexpr std::int64_t most_found = 20;
constexpr double apart = 5;              ///< seconds between searches that follow the weights
constexpr std::size_t remembered = 200;  ///< searches whose directions are known again
constexpr std::int64_t samples_of_units = 2'000, samples_of_pca = 20'000, at_once = 500;

/// A search, shared with the thread that does it.
struct Search {
  command::FindDirections what;
  bool quiet = false;  ///< follows new weights
  std::promise<models::GeneratorPtr> replica;
  std::future<models::GeneratorPtr> arrived = replica.get_future();
  std::atomic<bool> cancelled = false;
  std::atomic<double> progress = 0;
};

/// First style rows of random latents, [count, w_dim]; labels take turns. Throws Cancelled.
at::Tensor random_styles(models::Generator& generator, std::int64_t count, Search& search) {
  const models::NetworkSpec& spec = generator.spec();
  const at::Device device = generator.parameters().front().device();
  const at::Generator stream = at::make_generator<at::CPUGeneratorImpl>(0);
  std::vector<at::Tensor> styles;
  for (std::int64_t done = 0; done < count; done += at_once) {
    if (search.cancelled) throw io::Cancelled();
    search.progress = static_cast<double>(done) / static_cast<double>(count);
    const at::Tensor z = at::randn({at_once, spec.z_dim}, stream).to(device);
    at::Tensor c;
    if (spec.c_dim > 0) c = at::one_hot(at::arange(at_once) % spec.c_dim, spec.c_dim).to(device, at::kFloat);
    styles.push_back(generator.map(z, c, {}).select(1, 0).to(at::kCPU, at::kDouble));
  }
  return at::cat(styles);
}

/// The matrices of the style rows first .. last (-1: to the end).
std::vector<at::Tensor> weights_of_rows(const models::Generator& generator, int first, int last) {
  const std::vector<models::StyleLayer> layers = models::style_layers(generator);
  const int rows = static_cast<int>(layers.size());
  require(rows > 0, "This model does not tell by which layers its styles enter, so no directions can be found.");
  const int end = last < 0 ? rows : std::min(last + 1, rows);
  require(first >= 0 && first < end, "The model has the style rows 0 to {}, not {} to {}.", rows - 1, first, last);
  std::vector<at::Tensor> weights;
  for (int i = first; i < end; ++i) weights.push_back(layers[static_cast<std::size_t>(i)].weight);
  return weights;
}

/// What a search finds; sizes: standard deviation of w along each direction.
latent::Directions found_in(models::Generator& generator, Search& search) {
  const at::NoGradGuard no_grad;
  if (search.what.method == "pca") {
    require(generator.spec().num_ws > 1,
            "This model has no style space: its latents are alike in all directions. Use the closed form.");
    return latent::principal_directions(random_styles(generator, samples_of_pca, search)).directions;
  }
  latent::Directions found =
      latent::factorised_directions(weights_of_rows(generator, search.what.first, search.what.last));
  const at::Tensor styles = random_styles(generator, samples_of_units, search);
  found.sizes = styles.matmul(found.vectors.t()).std(std::vector<std::int64_t>{0}, /*unbiased=*/true);
  return found;
}

std::vector<latent::StyleMove> moves_of(const latent::Directions& found, const command::FindDirections& what) {
  std::vector<latent::StyleMove> moves;
  const std::int64_t count = std::min(found.vectors.size(0), most_found);
  for (std::int64_t i = 0; i < count; ++i) {
    const at::Tensor vector = found.vectors[i].to(at::kFloat).contiguous();
    moves.push_back({.name = fmt::format("{} {}", what.method == "pca" ? "PCA" : "SeFa", i + 1),
                     .direction = {vector.const_data_ptr<float>(), vector.const_data_ptr<float>() + vector.numel()},
                     .unit = found.sizes[i].item<double>(),
                     .first = what.first,
                     .last = what.last});
  }
  return moves;
}

bool same(const command::FindDirections& a, const command::FindDirections& b) {
  return a.method == b.method && a.first == b.first && a.last == b.last;
}

}  // namespace

struct DirectionFinder::Impl {
  Synthesizer& synthesizer;
  Tell tell;
  DirectionsView view;
  std::shared_ptr<Search> search;                   // the one that counts; null: none
  command::FindDirections last;                     // what `directions` was found by
  std::optional<latent::Directions> before;         // the newest
  bool of_training = false;                         // whose they are
  std::deque<std::vector<latent::StyleMove>> past;  // of this kind, the newest last
  std::uint64_t version = 0;                        // of the weights that were looked at last
  double since = 0;                                 // seconds since then
  Worker worker;

  Impl(Synthesizer& lender, Tell teller)
      : synthesizer(lender), tell(std::move(teller)), worker([this](const std::string& text) {
          view.busy = false;
          tell(true, text);
        }) {}

  ~Impl() { cancel(); }

  void cancel() {
    if (search) search->cancelled = true;
    search.reset();
    view.busy = false;
  }

  void start(const command::FindDirections& what, bool training, bool quiet) {
    auto next = std::make_shared<Search>();
    next->what = what;
    next->quiet = quiet;
    search = next;
    view.busy = !quiet;
    view.progress = 0;
    synthesizer.visit(training, [next](const Renderer& renderer) {
      if (!next->cancelled) next->replica.set_value(renderer.replica());
    });
  }

  void take(const std::shared_ptr<Search>& done, latent::Directions found) {
    if (search != done) return;
    const bool like_before = before && same(last, done->what) && before->vectors.sizes() == found.vectors.sizes();
    before = like_before ? latent::aligned(found, *before) : std::move(found);
    if (!like_before) past.clear();
    last = done->what;
    view.found = moves_of(*before, last);
    past.push_back(view.found);
    if (past.size() > remembered) past.pop_front();
    view.method = last.method;
    view.busy = false;
    search.reset();
  }

  void work(const std::shared_ptr<Search>& job, const models::GeneratorPtr& generator) {
    worker.run([this, job, generator]() -> Worker::Completion {
      try {
        return [this, job, found = found_in(*generator, *job)] { take(job, found); };
      } catch (const io::Cancelled&) {
        return {};
      }
    });
  }
};

DirectionFinder::DirectionFinder(Synthesizer& synthesizer, Tell tell)
    : impl_(std::make_unique<Impl>(synthesizer, std::move(tell))) {}

DirectionFinder::~DirectionFinder() = default;

void DirectionFinder::find(const command::FindDirections& find, bool training) {
  require(find.method == "sefa" || find.method == "pca", "There is no method \"{}\"; choose one of sefa, pca.",
          find.method);
  impl_->cancel();
  impl_->of_training = training;
  impl_->start(find, training, /*quiet=*/false);
}

void DirectionFinder::follow(std::uint64_t version, double seconds) {
  impl_->since += seconds;
  const bool due = impl_->before && impl_->of_training && version != impl_->version && impl_->since >= apart;
  if (!due || impl_->search) return;
  impl_->version = version;
  impl_->since = 0;
  impl_->start(impl_->last, /*training=*/true, /*quiet=*/true);
}

std::vector<latent::StyleMove> DirectionFinder::present(std::vector<latent::StyleMove> moves) const {
  for (latent::StyleMove& move : moves) {
    for (const std::vector<latent::StyleMove>& found : impl_->past) {
      const auto same_direction = [&](const latent::StyleMove& other) { return other.direction == move.direction; };
      const auto there = std::find_if(found.begin(), found.end(), same_direction);
      if (there == found.end()) continue;
      const latent::StyleMove& now = impl_->view.found[static_cast<std::size_t>(there - found.begin())];
      move.direction = now.direction;
      move.unit = now.unit;
      break;
    }
  }
  return moves;
}

void DirectionFinder::cancel() {
  impl_->cancel();
}

void DirectionFinder::tick() {
  if (const auto& search = impl_->search) {
    impl_->view.progress = search->progress;
    if (search->arrived.valid() && search->arrived.wait_for(std::chrono::seconds(0)) == std::future_status::ready)
      impl_->work(search, search->arrived.get());
  }
  impl_->worker.drain();
}

const DirectionsView& DirectionFinder::view() const {
  return impl_->view;
}

}  // namespace ganvas::app
