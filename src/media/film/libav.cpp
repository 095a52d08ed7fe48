#include "media/film/libav.h"

#include "core/error.h"

namespace ganvas::media::libav {

std::string reason(int code) {
  char text[AV_ERROR_MAX_STRING_SIZE] = {};
  av_strerror(code, text, sizeof(text));
  return text;
}

FramePtr make_frame(AVPixelFormat format, int width, int height) {
  FramePtr frame(av_frame_alloc());
  require(frame != nullptr, "There is no memory for a video frame.");
  frame->format = format;
  frame->width = width;
  frame->height = height;
  const int result = av_frame_get_buffer(frame.get(), 0);
  require(result >= 0, "There is no memory for a video frame of {} x {} pixels: {}.", width, height, reason(result));
  return frame;
}

}  // namespace ganvas::media::libav
