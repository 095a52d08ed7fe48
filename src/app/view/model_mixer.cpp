#include "app/view/model_mixer.h"

#include <future>

#include "app/open/open_model.h"
#include "app/render/renderer.h"
#include "app/view/synthesizer.h"
#include "core/error.h"
#include "core/threads/worker.h"
#include "io/safetensors.h"

namespace ganvas::app {

struct ModelMixer::Impl {
  Synthesizer& synthesizer;
  ModelMixerOptions options;
  Tell tell;
  ModelMix asked;  // path and network count
  std::shared_ptr<const io::WeightSet> other;
  struct Saving {
    std::string path;
    std::promise<models::GeneratorPtr> replica;
    std::future<models::GeneratorPtr> arrived = replica.get_future();
  };
  std::shared_ptr<Saving> saving;  // null: none
  Worker worker;

  Impl(Synthesizer& lender, ModelMixerOptions o, Tell teller)
      : synthesizer(lender),
        options(o),
        tell(std::move(teller)),
        worker([this](const std::string& text) { tell(true, text); }) {}

  void open(const ModelMix& mix) {
    asked = mix;
    other.reset();
    if (mix.path.empty()) return;
    worker.run([this, mix]() -> Worker::Completion {
      const OpenedModel opened =
          open_model(mix.path, {.network = mix.network, .allow_torchscript = options.allow_torchscript});
      auto weights = std::make_shared<const io::WeightSet>(models::weights_of(*opened.generator));
      return [this, mix, weights] {
        if (mix.path == asked.path && mix.network == asked.network) other = weights;
      };
    });
  }

  void write(const std::shared_ptr<Saving>& own) {
    worker.run([this, own, generator = own->arrived.get()]() -> Worker::Completion {
      io::write_safetensors(own->path, models::model_file_of(*generator));
      return [this, own] { tell(false, "Model saved to " + own->path); };
    });
  }
};

ModelMixer::ModelMixer(Synthesizer& synthesizer, ModelMixerOptions options, Tell tell)
    : impl_(std::make_unique<Impl>(synthesizer, options, std::move(tell))) {}
ModelMixer::~ModelMixer() = default;

void ModelMixer::tick(const ModelMix& mix) {
  if (mix.path != impl_->asked.path || mix.network != impl_->asked.network) impl_->open(mix);
  if (const auto saving = impl_->saving;
      saving && saving->arrived.wait_for(std::chrono::seconds(0)) == std::future_status::ready) {
    impl_->saving.reset();
    impl_->write(saving);
  }
  impl_->worker.drain();
}

const std::shared_ptr<const io::WeightSet>& ModelMixer::other() const {
  return impl_->other;
}

void ModelMixer::save(const std::string& path, bool training) {
  require(impl_->saving == nullptr, "A model is being saved already; wait for it.");
  require(path.ends_with(".safetensors"), "A model is saved as .safetensors, not as {}.", path);
  auto saving = std::make_shared<Impl::Saving>();
  saving->path = path;
  impl_->saving = saving;
  impl_->synthesizer.visit(training,
                           [saving](const Renderer& renderer) { saving->replica.set_value(renderer.replica()); });
}

}  // namespace ganvas::app
