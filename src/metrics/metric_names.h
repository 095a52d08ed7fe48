#pragma once
// What a person asks for by the names of the field: "fid50k_full", "kid10k", "pr50k3_full", "is50k", "ppl2_wend".

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace ganvas::metrics {

class Metric;
using MetricPtr = std::shared_ptr<const Metric>;

/// One name:
///   fid[N][_full], kid[N][_full], is[N]        N is a number, or one of thousands: 500, 10k
///   pr[Nk][K][_full], pr[N]_K[_full]           K neighbours: pr50k3_full, pr500_3
///   face_fid[N], face_kid[N], factors[N]       by the built-in face network; these are no FID and no KID
///   ppl_zfull, ppl_wfull, ppl_zend, ppl_wend   and ppl2_..., of whole pictures; [N] may follow: ppl2_wend10k
/// `samples` stands for N where the name has none. Throws UsageError naming the forms.
MetricPtr parse_metric(const std::string& name, std::int64_t samples = 50000);

/// Names divided by commas. Throws UsageError, also for one that comes twice and for none.
std::vector<MetricPtr> parse_metrics(const std::string& list, std::int64_t samples = 50000);

/// A name while it is read, for the files of metrics/kinds/.
struct MetricName {
  std::string text;
  std::int64_t samples = 50000;  ///< where the name says none

  /// The groups of the regular expression, "" for one that is not there; nothing when it does not match.
  [[nodiscard]] std::optional<std::vector<std::string>> match(const char* pattern) const;
  /// "500" or "10k"; `samples` for an empty text. Throws UsageError for none and for too many.
  [[nodiscard]] std::int64_t count(std::string digits) const;
};

}  // namespace ganvas::metrics
