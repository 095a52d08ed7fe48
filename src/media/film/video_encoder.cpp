#include "media/film/video_encoder.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "core/error.h"

namespace ganvas::media {
namespace {

// Ticks a second: divides by every usual frame rate, and MPEG-4 part 2 allows no more than 65535.
constexpr int ticks = 60000;

/// x264's constant rate factor as the quantiser of MPEG-4 part 2 (1..31) that looks about as good.
int mpeg4_quantiser(int crf) {
  return std::clamp((crf - 8) / 4, 1, 31);
}

}  // namespace

std::string video_encoder_name() {
  for (const char* name : {"libx264", "mpeg4"}) {
    if (avcodec_find_encoder_by_name(name) != nullptr) return name;
  }
  fail("This system's libavcodec has neither libx264 nor mpeg4, so films cannot be written; install its full version.");
}

void VideoEncoder::CloseFile::operator()(AVFormatContext* file) const {
  avio_closep(&file->pb);
  avformat_free_context(file);
}

VideoEncoder::VideoEncoder(const std::filesystem::path& file, const VideoOptions& options) : options_(options) {
  av_log_set_level(AV_LOG_QUIET);  // what matters comes back as an Error
  AVFormatContext* context = nullptr;
  check_file(avformat_alloc_output_context2(&context, nullptr, "mp4", nullptr));
  file_.reset(context);
  file_->flags |= AVFMT_FLAG_BITEXACT;  // equal films are equal files
  check_file(avio_open(&file_->pb, ("file:" + file.string()).c_str(), AVIO_FLAG_WRITE));
  packet_.reset(av_packet_alloc());
  require(packet_ != nullptr, "There is no memory for recording {}.", options_.path.string());
  if (!options_.sound.empty()) sound_.emplace(options_.sound, options_.path);
}

void VideoEncoder::check_file(int result) const {
  require(result >= 0, "Cannot record {}: {}; make room or record to another folder.", options_.path.string(),
          libav::reason(result));
}

void VideoEncoder::check_codec(int result) const {
  require(result >= 0, "The video encoder stopped while {} was being recorded: {}; record it again.",
          options_.path.string(), libav::reason(result));
}

void VideoEncoder::open_codec(int width, int height) {
  const std::string name = options_.encoder.empty() ? video_encoder_name() : options_.encoder;
  const AVCodec& encoder = libav::find_encoder(name);
  codec_.reset(avcodec_alloc_context3(&encoder));
  require(codec_ != nullptr, "There is no memory for recording {}.", options_.path.string());
  AVCodecContext& codec = *codec_;
  codec.width = width;
  codec.height = height;
  codec.pix_fmt = AV_PIX_FMT_YUV420P;
  codec.time_base = {1, ticks};
  codec.framerate = {options_.fps, 1};
  codec.gop_size = 2 * options_.fps;
  // With frames out of order libavformat 61 misjudges the length of a film whose frames come unevenly. A ninth larger.
  codec.max_b_frames = 0;
  codec.thread_count = options_.threads;
  libav::name_colours(codec);
  codec.flags |= AV_CODEC_FLAG_GLOBAL_HEADER;
  AVDictionary* settings = nullptr;
  if (name == "libx264") {
    av_dict_set(&settings, "preset", options_.preset.c_str(), 0);
    av_dict_set_int(&settings, "crf", options_.crf, 0);
    // Equal films are equal files, on any processor: x264's AVX-512 code for its tree of macroblocks reads memory that
    // nobody has written. Costs a twentieth of the encoder's time.
    av_dict_set(&settings, "x264-params", "cpu-independent=1", 0);
  } else {
    codec.flags |= AV_CODEC_FLAG_QSCALE | AV_CODEC_FLAG_BITEXACT;
    codec.global_quality = FF_QP2LAMBDA * mpeg4_quantiser(options_.crf);
  }
  const int result = avcodec_open2(&codec, &encoder, &settings);
  av_dict_free(&settings);
  require(result >= 0, "The video encoder {} does not take {} x {} pixels at {} frames a second: {}.", name, width,
          height, options_.fps, libav::reason(result));
}

void VideoEncoder::start(const ImageView& first) {
  const bool given = options_.width > 0 && options_.height > 0;
  int width = given ? options_.width : first.width;
  int height = given ? options_.height : first.height;
  const int shorter = std::min(width, height);
  if (shorter < options_.shortest_side) {
    const int factor = (options_.shortest_side + shorter - 1) / shorter;
    width *= factor;
    height *= factor;
  }
  canvas_.emplace(width, height);
  const int even_width = width + (width & 1);
  const int even_height = height + (height & 1);
  to_yuv_ = libav::make_yuv_converter(even_width, even_height);
  yuv_ = libav::make_frame(AV_PIX_FMT_YUV420P, even_width, even_height);
  open_codec(even_width, even_height);
  stream_ = avformat_new_stream(file_.get(), nullptr);
  require(stream_ != nullptr, "There is no memory for recording {}.", options_.path.string());
  check_codec(avcodec_parameters_from_context(stream_->codecpar, codec_.get()));
  stream_->time_base = codec_->time_base;
  stream_->avg_frame_rate = codec_->framerate;
  if (sound_) sound_->add_stream(*file_);
  check_file(avformat_write_header(file_.get(), nullptr));
}

void VideoEncoder::add(const ImageView& frame, double seconds) {
  if (codec_ == nullptr) {
    start(frame);
    first_seconds_ = seconds;
  }
  const AVFrame& painted = canvas_->paint(frame);
  check_codec(av_frame_make_writable(yuv_.get()));
  sws_scale(to_yuv_.get(), painted.data, painted.linesize, 0, painted.height, yuv_->data, yuv_->linesize);
  const std::int64_t wanted = std::llround((seconds - first_seconds_) * ticks);
  yuv_->pts = last_pts_ = std::max(wanted, last_pts_ + 1);
  yuv_->quality = codec_->global_quality;  // MPEG-4 reads it from each frame
  check_codec(avcodec_send_frame(codec_.get(), yuv_.get()));
  write_packets();
  if (sound_) sound_->write_until(end());
}

/// Seconds until the newest frame has been shown for as long as frames are.
double VideoEncoder::end() const {
  return static_cast<double>(last_pts_) / ticks + 1.0 / options_.fps;
}

void VideoEncoder::write_packets() {
  for (;;) {
    const int result = avcodec_receive_packet(codec_.get(), packet_.get());
    if (result == AVERROR(EAGAIN) || result == AVERROR_EOF) return;
    check_codec(result);
    packet_->duration = ticks / options_.fps;
    packet_->stream_index = stream_->index;
    av_packet_rescale_ts(packet_.get(), codec_->time_base, stream_->time_base);
    check_file(av_interleaved_write_frame(file_.get(), packet_.get()));
    check_file(file_->pb->error);
    bytes_ = static_cast<std::uint64_t>(avio_tell(file_->pb));
  }
}

void VideoEncoder::finish() {
  require(codec_ != nullptr, "No picture came while {} was being recorded, so there is no film.",
          options_.path.string());
  check_codec(avcodec_send_frame(codec_.get(), nullptr));
  write_packets();
  if (sound_) sound_->finish(end());
  check_file(av_write_trailer(file_.get()));
  bytes_ = static_cast<std::uint64_t>(avio_size(file_->pb));
  check_file(avio_closep(&file_->pb));
}

}  // namespace ganvas::media
