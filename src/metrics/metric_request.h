#pragma once
// What a person asks for by the names of the field: "fid50k_full", "kid10k", "pr50k3_full", "is50k", "ppl2_wend".

#include <cstdint>
#include <string>
#include <vector>

namespace ganvas::metrics {

enum class MetricKind { fid, kid, precision_recall, inception_score, path_length, face_fid, face_kid, factors };

struct MetricRequest {
  std::string name;  ///< as it was written
  MetricKind kind = MetricKind::fid;
  std::int64_t samples = 50000;  ///< generated pictures; pairs of them for a path length
  bool full = false;             ///< against all of the data, not the first `samples` pictures of it
  int neighbours = 3;            ///< of precision and recall
  bool in_w = false;             ///< path length: steps in W, else in Z
  bool at_end = false;           ///< path length: from the ends of paths, else from anywhere on them
  bool centre = false;           ///< path length: of the middle of the pictures alone, where faces are

  [[nodiscard]] bool needs_data() const {
    return kind == MetricKind::fid || kind == MetricKind::kid || kind == MetricKind::precision_recall || by_faces();
  }
  /// Measured by the built-in face network.
  [[nodiscard]] bool by_faces() const {
    return kind == MetricKind::face_fid || kind == MetricKind::face_kid || kind == MetricKind::factors;
  }
};

/// One name:
///   fid[N][_full], kid[N][_full], is[N]        N is a number, or one of thousands: 500, 10k
///   pr[Nk][K][_full], pr[N]_K[_full]           K neighbours: pr50k3_full, pr500_3
///   face_fid[N], face_kid[N], factors[N]       by the built-in face network; these are no FID and no KID
///   ppl_zfull, ppl_wfull, ppl_zend, ppl_wend   and ppl2_..., of whole pictures; [N] may follow: ppl2_wend10k
/// `samples` stands for N where the name has none. Throws UsageError naming the forms.
MetricRequest parse_metric(const std::string& name, std::int64_t samples = 50000);

/// Names divided by commas. Throws UsageError, also for one that comes twice and for none.
std::vector<MetricRequest> parse_metrics(const std::string& list, std::int64_t samples = 50000);

}  // namespace ganvas::metrics
