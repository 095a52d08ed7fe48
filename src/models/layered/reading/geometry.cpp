#include "models/layered/reading/geometry.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "core/error.h"

namespace ganvas::models {
namespace {

constexpr int most_steps = 200'000;
constexpr double widest_margin = 6;     // of costs that are still looked at
constexpr double cost_of_mixing = 1.5;  // padded and unpadded layers in one network
constexpr double cost_of_a_pixel = 4;   // of a plain convolution that sees one pixel and its padding

/// At the size of one pixel a stride says nothing and padding takes away.
std::vector<Geometry> up_from_a_pixel(int kernel) {
  std::vector<Geometry> all{{.transposed = true}};
  if (kernel >= 4 && kernel % 2 == 0)
    all.push_back({.transposed = true, .stride = 2, .padding = (kernel - 2) / 2, .cost = 3});
  return all;
}

std::vector<Geometry> up(int kernel) {
  const auto make = [](int stride, int padding, int extra, double cost) {
    return Geometry{.transposed = true, .stride = stride, .padding = padding, .output_padding = extra, .cost = cost};
  };
  switch (kernel) {
    case 1:
      return {make(1, 0, 0, 0)};
    case 2:
      return {make(2, 0, 0, 0), make(1, 0, 0, 2)};
    case 3:
      return {make(2, 1, 1, 0.3), make(1, 1, 0, 0.8), make(2, 1, 0, 1), make(2, 0, 0, 1), make(1, 0, 0, 1)};
    case 4:
      return {make(2, 1, 0, 0), make(1, 0, 0, 1), make(2, 0, 0, 1), make(1, 1, 0, 2.5), make(4, 0, 0, 2)};
    case 5:
      return {make(2, 2, 1, 0),   make(1, 2, 0, 1),   make(2, 2, 0, 1),
              make(2, 1, 0, 1.5), make(1, 0, 0, 1.5), make(2, 0, 0, 1.5)};
    default:
      break;
  }
  const int half = (kernel - 1) / 2;
  if (kernel % 2 == 0)
    return {make(2, half, 0, 0), make(4, (kernel - 4) / 2, 0, 0.5), make(1, 0, 0, 1), make(2, 0, 0, 1.5)};
  return {make(1, half, 0, 0.5), make(2, half, 1, 0.5), make(1, 0, 0, 1)};
}

/// Plain convolutions of a generator, which keep the size, and of a discriminator, which halve it.
std::vector<Geometry> along(int kernel, bool downwards, bool score) {
  const auto make = [](int stride, int padding, double cost) {
    return Geometry{.stride = stride, .padding = padding, .cost = cost};
  };
  if (kernel == 1) return {make(1, 0, 0)};
  const int half = (kernel - 1) / 2;
  // A score is what one kernel sees of all that is left.
  if (downwards && score) return {make(1, 0, 0), make(2, half, 1), make(1, half, 1)};
  if (downwards)
    return {make(2, half, 0), make(1, half, kernel % 2 == 0 ? 2 : 1), make(1, 0, 1), make(2, 0, 1), make(1, 1, 2)};
  if (kernel % 2 == 1) return {make(1, half, 0), make(1, 0, 2)};
  return {make(1, 0, 1.5), make(2, half, 3)};
}

class Search {
 public:
  Search(const std::vector<Draft>& drafts, const EndCost& end, std::size_t most)
      : drafts_(drafts), end_(end), most_(most) {
    way_.geometry.resize(drafts.size());
    way_.sizes.resize(drafts.size());
    downwards_ =
        !drafts.empty() && drafts[0].sort == Sort::convolution && !drafts[0].known && drafts[0].weight().size(1) <= 4;
  }

  std::vector<Way> run(const Sizes& input, std::string& stuck) {
    step(0, input, 0, false, false);
    stuck = stuck_;
    std::stable_sort(found_.begin(), found_.end(), [](const Way& a, const Way& b) { return a.cost < b.cost; });
    if (found_.size() > most_) found_.resize(most_);
    return std::move(found_);
  }

 private:
  const std::vector<Draft>& drafts_;
  const EndCost& end_;
  std::size_t most_;
  bool downwards_ = false;
  Way way_;
  std::vector<Way> found_;
  double best_ = 1e9;
  int steps_ = 0;
  std::size_t deepest_ = 0;
  std::string stuck_;

  void fail_at(std::size_t i, const std::string& why) {
    if (i < deepest_ || (i == deepest_ && !stuck_.empty())) return;
    deepest_ = i;
    stuck_ = why;
  }

  void step(std::size_t i, const Sizes& sizes, double cost, bool padded, bool unpadded) {
    if (++steps_ > most_steps || cost > best_ + widest_margin) return;
    if (i == drafts_.size()) return finish(sizes, cost);
    const Draft& draft = drafts_[i];
    if (draft.known && draft.sort != Sort::linear && (!draft.norm() || draft.known->in == 0))
      return known(i, sizes, cost, padded, unpadded);
    if (draft.sort == Sort::convolution) return convolution(i, sizes, cost, padded, unpadded);
    Sizes next = sizes;
    if (draft.sort == Sort::linear) {
      const std::int64_t count = std::accumulate(sizes.begin(), sizes.end(), std::int64_t{1}, std::multiplies<>());
      if (draft.weight().size(1) != count)
        return fail_at(i, fmt::format("{} takes {} values, but what comes before it gives {}", draft.name,
                                      draft.weight().size(1), count));
      next = {draft.weight().size(0)};
    } else if (draft.norm()) {
      const auto& tensors = draft.tensors;
      const std::int64_t channels = draft.known                  ? draft.known->in
                                    : tensors.contains("weight") ? draft.weight().numel()
                                                                 : tensors.at("running_mean").numel();
      if (sizes[0] != channels) {
        const auto sides = sizes.size() == 1 ? sides_of(sizes[0], channels) : std::nullopt;
        if (!sides)
          return fail_at(i, fmt::format("{} norms {} channels, but what comes before it gives {}", draft.name, channels,
                                        fmt::join(sizes, "x")));
        next = {channels, sides->first, sides->second};
      }
    } else if (draft.sort == Sort::attention && sizes.size() != 3) {
      return fail_at(i, draft.name + " looks at pixels, but gets none");
    }
    way_.sizes[i] = next;
    step(i + 1, next, cost, padded, unpadded);
  }

  /// What the file says all about.
  void known(std::size_t i, const Sizes& sizes, double cost, bool padded, bool unpadded) {
    const Layer& layer = *drafts_[i].known;
    Sizes in = sizes;
    if (drafts_[i].sort == Sort::convolution && in.size() == 1) {
      if (const auto sides = sides_of(in[0], layer.in)) in = {layer.in, sides->first, sides->second};
    }
    Sizes out;
    try {
      out = layer_kind(layer.kind).sizes(layer, {in});
    } catch (const Error& error) {
      return fail_at(i, fmt::format("{} does not fit what comes before it: {}", layer.name, error.what()));
    }
    way_.geometry[i].transposed = layer.kind == "transposed_convolution";
    way_.sizes[i] = out;
    step(i + 1, out, cost, padded, unpadded);
  }

  void convolution(std::size_t i, const Sizes& sizes, double cost, bool padded, bool unpadded) {
    const Draft& draft = drafts_[i];
    const at::Tensor& weight = draft.weight();
    const auto high = static_cast<int>(weight.size(2)), wide = static_cast<int>(weight.size(3));
    bool fits = false;
    for (const bool transposed : {true, false}) {
      const std::int64_t from = weight.size(transposed ? 0 : 1), to = weight.size(transposed ? 1 : 0);
      Sizes in = sizes;
      if (in.size() == 1) {
        const auto sides = sides_of(in[0], from);
        if (!sides) continue;
        in = {from, sides->first, sides->second};
      }
      if (in[0] != from || (transposed && downwards_)) continue;
      fits = true;
      for (const Geometry& one : choices(i, in, transposed, from == to)) {
        if (high != wide && one.padding > 0) continue;  // which would be another on each side
        const Sizes out{to, made(one, in[1], high), made(one, in[2], wide)};
        if (std::min(out[1], out[2]) < 1 || std::max(out[1], out[2]) > 4096) continue;
        const bool counts = high > 1 && in[1] > 1;
        const bool now_padded = padded || (counts && one.padding > 0);
        const bool now_unpadded = unpadded || (counts && one.padding == 0 && one.stride < high);
        const bool mixes = !downwards_ && now_padded && now_unpadded && !(padded && unpadded);
        way_.geometry[i] = one;
        way_.sizes[i] = out;
        step(i + 1, out, cost + one.cost + (mixes ? cost_of_mixing : 0), now_padded, now_unpadded);
      }
    }
    if (!fits)
      fail_at(i, fmt::format("{} has a kernel of {}, which does not take the {} that come before it", draft.name,
                             fmt::join(weight.sizes(), "x"), fmt::join(sizes, "x")));
  }

  [[nodiscard]] std::vector<Geometry> choices(std::size_t i, const Sizes& in, bool transposed, bool either) const {
    const Draft& draft = drafts_[i];
    const auto kernel = static_cast<int>(draft.weight().size(2));
    if (transposed) {
      if (in[1] * in[2] == 1) return up_from_a_pixel(kernel);
      std::vector<Geometry> all = up(kernel);
      // Channels that are the same both ways: an even kernel is that of a transposed convolution, an odd one is not.
      if (either && kernel % 2 == 1)
        for (Geometry& one : all) one.cost += 1;
      return all;
    }
    std::vector<Geometry> all = along(kernel, downwards_, draft.weight().size(0) == 1);
    if (either && kernel % 2 == 0 && !downwards_)
      for (Geometry& one : all) one.cost += 1;
    if (!downwards_ && in[1] * in[2] == 1 && kernel > 1)
      for (Geometry& one : all) one.cost += cost_of_a_pixel;
    if (downwards_ || in[1] * in[2] == 1) return all;
    // Layers without tensors before it: an activation, and one more is an upsampling. What a dense layer makes is
    // enlarged without an activation in many programs.
    const int free = draft.gap.value_or(draft.least);
    const bool first = std::none_of(drafts_.begin(), drafts_.begin() + static_cast<std::ptrdiff_t>(i),
                                    [](const Draft& before) { return before.sort == Sort::convolution; });
    const double instead = first ? 0.5 : 1.5;
    std::vector<Geometry> enlarged = all;
    for (Geometry& one : enlarged) {
      one.upsample = 2;
      one.cost += draft.gap ? (free >= 2 ? -0.5 : free == 1 ? instead : 20) : (free >= 1 ? -0.5 : 1.5);
    }
    all.insert(all.end(), enlarged.begin(), enlarged.end());
    return all;
  }

  /// Pixels of one side.
  static std::int64_t made(const Geometry& one, std::int64_t in, int kernel) {
    const std::int64_t side = in * one.upsample;
    return one.transposed ? (side - 1) * one.stride - 2 * one.padding + kernel + one.output_padding
                          : (side + 2 * one.padding - kernel) / one.stride + (side + 2 * one.padding >= kernel);
  }

  void finish(const Sizes& sizes, double cost) {
    const std::optional<double> end = end_(sizes);
    if (!end) return fail_at(drafts_.size(), fmt::format("the last layer gives {}", fmt::join(sizes, "x")));
    way_.cost = cost + *end;
    best_ = std::min(best_, way_.cost);
    found_.push_back(way_);
    if (found_.size() < 4 * most_ + 64) return;
    std::stable_sort(found_.begin(), found_.end(), [](const Way& a, const Way& b) { return a.cost < b.cost; });
    found_.resize(most_);
  }
};

}  // namespace

std::optional<std::pair<int, int>> sides_of(std::int64_t values, std::int64_t channels) {
  if (channels <= 0 || values <= 0 || values % channels != 0) return std::nullopt;
  for (const auto& [high, wide] : {std::pair{1, 1}, {2, 1}, {1, 2}, {4, 3}, {3, 4}, {3, 2}, {2, 3}, {16, 9}, {9, 16}}) {
    const double squares = static_cast<double>(values / channels) / (high * wide);
    const auto side = static_cast<std::int64_t>(std::llround(std::sqrt(squares)));
    if (side * side * high * wide * channels == values) return {{side * high, side * wide}};
  }
  return std::nullopt;
}

std::vector<Way> ways_through(const std::vector<Draft>& drafts, const Sizes& input, const EndCost& end,
                              std::size_t most, std::string& stuck) {
  return Search(drafts, end, most).run(input, stuck);
}

}  // namespace ganvas::models
