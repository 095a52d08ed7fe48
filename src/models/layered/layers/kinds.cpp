#include "models/layered/layers/kinds.h"

#include <numeric>

#include "core/error.h"

namespace ganvas::models {
namespace {

using Inputs = std::vector<at::Tensor>;

std::int64_t count_of(const Sizes& sizes) {
  return std::accumulate(sizes.begin(), sizes.end(), std::int64_t{1}, std::multiplies<>());
}

std::string shown(const Sizes& sizes) {
  return fmt::format("{}", fmt::join(sizes, "x"));
}

std::vector<std::int64_t> wide(const std::vector<int>& values) {
  return {values.begin(), values.end()};
}

at::Tensor tensor(const NamedTensors& tensors, std::string_view name) {
  for (const auto& [key, value] : tensors)
    if (key == name) return value;
  return {};
}

// Tensors.
NamedSizes none(const Layer&) {
  return {};
}
NamedSizes with_bias(const Layer& layer, Sizes weight) {
  NamedSizes tensors{{"weight", std::move(weight)}};
  if (layer.bias) tensors.push_back({"bias", {layer.out}});
  return tensors;
}
NamedSizes gains(const Layer& layer) {
  if (!layer.affine) return {};
  return {{"weight", {layer.in}}, {"bias", {layer.in}}};
}

// Sizes.
Sizes same(const Layer&, const std::vector<Sizes>& in) {
  return in[0];
}
void require_channels(const Layer& layer, const Sizes& in) {
  require(!in.empty() && in[0] == layer.in, "it takes {} channels and gets {}", layer.in, shown(in));
}
void require_picture(const Sizes& in) {
  require(in.size() == 3, "it takes channels of pixels and gets {}", shown(in));
}
Sizes same_channels(const Layer& layer, const std::vector<Sizes>& in) {
  require_channels(layer, in[0]);
  return in[0];
}
void require_pairs(const Layer& layer) {
  for (const auto* pair : {&layer.stride, &layer.output_padding, &layer.dilation, &layer.scale})
    require(pair->size() == 2, "it needs height and width where it has {} numbers", pair->size());
  require(layer.padding.size() == 2 || layer.padding.size() == 4, "its padding has {} numbers instead of 2 or 4",
          layer.padding.size());
}
/// Top and bottom, or left and right.
int both_sides(const Layer& layer, int axis) {
  const auto at = [&](int i) { return layer.padding[static_cast<std::size_t>(i)]; };
  return layer.padding.size() == 2 ? 2 * at(axis) : at(axis) + at(axis + 2);
}
std::int64_t reach(const Layer& layer, std::size_t axis) {
  return std::int64_t{layer.dilation[axis]} * (layer.kernel[axis] - 1) + 1;
}
void require_convolution(const Layer& layer, const Sizes& in) {
  require_picture(in);
  require_channels(layer, in);
  require_pairs(layer);
  require(layer.kernel.size() == 2, "it has no kernel of height and width");
  require(layer.in % layer.groups == 0 && layer.out % layer.groups == 0 && layer.out > 0,
          "{} channels to {} do not fit into {} groups", layer.in, layer.out, layer.groups);
}
Sizes convolved(const Layer& layer, const std::vector<Sizes>& in) {
  require_convolution(layer, in[0]);
  Sizes out{layer.out, 0, 0};
  for (std::size_t axis = 0; axis < 2; ++axis) {
    const std::int64_t room = in[0][axis + 1] + both_sides(layer, static_cast<int>(axis)) - reach(layer, axis);
    require(room >= 0, "its kernel is larger than what it gets, {}", shown(in[0]));
    out[axis + 1] = room / layer.stride[axis] + 1;
  }
  return out;
}
Sizes up_convolved(const Layer& layer, const std::vector<Sizes>& in) {
  require_convolution(layer, in[0]);
  Sizes out{layer.out, 0, 0};
  for (std::size_t axis = 0; axis < 2; ++axis) {
    require(layer.output_padding[axis] < std::max(layer.stride[axis], layer.dilation[axis]),
            "its output padding is not smaller than its stride");
    out[axis + 1] = (in[0][axis + 1] - 1) * layer.stride[axis] - both_sides(layer, static_cast<int>(axis)) +
                    reach(layer, axis) + layer.output_padding[axis];
    require(out[axis + 1] > 0, "its padding takes all of what it gets, {}", shown(in[0]));
  }
  return out;
}
Sizes pooled(const Layer& layer, const std::vector<Sizes>& in) {
  require_picture(in[0]);
  Layer as = layer;
  as.in = as.out = static_cast<int>(in[0][0]);
  as.groups = 1;
  for (std::size_t axis = 0; axis < 2; ++axis)
    require(layer.padding.size() == 2 && layer.kernel.size() == 2 && 2 * layer.padding[axis] <= layer.kernel[axis],
            "its padding is more than half its kernel");
  return convolved(as, in);
}
Sizes enlarged(const Layer& layer, const std::vector<Sizes>& in) {
  require_picture(in[0]);
  require_pairs(layer);
  return {in[0][0], in[0][1] * layer.scale[0], in[0][2] * layer.scale[1]};
}
Sizes shuffled(const Layer& layer, const std::vector<Sizes>& in) {
  require_picture(in[0]);
  const int factor = layer.scale.at(0);
  require(in[0][0] % (factor * factor) == 0, "{} channels do not make pixels of {}x{}", in[0][0], factor, factor);
  return {in[0][0] / (factor * factor), in[0][1] * factor, in[0][2] * factor};
}
Sizes padded(const Layer& layer, const std::vector<Sizes>& in) {
  require_picture(in[0]);
  require_pairs(layer);
  const std::int64_t h = both_sides(layer, 0), w = both_sides(layer, 1);
  for (const int side : layer.padding)
    require(layer.mode != "reflect" || side < std::min(in[0][1], in[0][2]), "it reflects more than it gets");
  return {in[0][0], in[0][1] + h, in[0][2] + w};
}
Sizes reshaped(const Layer& layer, const std::vector<Sizes>& in) {
  Sizes out(layer.shape.begin(), layer.shape.end());
  require(out.size() == 1 || out.size() == 3, "it makes {} dimensions", out.size());
  std::int64_t known = 1, open = 0;
  for (const std::int64_t size : out) {
    require(size == -1 || (size > 0 && known <= count_of(in[0]) / size), "{} does not become {}", shown(in[0]),
            shown(out));
    size == -1 ? open += 1 : known *= size;
  }
  require(open <= 1 && (open == 0 ? known == count_of(in[0]) : count_of(in[0]) % known == 0), "{} does not become {}",
          shown(in[0]), shown(out));
  for (std::int64_t& size : out)
    if (size == -1) size = count_of(in[0]) / known;
  return out;
}
Sizes flat(const Layer&, const std::vector<Sizes>& in) {
  return {count_of(in[0])};
}
Sizes dense(const Layer& layer, const std::vector<Sizes>& in) {
  require(in[0].size() == 1 && in[0][0] == layer.in && layer.out > 0, "it takes {} values and gets {}", layer.in,
          shown(in[0]));
  return {layer.out};
}
Sizes equal(const Layer&, const std::vector<Sizes>& in) {
  for (const Sizes& sizes : in) require(sizes == in[0], "it gets {} and {}", shown(in[0]), shown(sizes));
  return in[0];
}
Sizes joined(const Layer&, const std::vector<Sizes>& in) {
  Sizes out = in[0];
  for (std::size_t i = 1; i < in.size(); ++i) {
    require(in[i].size() == out.size() && std::equal(out.begin() + 1, out.end(), in[i].begin() + 1),
            "it gets {} and {}", shown(out), shown(in[i]));
    out[0] += in[i][0];
  }
  return out;
}
Sizes group_normed(const Layer& layer, const std::vector<Sizes>& in) {
  require_channels(layer, in[0]);
  require(layer.in % layer.groups == 0, "{} channels do not fit into {} groups", layer.in, layer.groups);
  return in[0];
}
Sizes layer_normed(const Layer& layer, const std::vector<Sizes>& in) {
  const Sizes shape(layer.shape.begin(), layer.shape.end());
  require(!shape.empty() && shape.size() <= in[0].size() && std::equal(shape.rbegin(), shape.rend(), in[0].rbegin()),
          "it takes {} and gets {}", shown(shape), shown(in[0]));
  return in[0];
}
Sizes attended(const Layer& layer, const std::vector<Sizes>& in) {
  require_picture(in[0]);
  require_channels(layer, in[0]);
  require(layer.out > 0 && in[0][1] * in[0][2] <= 4096, "it looks at {}, which is too much for it", shown(in[0]));
  return in[0];
}

// What they do.
bool four_sides(const Layer& layer) {
  return layer.padding.size() == 4;
}
/// In the order of at::pad: left, right, top, bottom.
std::vector<std::int64_t> sides(const Layer& layer) {
  if (!four_sides(layer)) return {layer.padding[1], layer.padding[1], layer.padding[0], layer.padding[0]};
  return {layer.padding[1], layer.padding[3], layer.padding[0], layer.padding[2]};
}
at::Tensor convolution(const Layer& l, const NamedTensors& t, const Inputs& x) {
  const at::Tensor input = four_sides(l) ? at::constant_pad_nd(x[0], sides(l)) : x[0];
  const std::vector<std::int64_t> padding = four_sides(l) ? std::vector<std::int64_t>{0, 0} : wide(l.padding);
  return at::conv2d(input, tensor(t, "weight"), tensor(t, "bias"), wide(l.stride), padding, wide(l.dilation), l.groups);
}
at::Tensor transposed_convolution(const Layer& l, const NamedTensors& t, const Inputs& x) {
  const std::vector<std::int64_t> padding = four_sides(l) ? std::vector<std::int64_t>{0, 0} : wide(l.padding);
  const at::Tensor y = at::conv_transpose2d(x[0], tensor(t, "weight"), tensor(t, "bias"), wide(l.stride), padding,
                                            wide(l.output_padding), l.groups, wide(l.dilation));
  if (!four_sides(l)) return y;
  return y.slice(2, l.padding[0], y.size(2) - l.padding[2]).slice(3, l.padding[1], y.size(3) - l.padding[3]);
}
at::Tensor pad(const Layer& l, const NamedTensors&, const Inputs& x) {
  return at::pad(x[0], sides(l), l.mode == "zeros" ? "constant" : l.mode);
}
at::Tensor upsample(const Layer& l, const NamedTensors&, const Inputs& x) {
  const std::vector<std::int64_t> size{x[0].size(2) * l.scale[0], x[0].size(3) * l.scale[1]};
  return l.mode == "bilinear" ? at::upsample_bilinear2d(x[0], size, l.align_corners)
                              : at::upsample_nearest2d(x[0], size);
}
/// Self-attention of SAGAN (Zhang et al. 2018): out are the channels of query and key.
at::Tensor attention(const Layer&, const NamedTensors& t, const Inputs& x) {
  const auto part = [&](const std::string& name) {
    return at::conv2d(x[0], tensor(t, name + ".weight"), tensor(t, name + ".bias")).flatten(2);
  };
  const at::Tensor map = at::bmm(part("query_conv").transpose(1, 2), part("key_conv")).softmax(-1);
  return tensor(t, "gamma") * at::bmm(part("value_conv"), map.transpose(1, 2)).view(x[0].sizes()) + x[0];
}
at::Tensor each(const Inputs& x, at::Tensor (*of_two)(const at::Tensor&, const at::Tensor&)) {
  at::Tensor y = x[0];
  for (std::size_t i = 1; i < x.size(); ++i) y = of_two(y, x[i]);
  return y;
}
at::Tensor as_it_is(const Layer&, const NamedTensors&, const Inputs& x) {
  return x[0];
}

using Run = at::Tensor (*)(const Layer&, const NamedTensors&, const Inputs&);

LayerKind activation(const char* name, Run run) {
  return {name, 1, none, same, run, true};
}

std::vector<LayerKind> weighted() {
  return {
      {"linear", 1,
       [](const Layer& l) {
         return with_bias(l, {l.out, l.in});
       },
       dense,
       [](const Layer&, const NamedTensors& t, const Inputs& x) {
         return at::linear(x[0], tensor(t, "weight"), tensor(t, "bias"));
       }},
      {"convolution", 1,
       [](const Layer& l) {
         return with_bias(l, {l.out, l.in / l.groups, l.kernel.at(0), l.kernel.at(1)});
       },
       convolved, convolution},
      {"transposed_convolution", 1,
       [](const Layer& l) {
         return with_bias(l, {l.in, l.out / l.groups, l.kernel.at(0), l.kernel.at(1)});
       },
       up_convolved, transposed_convolution},
      // A label is a weight for each class, so that labels can be mixed.
      {"embedding", 1,
       [](const Layer& l) {
         return NamedSizes{{"weight", {l.in, l.out}}};
       },
       dense,
       [](const Layer&, const NamedTensors& t, const Inputs& x) { return at::matmul(x[0], tensor(t, "weight")); }},
      {"batch_norm", 1, none, same_channels, nullptr},
      {"instance_norm", 1, gains, same_channels,
       [](const Layer& l, const NamedTensors& t, const Inputs& x) {
         return at::instance_norm(x[0], tensor(t, "weight"), tensor(t, "bias"), {}, {}, true, 0.1, l.eps, false);
       }},
      {"group_norm", 1, gains, group_normed,
       [](const Layer& l, const NamedTensors& t, const Inputs& x) {
         return at::group_norm(x[0], l.groups, tensor(t, "weight"), tensor(t, "bias"), l.eps, false);
       }},
      {"layer_norm", 1,
       [](const Layer& l) {
         const Sizes shape(l.shape.begin(), l.shape.end());
         return l.affine ? NamedSizes{{"weight", shape}, {"bias", shape}} : NamedSizes{};
       },
       layer_normed,
       [](const Layer& l, const NamedTensors& t, const Inputs& x) {
         return at::layer_norm(x[0], wide(l.shape), tensor(t, "weight"), tensor(t, "bias"), l.eps, false);
       }},
      {"prelu", 1,
       [](const Layer& l) {
         return NamedSizes{{"weight", {l.in}}};
       },
       same, [](const Layer&, const NamedTensors& t, const Inputs& x) { return at::prelu(x[0], tensor(t, "weight")); }},
      {"attention", 1,
       [](const Layer& l) {
         NamedSizes tensors;
         for (const char* name : {"query_conv", "key_conv", "value_conv"}) {
           const std::int64_t out = std::string_view(name) == "value_conv" ? l.in : l.out;
           tensors.push_back({name + std::string(".weight"), {out, l.in, 1, 1}});
           if (l.bias) tensors.push_back({name + std::string(".bias"), {out}});
         }
         tensors.push_back({"gamma", {1}});
         return tensors;
       },
       attended, attention},
  };
}

std::vector<LayerKind> shaping() {
  return {
      {"upsample", 1, none, enlarged, upsample},
      {"pixel_shuffle", 1, none, shuffled,
       [](const Layer& l, const NamedTensors&, const Inputs& x) { return at::pixel_shuffle(x[0], l.scale[0]); }},
      {"average_pool", 1, none, pooled,
       [](const Layer& l, const NamedTensors&, const Inputs& x) {
         return at::avg_pool2d(x[0], wide(l.kernel), wide(l.stride), wide(l.padding));
       }},
      {"max_pool", 1, none, pooled,
       [](const Layer& l, const NamedTensors&, const Inputs& x) {
         return at::max_pool2d(x[0], wide(l.kernel), wide(l.stride), wide(l.padding));
       }},
      {"global_average_pool", 1, none,
       [](const Layer&, const std::vector<Sizes>& in) {
         require_picture(in[0]);
         return Sizes{in[0][0]};
       },
       [](const Layer&, const NamedTensors&, const Inputs& x) {
         return x[0].mean({2, 3});
       }},
      {"pad", 1, none, padded, pad},
      {"reshape", 1, none, reshaped,
       [](const Layer& l, const NamedTensors&, const Inputs& x) {
         std::vector<std::int64_t> shape{x[0].size(0)};
         shape.insert(shape.end(), l.shape.begin(), l.shape.end());
         return x[0].reshape(shape);
       }},
      // [height, width, channels] -> [channels, height, width]: what comes of a dense layer of a channels-last program.
      {"channels_first", 1, none,
       [](const Layer&, const std::vector<Sizes>& in) {
         require_picture(in[0]);
         return Sizes{in[0][2], in[0][0], in[0][1]};
       },
       [](const Layer&, const NamedTensors&, const Inputs& x) {
         return x[0].permute({0, 3, 1, 2});
       }},
      {"channels_last", 1, none,
       [](const Layer&, const std::vector<Sizes>& in) {
         require_picture(in[0]);
         return Sizes{in[0][1], in[0][2], in[0][0]};
       },
       [](const Layer&, const NamedTensors&, const Inputs& x) {
         return x[0].permute({0, 2, 3, 1});
       }},
      {"flatten", 1, none, flat, [](const Layer&, const NamedTensors&, const Inputs& x) { return x[0].flatten(1); }},
      {"add", 2, none, equal,
       [](const Layer&, const NamedTensors&, const Inputs& x) {
         return each(x, [](const at::Tensor& a, const at::Tensor& b) { return a + b; });
       }},
      {"multiply", 2, none, equal,
       [](const Layer&, const NamedTensors&, const Inputs& x) {
         return each(x, [](const at::Tensor& a, const at::Tensor& b) { return a * b; });
       }},
      {"concatenate", 2, none, joined,
       [](const Layer&, const NamedTensors&, const Inputs& x) { return at::cat(x, 1); }},
  };
}

std::vector<LayerKind> plain() {
  return {
      activation("identity", as_it_is),
      activation("dropout", as_it_is),  // nothing outside training, and left out of it here
      activation("relu", [](const Layer&, const NamedTensors&, const Inputs& x) { return at::relu(x[0]); }),
      activation("leaky_relu",
                 [](const Layer& l, const NamedTensors&, const Inputs& x) { return at::leaky_relu(x[0], l.slope); }),
      activation("elu", [](const Layer& l, const NamedTensors&, const Inputs& x) { return at::elu(x[0], l.slope); }),
      activation("selu", [](const Layer&, const NamedTensors&, const Inputs& x) { return at::selu(x[0]); }),
      activation("silu", [](const Layer&, const NamedTensors&, const Inputs& x) { return at::silu(x[0]); }),
      activation("gelu", [](const Layer& l, const NamedTensors&,
                            const Inputs& x) { return at::gelu(x[0], l.mode == "tanh" ? "tanh" : "none"); }),
      activation("tanh", [](const Layer&, const NamedTensors&, const Inputs& x) { return at::tanh(x[0]); }),
      activation("sigmoid", [](const Layer&, const NamedTensors&, const Inputs& x) { return at::sigmoid(x[0]); }),
      activation("softplus", [](const Layer&, const NamedTensors&, const Inputs& x) { return at::softplus(x[0]); }),
      activation("hardtanh", [](const Layer& l, const NamedTensors&,
                                const Inputs& x) { return at::hardtanh(x[0], l.low, l.high); }),
      activation("pixel_norm", [](const Layer& l, const NamedTensors&,
                                  const Inputs& x) { return x[0] * (x[0].square().mean({1}, true) + l.eps).rsqrt(); }),
      activation("rescale",
                 [](const Layer& l, const NamedTensors&, const Inputs& x) { return x[0] * l.factor + l.plus; }),
  };
}

}  // namespace

const std::vector<LayerKind>& layer_kinds() {
  static const std::vector<LayerKind> table = [] {
    std::vector<LayerKind> all = weighted();
    for (auto rows : {shaping(), plain()}) all.insert(all.end(), rows.begin(), rows.end());
    return all;
  }();
  return table;
}

const LayerKind& layer_kind(const std::string& name) {
  std::string known;
  for (const LayerKind& kind : layer_kinds()) {
    if (name == kind.name) return kind;
    known += (known.empty() ? "" : ", ") + std::string(kind.name);
  }
  fail("There is no kind of layer \"{}\"; choose one of {}.", name, known);
}

}  // namespace ganvas::models
