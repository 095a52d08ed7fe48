#include "train/loss/loss_spec.h"

namespace ganvas::train {

void check_loss(const LossSpec& loss, const std::string& what) {
  require(loss.fresh_latents || !loss.generator_first,
          "{}: a generator step that comes first has no fakes to use again; set \"fresh_latents\" to true.", what);
}

}  // namespace ganvas::train

namespace ganvas::fields {

Json Codec<train::LabelRange>::write(const train::LabelRange& range) {
  return range.low == range.high ? Json(range.low) : Json::array({range.low, range.high});
}

train::LabelRange Codec<train::LabelRange>::read(const Json& json, const std::string& what) {
  const bool pair = json.is_array() && json.size() == 2 && json[0].is_number() && json[1].is_number();
  require(json.is_number() || pair, "{} is {}; it must be a number or [low, high].", what, json.dump());
  const double low = pair ? json[0].get<double>() : json.get<double>();
  const double high = pair ? json[1].get<double>() : low;
  require(low >= 0 && low <= high && high <= 1, "{} is {}; label targets must rise within 0 to 1.", what, json.dump());
  return {low, high};
}

}  // namespace ganvas::fields
