#pragma once
// Sizes, rates and filters of the layers of StyleGAN3 (Karras et al. 2021, section 3.2 and appendix C).

#include <array>
#include <string>
#include <vector>

#include "models/network_spec.h"

namespace ganvas::models {

/// NetworkSpec::extra of StyleGAN3. The defaults are its configuration T; R has conv_kernel 1 and radial_filters, and
/// twice the channels.
struct Stylegan3Settings {
  std::vector<int> channels;    ///< of each layer before the last; empty: 14 layers of the paper's widths
  int mapping_layers = 2;       ///< fully connected layers from z to w
  double mapping_lr = 0.01;     ///< their learning rate relative to the others
  int conv_kernel = 3;          ///< side of the convolutions, 1 or 3
  bool radial_filters = false;  ///< radially symmetric downsampling, but for the critically sampled layers
  int critical_layers = 2;      ///< layers at the end that use the whole band
  double first_cutoff = 2;      ///< cycles a picture
  double first_stopband = 4.2870938501451725;     ///< 2^2.1
  double last_stopband_rel = 1.2311444133449163;  ///< 2^0.3, relative to the last cutoff
  int margin = 10;                                ///< pixels around the picture at each layer's rate
  int filter_taps = 6;                            ///< taps of a filter for each factor of resampling
  int lrelu_upsampling = 2;                       ///< rate around the leaky ReLU relative to the layer's
  double clamp = 256;                             ///< of activations; negative: off
  int fp16_resolutions = 4;                       ///< layers at so many highest rates run in half precision on a GPU
  double output_scale = 0.25;                     ///< of the picture
  double magnitude_beta = 0.999;                  ///< decay of the magnitude averages, a step
};

/// Channels filled in. Throws Error naming the first unknown key or value out of range, and for a resolution that is no
/// power of two from 16 up.
Stylegan3Settings stylegan3_settings(const NetworkSpec& spec);
Json to_json(const Stylegan3Settings& settings);

/// A low-pass filter: the window method with a Kaiser window (appendix C), symmetric, summing to one.
struct FilterPlan {
  int taps = 1;         ///< 1: the identity
  double cutoff = 0;    ///< Hz
  double width = 0;     ///< of the transition band, Hz
  double rate = 1;      ///< sampling rate, Hz
  bool radial = false;  ///< [taps, taps] with a jinc instead of [taps] with a sinc
};

/// [taps] or [taps][taps] values. Throws Error for a single tap.
std::vector<double> design_filter(const FilterPlan& plan);

struct LayerPlan {
  std::string name;  ///< L<index>_<output pixels>_<output channels>
  bool to_rgb = false;
  bool half = false;  ///< runs in half precision where SynthesisOptions::precision allows it
  int in_channels = 0, out_channels = 0;
  int in_size = 0, out_size = 0;  ///< pixels, margins included
  int kernel = 3;
  int up = 1, down = 1;
  FilterPlan up_filter, down_filter;
  std::array<int, 4> padding{};  ///< left, right, top, bottom around the upsampled signal
};

struct Stylegan3Plan {
  int input_size = 0;             ///< pixels of the Fourier features
  double input_rate = 0;          ///< their sampling rate
  double bandwidth = 0;           ///< their highest frequency
  std::vector<LayerPlan> layers;  ///< the last one makes the picture
};

/// Throws Error as stylegan3_settings does.
Stylegan3Plan plan_stylegan3(const NetworkSpec& spec);

}  // namespace ganvas::models
