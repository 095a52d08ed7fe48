#include "metrics/metric_request.h"

#include <algorithm>
#include <optional>
#include <regex>
#include <string_view>

#include "core/error.h"

namespace ganvas::metrics {
namespace {

constexpr std::int64_t most_samples = 100'000'000;

[[noreturn]] void refuse(const std::string& name) {
  throw UsageError(fmt::format(
      "\"{}\" is no metric; write for example fid50k_full, kid50k_full, pr50k3_full, is50k, ppl2_wend or face_fid10k, "
      "with any number of pictures (fid500, pr500_3, ppl2_wend10k).",
      name));
}

/// "500" or "10k"; nothing for an empty text.
std::optional<std::int64_t> count_of(std::string text, const std::string& name) {
  if (text.empty()) return std::nullopt;
  const bool thousands = text.back() == 'k';
  if (thousands) text.pop_back();
  if (text.empty() || text.size() > 9) refuse(name);
  const std::int64_t count = std::stoll(text) * (thousands ? 1000 : 1);
  if (count < 1 || count > most_samples) refuse(name);
  return count;
}

int neighbours_of(const std::string& text, const std::string& name) {
  if (text.empty()) return 3;
  if (text.size() > 3 || std::stoi(text) < 1) refuse(name);
  return std::stoi(text);
}

}  // namespace

MetricRequest parse_metric(const std::string& name, std::int64_t samples) {
  static const std::regex faces("(face_fid|face_kid|factors)([0-9]+k?)?");
  static const std::regex plain("(fid|kid)([0-9]+k?)?(_full)?"), score("is([0-9]+k?)?");
  static const std::regex neighbours("pr(?:([0-9]+k)([0-9]+)?|([0-9]+)_([0-9]+)|([0-9]+))?(_full)?");
  static const std::regex path("ppl(2)?_([zw])(full|end)([0-9]+k?)?");
  MetricRequest request{.name = name, .samples = samples};
  std::smatch part;
  if (std::regex_match(name, part, plain)) {
    request.kind = part[1] == "fid" ? MetricKind::fid : MetricKind::kid;
    request.samples = count_of(part[2], name).value_or(samples);
    request.full = part[3].matched;
  } else if (std::regex_match(name, part, faces)) {
    request.kind = part[1] == "face_fid"   ? MetricKind::face_fid
                   : part[1] == "face_kid" ? MetricKind::face_kid
                                           : MetricKind::factors;
    request.samples = count_of(part[2], name).value_or(samples);
  } else if (std::regex_match(name, part, score)) {
    request.kind = MetricKind::inception_score;
    request.samples = count_of(part[1], name).value_or(samples);
  } else if (std::regex_match(name, part, neighbours)) {
    request.kind = MetricKind::precision_recall;
    request.samples = count_of(part[1].matched ? part[1] : part[3], name).value_or(samples);
    request.neighbours = neighbours_of(part[2].matched ? part[2] : part[4].matched ? part[4] : part[5], name);
    request.full = part[6].matched;
  } else if (std::regex_match(name, part, path)) {
    request.kind = MetricKind::path_length;
    request.centre = !part[1].matched;
    request.in_w = part[2] == "w";
    request.at_end = part[3] == "end";
    request.samples = count_of(part[4], name).value_or(samples);
  } else {
    refuse(name);
  }
  return request;
}

std::vector<MetricRequest> parse_metrics(const std::string& list, std::int64_t samples) {
  std::vector<MetricRequest> requests;
  std::string_view rest = list;
  while (true) {
    const auto comma = rest.find(',');
    MetricRequest request = parse_metric(std::string(rest.substr(0, comma)), samples);
    if (std::any_of(requests.begin(), requests.end(), [&](const auto& other) { return other.name == request.name; }))
      throw UsageError(fmt::format("The metric {} is asked for twice.", request.name));
    requests.push_back(std::move(request));
    if (comma == std::string_view::npos) return requests;
    rest = rest.substr(comma + 1);
  }
}

}  // namespace ganvas::metrics
