#include "train/ranks/shards.h"

#include <algorithm>
#include <new>
#include <string_view>

namespace ganvas::train {

void check_parts(std::int64_t batch, std::int64_t group, std::int64_t parts) {
  require(batch >= 1 && group >= 1 && parts >= 1, "A batch, its groups and its parts are at least 1.");
  if (parts == 1) return;
  require(group == 1 || group < batch,
          "The discriminator compares all {} pictures of a batch with one another, so the batch cannot be cut into {} "
          "parts; use a larger batch or a smaller \"mbstd_group\".",
          batch, parts);
  require(batch % (group * parts) == 0,
          "A batch of {} cannot be cut into {} equal parts{}; multiples of {} fit, for example --set batch={}.", batch,
          parts, group > 1 ? fmt::format(" that keep the groups of {} of the minibatch deviation whole", group) : "",
          group * parts, (batch / (group * parts) + 1) * group * parts);
}

at::Tensor shard_rows(std::int64_t batch, std::int64_t group, std::int64_t parts, std::int64_t index) {
  const std::int64_t size = std::min(group, batch);
  check_parts(batch, size, parts);
  require(index >= 0 && index < parts, "There is no part {} of {}.", index, parts);
  const std::int64_t groups = batch / size, own = groups / parts;
  return at::arange(batch).view({size, groups}).narrow(1, index * own, own).flatten().contiguous();
}

at::Tensor take_rows(const at::Tensor& x, const at::Tensor& rows) {
  return x.defined() && rows.defined() ? x.index_select(0, rows.to(x.device())) : x;
}

bool tells_of_memory(const std::exception& error) {
  if (dynamic_cast<const std::bad_alloc*>(&error) != nullptr) return true;
  if (dynamic_cast<const c10::OutOfMemoryError*>(&error) != nullptr) return true;
  if (dynamic_cast<const OutOfMemory*>(&error) != nullptr) return true;
  constexpr std::string_view signs[] = {"not enough memory", "can't allocate memory", "out of memory",
                                        "STATUS_ALLOC_FAILED"};
  const std::string_view text = error.what();
  return dynamic_cast<const c10::Error*>(&error) != nullptr &&
         std::any_of(std::begin(signs), std::end(signs),
                     [&](std::string_view sign) { return text.find(sign) != std::string_view::npos; });
}

}  // namespace ganvas::train
