#include "media/film/animation_encoder.h"

#include <string>

#include "core/error.h"
#include "media/film/libav.h"

extern "C" {
#include <libavfilter/avfilter.h>
#include <libavfilter/buffersink.h>
#include <libavfilter/buffersrc.h>
#include <libavutil/opt.h>
}

namespace ganvas::media {

namespace {

struct Close {
  void operator()(AVFormatContext* file) const {
    avio_closep(&file->pb);
    avformat_free_context(file);
  }
  void operator()(AVFilterGraph* graph) const { avfilter_graph_free(&graph); }
  void operator()(AVFilterInOut* ends) const { avfilter_inout_free(&ends); }
};

/// GIF: a palette for each frame by itself, so that nothing waits for the end of the film. WebP has colours enough.
const char* filters_of(bool gif) {
  return gif ? "split[a][b];[a]palettegen=stats_mode=single[p];[b][p]paletteuse=new=1:dither=sierra2_4a"
             : "format=bgra";
}

}  // namespace

struct AnimationEncoder::Impl {
  AnimationOptions options;
  bool gif;
  std::unique_ptr<AVFormatContext, Close> file;
  std::unique_ptr<AVFilterGraph, Close> graph;
  AVFilterContext* source = nullptr;  // owned by graph, as the sink
  AVFilterContext* sink = nullptr;
  libav::CodecPtr codec;
  libav::PacketPtr packet{av_packet_alloc()};
  libav::FramePtr filtered{av_frame_alloc()};
  AVStream* stream = nullptr;  // owned by file
  int width = 0, height = 0;
  std::int64_t frames = 0;

  void check(int result) const {
    require(result >= 0, "Cannot write {}: {}; make room or choose another folder.", options.path.string(),
            libav::reason(result));
  }

  void open_file(const std::filesystem::path& path) {
    AVFormatContext* context = nullptr;
    check(avformat_alloc_output_context2(&context, nullptr, gif ? "gif" : "webp", nullptr));
    file.reset(context);
    file->flags |= AVFMT_FLAG_BITEXACT;
    check(avio_open(&file->pb, ("file:" + path.string()).c_str(), AVIO_FLAG_WRITE));
  }

  void open_filters() {
    graph.reset(avfilter_graph_alloc());
    require(graph != nullptr, "There is no memory for writing {}.", options.path.string());
    graph->nb_threads = 1;
    const std::string from = fmt::format("video_size={}x{}:pix_fmt={}:time_base=1/{}:pixel_aspect=1/1", width, height,
                                         static_cast<int>(AV_PIX_FMT_RGB24), options.fps);
    check(avfilter_graph_create_filter(&source, avfilter_get_by_name("buffer"), "in", from.c_str(), nullptr,
                                       graph.get()));
    check(
        avfilter_graph_create_filter(&sink, avfilter_get_by_name("buffersink"), "out", nullptr, nullptr, graph.get()));
    std::unique_ptr<AVFilterInOut, Close> out(avfilter_inout_alloc()), in(avfilter_inout_alloc());
    out->name = av_strdup("in");
    out->filter_ctx = source;
    in->name = av_strdup("out");
    in->filter_ctx = sink;
    AVFilterInOut *outputs = out.release(), *inputs = in.release();
    const int result = avfilter_graph_parse_ptr(graph.get(), filters_of(gif), &inputs, &outputs, nullptr);
    out.reset(outputs);
    in.reset(inputs);
    check(result);
    check(avfilter_graph_config(graph.get(), nullptr));
  }

  void open_codec() {
    const char* name = gif ? "gif" : "libwebp_anim";
    const AVCodec* encoder = avcodec_find_encoder_by_name(name);
    require(encoder != nullptr, "This system's libavcodec has no encoder {}; install its full version.", name);
    codec.reset(avcodec_alloc_context3(encoder));
    codec->width = width;
    codec->height = height;
    codec->pix_fmt = static_cast<AVPixelFormat>(av_buffersink_get_format(sink));
    codec->time_base = {1, options.fps};
    codec->framerate = {options.fps, 1};
    codec->flags |= AV_CODEC_FLAG_BITEXACT;
    if (!gif) codec->global_quality = 85 * FF_QP2LAMBDA;
    if (!gif) av_opt_set(codec->priv_data, "quality", "85", 0);
    check(avcodec_open2(codec.get(), encoder, nullptr));
    stream = avformat_new_stream(file.get(), nullptr);
    require(stream != nullptr, "There is no memory for writing {}.", options.path.string());
    check(avcodec_parameters_from_context(stream->codecpar, codec.get()));
    stream->time_base = codec->time_base;
    av_opt_set_int(file->priv_data, "loop", gif ? (options.loop ? 0 : -1) : (options.loop ? 0 : 1), 0);
    check(avformat_write_header(file.get(), nullptr));
  }

  void start(const ImageView& first) {
    width = first.width;
    height = first.height;
    open_filters();
    open_codec();
  }

  libav::FramePtr frame_of(const ImageView& view) const {
    libav::FramePtr frame = libav::make_frame(AV_PIX_FMT_RGB24, width, height);
    for (int y = 0; y < height; ++y) {
      std::uint8_t* to = frame->data[0] + static_cast<std::ptrdiff_t>(y) * frame->linesize[0];
      const std::uint8_t* from = view.row(y);
      for (int x = 0; x < width; ++x, to += 3, from += view.channels) {
        for (int c = 0; c < 3; ++c) to[c] = from[view.channels == 1 ? 0 : c];
      }
    }
    frame->pts = frames;
    return frame;
  }

  void encode(AVFrame* frame) {
    check(avcodec_send_frame(codec.get(), frame));
    while (true) {
      const int result = avcodec_receive_packet(codec.get(), packet.get());
      if (result == AVERROR(EAGAIN) || result == AVERROR_EOF) return;
      check(result);
      packet->stream_index = stream->index;
      if (packet->duration == 0) packet->duration = 1;
      av_packet_rescale_ts(packet.get(), codec->time_base, stream->time_base);
      check(av_interleaved_write_frame(file.get(), packet.get()));
      check(file->pb->error);
    }
  }

  void drain() {
    while (true) {
      const int result = av_buffersink_get_frame(sink, filtered.get());
      if (result == AVERROR(EAGAIN) || result == AVERROR_EOF) return;
      check(result);
      filtered->pict_type = AV_PICTURE_TYPE_NONE;
      encode(filtered.get());
      av_frame_unref(filtered.get());
    }
  }
};

AnimationEncoder::AnimationEncoder(const std::filesystem::path& file, const AnimationOptions& options)
    : impl_(std::make_unique<Impl>()) {
  av_log_set_level(AV_LOG_QUIET);  // what matters comes back as an Error
  impl_->options = options;
  const std::string extension = options.path.extension().string();
  require(extension == ".gif" || extension == ".webp", "An animation is a .gif or a .webp file, not {}.",
          options.path.string());
  require(options.fps >= 1 && options.fps <= 100, "An animation has 1 to 100 frames a second, not {}.", options.fps);
  impl_->gif = extension == ".gif";
  impl_->open_file(file);
}

AnimationEncoder::~AnimationEncoder() = default;
AnimationEncoder::AnimationEncoder(AnimationEncoder&&) noexcept = default;

void AnimationEncoder::add(const ImageView& frame) {
  Impl& impl = *impl_;
  if (impl.codec == nullptr) impl.start(frame);
  require(frame.width == impl.width && frame.height == impl.height,
          "The frames of {} must have one size; one of {} x {} pixels came after {} x {}.", impl.options.path.string(),
          frame.width, frame.height, impl.width, impl.height);
  libav::FramePtr pixels = impl.frame_of(frame);
  ++impl.frames;
  impl.check(av_buffersrc_add_frame(impl.source, pixels.get()));
  impl.drain();
}

void AnimationEncoder::finish() {
  Impl& impl = *impl_;
  require(impl.codec != nullptr, "No picture came for {}, so there is no animation.", impl.options.path.string());
  impl.check(av_buffersrc_add_frame(impl.source, nullptr));
  impl.drain();
  impl.encode(nullptr);
  impl.check(av_write_trailer(impl.file.get()));
  impl.check(avio_closep(&impl.file->pb));
}

}  // namespace ganvas::media
