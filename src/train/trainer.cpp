#include "train/trainer.h"

#include <c10/core/StreamGuard.h>
#include <c10/core/impl/VirtualGuardImpl.h>

#include <chrono>

#include "core/error.h"
#include "core/random.h"
#include "io/safetensors.h"
#include "ops/to_rgba8.h"
#include "train/augment.h"
#include "train/checkpoint.h"
#include "train/draws.h"
#include "train/ema.h"
#include "train/gan_step.h"
#include "train/losses.h"
#include "train/network_setup.h"
#include "train/sheet.h"
#include "train/smaller_parts.h"

namespace ganvas {
namespace {

/// Which random numbers are which: each purpose has its own stream of the recipe's seed.
enum Purpose : std::uint64_t {
  latents = 1,
  labels = 2,
  sheet_latents = 3,
  generator_weights = 4,
  critic_weights = 5,
  fake_details = 6,  // noise, style mixing, path length, mixtures of the gradient penalty
  augmentation = 7
};

std::uint64_t seed_for(std::uint64_t seed, Purpose purpose) {
  RandomStream random(seed, purpose);
  const std::uint64_t high = random.next_u32();
  return high << 32 | random.next_u32();
}

at::Tensor draw_latents(std::int64_t count, int z_dim, RandomStream& random) {
  return draw_normal({count, z_dim}, random);
}

}  // namespace

struct Trainer::Impl {
  Recipe recipe;
  std::shared_ptr<const Dataset> dataset;
  TrainerOptions options;
  std::optional<c10::Stream> stream;  // the trainer's own; none on the CPU
  GeneratorPtr generator, ema;
  DiscriminatorPtr discriminator;
  std::unique_ptr<GanStep> gan;
  RandomStream latent_random, label_random, fake_random, augment_random;
  std::optional<AdaptiveAugmentation> adaptation;  // none when the discriminator sees the pictures as they are
  AugmentSpec pipe;
  int batch_size = 0;             // pictures a discriminator step; growing changes it
  std::optional<double> lod;      // level of detail while networks grow
  std::int64_t phase_images = 0;  // images when growing last looked at its schedule
  std::unique_ptr<Loader> loader;
  std::int64_t steps = 0;
  std::int64_t images = 0;  // real pictures that the discriminator has seen
  std::uint64_t version = 0;
  std::string notice;  // for take_notice()

  Impl(Recipe given, std::shared_ptr<const Dataset> data, TrainerOptions chosen)
      : recipe(std::move(given)),
        dataset(std::move(data)),
        options(std::move(chosen)),
        latent_random(recipe.seed, latents),
        label_random(recipe.seed, labels),
        fake_random(recipe.seed, fake_details),
        augment_random(recipe.seed, augmentation),
        batch_size(recipe.batch) {
    require(dataset != nullptr, "A trainer needs a data set.");
    check_fit(recipe, *dataset);
    if (!options.device.is_cpu()) {
      stream = c10::impl::VirtualGuardImpl(options.device.type()).getStreamFromGlobalPool(options.device);
    }
    const c10::OptionalStreamGuard guard(stream);
    generator = make_generator(recipe.network, options.device, seed_for(recipe.seed, generator_weights));
    ema = make_generator(recipe.network, options.device, seed_for(recipe.seed, generator_weights));
    discriminator = make_discriminator(recipe.network, options.device, seed_for(recipe.seed, critic_weights));
    for (torch::nn::Module* network :
         {static_cast<torch::nn::Module*>(generator.get()), static_cast<torch::nn::Module*>(ema.get()),
          static_cast<torch::nn::Module*>(discriminator.get())}) {
      if (channels_last(recipe.network)) use_channels_last(*network);
    }
    generator->train();
    discriminator->train();
    ema->eval();
    for (at::Tensor parameter : ema->parameters()) parameter.set_requires_grad(false);
    gan = std::make_unique<GanStep>(recipe.loss, recipe.g_optimizer, recipe.d_optimizer, generator, discriminator);
    if (recipe.augment.pipe != "none") {
      pipe = augment_preset(recipe.augment.pipe);
      adaptation.emplace(recipe.augment.adaptation);
      gan->set_augment([this](at::IntArrayRef sizes) {
        return adaptation->p() > 0 ? draw_batch_augmentation(sizes, pipe, adaptation->p(), augment_random)
                                   : BatchAugmentation{};
      });
    }
    gan->set_probe(options.probe);
    split_batches();
    grow(0, true);
    open_loader(0);
  }

  /// Cuts batches over processes and micro-batches; wrong numbers are refused here, not in the middle of a run.
  void split_batches() {
    Split split{.micro = options.micro_batches};
    if (const auto& group = options.group) {
      split.ranks = group->size();
      split.rank = group->rank();
      split.all_reduce = [group](at::Tensor& tensor) { group->all_reduce(tensor); };
      split.any = [group](bool here) { return group->any(here); };
    }
    gan->set_split(split);
    gan->check_batch(recipe.batch, split);
    split.micro = 1;
    for (const auto& [resolution, batch] : recipe.grow.batch) gan->check_batch(batch, split);
  }

  /// Growing: sets what changes with the resolution. The optimisers' averages start anew with each level.
  void grow(std::int64_t at_images, bool keep_optimizers) {
    if (recipe.grow.start == 0) return;
    const auto by = [](const auto& values, int resolution, auto otherwise) {
      const auto found = values.find(resolution);
      return found == values.end() ? otherwise : found->second;
    };
    phase_images = at_images;
    const GrowingPhase phase =
        growing_phase(recipe.grow, recipe.network.resolution, static_cast<double>(at_images) / 1000.0);
    for (torch::optim::Optimizer* optimizer : {&gan->generator_optimizer(), &gan->discriminator_optimizer()}) {
      const double usual = optimizer == &gan->generator_optimizer() ? recipe.g_optimizer.lr : recipe.d_optimizer.lr;
      for (auto& group : optimizer->param_groups()) group.options().set_lr(by(recipe.grow.lr, phase.resolution, usual));
      if (!keep_optimizers && lod && crosses_level(*lod, phase.lod)) optimizer->state().clear();
    }
    lod = phase.lod;
    for (torch::nn::Module* network :
         std::initializer_list<torch::nn::Module*>{generator.get(), ema.get(), discriminator.get()})
      set_level_of_detail(*network, phase.lod);
    const int wanted = by(recipe.grow.batch, phase.resolution, recipe.batch);
    if (wanted == batch_size) return;
    batch_size = wanted;
    Split split = gan->split();
    split.micro = fitting_micro_batches(*gan, batch_size, split.micro);
    gan->set_split(split);
    if (loader) open_loader(loader->position());
  }

  void open_loader(std::int64_t position) {
    loader.reset();
    std::vector<std::int64_t> rows;
    if (const at::Tensor own = gan->rows_of_rank(batch_size); own.defined())
      rows.assign(own.const_data_ptr<std::int64_t>(), own.const_data_ptr<std::int64_t>() + own.numel());
    loader = std::make_unique<Loader>(
        dataset, LoaderOptions{batch_size, recipe.seed, options.loader_threads, /*ahead=*/4, position, rows});
  }

  at::Tensor to_device(const at::Tensor& host) const {
    if (!stream || !host.defined()) return host;
    return host.pin_memory().to(options.device, /*non_blocking=*/true);
  }

  /// uint8 [N, C, H, W] -> float -1..1 on the device; the bytes travel, not the floats.
  at::Tensor to_pictures(const at::Tensor& bytes) const {
    const at::Tensor pictures = to_device(bytes).to(at::kFloat).mul_(1.0 / 127.5).sub_(1.0);
    return channels_last(recipe.network) ? pictures.contiguous(at::MemoryFormat::ChannelsLast) : pictures;
  }

  /// Noise and style mixing of a batch of fakes. A recipe without them draws nothing but the noise's seed.
  FakeInputs fake_inputs(std::int64_t count) {
    FakeInputs inputs{.noise_seed = fake_random.next_u32()};
    const int rows = recipe.network.num_ws;
    if (recipe.loss.style_mixing <= 0 || rows < 2) return inputs;
    const bool mixed = fake_random.uniform() < recipe.loss.style_mixing;
    const int crossover = 1 + static_cast<int>(fake_random.below(static_cast<std::uint32_t>(rows - 1)));
    if (!mixed) return inputs;
    inputs.crossover = crossover;
    inputs.mixed_z = to_device(draw_latents(count, recipe.network.z_dim, fake_random));
    return inputs;
  }

  [[nodiscard]] at::Tensor reals_of(const Batch& batch) const {
    const at::Tensor pictures = to_pictures(batch.pictures);
    return lod ? faded_reals(pictures, *lod) : pictures;
  }

  /// Of the whole batch: the ranks put together what each has read with its pictures.
  [[nodiscard]] at::Tensor labels_of(const Batch& batch) const {
    if (recipe.network.c_dim == 0) return {};
    const at::Tensor rows = gan->rows_of_rank(batch_size);
    if (!rows.defined()) return to_device(batch.labels);
    at::Tensor labels = at::zeros({batch_size, recipe.network.c_dim}).index_copy(0, rows, batch.labels);
    options.group->all_reduce(labels);
    return to_device(labels);
  }

  DiscriminatorInputs discriminator_inputs(const Batch& batch, const at::Tensor& c) {
    const LossSpec& loss = recipe.loss;
    DiscriminatorInputs inputs{.reals = reals_of(batch),
                               .z = to_device(draw_latents(batch_size, recipe.network.z_dim, latent_random)),
                               .c = c,
                               .real_targets = to_device(draw_targets(loss.d_real, batch_size, label_random)),
                               .fake_targets = to_device(draw_targets(loss.d_fake, batch_size, label_random)),
                               .fakes = fake_inputs(batch_size)};
    if (loss.gradient_penalty > 0) inputs.mixture = to_device(draw_uniform({batch_size, 1, 1, 1}, fake_random));
    return inputs;
  }

  GeneratorInputs generator_inputs(const at::Tensor& c) {
    GeneratorInputs inputs{.c = c,
                           .targets = to_device(draw_targets(recipe.loss.g_fake, batch_size, label_random)),
                           .fakes = fake_inputs(batch_size)};
    if (recipe.loss.fresh_latents) {
      inputs.z = to_device(draw_latents(batch_size, recipe.network.z_dim, latent_random));
    }
    return inputs;
  }

  PathInputs path_inputs(const at::Tensor& c) {
    const std::int64_t count = std::max(batch_size / recipe.loss.path_shrink, 1);
    const NetworkSpec& spec = recipe.network;
    return {
        .z = to_device(draw_latents(count, spec.z_dim, latent_random)),
        .c = c.defined() ? c.narrow(0, 0, count) : c,
        .noise = to_device(draw_normal({count, spec.image_channels, spec.resolution, spec.resolution}, fake_random)),
        .fakes = fake_inputs(count)};
  }

  /// Figures of a step, on the device until all are there: one transfer, the only wait for the device in a step.
  struct Figures {
    std::vector<at::Tensor> critic;  // of each critic step: loss, real score, fake score, gradient norm, penalty, signs
    std::vector<at::Tensor> generator;  // loss, gradient norm, path length
  };
  static constexpr int critic_figures = 6;

  /// A part of a step that ends with an optimiser's move. When memory runs out before that, it is done again in smaller
  /// parts.
  template <typename Half>
  auto within_memory(Half half) {
    while (true) {
      BeforeStep before({generator.get(), discriminator.get()}, augment_random);
      try {
        return half();
      } catch (const OutOfMemory&) {
        before.put_back();
      }
      notice = use_smaller_parts(*gan, batch_size);
    }
  }

  void train_generator(const at::Tensor& c, Figures& figures) {
    const GeneratorInputs inputs = generator_inputs(c);
    const GeneratorFigures g = within_memory([&] { return gan->train_generator(inputs); });
    const bool lazy = recipe.loss.path_weight > 0 && steps % recipe.loss.path_interval == 0;
    at::Tensor length = at::zeros_like(g.loss);
    if (lazy) {
      const PathInputs path = path_inputs(c);
      length = within_memory([&] { return gan->regularize_generator(path); });
    }
    figures.generator = {g.loss, g.grad_norm, length};
  }

  void train_discriminator(const Batch& batch, const at::Tensor& c, bool last, Figures& figures) {
    const DiscriminatorInputs inputs = discriminator_inputs(batch, c);
    const DiscriminatorFigures d = within_memory([&] { return gan->train_discriminator(inputs); });
    const LossSpec& loss = recipe.loss;
    const bool lazy = last && loss.r1_gamma > 0 && loss.r1_interval > 1 && steps % loss.r1_interval == 0;
    at::Tensor penalty = d.penalty;
    if (lazy) penalty = within_memory([&] { return gan->regularize_discriminator(inputs.reals, inputs.c); });
    for (const at::Tensor& figure : {d.loss, d.real_score, d.fake_score, d.grad_norm, penalty, d.sign_sum})
      figures.critic.push_back(figure);
  }

  StepReport step() {
    const auto start = std::chrono::steady_clock::now();
    const c10::OptionalStreamGuard guard(stream);
    if (steps % recipe.grow.repeats == 0) grow(images, false);
    Figures figures;
    const int d_steps = critic_steps(recipe.loss, steps);
    Batch batch = loader->next();
    at::Tensor c = labels_of(batch);
    if (recipe.loss.generator_first) train_generator(c, figures);
    for (int i = 0; i < d_steps; ++i) {
      if (i > 0) {
        batch = loader->next();
        c = labels_of(batch);
      }
      train_discriminator(batch, c, i + 1 == d_steps, figures);
    }
    if (!recipe.loss.generator_first) train_generator(c, figures);
    const double shown = static_cast<double>(batch_size) * d_steps;
    update_ema(*ema, *generator,
               ema_beta({shown, static_cast<double>(images), recipe.ema_kimg * 1000, recipe.ema_ramp}));
    images += static_cast<std::int64_t>(batch_size) * d_steps;
    ++steps;
    StepReport report = report_of(figures, d_steps);
    report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return report;
  }

  StepReport report_of(const Figures& figures, int d_steps) {
    std::vector<at::Tensor> all = figures.critic;
    all.insert(all.end(), figures.generator.begin(), figures.generator.end());
    const at::Tensor host = at::stack(all).to(at::kCPU, at::kDouble);
    if (options.group) options.group->check();  // figures that came through a lost rank are worthless
    const double* value = host.data_ptr<double>();
    StepReport report{.step = steps, .kimg = static_cast<double>(images) / 1000.0};
    for (int i = 0; i < d_steps; ++i, value += critic_figures) {
      report.d_loss += value[0] / d_steps;
      report.real_score += value[1] / d_steps;
      report.fake_score += value[2] / d_steps;
      report.d_grad_norm += value[3] / d_steps;
      report.penalty += value[4] / d_steps;
      if (adaptation) adaptation->step(value[5], batch_size);
    }
    report.g_loss = value[0];
    report.g_grad_norm = value[1];
    report.path_length = value[2];
    if (adaptation) {
      report.augment_p = adaptation->p();
      report.overfitting = adaptation->statistic();
    }
    return report;
  }

  SnapshotPtr snapshot() {
    const torch::NoGradGuard no_grad;
    const c10::OptionalStreamGuard guard(stream);
    auto copy = std::make_shared<Snapshot>();
    copy->version = ++version;
    copy->step = steps;
    copy->kimg = static_cast<double>(images) / 1000.0;
    copy->spec = ema->spec();
    for (const auto& item : ema->named_parameters()) copy->weights.set(item.key(), item.value().detach().clone());
    for (const auto& item : ema->named_buffers()) copy->weights.set(item.key(), item.value().detach().clone());
    if (stream) {
      copy->ready = std::make_shared<c10::Event>(options.device.type());
      copy->ready->record(*stream);
    }
    return copy;
  }

  Image sample_sheet(int columns, int rows) {
    const torch::NoGradGuard no_grad;
    const c10::OptionalStreamGuard guard(stream);
    RandomStream random(recipe.seed, sheet_latents);
    const at::Tensor z =
        to_device(draw_latents(static_cast<std::int64_t>(columns) * rows, recipe.network.z_dim, random));
    at::Tensor c;
    if (recipe.network.c_dim > 0) c = to_device(labels_for(z.size(0)));
    at::Tensor grid;
    to_rgba8(ema->synthesize(ema->map(z, c, {}), {}), columns, grid);
    const at::Tensor host = grid.cpu().contiguous();
    Image image(static_cast<int>(host.size(1)), static_cast<int>(host.size(0)), 4);
    std::memcpy(image.pixels.data(), host.data_ptr(), image.pixels.size());
    return image;
  }

  /// Labels of the first pictures of the data set, for the fixed samples of a conditional network.
  [[nodiscard]] at::Tensor labels_for(std::int64_t count) const {
    at::Tensor c = at::empty({count, recipe.network.c_dim}, at::kFloat);
    for (std::int64_t i = 0; i < count; ++i) {
      const std::vector<float> label = dataset->label(i % dataset->size());
      std::copy(label.begin(), label.end(), c.data_ptr<float>() + i * recipe.network.c_dim);
    }
    return c;
  }

  Image real_sheet(int columns, int rows) const {
    const std::int64_t count = static_cast<std::int64_t>(columns) * rows;
    std::vector<Image> pictures;
    for (std::int64_t i = 0; i < count; ++i)
      pictures.push_back(usable_picture(*dataset, i * dataset->size() / count).picture);
    return sheet_of(pictures, columns);
  }

  CheckpointParts parts() {
    return {*generator,
            *discriminator,
            *ema,
            gan->generator_optimizer(),
            gan->discriminator_optimizer(),
            recipe.loss.path_weight > 0 ? gan->path_mean() : at::Tensor()};
  }
};

Trainer::Trainer(Recipe recipe, std::shared_ptr<const Dataset> dataset, TrainerOptions options)
    : impl_(std::make_unique<Impl>(std::move(recipe), std::move(dataset), std::move(options))) {}

Trainer::~Trainer() = default;

StepReport Trainer::step() {
  return impl_->step();
}

std::string Trainer::take_notice() {
  return std::exchange(impl_->notice, {});
}

int Trainer::micro_batches() const {
  return impl_->gan->split().micro;
}

bool Trainer::finished() const {
  return kimg() >= impl_->recipe.kimg;
}

SnapshotPtr Trainer::snapshot() {
  return impl_->snapshot();
}

Image Trainer::sample_sheet(int columns, int rows) {
  return impl_->sample_sheet(columns, rows);
}

Image Trainer::real_sheet(int columns, int rows) const {
  return impl_->real_sheet(columns, rows);
}

std::string Trainer::weights_hash() {
  const c10::OptionalStreamGuard guard(impl_->stream);
  return checkpoint_weights(impl_->parts()).hash();
}

void Trainer::save(const std::filesystem::path& file) {
  const c10::OptionalStreamGuard guard(impl_->stream);
  const CheckpointState state{.steps = impl_->steps,
                              .images = impl_->images,
                              .sampler_position = impl_->loader->position(),
                              .latents = impl_->latent_random.state(),
                              .labels = impl_->label_random.state(),
                              .fakes = impl_->fake_random.state(),
                              .augment = impl_->augment_random.state(),
                              .adaptation = impl_->adaptation ? impl_->adaptation->state() : Json::object(),
                              .phase_images = impl_->phase_images};
  write_checkpoint(file, impl_->recipe, impl_->parts(), state);
}

void Trainer::restore(const std::filesystem::path& file) {
  const c10::OptionalStreamGuard guard(impl_->stream);
  const CheckpointState state = read_checkpoint(file, impl_->recipe, impl_->parts());
  impl_->steps = state.steps;
  impl_->images = state.images;
  impl_->latent_random.restore(state.latents);
  impl_->label_random.restore(state.labels);
  if (state.fakes.seed != 0 || state.fakes.stream != 0) impl_->fake_random.restore(state.fakes);
  if (state.augment.seed != 0 || state.augment.stream != 0) impl_->augment_random.restore(state.augment);
  if (impl_->adaptation) impl_->adaptation->restore(state.adaptation);
  impl_->grow(state.phase_images, true);
  impl_->open_loader(state.sampler_position);
}

void Trainer::save_model(const std::filesystem::path& file) {
  const c10::OptionalStreamGuard guard(impl_->stream);
  WeightSet weights = model_file_of(*impl_->ema);
  weights.metadata["ganvas.recipe"] = impl_->recipe.name;
  weights.metadata["ganvas.kimg"] = fmt::format("{:.3f}", kimg());
  weights.metadata["ganvas.step"] = std::to_string(impl_->steps);
  write_safetensors(file, weights);
}

const Recipe& Trainer::recipe() const {
  return impl_->recipe;
}

std::int64_t Trainer::steps() const {
  return impl_->steps;
}

double Trainer::kimg() const {
  return static_cast<double>(impl_->images) / 1000.0;
}

const Dataset& Trainer::dataset() const {
  return *impl_->dataset;
}

Generator& Trainer::generator() {
  return *impl_->generator;
}

Generator& Trainer::ema_generator() {
  return *impl_->ema;
}

Discriminator& Trainer::discriminator() {
  return *impl_->discriminator;
}

}  // namespace ganvas
