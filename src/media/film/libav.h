#pragma once
// libav's C types with owners. For the files of media/ that speak to libav.

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libswresample/swresample.h>
#include <libswscale/swscale.h>
}

#include <memory>
#include <string>

namespace ganvas::media::libav {

struct Free {
  void operator()(AVFrame* frame) const { av_frame_free(&frame); }
  void operator()(AVPacket* packet) const { av_packet_free(&packet); }
  void operator()(AVCodecContext* codec) const { avcodec_free_context(&codec); }
  void operator()(SwsContext* scaler) const { sws_freeContext(scaler); }
};
using FramePtr = std::unique_ptr<AVFrame, Free>;
using PacketPtr = std::unique_ptr<AVPacket, Free>;
using CodecPtr = std::unique_ptr<AVCodecContext, Free>;
using ScalerPtr = std::unique_ptr<SwsContext, Free>;

/// The reason behind a negative return value, such as "No space left on device".
std::string reason(int code);

/// A frame with memory for pixels, rows padded as libav's fast paths want them. Throws Error when there is no memory.
FramePtr make_frame(AVPixelFormat format, int width, int height);

/// Throws Error when libavcodec was built without it.
const AVCodec& find_encoder(const std::string& name);

/// RGB0 to YUV 4:2:0 in the colours that name_colours() names: BT.709, 16..235. Throws Error for a size that does not
/// go.
ScalerPtr make_yuv_converter(int width, int height);
void name_colours(AVCodecContext& codec);

}  // namespace ganvas::media::libav
