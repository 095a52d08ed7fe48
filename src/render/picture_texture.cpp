#include "render/picture_texture.h"

#include <epoxy/gl.h>

#include "core/error.h"

namespace ganvas::render {
namespace {

std::unique_ptr<Uploader> make_uploader(UploadTier tier) {
  if (tier == UploadTier::interop) return make_interop_uploader();
  if (tier == UploadTier::pinned) return make_pinned_uploader();
  return make_plain_uploader();
}

}  // namespace

const char* to_string(UploadTier tier) {
  if (tier == UploadTier::interop) return "CUDA-OpenGL interop";
  return tier == UploadTier::pinned ? "pinned pixel buffer" : "plain upload";
}

PictureTexture::PictureTexture(UploadFault fault) : fault_(std::move(fault)) {
  choose(UploadTier::interop);
}

void PictureTexture::choose(UploadTier first) {
  if (uploader_) uploader_->forget_target();
  pending_ = false;
  first_ = tier_ = first;
  reason_.clear();
  fallbacks_ = 0;
  uploader_ = make_uploader(tier_);
  if (tier_ != UploadTier::interop) return;
  if (const std::string problem = interop_problem(); !problem.empty()) fall_back(problem);
}

void PictureTexture::show(PictureSource source) {
  require(source.pixels.channels == 4 && !source.pixels.empty(),
          "Only RGBA pictures can be shown, not {}x{} with {} channels.", source.pixels.width, source.pixels.height,
          source.pixels.channels);
  if (pending_) {
    waiting_ = std::move(source);
    return;
  }
  start(std::move(source));
}

bool PictureTexture::update() {
  if (pending_) {
    settle(uploader_->poll(texture_));
    if (!pending_ && waiting_.memory != nullptr) start(std::exchange(waiting_, {}));
  }
  return std::exchange(changed_, false);
}

void PictureTexture::start(PictureSource source) {
  if (source.pixels.device != device_) {
    device_ = source.pixels.device;
    choose(first_);
  }
  fit_texture(source.pixels);
  current_ = std::move(source);
  settle(attempt(current_));
}

UploadResult PictureTexture::attempt(const PictureSource& source) {
  if (fault_) {
    if (std::string reason = fault_(tier_); !reason.empty()) return {UploadResult::State::failed, std::move(reason)};
  }
  return uploader_->start(source, texture_);
}

void PictureTexture::settle(UploadResult result) {
  while (result.state == UploadResult::State::failed) {
    fall_back(result.reason);
    result = attempt(current_);
  }
  pending_ = result.state == UploadResult::State::pending;
  if (pending_) return;
  changed_ = true;
  current_ = {};
}

void PictureTexture::fall_back(const std::string& why) {
  require(tier_ != UploadTier::plain, "The picture cannot be shown: {}; update the graphics driver.", why);
  uploader_->forget_target();
  const UploadTier failed = tier_;
  tier_ = failed == UploadTier::interop ? UploadTier::pinned : UploadTier::plain;
  reason_ += fmt::format("{}{} is not used: {}", reason_.empty() ? "" : "; ", to_string(failed), why);
  ++fallbacks_;
  uploader_ = make_uploader(tier_);
}

void PictureTexture::fit_texture(const ImageView& pixels) {
  const PixelSize wanted{pixels.width, pixels.height};
  if (texture_ && wanted == size_) return;
  uploader_->forget_target();
  texture_ = GlTexture::make();
  size_ = wanted;
  glBindTexture(GL_TEXTURE_2D, texture_.name());
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_LINEAR);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, GL_LINEAR);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_S, GL_CLAMP_TO_EDGE);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_T, GL_CLAMP_TO_EDGE);
  glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAX_LEVEL, 0);
  glBindBuffer(GL_PIXEL_UNPACK_BUFFER, 0);
  glTexImage2D(GL_TEXTURE_2D, 0, GL_RGBA8, size_.width, size_.height, 0, GL_RGBA, GL_UNSIGNED_BYTE, nullptr);
}

}  // namespace ganvas::render
