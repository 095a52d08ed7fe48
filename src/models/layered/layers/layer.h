#pragma once
// A network as data: a list of layers in the order in which they run.

#include <string>
#include <vector>

#include "core/json_fields.h"

namespace ganvas::models {

/// One layer. Which values count is its kind's (kinds.h); the others stay as they are here. Pairs are height, width.
struct Layer {
  std::string name;                 ///< unique; in front of its tensors: "net.0" has "net.0.weight"
  std::string kind;                 ///< a row of layer_kinds()
  std::vector<std::string> inputs;  ///< names of layers, or of the network's inputs; empty: the layer before
  int in = 0;                       ///< channels, values or classes that come in
  int out = 0;                      ///< channels or values that go out
  std::vector<int> kernel;
  std::vector<int> stride{1, 1};
  std::vector<int> padding{0, 0};         ///< or top, left, bottom, right
  std::vector<int> output_padding{0, 0};  ///< of a transposed convolution
  std::vector<int> dilation{1, 1};
  std::vector<int> scale{2, 2};  ///< of an upsampling
  std::vector<int> shape;        ///< of a reshape or a layer norm, without the batch
  int groups = 1;
  bool bias = true;
  bool affine = true;            ///< a norm has gains and offsets
  double eps = 1e-5;             ///< of a norm
  double momentum = 0.1;         ///< of a batch norm's moving averages
  double slope = 0.2;            ///< of a leaky ReLU; of ELU its alpha
  double low = -1, high = 1;     ///< of hardtanh
  double factor = 1, plus = 0;   ///< of a rescaling
  std::string mode = "nearest";  ///< of an upsampling: nearest, bilinear; of a pad: zeros, reflect, replicate
  bool align_corners = false;
};

/// Without the values that are the defaults.
Json to_json(const std::vector<Layer>& layers);
/// Throws Error naming `what`, the layer and what does not fit.
std::vector<Layer> layers_from_json(const Json& json, const std::string& what);

/// The layer, if all its values are such as a layer may have. Throws Error with a clause.
Layer checked_layer(const Layer& layer);

}  // namespace ganvas::models

template <>
inline constexpr auto ganvas::fields::table<ganvas::models::Layer> = std::tuple{
    ganvas::fields::required("name", &ganvas::models::Layer::name),
    ganvas::fields::required("kind", &ganvas::models::Layer::kind),
    ganvas::fields::optional("inputs", &ganvas::models::Layer::inputs),
    ganvas::fields::optional("in", &ganvas::models::Layer::in, ganvas::fields::between(0, 1 << 24)),
    ganvas::fields::optional("out", &ganvas::models::Layer::out, ganvas::fields::between(0, 1 << 24)),
    ganvas::fields::optional("kernel", &ganvas::models::Layer::kernel, ganvas::fields::between(1, 4096)),
    ganvas::fields::optional("stride", &ganvas::models::Layer::stride, ganvas::fields::between(1, 64)),
    ganvas::fields::optional("padding", &ganvas::models::Layer::padding, ganvas::fields::between(0, 4096)),
    ganvas::fields::optional("output_padding", &ganvas::models::Layer::output_padding, ganvas::fields::between(0, 64)),
    ganvas::fields::optional("dilation", &ganvas::models::Layer::dilation, ganvas::fields::between(1, 64)),
    ganvas::fields::optional("scale", &ganvas::models::Layer::scale, ganvas::fields::between(1, 64)),
    ganvas::fields::optional("shape", &ganvas::models::Layer::shape, ganvas::fields::between(-1, 1 << 24)),
    ganvas::fields::optional("groups", &ganvas::models::Layer::groups, ganvas::fields::between(1, 1 << 20)),
    ganvas::fields::optional("bias", &ganvas::models::Layer::bias),
    ganvas::fields::optional("affine", &ganvas::models::Layer::affine),
    ganvas::fields::optional("eps", &ganvas::models::Layer::eps, ganvas::fields::between(0, 100)),
    ganvas::fields::optional("momentum", &ganvas::models::Layer::momentum, ganvas::fields::between(0, 1)),
    ganvas::fields::optional("slope", &ganvas::models::Layer::slope, ganvas::fields::between(-100, 100)),
    ganvas::fields::optional("low", &ganvas::models::Layer::low, ganvas::fields::between(-1e6, 1e6)),
    ganvas::fields::optional("high", &ganvas::models::Layer::high, ganvas::fields::between(-1e6, 1e6)),
    ganvas::fields::optional("factor", &ganvas::models::Layer::factor, ganvas::fields::between(-1e6, 1e6)),
    ganvas::fields::optional("plus", &ganvas::models::Layer::plus, ganvas::fields::between(-1e6, 1e6)),
    ganvas::fields::optional("mode", &ganvas::models::Layer::mode),
    ganvas::fields::optional("align_corners", &ganvas::models::Layer::align_corners)};
