#include "models/stylegan3/plan.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <numeric>

#include "core/error.h"

namespace ganvas::models {
namespace {

using std::numbers::pi;

/// Cutoff frequencies, stopbands and rates of the layers; entry i belongs to the output of layer i.
struct Bands {
  std::vector<double> cutoffs, half_widths, rates;
  std::vector<int> sizes;
};

Bands bands_of(int resolution, int layers, const Stylegan3Settings& settings) {
  Bands bands;
  const double last_cutoff = resolution / 2.0;
  const double last_stopband = last_cutoff * settings.last_stopband_rel;
  for (int i = 0; i <= layers; ++i) {
    // Geometric from the first to the last cutoff, which the critically sampled layers share.
    const double exponent = std::min(static_cast<double>(i) / (layers - settings.critical_layers), 1.0);
    const double cutoff = settings.first_cutoff * std::pow(last_cutoff / settings.first_cutoff, exponent);
    const double stopband = settings.first_stopband * std::pow(last_stopband / settings.first_stopband, exponent);
    const double rate = std::exp2(std::ceil(std::log2(std::min(stopband * 2, static_cast<double>(resolution)))));
    bands.cutoffs.push_back(cutoff);
    bands.rates.push_back(rate);
    bands.half_widths.push_back(std::max(stopband, rate / 2) - cutoff);
    bands.sizes.push_back(i + 2 > layers ? resolution : static_cast<int>(rate) + 2 * settings.margin);
  }
  return bands;
}

/// The paper's widths: 512 at most, 16384 / cutoff at least.
std::vector<int> default_channels(int resolution) {
  constexpr int layers = 14;
  const Bands bands = bands_of(resolution, layers, {});
  std::vector<int> channels;
  channels.reserve(layers);
  for (int i = 0; i < layers; ++i)
    channels.push_back(static_cast<int>(std::nearbyint(std::min(16384.0 / bands.cutoffs[i], 512.0))));
  return channels;
}

double bessel_i0(double x) {
  return std::cyl_bessel_i(0.0, x);
}

/// Shape of a Kaiser window whose transition is `width` (of the Nyquist frequency) with this many taps.
double kaiser_beta(int taps, double width) {
  const double attenuation = 2.285 * (taps - 1) * pi * width + 7.95;
  if (attenuation > 50) return 0.1102 * (attenuation - 8.7);
  if (attenuation > 21) return 0.5842 * std::pow(attenuation - 21, 0.4) + 0.07886 * (attenuation - 21);
  return 0;
}

void check(bool holds, const char* what) {
  require(holds, "The StyleGAN3 setting {} is out of range; correct it in the model's specification.", what);
}

}  // namespace

Stylegan3Settings stylegan3_settings(const NetworkSpec& spec) {
  require(spec.resolution >= 16 && spec.resolution <= 4096 && (spec.resolution & (spec.resolution - 1)) == 0,
          "A StyleGAN3 has a resolution of 16, 32, 64, ... pixels, not {}.", spec.resolution);
  const Json& json = spec.extra;
  require_known_keys(json,
                     {"channels", "mapping_layers", "mapping_lr", "conv_kernel", "radial_filters", "critical_layers",
                      "first_cutoff", "first_stopband", "last_stopband_rel", "margin", "filter_taps",
                      "lrelu_upsampling", "clamp", "fp16_resolutions", "output_scale", "magnitude_beta"},
                     "\"extra\" of a StyleGAN3");
  Stylegan3Settings s;
  s.channels = get_or(json, "channels", s.channels);
  s.mapping_layers = get_or(json, "mapping_layers", s.mapping_layers);
  s.mapping_lr = get_or(json, "mapping_lr", s.mapping_lr);
  s.conv_kernel = get_or(json, "conv_kernel", s.conv_kernel);
  s.radial_filters = get_or(json, "radial_filters", s.radial_filters);
  s.critical_layers = get_or(json, "critical_layers", s.critical_layers);
  s.first_cutoff = get_or(json, "first_cutoff", s.first_cutoff);
  s.first_stopband = get_or(json, "first_stopband", s.first_stopband);
  s.last_stopband_rel = get_or(json, "last_stopband_rel", s.last_stopband_rel);
  s.margin = get_or(json, "margin", s.margin);
  s.filter_taps = get_or(json, "filter_taps", s.filter_taps);
  s.lrelu_upsampling = get_or(json, "lrelu_upsampling", s.lrelu_upsampling);
  s.clamp = get_or(json, "clamp", s.clamp);
  s.fp16_resolutions = get_or(json, "fp16_resolutions", s.fp16_resolutions);
  s.output_scale = get_or(json, "output_scale", s.output_scale);
  s.magnitude_beta = get_or(json, "magnitude_beta", s.magnitude_beta);

  check(s.channels.size() <= 64, "channels");
  for (const int count : s.channels) check(count >= 1 && count <= 8192, "channels");
  check(s.mapping_layers >= 1 && s.mapping_layers <= 64, "mapping_layers");
  check(s.mapping_lr > 0, "mapping_lr");
  check(s.conv_kernel == 1 || s.conv_kernel == 3, "conv_kernel");
  check(s.critical_layers >= 1 && s.critical_layers < 64, "critical_layers");
  check(s.first_cutoff > 0 && s.first_stopband > s.first_cutoff && s.last_stopband_rel > 1, "first_cutoff");
  check(s.margin >= 0 && s.margin <= 256, "margin");
  check(s.filter_taps >= 2 && s.filter_taps <= 64 && s.filter_taps % 2 == 0, "filter_taps");
  check(s.fp16_resolutions >= 0 && s.fp16_resolutions <= 16, "fp16_resolutions");
  check(s.lrelu_upsampling >= 1 && s.lrelu_upsampling <= 8, "lrelu_upsampling");
  if (s.channels.empty()) s.channels = default_channels(spec.resolution);
  check(static_cast<int>(s.channels.size()) > s.critical_layers, "critical_layers");
  return s;
}

Json to_json(const Stylegan3Settings& s) {
  return {{"channels", s.channels},
          {"mapping_layers", s.mapping_layers},
          {"mapping_lr", s.mapping_lr},
          {"conv_kernel", s.conv_kernel},
          {"radial_filters", s.radial_filters},
          {"critical_layers", s.critical_layers},
          {"first_cutoff", s.first_cutoff},
          {"first_stopband", s.first_stopband},
          {"last_stopband_rel", s.last_stopband_rel},
          {"margin", s.margin},
          {"filter_taps", s.filter_taps},
          {"lrelu_upsampling", s.lrelu_upsampling},
          {"clamp", s.clamp},
          {"fp16_resolutions", s.fp16_resolutions},
          {"output_scale", s.output_scale},
          {"magnitude_beta", s.magnitude_beta}};
}

std::vector<double> design_filter(const FilterPlan& plan) {
  require(plan.taps > 1, "A filter of one tap is the identity; there is nothing to design.");
  const double beta = kaiser_beta(plan.taps, plan.width / (plan.rate / 2));
  std::vector<double> window, places;
  for (int i = 0; i < plan.taps; ++i) {
    const double place = i - (plan.taps - 1) / 2.0;
    const double edge = 2 * place / (plan.taps - 1);
    places.push_back(place);
    window.push_back(bessel_i0(beta * std::sqrt(std::max(1 - edge * edge, 0.0))) / bessel_i0(beta));
  }
  const double turn = 2 * pi * plan.cutoff / plan.rate;  // radians a sample at the cutoff
  std::vector<double> filter;
  if (plan.radial) {
    for (int y = 0; y < plan.taps; ++y) {
      for (int x = 0; x < plan.taps; ++x) {
        const double radius = std::hypot(places[x], places[y]);
        const double jinc = radius == 0 ? turn / 2 : std::cyl_bessel_j(1.0, turn * radius) / radius;
        filter.push_back(jinc * window[x] * window[y]);
      }
    }
  } else {
    for (int i = 0; i < plan.taps; ++i) {
      const double sinc = places[i] == 0 ? turn : std::sin(turn * places[i]) / places[i];
      filter.push_back(sinc * window[i]);
    }
  }
  const double sum = std::accumulate(filter.begin(), filter.end(), 0.0);
  for (double& value : filter) value /= sum;
  return filter;
}

Stylegan3Plan plan_stylegan3(const NetworkSpec& spec) {
  const Stylegan3Settings settings = stylegan3_settings(spec);
  const int count = static_cast<int>(settings.channels.size());
  const Bands bands = bands_of(spec.resolution, count, settings);
  Stylegan3Plan plan{bands.sizes[0], bands.rates[0], bands.cutoffs[0], {}};
  for (int i = 0; i <= count; ++i) {
    const int before = std::max(i - 1, 0);
    LayerPlan layer;
    layer.to_rgb = i == count;
    layer.half = std::ldexp(bands.rates[i], settings.fp16_resolutions) > spec.resolution;
    layer.in_channels = settings.channels[before];
    layer.out_channels = layer.to_rgb ? spec.image_channels : settings.channels[i];
    layer.in_size = bands.sizes[before];
    layer.out_size = bands.sizes[i];
    layer.kernel = layer.to_rgb ? 1 : settings.conv_kernel;
    layer.name = fmt::format("L{}_{}_{}", i, layer.out_size, layer.out_channels);
    const double inner = std::max(bands.rates[before], bands.rates[i]) * (layer.to_rgb ? 1 : settings.lrelu_upsampling);
    layer.up = static_cast<int>(std::lround(inner / bands.rates[before]));
    layer.down = static_cast<int>(std::lround(inner / bands.rates[i]));
    const auto taps = [&](int factor) { return factor > 1 && !layer.to_rgb ? settings.filter_taps * factor : 1; };
    const bool critical = i >= count - settings.critical_layers;
    layer.up_filter = {taps(layer.up), bands.cutoffs[before], bands.half_widths[before] * 2, inner, false};
    layer.down_filter = {taps(layer.down), bands.cutoffs[i], bands.half_widths[i] * 2, inner,
                         settings.radial_filters && !critical};
    // What the filters and the convolution take away beyond the output's size; the odd pixel goes to the left.
    const int total = (layer.out_size - 1) * layer.down + 1 - (layer.in_size + layer.kernel - 1) * layer.up +
                      layer.up_filter.taps + layer.down_filter.taps - 2;
    const int left = static_cast<int>(std::floor((total + layer.up) / 2.0));
    layer.padding = {left, total - left, left, total - left};
    plan.layers.push_back(std::move(layer));
  }
  return plan;
}

}  // namespace ganvas::models
