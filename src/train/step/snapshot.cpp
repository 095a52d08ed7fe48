#include "train/step/snapshot.h"

namespace ganvas::train {

std::shared_ptr<Snapshot> snapshot_of(const models::Generator& generator, const std::optional<c10::Stream>& stream) {
  const at::NoGradGuard no_grad;
  auto copy = std::make_shared<Snapshot>();
  copy->spec = generator.spec();
  for (const auto& item : generator.named_parameters()) copy->weights.set(item.key(), item.value().detach().clone());
  for (const auto& item : generator.named_buffers()) copy->weights.set(item.key(), item.value().detach().clone());
  if (stream) {
    copy->ready = std::make_shared<c10::Event>(stream->device_type());
    copy->ready->record(*stream);
  }
  return copy;
}

}  // namespace ganvas::train
