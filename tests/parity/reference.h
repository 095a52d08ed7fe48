#pragma once
// The reference set: weights and expected outputs made with the authors' own programs, described by manifest.json.

#include <ATen/ATen.h>

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "core/json.h"
#include "io/weight_set.h"

namespace ganvas::parity {

/// The folder named by $GANVAS_REFERENCE, else the copy beside the tests.
std::filesystem::path reference_folder();

struct TensorInfo {
  std::string role;      ///< input or expected
  double tolerance = 0;  ///< absolute
  double max_abs = 0;
  std::vector<std::int64_t> shape;
};

/// One case of the manifest.
struct Case {
  std::string name;
  std::string kind;  ///< what a test dispatches on
  Json config;
  std::vector<std::string> files;  ///< beside expected.safetensors, relative to the folder, in the manifest's order
  std::map<std::string, TensorInfo> tensors;
  io::WeightSet values;  ///< inputs and expected outputs by key

  [[nodiscard]] const at::Tensor& input(const std::string& key) const { return values.at(key); }
  /// The first file whose name holds `part`. Throws Error when there is none.
  [[nodiscard]] std::filesystem::path file(const std::string& part) const;
};

std::vector<std::string> case_names();
Case load_case(const std::string& name);

/// The same case with its float32 inputs in double. The manifest's tolerances are ten times what rounding did to the
/// authors' float32 run, for some tensors two units in the last place; another processor's convolutions may round as
/// much. A network of the same code in double leaves the formulas alone to differ.
Case in_double(Case subject);

/// Collects comparisons of one case; every expected key must be compared exactly once or stand in the waiting list.
class Comparison {
 public:
  explicit Comparison(const Case& subject) : subject_(subject) {}

  /// Compares with the expected tensor `key` (shapes must agree up to dimensions of size one).
  void compare(const std::string& key, const at::Tensor& actual);
  /// The same with a tolerance that the case does not give.
  void compare_within(const std::string& key, const at::Tensor& actual, double tolerance);
  /// Keys that a later issue brings, by prefix, from waiting.txt.
  void wait_for(const std::string& prefix) { waiting_.push_back(prefix); }
  /// Reports keys that nobody compared, prints the case's line. Returns the number of compared tensors.
  std::size_t finish();
  [[nodiscard]] double worst() const { return worst_; }

 private:
  const Case& subject_;
  std::set<std::string> compared_;
  std::vector<std::string> waiting_;
  double worst_ = 0;  ///< largest difference / tolerance
  std::string worst_key_;
};

/// One function a kind; registered in parity_test.cpp.
using Check = void (*)(const Case& subject, Comparison& comparison);

void check_dcgan(const Case& subject, Comparison& comparison);
void check_metrics(const Case& subject, Comparison& comparison);
void check_latent_tools(const Case& subject, Comparison& comparison);
void check_malformed(const Case& subject, Comparison& comparison);
void check_wgan_clip(const Case& subject, Comparison& comparison);
void check_wgan_gp(const Case& subject, Comparison& comparison);
void check_stylegan_tf(const Case& subject, Comparison& comparison);
void check_stylegan2_ada(const Case& subject, Comparison& comparison);
void check_stylegan2_ada_ops(const Case& subject, Comparison& comparison);
void check_stylegan2_ada_augment(const Case& subject, Comparison& comparison);
void check_stylegan2_rosinality(const Case& subject, Comparison& comparison);
void check_stylegan3(const Case& subject, Comparison& comparison);

}  // namespace ganvas::parity
