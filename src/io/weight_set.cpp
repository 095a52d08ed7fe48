#include "io/weight_set.h"

#include <algorithm>

#include "core/error.h"
#include "core/hash.h"

namespace ganvas::io {

void WeightSet::set(const std::string& name, at::Tensor tensor) {
  const auto found = std::find_if(items_.begin(), items_.end(), [&](const Item& item) { return item.first == name; });
  if (found != items_.end()) {
    found->second = std::move(tensor);
  } else {
    items_.emplace_back(name, std::move(tensor));
  }
}

const at::Tensor* WeightSet::find(const std::string& name) const {
  const auto found = std::find_if(items_.begin(), items_.end(), [&](const Item& item) { return item.first == name; });
  return found == items_.end() ? nullptr : &found->second;
}

const at::Tensor& WeightSet::at(const std::string& name) const {
  const at::Tensor* tensor = find(name);
  require(tensor != nullptr, "{} has no tensor {}.", provenance.file.empty() ? "The file" : provenance.file, name);
  return *tensor;
}

std::int64_t WeightSet::parameter_count() const {
  std::int64_t count = 0;
  for (const auto& [name, tensor] : items_) count += tensor.numel();
  return count;
}

std::size_t WeightSet::byte_count() const {
  std::size_t count = 0;
  for (const auto& [name, tensor] : items_) count += tensor.nbytes();
  return count;
}

std::string WeightSet::hash() const {
  Sha256 hash;
  for (const auto& [name, tensor] : items_) {
    const at::Tensor bytes = tensor.detach().to(at::kCPU).contiguous();
    const std::string header =
        fmt::format("{}|{}|{}|", name, at::toString(bytes.scalar_type()), fmt::join(bytes.sizes(), "x"));
    hash.update(header.data(), header.size());
    hash.update(bytes.const_data_ptr(), bytes.nbytes());
  }
  return hash.hex();
}

}  // namespace ganvas::io
