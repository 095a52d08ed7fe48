#pragma once
// Augmentation of what the discriminator sees, reals and fakes alike, so that it cannot learn a small data set by heart
// (Karras et al. 2020, "Training generative adversarial networks with limited data", appendix B). With a probability
// p < 1 of each transform the generator does not learn to make augmented pictures ("non-leaking").
//
// A picture's augmentation is first drawn as numbers on the host (AugmentValues), then carried out: pixel blitting and
// general geometry as one resampling, all colour transforms as one matrix, four frequency bands as one filter, noise,
// cutout. Carrying out is a function of the picture alone and may be differentiated any number of times, as R1 needs.

#include <ATen/ATen.h>

#include <array>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "core/json.h"
#include "core/random.h"

namespace ganvas::train {

/// Which transforms there are and how strong. The first number of each is its multiplier: a picture is transformed with
/// the probability multiplier * p, 0 leaves the transform out. N(0, s) is a normal, U(a, b) a uniform distribution.
struct AugmentSpec {
  // Pixel blitting.
  double xflip = 0;         ///< mirrored left to right in half of the cases
  double rotate90 = 0;      ///< turned by 0, 90, 180 or 270 degrees
  double xint = 0;          ///< shifted by whole pixels, U(-xint_max, xint_max) of width and height
  double xint_max = 0.125;  ///< 0..1
  // General geometry.
  double scale = 0;          ///< enlarged by 2^N(0, scale_std)
  double rotate = 0;         ///< turned by U(-rotate_max, rotate_max) of a half turn, before and after aniso
  double aniso = 0;          ///< made s times wider and s times lower, s = 2^N(0, aniso_std)
  double xfrac = 0;          ///< shifted by N(0, xfrac_std) of width and height
  double scale_std = 0.2;    ///< octaves
  double rotate_max = 1;     ///< 0..1 half turns
  double aniso_std = 0.2;    ///< octaves
  double xfrac_std = 0.125;  ///< of width and height
  // Colour.
  double brightness = 0;        ///< + N(0, brightness_std)
  double contrast = 0;          ///< * 2^N(0, contrast_std)
  double lumaflip = 0;          ///< brightness mirrored, colours kept, in half of the cases
  double hue = 0;               ///< turned by U(-hue_max, hue_max) of a half turn about the grey axis
  double saturation = 0;        ///< distance from the grey axis * 2^N(0, saturation_std)
  double brightness_std = 0.2;  ///< of the range -1..1
  double contrast_std = 0.5;    ///< octaves
  double hue_max = 1;           ///< 0..1 half turns
  double saturation_std = 1;    ///< octaves
  // Filtering in four bands: 0 to 1/8, to 1/4, to 1/2, to 1 of the highest frequency.
  double imgfilter = 0;                               ///< each band * 2^N(0, imgfilter_std), overall power kept
  std::array<double, 4> imgfilter_bands{1, 1, 1, 1};  ///< 0..1, lowest band first: a multiplier for each
  double imgfilter_std = 1;                           ///< octaves
  // Corruption.
  double noise = 0;          ///< + white noise of the deviation |N(0, noise_std)|
  double cutout = 0;         ///< a rectangle of the value 0 around a uniformly chosen point
  double noise_std = 0.1;    ///< of the range -1..1
  double cutout_size = 0.5;  ///< 0..1 of width and height

  bool operator==(const AugmentSpec&) const = default;
};

/// The paper's sets, all multipliers 1: blit, geom, color, filter, noise, cutout, and their sums bg, bgc (the one for
/// training), bgcf, bgcfn, bgcfnc. Throws Error naming the known ones.
AugmentSpec augment_preset(const std::string& name);
std::vector<std::string> augment_presets();

/// Every number by its name above.
Json to_json(const AugmentSpec& spec);
/// An object with any of the names above (absent ones keep their defaults), or the name of a preset. Throws Error for
/// an unknown key, naming the known ones, and for a value of another type or out of range.
AugmentSpec augment_from_json(const Json& json, const std::string& what);

/// One picture's augmentation. The defaults change nothing. Order of the members = order of the transforms.
struct AugmentValues {
  bool mirrored = false;
  int quarter_turns = 0;                   ///< 0..3, anticlockwise as seen
  double shift_x = 0, shift_y = 0;         ///< of width and height, rounded to whole pixels
  double scale = 1;                        ///< > 1 enlarges
  double first_turn = 0, second_turn = 0;  ///< radians, anticlockwise as seen, before and after the stretch
  double stretch = 1;                      ///< times the width, divides the height
  double fraction_x = 0, fraction_y = 0;   ///< shift of width and height
  double brightness = 0;                   ///< added
  double contrast = 1;                     ///< factor
  bool luma_flipped = false;
  double hue = 0;         ///< radians
  double saturation = 1;  ///< factor
  std::array<double, 4> band_gains{1, 1, 1, 1};
  double noise = 0;                       ///< deviation
  double cutout = 0;                      ///< size of the rectangle, of width and height; 0: none
  double cutout_x = 0.5, cutout_y = 0.5;  ///< its centre, 0..1
};

/// Where the numbers come from: uniform in [0, 1) and standard normal. Drawn transform by transform in the order of
/// AugmentValues; within one the values of all pictures, then the numbers that decide which pictures are transformed
/// (for cutout the other way round). How many are drawn depends on the spec and the count alone.
struct AugmentDraws {
  std::function<double()> uniform;
  std::function<double()> normal;
};

/// Values for `count` pictures. p >= 0 (not capped: from 1 on each transform with multiplier 1 always takes place). The
/// two turns each have the probability 1 - sqrt(1 - rotate * p), so that a picture is turned with rotate * p.
/// Throws Error for a negative or undefined p.
std::vector<AugmentValues> draw_augmentations(const AugmentSpec& spec, double p, std::int64_t count,
                                              const AugmentDraws& draws);

/// No chance: every transform of the spec takes place, with the value at `percentile` (0..1) of its distribution; the
/// second turn is left out. As in the authors' program a normal value is its deviation times erfinv(2 percentile - 1),
/// the deviation of the noise erfinv(percentile) (0.7 of the true quantile). For tests and for showing a spec.
AugmentValues augmentation_at(const AugmentSpec& spec, double percentile);

/// Carries out one augmentation a picture.
///   pictures  [N, C, H, W] float or double in -1..1, H and W at least 2; C 1 or 3 where colours change
///   values    N
///   noise     as pictures, N(0, 1), or undefined where no picture's values ask for noise
/// -> as pictures, on the same device; not clamped to -1..1. A picture whose values change nothing comes out bit-equal.
/// Outside of the (reflected) picture there is 0. Differentiable any number of times in the pictures. On a GPU the
/// gradient adds atomically, so its last bits differ from run to run.
/// Throws Error for other shapes.
at::Tensor apply_augmentations(const at::Tensor& pictures, const std::vector<AugmentValues>& values,
                               const at::Tensor& noise = {});

/// The augmentation of a batch, drawn and not carried out yet.
struct BatchAugmentation {
  std::vector<AugmentValues> values;  ///< one a picture; none: the pictures stay as they are
  at::Tensor noise;                   ///< [N, C, H, W] float on the CPU, or undefined where no picture gets any
};

/// Draws for a batch of these sizes [N, C, H, W]. The pixel noise comes from a generator on the host that `random`
/// seeds, so it is the same on all devices. Throws Error for a negative p, and for a spec with colours and pictures of
/// neither 1 nor 3 channels.
BatchAugmentation draw_batch_augmentation(at::IntArrayRef sizes, const AugmentSpec& spec, double p,
                                          RandomStream& random);

/// Carries out what was drawn for the batch on its pictures of these rows ([N] int64); undefined: on the whole batch.
at::Tensor apply_augmentation(const at::Tensor& pictures, const BatchAugmentation& drawn, const at::Tensor& rows = {});

/// Draws and carries out, each picture by itself. Throws Error as draw_batch_augmentation().
at::Tensor augment(const at::Tensor& pictures, const AugmentSpec& spec, double p, RandomStream& random);

/// The low-pass filter of the resampling: Daubechies' symlet of 12 taps, sum 1. [12] double.
at::Tensor geometry_filter();
/// The band-pass filters of the frequency bands, lowest first, which add up to the identity; from Daubechies' symlet of
/// 4 taps. [4, 43] double.
at::Tensor band_filters();

}  // namespace ganvas::train
