#include "train/step/snapshot.h"

#include <c10/core/impl/VirtualGuardImpl.h>

namespace ganvas::train {

void wait_for(const Snapshot& snapshot) {
  if (!snapshot.ready) return;
  const at::Device device = snapshot.weights.items().begin()->second.device();
  const c10::Stream stream = c10::impl::VirtualGuardImpl(device.type()).getStream(device);
  snapshot.ready->block(stream);
  for (const io::WeightSet* weights : {&snapshot.weights, &snapshot.in_training})
    for (const auto& [name, tensor] : weights->items()) tensor.record_stream(stream);
}

namespace {

io::WeightSet copied_weights(const models::Generator& generator) {
  io::WeightSet copy;
  for (const auto& item : generator.named_parameters()) copy.set(item.key(), item.value().detach().clone());
  for (const auto& item : generator.named_buffers()) copy.set(item.key(), item.value().detach().clone());
  return copy;
}

}  // namespace

std::shared_ptr<Snapshot> snapshot_of(const models::Generator& average, const models::Generator* in_training,
                                      const std::optional<c10::Stream>& stream) {
  const at::NoGradGuard no_grad;
  auto copy = std::make_shared<Snapshot>();
  copy->spec = average.spec();
  copy->weights = copied_weights(average);
  if (in_training != nullptr) copy->in_training = copied_weights(*in_training);
  if (stream) {
    copy->ready = std::make_shared<c10::Event>(stream->device_type());
    copy->ready->record(*stream);
  }
  return copy;
}

}  // namespace ganvas::train
