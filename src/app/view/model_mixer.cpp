#include "app/view/model_mixer.h"

#include "app/dispatch/command.h"
#include "app/open/open_model.h"
#include "app/view/loan.h"
#include "app/view/on_screen.h"
#include "core/error.h"
#include "core/threads/worker.h"
#include "io/safetensors.h"

namespace ganvas::app {

struct ModelMixer::Impl {
  ModelMixerOptions options;
  const OnScreen& on_screen;
  Notices& notices;
  ModelMix asked;  // path and network count
  std::shared_ptr<const io::WeightSet> other;
  Worker reader;
  Loan saving;

  Impl(ModelMixerOptions o, Synthesizer& synthesizer, const OnScreen& screen, Notices& n)
      : options(o),
        on_screen(screen),
        notices(n),
        reader([this](const std::string& text) { notices.fail(text); }),
        saving(synthesizer, notices) {}

  /// What is being saved is saved, also when the program ends.
  ~Impl() { saving.finish(); }
  Impl(const Impl&) = delete;
  Impl& operator=(const Impl&) = delete;

  void open(const ModelMix& mix) {
    asked = mix;
    other.reset();
    if (mix.path.empty()) return;
    reader.run([this, mix]() -> Worker::Completion {
      const OpenedModel opened =
          open_model(mix.path, {.network = mix.network, .allow_torchscript = options.allow_torchscript});
      auto weights = std::make_shared<const io::WeightSet>(models::weights_of(*opened.generator));
      return [this, mix, weights] {
        if (mix.path == asked.path && mix.network == asked.network) other = weights;
      };
    });
  }

  void save(const std::string& path) {
    require(!saving.busy(), "A model is being saved already; wait for it.");
    require(path.ends_with(".safetensors"), "A model is saved as .safetensors, not as {}.", path);
    saving.start(
        on_screen.needed_model().training,
        [path](const Borrowed& model, Loan::Job&) {
          io::write_safetensors(path, models::model_file_of(*model.generator));
          return path;
        },
        [this](const std::string& written) { notices.say("Model saved to " + written); });
  }
};

ModelMixer::ModelMixer(ModelMixerOptions options, Synthesizer& synthesizer, const OnScreen& on_screen, Notices& notices)
    : impl_(std::make_unique<Impl>(options, synthesizer, on_screen, notices)) {}
ModelMixer::~ModelMixer() = default;

void ModelMixer::serve(Services& services) {
  services.on<command::SaveModel>([impl = impl_.get()](const auto& save) { impl->save(save.path); });
}

void ModelMixer::tick(const ModelMix& mix) {
  if (mix.path != impl_->asked.path || mix.network != impl_->asked.network) impl_->open(mix);
  impl_->reader.drain();
  impl_->saving.tick();
}

void ModelMixer::finish() {
  impl_->saving.finish();
}

int ModelMixer::in_flight() const {
  return impl_->saving.in_flight();
}

const std::shared_ptr<const io::WeightSet>& ModelMixer::other() const {
  return impl_->other;
}

}  // namespace ganvas::app
