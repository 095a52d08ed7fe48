#include "app/render/layer_sheet.h"

#include <cmath>

namespace ganvas::app {

namespace {

constexpr std::int64_t bins = 64, largest_map = 256;

/// [C, H, W] -> log power with the constant part in the middle, each channel in 0..1.
at::Tensor spectra(const at::Tensor& x) {
  const at::Tensor power = at::fft_fftshift(at::fft_fft2(x).abs().square(), at::IntArrayRef{1, 2});
  const at::Tensor log = (power + 1e-12).log();
  const at::Tensor least = log.amin({1, 2}, true), most = log.amax({1, 2}, true);
  return (log - least) / (most - least).clamp_min(1e-6);
}

/// v in -1..1 [H, W] -> bytes [H, W, 4].
at::Tensor coloured(const at::Tensor& v) {
  const auto channel = [&](double below, double above) { return at::where(v < 0, -v * below, v * above); };
  const at::Tensor rgb = at::stack({channel(0.30, 1.00), channel(0.62, 0.72), channel(1.00, 0.25)}, -1);
  const at::Tensor bytes = (rgb * 255).round().clamp(0, 255).to(at::kByte);
  return at::cat({bytes, at::full({v.size(0), v.size(1), 1}, 255, bytes.options())}, -1).contiguous();
}

LayerFigures figures_of(const at::Tensor& x, const std::string& name) {
  const at::Tensor flat = x.flatten(1);
  const at::Tensor rows =
      at::stack({flat.mean(1), flat.std(1, /*unbiased=*/false), flat.amin(1), flat.amax(1)}, 1).to(at::kCPU);
  const at::Tensor all = at::stack({x.mean(), x.std(/*unbiased=*/false), x.amin(), x.amax()}).to(at::kCPU);
  const auto channel = [](const at::Tensor& row) {
    const auto* v = row.const_data_ptr<float>();
    return LayerFigures::Channel{v[0], v[1], v[2], v[3]};
  };
  LayerFigures figures{.layer = name,
                       .channels = static_cast<int>(x.size(0)),
                       .height = static_cast<int>(x.size(1)),
                       .width = static_cast<int>(x.size(2)),
                       .all = channel(all)};
  for (std::int64_t i = 0; i < rows.size(0); ++i) figures.each.push_back(channel(rows[i]));
  const double least = figures.all.least, most = std::max<double>(figures.all.most, least + 1e-12);
  if (std::isfinite(least) && std::isfinite(most)) {
    const at::Tensor counts = at::histc(x.to(at::kCPU), bins, least, most) / static_cast<double>(x.numel());
    figures.histogram.assign(counts.const_data_ptr<float>(), counts.const_data_ptr<float>() + bins);
  }
  return figures;
}

}  // namespace

LayerSheet make_layer_sheet(const at::Tensor& layer, const LayerView& view) {
  const at::NoGradGuard no_grad;
  at::Tensor x = layer.to(at::kFloat);
  LayerSheet sheet;
  sheet.figures = std::make_shared<LayerFigures>(figures_of(x, view.layer));
  at::Tensor shown;
  if (view.spectrum) {
    shown = spectra(x);
  } else {
    shown = (x / std::max(3.0 * sheet.figures->all.deviation, 1e-12)).clamp(-1, 1);
  }
  shown = at::nan_to_num(shown);
  if (const std::int64_t longer = std::max(shown.size(1), shown.size(2)); longer > largest_map) {
    const std::vector<std::int64_t> size{shown.size(1) * largest_map / longer, shown.size(2) * largest_map / longer};
    shown = at::_adaptive_avg_pool2d(shown.unsqueeze(0), size).squeeze(0);
  }
  const std::int64_t count = shown.size(0), height = shown.size(1), width = shown.size(2);
  const auto columns = static_cast<std::int64_t>(std::ceil(std::sqrt(static_cast<double>(count))));
  const std::int64_t rows = (count + columns - 1) / columns;
  const at::Tensor empty = at::zeros({rows * columns - count, height, width}, shown.options());
  const at::Tensor cells = at::cat({shown, empty}).view({rows, columns, height, width});
  sheet.rgba = coloured(cells.permute({0, 2, 1, 3}).reshape({rows * height, columns * width}));
  sheet.columns = static_cast<int>(columns);
  sheet.rows = static_cast<int>(rows);
  return sheet;
}

}  // namespace ganvas::app
