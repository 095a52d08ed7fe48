// Pictures on their way to the screen: every tier, every fallback, and the frame rate, on a headless context.
#include <epoxy/gl.h>

#include <chrono>
#include <cstring>

#include "core/error.h"
#include "gpucheck/guard.h"
#include "ops/to_rgba8/to_rgba8.h"
#include "render/picture_texture.h"

namespace ganvas::gpucheck {
namespace {

constexpr int side = 256;

/// A smooth colourful picture as RGBA bytes on `device`, with what keeps them alive.
render::PictureSource test_picture(at::Device device) {
  const at::Tensor ramp = at::linspace(-1, 1, side);
  const at::Tensor x = ramp.expand({side, side}), y = x.t();
  auto bytes = std::make_shared<at::Tensor>();
  ops::to_rgba8(at::stack({x, y, at::sin(9 * x * y)}).unsqueeze(0).to(device), 1, *bytes);
  if (device.is_cuda()) bytes->cpu();  // the picture is whole before it is shown
  render::PictureSource source;
  source.pixels = {
      bytes->data_ptr<std::uint8_t>(), side, side, 4, side * 4, device.is_cuda() ? Device::cuda : Device::cpu};
  source.memory = bytes;
  return source;
}

Image host_bytes(const render::PictureSource& source) {
  const at::Tensor bytes = static_cast<const at::Tensor*>(source.memory.get())->cpu();
  Image image(side, side, 4);
  std::memcpy(image.pixels.data(), bytes.const_data_ptr(), image.pixels.size());
  return image;
}

void finish(render::PictureTexture& texture) {
  const auto start = std::chrono::steady_clock::now();
  while (texture.busy()) {
    texture.update();
    require(std::chrono::steady_clock::now() - start < std::chrono::seconds(10),
            "A picture did not reach its texture within 10 s.");
  }
  texture.update();
}

/// What lies in the texture.
Image texels(const render::PictureTexture& texture) {
  Image image(side, side, 4);
  glBindTexture(GL_TEXTURE_2D, texture.texture().name());
  glGetTexImage(GL_TEXTURE_2D, 0, GL_RGBA, GL_UNSIGNED_BYTE, image.pixels.data());
  return image;
}

std::pair<bool, std::string> tier_shows_the_picture(at::Device device, render::UploadTier tier) {
  const render::HeadlessContext context;
  render::PictureTexture texture;
  texture.choose(tier);
  const render::PictureSource source = test_picture(device);
  texture.show(source);
  finish(texture);
  if (texture.tier() != tier)
    return {false, fmt::format("{} took over: {}", render::to_string(texture.tier()), texture.reason())};
  const bool equal = texels(texture) == host_bytes(source);
  return {equal, fmt::format("{} on {}: {} pixels {}", render::to_string(tier), render::renderer_name(), side * side,
                             equal ? "equal" : "DIFFER")};
}

std::pair<bool, std::string> fallback_takes_over(at::Device device, render::UploadTier first) {
  const render::HeadlessContext context;
  render::PictureTexture texture([first](render::UploadTier tier) {
    return tier == first ? std::string("made to fail by the check") : std::string();
  });
  texture.choose(first);
  const render::PictureSource source = test_picture(device);
  for (int i = 0; i < 3; ++i) {
    texture.show(source);
    finish(texture);
  }
  const bool good = texture.tier() != first && texture.fallbacks() == 1 && !texture.reason().empty() &&
                    texels(texture) == host_bytes(source);
  return {good, fmt::format("{} -> {} once, \"{}\"", render::to_string(first), render::to_string(texture.tier()),
                            texture.reason())};
}

std::pair<bool, std::string> frame_rate() {
  const render::HeadlessContext context;
  render::PictureTexture texture;
  const render::PictureSource source = test_picture(at::kCUDA);
  constexpr int frames = 500;
  const auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < frames; ++i) {
    texture.show(source);
    finish(texture);
  }
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return {true, fmt::format("{:.0f} pictures/s of {}x{} by {}", frames / seconds, side, side,
                            render::to_string(texture.tier()))};
}

}  // namespace

void check_display(Checklist& checks) {
  const auto on_cuda = [](auto check, render::UploadTier tier) {
    return [=] { return check(at::Device(at::kCUDA), tier); };
  };
  const auto on_cpu = [](auto check, render::UploadTier tier) {
    return [=] { return check(at::Device(at::kCPU), tier); };
  };
  checks.on_gpu("display: interop against the CPU's bytes",
                on_cuda(tier_shows_the_picture, render::UploadTier::interop));
  checks.on_gpu("display: pinned buffer from the GPU", on_cuda(tier_shows_the_picture, render::UploadTier::pinned));
  checks.on_gpu("display: plain upload from the GPU", on_cuda(tier_shows_the_picture, render::UploadTier::plain));
  checks.on_gpu("fallback from interop", on_cuda(fallback_takes_over, render::UploadTier::interop));
  checks.on_gpu("fallback from the pinned buffer", on_cuda(fallback_takes_over, render::UploadTier::pinned));
  checks.on_gpu("display: frame rate", frame_rate);
  checks.anywhere("display: pinned buffer from host memory",
                  on_cpu(tier_shows_the_picture, render::UploadTier::pinned));
  checks.anywhere("display: plain upload from host memory", on_cpu(tier_shows_the_picture, render::UploadTier::plain));
  checks.anywhere("fallback from the pinned buffer, host memory",
                  on_cpu(fallback_takes_over, render::UploadTier::pinned));
}

}  // namespace ganvas::gpucheck
