#include "train/step/snapshot.h"

#include <c10/core/impl/VirtualGuardImpl.h>

namespace ganvas::train {

void wait_for(const Snapshot& snapshot) {
  if (!snapshot.ready) return;
  const at::Device device = snapshot.weights.items().begin()->second.device();
  const c10::Stream stream = c10::impl::VirtualGuardImpl(device.type()).getStream(device);
  snapshot.ready->block(stream);
  for (const auto& [name, tensor] : snapshot.weights.items()) tensor.record_stream(stream);
}

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
