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

const AVCodec& find_encoder(const std::string& name) {
  const AVCodec* codec = avcodec_find_encoder_by_name(name.c_str());
  require(codec != nullptr, "This system's libavcodec has no video encoder {}; install its full version.", name);
  return *codec;
}

ScalerPtr make_yuv_converter(int width, int height) {
  const int flags = SWS_BICUBIC | SWS_FULL_CHR_H_INP | SWS_ACCURATE_RND;
  ScalerPtr scaler(sws_getContext(width, height, AV_PIX_FMT_RGB0, width, height, AV_PIX_FMT_YUV420P, flags, nullptr,
                                  nullptr, nullptr));
  require(scaler != nullptr, "A film cannot have {} x {} pixels.", width, height);
  const int* bt709 = sws_getCoefficients(SWS_CS_ITU709);
  constexpr int full_range = 1;
  constexpr int video_range = 0;
  constexpr int one = 1 << 16;
  sws_setColorspaceDetails(scaler.get(), bt709, full_range, bt709, video_range, 0, one, one);
  return scaler;
}

void name_colours(AVCodecContext& codec) {
  codec.colorspace = AVCOL_SPC_BT709;
  codec.color_primaries = AVCOL_PRI_BT709;
  codec.color_trc = AVCOL_TRC_BT709;
  codec.color_range = AVCOL_RANGE_MPEG;
}

}  // namespace ganvas::media::libav
