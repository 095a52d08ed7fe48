#include "train/step/trainer.h"

#include <torch/nn/module.h>

#include <c10/core/StreamGuard.h>
#include <c10/core/impl/VirtualGuardImpl.h>

#include <chrono>

#include "core/error.h"
#include "io/safetensors.h"
#include "models/traits.h"
#include "optim/ema.h"
#include "train/augment/augment.h"
#include "train/loss/losses.h"
#include "train/loss/regularizers.h"
#include "train/random/random_tensors.h"
#include "train/random/streams.h"
#include "train/recipe/network_setup.h"
#include "train/samples/sample_statistics.h"
#include "train/samples/samples.h"
#include "train/step/checkpoint.h"
#include "train/step/gan_step.h"
#include "train/step/smaller_parts.h"
#include "train/step/step_tensors.h"
#include "train/step/take_start.h"

namespace ganvas::train {

struct Trainer::Impl {
  Recipe recipe;
  std::shared_ptr<const data::Dataset> dataset;
  TrainerOptions options;
  std::optional<c10::Stream> stream;  // the trainer's own; none on the CPU
  models::GeneratorPtr generator, ema;
  models::DiscriminatorPtr discriminator;
  std::unique_ptr<GanStep> gan;
  Streams streams;
  std::uint64_t fork = 0;                          // which continuation of the run this is
  std::optional<AdaptiveAugmentation> adaptation;  // none when the discriminator sees the pictures as they are
  AugmentSpec pipe;
  int batch_size = 0;             // pictures a discriminator step; growing changes it
  std::optional<double> lod;      // level of detail while networks grow
  std::int64_t phase_images = 0;  // images when growing last looked at its schedule
  std::unique_ptr<data::Loader> loader;
  std::optional<SampleStatistics> examined;  // made when the samples are first examined
  std::int64_t steps = 0;
  std::int64_t images = 0;  // real pictures that the discriminator has seen
  std::uint64_t version = 0;
  std::string notice;  // for take_notice()

  Impl(Recipe given, std::shared_ptr<const data::Dataset> data, TrainerOptions chosen)
      : recipe(std::move(given)),
        dataset(std::move(data)),
        options(std::move(chosen)),
        streams(recipe.seed),
        batch_size(recipe.batch) {
    require(dataset != nullptr, "A trainer needs a data set.");
    check_fit(recipe, *dataset);
    if (!options.device.is_cpu())
      stream = c10::impl::VirtualGuardImpl(options.device.type()).getStreamFromGlobalPool(options.device);
    if (options.deterministic) use_deterministic_operators();
    const c10::OptionalStreamGuard guard(stream);
    generator =
        models::make_generator(recipe.network, options.device, seed_for(recipe.seed, SeedPurpose::generator_weights));
    ema = models::make_generator(recipe.network, options.device, seed_for(recipe.seed, SeedPurpose::generator_weights));
    discriminator =
        models::make_discriminator(recipe.network, options.device, seed_for(recipe.seed, SeedPurpose::critic_weights));
    prepare_networks(recipe.network, *generator, *ema, *discriminator);
    gan = std::make_unique<GanStep>(recipe.loss, recipe.g_optimizer, recipe.d_optimizer, generator, discriminator);
    if (recipe.augment.pipe != "none") {
      pipe = augment_preset(recipe.augment.pipe);
      adaptation.emplace(recipe.augment.adaptation);
      gan->set_augment([this](at::IntArrayRef sizes) {
        return adaptation->p() > 0 ? draw_batch_augmentation(sizes, pipe, adaptation->p(), streams.augment)
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
    phase_images = at_images;
    const GrowingPhase phase =
        growing_phase(recipe.grow, recipe.network.resolution, static_cast<double>(at_images) / 1000.0);
    optim::OptimizerSpec g_optimizer = recipe.g_optimizer, d_optimizer = recipe.d_optimizer;
    for (optim::OptimizerSpec* spec : {&g_optimizer, &d_optimizer})
      spec->lr = value_at(recipe.grow.lr, phase.resolution, spec->lr);
    gan->set_loss(recipe.loss, g_optimizer, d_optimizer);
    if (!keep_optimizers && lod && crosses_level(*lod, phase.lod)) {
      gan->generator_optimizer().state().clear();
      gan->discriminator_optimizer().state().clear();
    }
    lod = phase.lod;
    for (torch::nn::Module* network :
         std::initializer_list<torch::nn::Module*>{generator.get(), ema.get(), discriminator.get()})
      set_level_of_detail(*network, phase.lod);
    use_batch(value_at(recipe.grow.batch, phase.resolution, recipe.batch));
  }

  void use_batch(int wanted) {
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
    loader = std::make_unique<data::Loader>(
        dataset,
        data::LoaderOptions{batch_size, recipe.seed + 1'000'003 * fork,
                            loader_threads(options.loader_threads, options.device), /*ahead=*/4, position, rows});
  }

  at::Tensor to_device(const at::Tensor& host) const {
    if (!stream || !host.defined()) return host;
    return host.pin_memory().to(options.device, /*non_blocking=*/true);
  }

  /// uint8 [N, C, H, W] -> float -1..1 on the device; the bytes travel, not the floats.
  at::Tensor to_pictures(const at::Tensor& bytes) const {
    const at::Tensor pictures = to_device(bytes).to(at::kFloat).mul_(1.0 / 127.5).sub_(1.0);
    const bool channels_last = models::traits_of(recipe.network).channels_last;
    return channels_last ? pictures.contiguous(at::MemoryFormat::ChannelsLast) : pictures;
  }

  /// Noise and style mixing of a batch of fakes. A recipe without them draws nothing but the noise's seed.
  FakeInputs fake_inputs(std::int64_t count) {
    FakeInputs inputs{.noise_seed = streams.fakes.next_u32()};
    const int rows = recipe.network.num_ws;
    if (recipe.loss.style_mixing <= 0 || rows < 2) return inputs;
    const bool mixed = streams.fakes.uniform() < recipe.loss.style_mixing;
    const int crossover = 1 + static_cast<int>(streams.fakes.below(static_cast<std::uint32_t>(rows - 1)));
    if (!mixed) return inputs;
    inputs.crossover = crossover;
    inputs.mixed_z = to_device(draw_normal({count, recipe.network.z_dim}, streams.fakes));
    return inputs;
  }

  [[nodiscard]] at::Tensor reals_of(const data::Batch& batch) const {
    const at::Tensor pictures = to_pictures(batch.pictures);
    return lod ? faded_reals(pictures, *lod) : pictures;
  }

  /// Of the whole batch: the ranks put together what each has read with its pictures.
  [[nodiscard]] at::Tensor labels_of(const data::Batch& batch) const {
    if (recipe.network.c_dim == 0) return {};
    const at::Tensor rows = gan->rows_of_rank(batch_size);
    if (!rows.defined()) return to_device(batch.labels);
    at::Tensor labels = at::zeros({batch_size, recipe.network.c_dim}).index_copy(0, rows, batch.labels);
    options.group->all_reduce(labels);
    return to_device(labels);
  }

  DiscriminatorInputs discriminator_inputs(const data::Batch& batch, const at::Tensor& c) {
    const LossSpec& loss = recipe.loss;
    DiscriminatorInputs inputs{.reals = reals_of(batch),
                               .z = to_device(draw_normal({batch_size, recipe.network.z_dim}, streams.latents)),
                               .c = c,
                               .real_targets = to_device(draw_targets(loss.d_real, batch_size, streams.labels)),
                               .fake_targets = to_device(draw_targets(loss.d_fake, batch_size, streams.labels)),
                               .fakes = fake_inputs(batch_size)};
    if (!terms_of_each_step(loss, DiscriminatorTerm::Pictures::mixtures).empty())
      inputs.mixture = to_device(draw_uniform({batch_size, 1, 1, 1}, streams.fakes));
    return inputs;
  }

  GeneratorInputs generator_inputs(const at::Tensor& c) {
    GeneratorInputs inputs{.c = c,
                           .targets = to_device(draw_targets(recipe.loss.g_fake, batch_size, streams.labels)),
                           .fakes = fake_inputs(batch_size)};
    if (recipe.loss.fresh_latents) {
      inputs.z = to_device(draw_normal({batch_size, recipe.network.z_dim}, streams.latents));
    }
    return inputs;
  }

  PathInputs path_inputs(const at::Tensor& c) {
    const std::int64_t count = std::max(batch_size / recipe.loss.path_shrink, 1);
    const models::NetworkSpec& spec = recipe.network;
    return {.z = to_device(draw_normal({count, spec.z_dim}, streams.latents)),
            .c = c.defined() ? c.narrow(0, 0, count) : c,
            .noise = to_device(
                draw_normal({count, spec.image_channels, spec.resolution, models::picture_width(spec)}, streams.fakes)),
            .fakes = fake_inputs(count)};
  }

  /// A part of a step that ends with an optimiser's move. When memory runs out before that, it is done again in smaller
  /// parts.
  template <typename Half>
  auto within_memory(Half half) {
    while (true) {
      BeforeStep before({generator.get(), discriminator.get()}, streams.augment);
      try {
        return half();
      } catch (const OutOfMemory&) {
        before.put_back();
      }
      notice = use_smaller_parts(*gan, batch_size);
    }
  }

  void train_generator(const at::Tensor& c, StepTensors& figures) {
    const GeneratorInputs inputs = generator_inputs(c);
    figures.generator = within_memory([&] { return gan->train_generator(inputs); });
    if (recipe.loss.path_weight <= 0 || steps % recipe.loss.path_interval != 0) return;
    const PathInputs path = path_inputs(c);
    figures.generator.path_length = within_memory([&] { return gan->regularize_generator(path); });
  }

  void train_discriminator(const data::Batch& batch, const at::Tensor& c, bool last, StepTensors& figures) {
    const DiscriminatorInputs inputs = discriminator_inputs(batch, c);
    DiscriminatorFigures d = within_memory([&] { return gan->train_discriminator(inputs); });
    const LossSpec& loss = recipe.loss;
    const bool lazy = last && loss.r1_gamma > 0 && loss.r1_interval > 1 && steps % loss.r1_interval == 0;
    if (lazy)
      d.penalty = d.penalty + within_memory([&] { return gan->regularize_discriminator(inputs.reals, inputs.c); });
    figures.critic.push_back(d);
  }

  StepReport step() {
    const auto start = std::chrono::steady_clock::now();
    const c10::OptionalStreamGuard guard(stream);
    if (steps % recipe.grow.repeats == 0) grow(images, false);
    StepTensors figures;
    const int d_steps = critic_steps(recipe.loss, steps);
    data::Batch batch = loader->next();
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
    average(static_cast<double>(batch_size) * d_steps);
    images += static_cast<std::int64_t>(batch_size) * d_steps;
    ++steps;
    StepReport report = report_of(figures);
    report.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return report;
  }

  /// Moves the EMA after a step that has shown so many pictures.
  void average(double shown) {
    optim::update_ema(*ema, *generator,
                      optim::ema_beta({shown, static_cast<double>(images), recipe.ema_kimg * 1000, recipe.ema_ramp}));
  }

  StepReport report_of(const StepTensors& figures) {
    auto [report, sign_sums] = figures.to_host();
    if (options.group) options.group->check();  // figures that came through a lost rank are worthless
    report.step = steps;
    report.kimg = static_cast<double>(images) / 1000.0;
    if (adaptation) {
      for (const double sum : sign_sums) adaptation->step(sum, batch_size);
      report.augment_p = adaptation->p();
      report.overfitting = adaptation->statistic();
    }
    return report;
  }

  SnapshotPtr snapshot(bool in_training) {
    const c10::OptionalStreamGuard guard(stream);
    const auto copy = snapshot_of(*ema, in_training ? generator.get() : nullptr, stream);
    copy->version = ++version;
    copy->step = steps;
    copy->kimg = static_cast<double>(images) / 1000.0;
    return copy;
  }

  /// Pictures of the live generator against the data's. Looks only: nothing that a step depends on changes.
  SampleFigures examine() {
    constexpr std::int64_t samples = 32, reals = 64, at_once = 16;
    if (!examined) examined.emplace(spread_reals(*dataset, reals));
    return examined->of(with_fewer_at_once(at_once, [&](std::int64_t part) {
      return samples_of(*generator, recipe, *dataset, SeedPurpose::examined_latents, samples, part);
    }));
  }

  /// Makes a live change, or takes nothing of it and throws Error.
  void apply(const Edit& edit) {
    if (edit.key == "one_step") {
      one_step(edit.value == "discriminator", edit.value == "generator");
    } else if (edit.key == "fork") {
      require(edit.value.is_number_integer() && edit.value > 0, "A run forks with a number from 1 on.");
      fork = edit.value.get<std::uint64_t>();
      streams = Streams(recipe.seed, fork);
      open_loader(loader->position());
    } else {
      Recipe changed = edited(recipe, edit);
      Split split = gan->split();
      split.micro = 1;
      gan->check_batch(changed.batch, split);
      adopt(std::move(changed));
    }
  }

  /// A step of one network alone, of the next batch.
  void one_step(bool discriminator_alone, bool generator_alone) {
    require(discriminator_alone != generator_alone, "A single step is of the \"discriminator\" or the \"generator\".");
    require(discriminator_alone || recipe.loss.fresh_latents,
            "This recipe's generator learns from the fakes of the discriminator's step; it has no step of its own.");
    StepTensors figures;
    const data::Batch batch = loader->next();
    if (generator_alone) {
      train_generator(labels_of(batch), figures);
      average(batch_size);
    } else {
      train_discriminator(batch, labels_of(batch), true, figures);
      images += batch_size;
    }
  }

  /// The recipe's live values from now on.
  void adopt(Recipe changed) {
    recipe = std::move(changed);
    gan->set_loss(recipe.loss, recipe.g_optimizer, recipe.d_optimizer);
    if (adaptation) adaptation->set_spec(recipe.augment.adaptation);
    if (recipe.grow.start > 0) {
      grow(phase_images, true);
    } else {
      use_batch(recipe.batch);
    }
  }

  io::WeightSet checkpoint(const Json& notes) {
    return checkpoint_of(recipe, parts(),
                         {.steps = steps,
                          .images = images,
                          .sampler_position = loader->position(),
                          .data_size = dataset->size(),
                          .fork = fork,
                          .streams = streams.state(),
                          .adaptation = adaptation ? adaptation->state() : Json::object(),
                          .phase_images = phase_images,
                          .notes = notes});
  }

  Json restore(const std::filesystem::path& file) {
    const CheckpointState state = read_checkpoint(file, recipe, parts());
    require(state.data_size == 0 || state.data_size == dataset->size(),
            "{} was trained on {} pictures, but {} has {} now; go on with the same data.", file.string(),
            state.data_size, dataset->name(), dataset->size());
    adopt(with_live_values_of(recipe, recipe_of_checkpoint(file)));
    steps = state.steps;
    images = state.images;
    fork = state.fork;
    streams = Streams(recipe.seed, fork);
    streams.restore(state.streams);
    if (adaptation) adaptation->restore(state.adaptation);
    grow(state.phase_images, true);
    open_loader(state.sampler_position);
    return state.notes;
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

Trainer::Trainer(Recipe recipe, std::shared_ptr<const data::Dataset> dataset, TrainerOptions options)
    : impl_(std::make_unique<Impl>(std::move(recipe), std::move(dataset), std::move(options))) {}

Trainer::~Trainer() = default;

std::vector<std::string> Trainer::begin() {
  return take_start(impl_->recipe, impl_->parts());
}

StepReport Trainer::step() {
  return impl_->step();
}

std::string Trainer::take_notice() {
  return std::exchange(impl_->notice, {});
}

int Trainer::micro_batches() const {
  return impl_->gan->split().micro;
}

SnapshotPtr Trainer::snapshot(bool in_training) {
  return impl_->snapshot(in_training);
}

Image Trainer::sample_sheet(int columns, int rows, bool in_training) {
  const c10::OptionalStreamGuard guard(impl_->stream);
  // A batch has room, as training takes more for each picture; the whole sheet may have none.
  return with_fewer_at_once(impl_->batch_size, [&](std::int64_t at_once) {
    return sample_sheet_of(in_training ? *impl_->generator : *impl_->ema, impl_->recipe, *impl_->dataset, columns, rows,
                           at_once);
  });
}

Image Trainer::real_sheet(int columns, int rows) const {
  return real_sheet_of(*impl_->dataset, columns, rows);
}

std::string Trainer::weights_hash() {
  const c10::OptionalStreamGuard guard(impl_->stream);
  return checkpoint_weights(impl_->parts()).hash();
}

std::function<void(const std::filesystem::path&)> Trainer::freeze(const Json& notes) {
  const c10::OptionalStreamGuard guard(impl_->stream);
  return [checkpoint = impl_->checkpoint(notes)](const std::filesystem::path& file) {
    write_checkpoint(file, checkpoint);
  };
}

Json Trainer::restore(const std::filesystem::path& file) {
  const c10::OptionalStreamGuard guard(impl_->stream);
  return impl_->restore(file);
}

void Trainer::apply(const Edit& edit) {
  const c10::OptionalStreamGuard guard(impl_->stream);
  impl_->apply(edit);
}

SampleFigures Trainer::examine() {
  const c10::OptionalStreamGuard guard(impl_->stream);
  return impl_->examine();
}

void Trainer::save_model(const std::filesystem::path& file) {
  const c10::OptionalStreamGuard guard(impl_->stream);
  io::WeightSet weights = models::model_file_of(*impl_->ema);
  weights.metadata["ganvas.recipe"] = impl_->recipe.name;
  weights.metadata["ganvas.kimg"] = fmt::format("{:.3f}", kimg());
  weights.metadata["ganvas.step"] = std::to_string(impl_->steps);
  io::write_safetensors(file, weights);
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

const data::Dataset& Trainer::dataset() const {
  return *impl_->dataset;
}

models::Generator& Trainer::generator() {
  return *impl_->generator;
}

models::Generator& Trainer::ema_generator() {
  return *impl_->ema;
}

models::Discriminator& Trainer::discriminator() {
  return *impl_->discriminator;
}

}  // namespace ganvas::train
