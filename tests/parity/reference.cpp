#include "parity/reference.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "core/error.h"
#include "io/safetensors.h"
#include "support/source_folder.h"

namespace ganvas::parity {

std::filesystem::path reference_folder() {
  const char* given = std::getenv("GANVAS_REFERENCE");
  return given != nullptr && *given != '\0' ? std::filesystem::path(given)
                                            : std::filesystem::path(test::source_folder()) / "tests/reference";
}

namespace {

const Json& manifest() {
  static const Json value = read_json(reference_folder() / "manifest.json");
  return value;
}

}  // namespace

std::vector<std::string> case_names() {
  std::vector<std::string> names;
  for (const Json& entry : manifest().at("cases")) names.push_back(entry.at("case").get<std::string>());
  return names;
}

Case load_case(const std::string& name) {
  for (const Json& entry : manifest().at("cases")) {
    if (entry.at("case").get<std::string>() != name) continue;
    Case found;
    found.name = name;
    found.kind = entry.at("kind").get<std::string>();
    found.config = entry.value("config", Json::object());
    const auto expected =
        entry.contains("expected") && entry["expected"].is_string() ? entry["expected"].get<std::string>() : "";
    for (const auto& [file, size] : entry.at("files").items()) {
      if (file != expected) found.files.push_back(file);
    }
    for (const Json& tensor : entry.value("tensors", Json::array())) {
      TensorInfo info;
      info.role = tensor.at("role").get<std::string>();
      info.tolerance =
          tensor.contains("tol_abs") && tensor["tol_abs"].is_number() ? tensor["tol_abs"].get<double>() : 0.0;
      info.max_abs =
          tensor.contains("max_abs") && tensor["max_abs"].is_number() ? tensor["max_abs"].get<double>() : 0.0;
      info.shape = tensor.at("shape").get<std::vector<std::int64_t>>();
      found.tensors.emplace(tensor.at("key").get<std::string>(), info);
    }
    if (!expected.empty()) found.values = io::read_safetensors(reference_folder() / expected);
    return found;
  }
  fail("The manifest has no case {}.", name);
}

Case in_double(Case subject) {
  for (const auto& [key, info] : subject.tensors) {
    const at::Tensor value = subject.values.at(key);
    if (info.role == "input" && value.scalar_type() == at::kFloat) subject.values.set(key, value.to(at::kDouble));
  }
  return subject;
}

std::filesystem::path Case::file(const std::string& part) const {
  for (const std::string& file : files) {
    if (std::filesystem::path(file).filename().string().find(part) != std::string::npos)
      return reference_folder() / file;
  }
  fail("The case {} has no file whose name holds \"{}\".", name, part);
}

void Comparison::compare(const std::string& key, const at::Tensor& actual) {
  const auto info = subject_.tensors.find(key);
  ASSERT_NE(info, subject_.tensors.end()) << subject_.name << " has no key " << key;
  compare_within(key, actual, info->second.tolerance);
}

void Comparison::compare_within(const std::string& key, const at::Tensor& actual, double tolerance) {
  const auto info = subject_.tensors.find(key);
  ASSERT_NE(info, subject_.tensors.end()) << subject_.name << " has no key " << key;
  ASSERT_EQ(info->second.role, "expected") << key << " is an input";
  EXPECT_TRUE(compared_.insert(key).second) << key << " is compared twice";
  const at::Tensor& expected = subject_.values.at(key);
  ASSERT_EQ(actual.squeeze().sizes(), expected.squeeze().sizes()) << key;
  const at::Tensor a = actual.detach().squeeze().to(at::kDouble);
  const at::Tensor e = expected.squeeze().to(at::kDouble);
  const double difference = e.numel() == 0 ? 0.0 : (a - e).abs().max().item<double>();
  EXPECT_LE(difference, tolerance) << key << ": max |expected| " << info->second.max_abs;
  const double ratio = tolerance > 0 ? difference / tolerance : (difference > 0 ? INFINITY : 0.0);
  if (ratio >= worst_) {
    worst_ = ratio;
    worst_key_ = key;
  }
}

std::size_t Comparison::finish() {
  std::size_t waiting = 0;
  for (const auto& [key, info] : subject_.tensors) {
    if (info.role != "expected" || compared_.contains(key)) continue;
    const bool waits =
        std::any_of(waiting_.begin(), waiting_.end(), [&](const auto& prefix) { return key.starts_with(prefix); });
    waiting += waits ? 1 : 0;
    EXPECT_TRUE(waits) << subject_.name << ": nobody compares " << key;
  }
  fmt::print("{:28} {:4} tensors compared  {:.3f} of tolerance at worst ({}){}\n", subject_.name, compared_.size(),
             worst_, worst_key_.empty() ? "-" : worst_key_, waiting > 0 ? fmt::format("  {} waiting", waiting) : "");
  return compared_.size();
}

}  // namespace ganvas::parity
