#include "train/augment/augment.h"

#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "core/error.h"
#include "train/augment/augment_steps.h"

namespace ganvas::train {
namespace {

struct Number {
  const char* name;
  double AugmentSpec::*member;
  double high;  // the lowest value is 0
};

// Octaves and deviations far beyond use, but whose exponentials stay finite.
constexpr double widest = 10;

constexpr std::array numbers{
    Number{"xflip", &AugmentSpec::xflip, 1},
    Number{"rotate90", &AugmentSpec::rotate90, 1},
    Number{"xint", &AugmentSpec::xint, 1},
    Number{"xint_max", &AugmentSpec::xint_max, 1},
    Number{"scale", &AugmentSpec::scale, 1},
    Number{"rotate", &AugmentSpec::rotate, 1},
    Number{"aniso", &AugmentSpec::aniso, 1},
    Number{"xfrac", &AugmentSpec::xfrac, 1},
    Number{"scale_std", &AugmentSpec::scale_std, widest},
    Number{"rotate_max", &AugmentSpec::rotate_max, 1},
    Number{"aniso_std", &AugmentSpec::aniso_std, widest},
    Number{"xfrac_std", &AugmentSpec::xfrac_std, widest},
    Number{"brightness", &AugmentSpec::brightness, 1},
    Number{"contrast", &AugmentSpec::contrast, 1},
    Number{"lumaflip", &AugmentSpec::lumaflip, 1},
    Number{"hue", &AugmentSpec::hue, 1},
    Number{"saturation", &AugmentSpec::saturation, 1},
    Number{"brightness_std", &AugmentSpec::brightness_std, widest},
    Number{"contrast_std", &AugmentSpec::contrast_std, widest},
    Number{"hue_max", &AugmentSpec::hue_max, 1},
    Number{"saturation_std", &AugmentSpec::saturation_std, widest},
    Number{"imgfilter", &AugmentSpec::imgfilter, 1},
    Number{"imgfilter_std", &AugmentSpec::imgfilter_std, widest},
    Number{"noise", &AugmentSpec::noise, 1},
    Number{"cutout", &AugmentSpec::cutout, 1},
    Number{"noise_std", &AugmentSpec::noise_std, widest},
    Number{"cutout_size", &AugmentSpec::cutout_size, 1},
};

double number_within(const Json& json, const std::string& key, double high, const std::string& what) {
  require(json.is_number(), "{}: \"{}\" is {}; it must be a number.", what, key, json.dump());
  const double value = json.get<double>();
  require(value >= 0 && value <= high, "{}: \"{}\" is {}; it must be from 0 to {}.", what, key, value, high);
  return value;
}

// The sets by their letters, in the order of the paper's names.
constexpr const char* preset_names[] = {"blit", "geom", "color", "filter", "noise", "cutout",
                                        "bg",   "bgc",  "bgcf",  "bgcfn",  "bgcfnc"};

struct Draws {
  std::function<double()> uniform, normal, half_normal;
  std::function<double()> gate;  // uniform; a transform takes place where it is below its probability
};

/// Fills the values of a batch, one transform after the other.
class Drawing {
 public:
  Drawing(const AugmentSpec& spec, double p, std::int64_t count, const Draws& draws)
      : spec_(spec), p_(p), draws_(draws), pictures_(static_cast<std::size_t>(count)) {}

  std::vector<AugmentValues> run() {
    blit();
    geometry();
    color();
    corruption();
    return std::move(pictures_);
  }

 private:
  /// A value for each picture, then for each picture whether `apply` takes place.
  template <typename Value, typename Apply>
  void transform(double probability, Value value, Apply apply) {
    std::vector<decltype(value())> drawn;
    std::generate_n(std::back_inserter(drawn), pictures_.size(), value);
    for (std::size_t i = 0; i < pictures_.size(); ++i) {
      if (draws_.gate() < probability) apply(pictures_[i], drawn[i]);
    }
  }

  [[nodiscard]] std::function<std::array<double, 2>()> pair_of(const std::function<double()>& draw) const {
    return [&draw] {
      const double x = draw();
      return std::array{x, draw()};
    };
  }

  void blit() {
    const auto& uniform = draws_.uniform;
    if (spec_.xflip > 0)
      transform(spec_.xflip * p_, uniform, [](AugmentValues& to, double u) { to.mirrored = u >= 0.5; });
    if (spec_.rotate90 > 0) {
      transform(spec_.rotate90 * p_, uniform,
                [](AugmentValues& to, double u) { to.quarter_turns = static_cast<int>(u * 4) % 4; });
    }
    if (spec_.xint > 0) {
      transform(spec_.xint * p_, pair_of(uniform), [&](AugmentValues& to, const std::array<double, 2>& u) {
        to.shift_x = (2 * u[0] - 1) * spec_.xint_max;
        to.shift_y = (2 * u[1] - 1) * spec_.xint_max;
      });
    }
  }

  void turn(double AugmentValues::*member) {
    if (spec_.rotate <= 0) return;
    const double probability = 1 - std::sqrt(std::clamp(1 - spec_.rotate * p_, 0.0, 1.0));
    transform(probability, draws_.uniform,
              [&](AugmentValues& to, double u) { to.*member = (2 * u - 1) * std::numbers::pi * spec_.rotate_max; });
  }

  void geometry() {
    const auto& normal = draws_.normal;
    if (spec_.scale > 0) {
      transform(spec_.scale * p_, normal,
                [&](AugmentValues& to, double n) { to.scale = std::exp2(n * spec_.scale_std); });
    }
    turn(&AugmentValues::first_turn);
    if (spec_.aniso > 0) {
      transform(spec_.aniso * p_, normal,
                [&](AugmentValues& to, double n) { to.stretch = std::exp2(n * spec_.aniso_std); });
    }
    turn(&AugmentValues::second_turn);
    if (spec_.xfrac > 0) {
      transform(spec_.xfrac * p_, pair_of(normal), [&](AugmentValues& to, const std::array<double, 2>& n) {
        to.fraction_x = n[0] * spec_.xfrac_std;
        to.fraction_y = n[1] * spec_.xfrac_std;
      });
    }
  }

  void color() {
    const auto& normal = draws_.normal;
    const auto& uniform = draws_.uniform;
    if (spec_.brightness > 0) {
      transform(spec_.brightness * p_, normal,
                [&](AugmentValues& to, double n) { to.brightness = n * spec_.brightness_std; });
    }
    if (spec_.contrast > 0) {
      transform(spec_.contrast * p_, normal,
                [&](AugmentValues& to, double n) { to.contrast = std::exp2(n * spec_.contrast_std); });
    }
    if (spec_.lumaflip > 0)
      transform(spec_.lumaflip * p_, uniform, [](AugmentValues& to, double u) { to.luma_flipped = u >= 0.5; });
    if (spec_.hue > 0) {
      transform(spec_.hue * p_, uniform,
                [&](AugmentValues& to, double u) { to.hue = (2 * u - 1) * std::numbers::pi * spec_.hue_max; });
    }
    if (spec_.saturation > 0) {
      transform(spec_.saturation * p_, normal,
                [&](AugmentValues& to, double n) { to.saturation = std::exp2(n * spec_.saturation_std); });
    }
  }

  void filter() {
    // A band's gain is divided by the root of the power that natural pictures (spectrum 1/f) then have, of which the
    // lowest band holds 10 parts of 13.
    constexpr std::array power{10.0 / 13, 1.0 / 13, 1.0 / 13, 1.0 / 13};
    for (std::size_t band = 0; band < 4; ++band) {
      transform(spec_.imgfilter * spec_.imgfilter_bands[band] * p_, draws_.normal, [&](AugmentValues& to, double n) {
        const double gain = std::exp2(n * spec_.imgfilter_std);
        const double norm = std::sqrt(1 + power[band] * (gain * gain - 1));
        for (std::size_t i = 0; i < 4; ++i) to.band_gains[i] *= (i == band ? gain : 1) / norm;
      });
    }
  }

  void corruption() {
    if (spec_.imgfilter > 0) filter();
    if (spec_.noise > 0) {
      transform(spec_.noise * p_, draws_.half_normal,
                [&](AugmentValues& to, double n) { to.noise = n * spec_.noise_std; });
    }
    if (spec_.cutout <= 0) return;
    for (AugmentValues& to : pictures_) to.cutout = draws_.gate() < spec_.cutout * p_ ? spec_.cutout_size : 0;
    for (AugmentValues& to : pictures_) {
      to.cutout_x = draws_.uniform();
      to.cutout_y = draws_.uniform();
    }
  }

  const AugmentSpec& spec_;
  double p_;
  const Draws& draws_;
  std::vector<AugmentValues> pictures_;
};

double erfinv(double x) {
  return at::erfinv(at::scalar_tensor(x, at::kDouble)).item<double>();
}

at::Tensor add_noise(const at::Tensor& pictures, const std::vector<AugmentValues>& values, const at::Tensor& noise) {
  std::vector<double> deviations;
  deviations.reserve(values.size());
  for (const AugmentValues& picture : values) deviations.push_back(picture.noise);
  if (std::none_of(deviations.begin(), deviations.end(), [](double s) { return s != 0; })) return pictures;
  require(noise.defined() && noise.sizes() == pictures.sizes(), "The noise must have the pictures' shape.");
  const at::Tensor sigma = at::tensor(deviations, at::kDouble).view({-1, 1, 1, 1}).to(pictures.options());
  return pictures + noise.to(pictures.options()) * sigma;
}

at::Tensor cut_out(const at::Tensor& pictures, const std::vector<AugmentValues>& values) {
  if (std::none_of(values.begin(), values.end(), [](const auto& picture) { return picture.cutout > 0; }))
    return pictures;
  const auto outside = [&](std::int64_t size, double AugmentValues::*centre) {
    at::Tensor keep = at::empty({pictures.size(0), size}, at::kFloat);
    float* to = keep.mutable_data_ptr<float>();
    for (const AugmentValues& picture : values) {
      for (std::int64_t i = 0; i < size; ++i) {
        const double position = (static_cast<double>(i) + 0.5) / static_cast<double>(size);
        *to++ = std::abs(position - picture.*centre) >= picture.cutout / 2 ? 1.0F : 0.0F;
      }
    }
    return keep;
  };
  const at::Tensor columns = outside(pictures.size(3), &AugmentValues::cutout_x).unsqueeze(1).unsqueeze(1);
  const at::Tensor rows = outside(pictures.size(2), &AugmentValues::cutout_y).unsqueeze(1).unsqueeze(3);
  return pictures * at::maximum(columns, rows).to(pictures.options());
}

bool has_color(const AugmentSpec& spec) {
  return spec.brightness > 0 || spec.contrast > 0 || spec.lumaflip > 0 || spec.hue > 0 || spec.saturation > 0;
}

}  // namespace

std::vector<std::string> augment_presets() {
  return {std::begin(preset_names), std::end(preset_names)};
}

AugmentSpec augment_preset(const std::string& name) {
  const std::vector<std::string> known = augment_presets();
  require(std::find(known.begin(), known.end(), name) != known.end(),
          "There is no augmentation \"{}\"; known ones: {}.", name, fmt::join(known, ", "));
  const bool sum = name.starts_with("bg");
  const auto has = [&](const char* whole, char letter) {
    return name == whole || (sum && name.find(letter) != std::string::npos);
  };
  AugmentSpec spec;
  if (has("blit", 'b')) spec.xflip = spec.rotate90 = spec.xint = 1;
  if (has("geom", 'g')) spec.scale = spec.rotate = spec.aniso = spec.xfrac = 1;
  if (has("color", 'c')) spec.brightness = spec.contrast = spec.lumaflip = spec.hue = spec.saturation = 1;
  if (has("filter", 'f')) spec.imgfilter = 1;
  if (has("noise", 'n')) spec.noise = 1;
  if (name == "cutout" || name == "bgcfnc") spec.cutout = 1;
  return spec;
}

Json to_json(const AugmentSpec& spec) {
  Json json = Json::object();
  for (const Number& number : numbers) json[number.name] = spec.*number.member;
  json["imgfilter_bands"] = spec.imgfilter_bands;
  return json;
}

AugmentSpec augment_from_json(const Json& json, const std::string& what) {
  if (json.is_string()) return augment_preset(json.get<std::string>());
  require(json.is_object(), "{} must be a JSON object or the name of a set: {}.", what,
          fmt::join(augment_presets(), ", "));
  AugmentSpec spec;
  for (const auto& [key, value] : json.items()) {
    if (key == "imgfilter_bands") {
      require(value.is_array() && value.size() == 4, "{}: \"{}\" is {}; it must be four numbers.", what, key,
              value.dump());
      for (std::size_t i = 0; i < 4; ++i) spec.imgfilter_bands[i] = number_within(value[i], key, 1, what);
      continue;
    }
    const auto found =
        std::find_if(numbers.begin(), numbers.end(), [&name = key](const Number& n) { return name == n.name; });
    if (found == numbers.end()) {
      std::vector<std::string> known{"imgfilter_bands"};
      for (const Number& number : numbers) known.emplace_back(number.name);
      fail("{} has an unknown key \"{}\"; known keys: {}.", what, key, fmt::join(known, ", "));
    }
    spec.*found->member = number_within(value, key, found->high, what);
  }
  return spec;
}

std::vector<AugmentValues> draw_augmentations(const AugmentSpec& spec, double p, std::int64_t count,
                                              const AugmentDraws& draws) {
  require(p >= 0, "The probability of augmentation is {}; it must be at least 0.", p);
  return Drawing(spec, p, count,
                 {.uniform = draws.uniform,
                  .normal = draws.normal,
                  .half_normal = [&draws] { return std::abs(draws.normal()); },
                  .gate = draws.uniform})
      .run();
}

AugmentValues augmentation_at(const AugmentSpec& spec, double percentile) {
  require(percentile >= 0 && percentile <= 1, "A percentile is from 0 to 1, not {}.", percentile);
  const double normal = erfinv(2 * percentile - 1), half_normal = erfinv(percentile);
  AugmentValues values = Drawing(spec, 1, 1,
                                 {.uniform = [=] { return percentile; },
                                  .normal = [=] { return normal; },
                                  .half_normal = [=] { return half_normal; },
                                  .gate = [] { return 0.0; }})
                             .run()
                             .front();
  values.second_turn = 0;
  return values;
}

at::Tensor apply_augmentations(const at::Tensor& pictures, const std::vector<AugmentValues>& values,
                               const at::Tensor& noise) {
  require(pictures.dim() == 4 && pictures.size(0) == static_cast<std::int64_t>(values.size()),
          "Augmentation works on [N, C, H, W] and one set of values a picture.");
  require(pictures.scalar_type() == at::kFloat || pictures.scalar_type() == at::kDouble,
          "Augmentation works on float or double pictures.");
  require(pictures.size(2) >= 2 && pictures.size(3) >= 2, "Augmentation works on pictures of at least 2 x 2 pixels.");
  at::Tensor out = augment_geometry(pictures, values);
  out = augment_color(out, values);
  out = augment_bands(out, values);
  out = add_noise(out, values, noise);
  return cut_out(out, values);
}

BatchAugmentation draw_batch_augmentation(at::IntArrayRef sizes, const AugmentSpec& spec, double p,
                                          RandomStream& random) {
  require(sizes.size() == 4, "Augmentation works on [N, C, H, W].");
  require(!has_color(spec) || sizes[1] == 1 || sizes[1] == 3,
          "Colours are augmented in pictures of 1 or 3 channels, not {}; leave the colour transforms out.", sizes[1]);
  const AugmentDraws draws{.uniform = [&random] { return random.uniform(); },
                           .normal = [&random] { return random.normal(); }};
  BatchAugmentation drawn{draw_augmentations(spec, p, sizes[0], draws), {}};
  if (spec.noise > 0) {
    // The seed is drawn even where no picture gets noise, so that the stream's position depends on the spec alone.
    const std::uint64_t high = random.next_u32();
    const at::Generator generator = at::detail::createCPUGenerator(high << 32 | random.next_u32());
    if (std::any_of(drawn.values.begin(), drawn.values.end(), [](const auto& picture) { return picture.noise > 0; }))
      drawn.noise = at::randn(sizes, generator, at::kFloat);
  }
  return drawn;
}

at::Tensor apply_augmentation(const at::Tensor& pictures, const BatchAugmentation& drawn, const at::Tensor& rows) {
  if (drawn.values.empty()) return pictures;
  if (!rows.defined()) return apply_augmentations(pictures, drawn.values, drawn.noise);
  std::vector<AugmentValues> values;
  for (std::int64_t i = 0; i < rows.numel(); ++i)
    values.push_back(drawn.values.at(static_cast<std::size_t>(rows[i].item<std::int64_t>())));
  return apply_augmentations(pictures, values,
                             drawn.noise.defined() ? drawn.noise.index_select(0, rows) : at::Tensor());
}

at::Tensor augment(const at::Tensor& pictures, const AugmentSpec& spec, double p, RandomStream& random) {
  return apply_augmentation(pictures, draw_batch_augmentation(pictures.sizes(), spec, p, random));
}

}  // namespace ganvas::train
