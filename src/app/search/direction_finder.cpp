#include "app/search/direction_finder.h"

#include <ATen/CPUGeneratorImpl.h>

#include <algorithm>
#include <deque>

#include "app/view/loan.h"
#include "app/view/on_screen.h"
#include "core/error.h"
#include "latent/directions/directions.h"
#include "models/layers/style_layers.h"

namespace ganvas::app {

namespace {

constexpr std::int64_t most_found = 20;
constexpr double apart = 5;              ///< seconds between searches that follow the weights
constexpr std::size_t remembered = 200;  ///< searches whose directions are known again
constexpr std::int64_t samples_of_units = 2'000, samples_of_pca = 20'000, at_once = 500;

/// First style rows of random latents, [count, w_dim]; labels take turns. Throws Cancelled.
at::Tensor random_styles(models::Generator& generator, std::int64_t count, Loan::Job& job) {
  const models::NetworkSpec& spec = generator.spec();
  const at::Device device = generator.parameters().front().device();
  const at::Generator stream = at::make_generator<at::CPUGeneratorImpl>(0);
  std::vector<at::Tensor> styles;
  for (std::int64_t done = 0; done < count; done += at_once) {
    job.check();
    job.set_progress(static_cast<double>(done) / static_cast<double>(count));
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
latent::Directions found_in(models::Generator& generator, const command::FindDirections& what, Loan::Job& job) {
  const at::NoGradGuard no_grad;
  if (what.method == "pca") {
    require(generator.spec().num_ws > 1,
            "This model has no style space: its latents are alike in all directions. Use the closed form.");
    return latent::principal_directions(random_styles(generator, samples_of_pca, job)).directions;
  }
  latent::Directions found = latent::factorised_directions(weights_of_rows(generator, what.first, what.last));
  const at::Tensor styles = random_styles(generator, samples_of_units, job);
  found.sizes = styles.matmul(found.vectors.t()).std(std::vector<std::int64_t>{0}, /*unbiased=*/true);
  return found;
}

std::vector<latent::StyleMove> moves_of(const latent::Directions& found, const command::FindDirections& what) {
  std::vector<latent::StyleMove> moves;
  const std::int64_t count = std::min(found.vectors.size(0), most_found);
  for (std::int64_t i = 0; i < count; ++i) {
    const at::Tensor vector = found.vectors[i].to(at::kFloat).contiguous();
    moves.push_back(
        {.name = fmt::format("{} {}", what.method == "pca" ? "PCA" : "SeFa", i + 1),
         .direction = std::vector(vector.const_data_ptr<float>(), vector.const_data_ptr<float>() + vector.numel()),
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
  const OnScreen& on_screen;
  DirectionsView view;
  bool quiet = false;                               // the search that is on follows new weights
  command::FindDirections last;                     // what `before` was found by
  std::optional<latent::Directions> before;         // the newest
  bool of_training = false;                         // whose they are
  std::deque<std::vector<latent::StyleMove>> past;  // of this kind, the newest last
  std::uint64_t version = 0;                        // of the weights that were looked at last
  double since = 0;                                 // seconds since then
  Loan loan;

  Impl(Synthesizer& synthesizer, const OnScreen& screen, Notices& notices)
      : on_screen(screen), loan(synthesizer, notices) {}

  void find(const command::FindDirections& find) {
    require(find.method == "sefa" || find.method == "pca", "There is no method \"{}\"; choose one of sefa, pca.",
            find.method);
    of_training = on_screen.needed_model().training;
    start(find, /*quietly=*/false);
  }

  void start(const command::FindDirections& what, bool quietly) {
    quiet = quietly;
    loan.start(
        of_training, [what](const Borrowed& model, Loan::Job& job) { return found_in(*model.generator, what, job); },
        [this, what](const latent::Directions& found) { take(what, found); });
  }

  void take(const command::FindDirections& what, const latent::Directions& found) {
    const bool like_before = before && same(last, what) && before->vectors.sizes() == found.vectors.sizes();
    before = like_before ? latent::aligned(found, *before) : found;
    if (!like_before) past.clear();
    last = what;
    view.found = moves_of(*before, last);
    past.push_back(view.found);
    if (past.size() > remembered) past.pop_front();
    view.method = last.method;
  }

  void follow(double seconds) {
    since += seconds;
    const ModelReady* model = on_screen.model();
    const FramePtr frame = on_screen.frame();
    if (model == nullptr || !model->training || frame == nullptr || frame->past) return;
    const bool due = before && of_training && frame->version != version && since >= apart;
    if (!due || loan.busy()) return;
    version = frame->version;
    since = 0;
    start(last, /*quietly=*/true);
  }
};

DirectionFinder::DirectionFinder(Synthesizer& synthesizer, const OnScreen& on_screen, Notices& notices)
    : impl_(std::make_unique<Impl>(synthesizer, on_screen, notices)) {}

DirectionFinder::~DirectionFinder() = default;

void DirectionFinder::serve(Services& services) {
  services.on<command::FindDirections>([impl = impl_.get()](const auto& find) { impl->find(find); });
  services.on<command::CancelDirections>([impl = impl_.get()](const auto&) { impl->loan.cancel(); });
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

void DirectionFinder::tick(double seconds) {
  impl_->follow(seconds);
  impl_->loan.tick();
}

const DirectionsView& DirectionFinder::view() const {
  impl_->view.busy = impl_->loan.busy() && !impl_->quiet;
  impl_->view.progress = impl_->loan.progress();
  return impl_->view;
}

}  // namespace ganvas::app
