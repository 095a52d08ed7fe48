#pragma once
// What people have said of networks whose files do not say all. It is kept beside the model file, and holds whenever
// that is opened.

#include <filesystem>
#include <string>
#include <vector>

#include "core/json.h"
#include "models/networks_in_file.h"

namespace ganvas::models {

class KeptChoices {
 public:
  /// Reads what is kept; nothing where there is no such file. Throws Error naming the file.
  explicit KeptChoices(const std::filesystem::path& model);

  /// "model.pth.ganvas.json" beside "model.pth".
  static std::filesystem::path file_of(const std::filesystem::path& model);

  /// As models::set_values() takes them.
  [[nodiscard]] std::vector<std::string> of(const std::string& network) const;
  /// "net.2.kind=leaky_relu" each, in place of what was kept; "net.2.kind=" forgets it.
  void set(const std::string& network, const std::vector<std::string>& assignments);
  /// Takes the file away where nothing is kept. Throws Error naming it.
  void write() const;

 private:
  std::filesystem::path file_;
  Json networks_ = Json::object();
};

/// Sets what is kept for the network. A sentence where it does not fit and is passed over; else empty.
std::string set_kept_choices(NetworkInFile& network, const std::filesystem::path& model);

}  // namespace ganvas::models
