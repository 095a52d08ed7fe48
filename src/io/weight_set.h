#pragma once
// Names -> tensors: what every reader gives and every writer takes. Nothing in it can execute.

#include <ATen/ATen.h>

#include <string>
#include <utility>
#include <vector>

#include "core/json.h"

namespace ganvas::io {

/// Where weights came from; shown by `ganvas info`.
struct Provenance {
  std::string file;    ///< path as given, empty for weights made in memory
  std::string format;  ///< "safetensors", "torch zip", "nvidia pytorch snapshot", ...
  std::string sha256;  ///< of the file; empty when not computed
};

/// Ordered names -> CPU tensors, and metadata. Tensors are shared, treat them as immutable. Copies are cheap.
/// Safe to read from several threads.
class WeightSet {
 public:
  using Item = std::pair<std::string, at::Tensor>;

  /// Appends, or replaces the tensor of that name.
  void set(const std::string& name, at::Tensor tensor);
  /// The tensor of that name, or nullptr.
  [[nodiscard]] const at::Tensor* find(const std::string& name) const;
  /// The tensor of that name. Throws Error naming it when absent.
  [[nodiscard]] const at::Tensor& at(const std::string& name) const;
  [[nodiscard]] bool contains(const std::string& name) const { return find(name) != nullptr; }
  [[nodiscard]] const std::vector<Item>& items() const { return items_; }
  [[nodiscard]] std::size_t size() const { return items_.size(); }
  [[nodiscard]] std::int64_t parameter_count() const;  ///< elements of all tensors
  [[nodiscard]] std::size_t byte_count() const;        ///< bytes of all tensors
  /// SHA-256 over names, types, shapes and bytes in order: equal exactly when the weights are.
  [[nodiscard]] std::string hash() const;

  Json metadata = Json::object();  ///< format-specific: spec, training kimg, settings of the file
  Provenance provenance;

 private:
  std::vector<Item> items_;
};

}  // namespace ganvas::io
