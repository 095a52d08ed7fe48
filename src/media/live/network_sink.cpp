#include <chrono>

#include "core/error.h"
#include "media/film/video_encoder.h"
#include "media/live/address.h"
#include "media/live/live_sink.h"

extern "C" {
#include <libavutil/opt.h>
}

namespace ganvas::media {

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds patience{10};
constexpr int ts_packets = 7 * 188;  // bytes: as many packets of MPEG-TS as an Ethernet frame holds

class NetworkSink final : public LiveSink {
 public:
  NetworkSink(const SinkOptions& options, std::stop_token stop)
      : shown_(shown_address(options.address)), stop_(std::move(stop)) {
    av_log_set_level(AV_LOG_QUIET);  // what matters comes back as an Error
    avformat_network_init();
    const bool flv = options.address.starts_with("rtmp");
    AVFormatContext* context = nullptr;
    check(avformat_alloc_output_context2(&context, nullptr, flv ? "flv" : "mpegts", options.address.c_str()));
    connection_.reset(context);
    context->interrupt_callback = {&NetworkSink::shall_end, this};
    context->flags |= AVFMT_FLAG_FLUSH_PACKETS;
    open_codec(options, flv);
    AVStream* stream = avformat_new_stream(context, nullptr);
    require(stream != nullptr && packet_ != nullptr, "There is no memory for the stream to {}.", shown_);
    check(avcodec_parameters_from_context(stream->codecpar, codec_.get()));
    stream->time_base = codec_->time_base;
    stream->avg_frame_rate = codec_->framerate;
    connect(options.address);
  }
  ~NetworkSink() override {
    if (connected_) av_write_trailer(connection_.get());
  }

  void send(AVFrame& picture, std::int64_t number) override {
    picture.pts = number;
    check(avcodec_send_frame(codec_.get(), &picture));
    for (;;) {
      const int result = avcodec_receive_packet(codec_.get(), packet_.get());
      if (result == AVERROR(EAGAIN)) return;
      check(result);
      const AVStream* stream = connection_->streams[0];
      packet_->stream_index = 0;
      packet_->duration = 1;
      av_packet_rescale_ts(packet_.get(), codec_->time_base, stream->time_base);
      bytes_ += static_cast<std::uint64_t>(packet_->size);
      wait_until_ = Clock::now() + patience;
      check(av_write_frame(connection_.get(), packet_.get()));
      check(connection_->pb->error);
    }
  }
  [[nodiscard]] std::uint64_t bytes() const override { return bytes_; }

 private:
  struct Close {
    void operator()(AVFormatContext* connection) const {
      avio_closep(&connection->pb);
      avformat_free_context(connection);
    }
  };

  static int shall_end(void* self) {
    const auto& sink = *static_cast<NetworkSink*>(self);
    return sink.stop_.stop_requested() || Clock::now() > sink.wait_until_ ? 1 : 0;
  }

  void check(int result) const {
    const bool late = result == AVERROR_EXIT && !stop_.stop_requested();
    require(result >= 0, "The stream to {} does not go through: {}; see that the other side listens there.", shown_,
            late ? std::string("nobody has answered for ten seconds") : libav::reason(result));
  }

  /// Low delay: no picture waits for a later one, and a key frame comes every second for whoever joins.
  void open_codec(const SinkOptions& options, bool headers_apart) {
    const std::string name = video_encoder_name();
    const AVCodec& encoder = libav::find_encoder(name);
    codec_.reset(avcodec_alloc_context3(&encoder));
    require(codec_ != nullptr, "There is no memory for the stream to {}.", shown_);
    AVCodecContext& codec = *codec_;
    codec.width = options.width;
    codec.height = options.height;
    codec.pix_fmt = AV_PIX_FMT_YUV420P;
    codec.time_base = {1, options.fps};
    codec.framerate = {options.fps, 1};
    codec.gop_size = options.fps;
    codec.max_b_frames = 0;
    codec.thread_count = 1;
    codec.bit_rate = static_cast<std::int64_t>(options.kilobits) * 1000;
    codec.rc_max_rate = codec.bit_rate;
    codec.rc_buffer_size = static_cast<int>(codec.bit_rate);
    libav::name_colours(codec);
    if (headers_apart) codec.flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
    AVDictionary* settings = nullptr;
    av_dict_set(&settings, "preset", "veryfast", 0);
    av_dict_set(&settings, "tune", "zerolatency", 0);
    const int result = avcodec_open2(&codec, &encoder, &settings);
    av_dict_free(&settings);
    require(result >= 0, "The video encoder {} does not take {} x {} pixels at {} frames a second: {}.", name,
            options.width, options.height, options.fps, libav::reason(result));
  }

  void connect(const std::string& address) {
    wait_until_ = Clock::now() + patience;
    AVDictionary* settings = nullptr;
    if (address.starts_with("udp")) av_dict_set_int(&settings, "pkt_size", ts_packets, 0);
    const int opened =
        avio_open2(&connection_->pb, address.c_str(), AVIO_FLAG_WRITE, &connection_->interrupt_callback, &settings);
    av_dict_free(&settings);
    require(opened != AVERROR_PROTOCOL_NOT_FOUND,
            "This system's libavformat cannot send to {}; install its full version.", shown_);
    check(opened);
    check(avformat_write_header(connection_.get(), nullptr));
    connected_ = true;
  }

  const std::string shown_;
  const std::stop_token stop_;
  Clock::time_point wait_until_;
  libav::CodecPtr codec_;
  libav::PacketPtr packet_{av_packet_alloc()};
  std::unique_ptr<AVFormatContext, Close> connection_;
  bool connected_ = false;
  std::uint64_t bytes_ = 0;
};

}  // namespace

std::unique_ptr<LiveSink> open_network(const SinkOptions& options, std::stop_token stop) {
  return std::make_unique<NetworkSink>(options, std::move(stop));
}

}  // namespace ganvas::media
