#include "media/support.h"

#include <malloc.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <csignal>
#include <numbers>
#include <utility>

#include "core/error.h"
#include "media/film/libav.h"

namespace ganvas::test {
namespace fs = std::filesystem;

FullDisk::FullDisk(std::size_t bytes) {
  std::signal(SIGXFSZ, SIG_IGN);
  rlimit limit{};
  getrlimit(RLIMIT_FSIZE, &limit);
  before_ = limit.rlim_cur;
  limit.rlim_cur = bytes;
  require(setrlimit(RLIMIT_FSIZE, &limit) == 0, "Cannot limit the size of files.");
}

FullDisk::~FullDisk() {
  rlimit limit{};
  getrlimit(RLIMIT_FSIZE, &limit);
  limit.rlim_cur = before_;
  setrlimit(RLIMIT_FSIZE, &limit);
}

UsedMemory::UsedMemory(unsigned char byte) {
  mallopt(M_PERTURB, byte);
}

UsedMemory::~UsedMemory() {
  mallopt(M_PERTURB, 0);
}

Image noise_picture(int width, int height, int channels, unsigned seed) {
  Image image(width, height, channels);
  std::uint32_t state = seed * 2654435761U + 1;
  for (std::uint8_t& value : image.pixels) {
    state = state * 1664525U + 1013904223U;
    value = static_cast<std::uint8_t>(state >> 24);
  }
  return image;
}

Image moving_picture(int width, int height, double phase, int channels) {
  Image image(width, height, channels);
  const double centre_x = (0.2 + 0.6 * phase) * width;
  const double centre_y = height * (0.5 + 0.2 * std::sin(2 * std::numbers::pi * phase));
  const double radius = 0.2 * std::min(width, height);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const double distance = std::hypot(x + 0.5 - centre_x, y + 0.5 - centre_y);
      const double inside = std::clamp((radius - distance) / 4 + 0.5, 0.0, 1.0);
      const double back[3] = {60 + 120.0 * x / width, 90 + 90.0 * y / height, 150};
      const double disc[3] = {220, 170, 60};
      std::uint8_t* pixel = image.at(x, y);
      for (int c = 0; c < channels; ++c) {
        const int source = std::min(c, 2);
        pixel[c] = static_cast<std::uint8_t>(std::lround(back[source] + (disc[source] - back[source]) * inside));
      }
      if (channels == 4) pixel[3] = 255;
    }
  }
  return image;
}

namespace {

Image to_rgb(const AVFrame& frame) {
  const media::libav::ScalerPtr scaler(
      sws_getContext(frame.width, frame.height, static_cast<AVPixelFormat>(frame.format), frame.width, frame.height,
                     AV_PIX_FMT_RGB24, SWS_BICUBIC | SWS_FULL_CHR_H_INT | SWS_ACCURATE_RND, nullptr, nullptr, nullptr));
  const int* bt709 = sws_getCoefficients(SWS_CS_ITU709);
  sws_setColorspaceDetails(scaler.get(), bt709, 0, bt709, 1, 0, 1 << 16, 1 << 16);
  const media::libav::FramePtr rgb = media::libav::make_frame(AV_PIX_FMT_RGB24, frame.width, frame.height);
  sws_scale(scaler.get(), frame.data, frame.linesize, 0, frame.height, rgb->data, rgb->linesize);
  return copy_of({rgb->data[0], frame.width, frame.height, 3, static_cast<std::size_t>(rgb->linesize[0])});
}

struct CloseInput {
  void operator()(AVFormatContext* file) const { avformat_close_input(&file); }
};

/// A stream of a film, with its decoder.
struct Stream {
  const AVStream* stream = nullptr;
  media::libav::CodecPtr codec;
};

Stream open_stream(const AVStream& stream) {
  const AVCodec* decoder = avcodec_find_decoder(stream.codecpar->codec_id);
  media::libav::CodecPtr codec(avcodec_alloc_context3(decoder));
  avcodec_parameters_to_context(codec.get(), stream.codecpar);
  codec->thread_count = 1;
  codec->pkt_timebase = stream.time_base;
  require(avcodec_open2(codec.get(), decoder, nullptr) >= 0, "Cannot decode {}.", decoder->name);
  return {&stream, std::move(codec)};
}

double seconds_of(std::int64_t time, const Stream& from) {
  return static_cast<double>(time) * av_q2d(from.stream->time_base);
}

void take_picture(const AVFrame& frame, const Stream& from, Film& film) {
  require(frame.format != AV_PIX_FMT_YUV420P || frame.colorspace == AVCOL_SPC_BT709,
          "The film's colours are not marked as BT.709.");
  film.frames.push_back({seconds_of(frame.pts, from), to_rgb(frame)});
}

void take_sound(const AVFrame& frame, const Stream& from, Film& film) {
  require(frame.format == AV_SAMPLE_FMT_FLTP, "The film's sound has another format than its decoder is known for.");
  FilmSound& sound = *film.sound;
  if (sound.samples.empty()) sound.begin = seconds_of(frame.pts, from);
  for (int i = 0; i < frame.nb_samples; ++i)
    for (int c = 0; c < sound.channels; ++c)
      sound.samples.push_back(reinterpret_cast<const float*>(frame.extended_data[c])[i]);
}

void receive(const Stream& from, Film& film) {
  const media::libav::FramePtr frame(av_frame_alloc());
  while (avcodec_receive_frame(from.codec.get(), frame.get()) >= 0)
    from.codec->codec_type == AVMEDIA_TYPE_AUDIO ? take_sound(*frame, from, film) : take_picture(*frame, from, film);
}

/// The streams of a file or of a sender: pictures, and sound where there is some.
class Reading {
 public:
  Film film;

  Reading(const std::string& address, AVDictionary* settings) {
    AVFormatContext* opened = nullptr;
    const int result = avformat_open_input(&opened, address.c_str(), nullptr, &settings);
    av_dict_free(&settings);
    require(result >= 0, "Cannot open {}: {}.", address, media::libav::reason(result));
    input_.reset(opened);
    require(avformat_find_stream_info(opened, nullptr) >= 0 && (opened->nb_streams == 1 || opened->nb_streams == 2),
            "{} is not one stream, nor one with sound.", address);
    for (unsigned i = 0; i < opened->nb_streams; ++i) streams_.push_back(open_stream(*opened->streams[i]));
    const AVCodecContext& pictures = *streams_[0].codec;
    film = {pictures.codec->name, pictures.width, pictures.height,
            static_cast<double>(opened->duration) / AV_TIME_BASE};
    if (streams_.size() == 1) return;
    const AVCodecContext& sound = *streams_[1].codec;
    film.seconds = seconds_of(streams_[0].stream->duration, streams_[0]);
    film.sound = {.codec = sound.codec->name,
                  .rate = sound.sample_rate,
                  .channels = sound.ch_layout.nb_channels,
                  .seconds = seconds_of(streams_[1].stream->duration, streams_[1])};
  }

  /// False at the end.
  bool next() {
    if (av_read_frame(input_.get(), packet_.get()) < 0) return false;
    const Stream& from = streams_.at(static_cast<std::size_t>(packet_->stream_index));
    avcodec_send_packet(from.codec.get(), packet_.get());
    av_packet_unref(packet_.get());
    receive(from, film);
    return true;
  }

  /// What the decoders still hold.
  void finish() {
    for (const Stream& from : streams_) {
      avcodec_send_packet(from.codec.get(), nullptr);
      receive(from, film);
    }
  }

 private:
  std::unique_ptr<AVFormatContext, CloseInput> input_;
  std::vector<Stream> streams_;
  media::libav::PacketPtr packet_{av_packet_alloc()};
};

}  // namespace

Film read_film(const fs::path& path) {
  Reading reading(path, nullptr);
  while (reading.next()) {
  }
  reading.finish();
  return std::move(reading.film);
}

Film read_stream(const std::string& address, const std::function<bool(const FilmFrame&)>& last,
                 const std::vector<std::pair<std::string, std::string>>& settings) {
  AVDictionary* dictionary = nullptr;
  for (const auto& [name, value] : settings) av_dict_set(&dictionary, name.c_str(), value.c_str(), 0);
  Reading reading(address, dictionary);
  constexpr std::size_t most = 600;
  for (std::size_t seen = 0; seen < most && reading.next();) {
    for (; seen < reading.film.frames.size(); ++seen)
      if (last(reading.film.frames[seen])) return std::move(reading.film);
  }
  throw Error("The frame that was waited for did not come from " + address + ".");
}

double psnr(const Image& a, const Image& b) {
  double sum = 0;
  const int width = std::min(a.width, b.width);
  const int height = std::min(a.height, b.height);
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      for (int c = 0; c < 3; ++c) {
        const double difference = a.at(x, y)[a.channels == 1 ? 0 : c] - b.at(x, y)[b.channels == 1 ? 0 : c];
        sum += difference * difference;
      }
    }
  }
  const double mean = sum / (3.0 * width * height);
  return mean == 0 ? 100.0 : 10 * std::log10(255.0 * 255.0 / mean);
}

}  // namespace ganvas::test
