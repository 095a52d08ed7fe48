#include "media/film/sound_encoder.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "core/error.h"

namespace ganvas::media {

namespace {

constexpr std::array aac_rates{96000, 88200, 64000, 48000, 44100, 32000, 24000, 22050, 16000, 12000, 11025, 8000};
constexpr int bits_a_channel = 128'000;  ///< a second
constexpr std::size_t samples_at_a_time = 4096;

int aac_rate(int rate) {
  return std::find(aac_rates.begin(), aac_rates.end(), rate) != aac_rates.end() ? rate : 48000;
}

}  // namespace

SoundEncoder::SoundEncoder(const std::filesystem::path& sound, const std::filesystem::path& film)
    : film_(film), sound_(sound), packet_(av_packet_alloc()) {
  const AVCodec* encoder = avcodec_find_encoder_by_name("aac");
  require(encoder != nullptr, "This system's libavcodec has no sound encoder aac; install its full version.");
  codec_.reset(avcodec_alloc_context3(encoder));
  require(codec_ != nullptr && packet_ != nullptr, "There is no memory for the sound of {}.", film_.string());
  codec_->sample_fmt = AV_SAMPLE_FMT_FLTP;
  codec_->sample_rate = aac_rate(sound_.rate());
  codec_->time_base = {1, codec_->sample_rate};
  codec_->bit_rate = static_cast<std::int64_t>(bits_a_channel) * sound_.channels();
  codec_->flags |= AV_CODEC_FLAG_GLOBAL_HEADER | AV_CODEC_FLAG_BITEXACT;
  codec_->thread_count = 1;
  av_channel_layout_default(&codec_->ch_layout, sound_.channels());
  check(avcodec_open2(codec_.get(), encoder, nullptr));
  open_resampler();
}

void SoundEncoder::check(int result) const {
  require(result >= 0, "The sound of {} cannot be written: {}; make room, or take another sound file.", film_.string(),
          libav::reason(result));
}

void SoundEncoder::open_resampler() {
  SwrContext* made = nullptr;
  check(swr_alloc_set_opts2(&made, &codec_->ch_layout, AV_SAMPLE_FMT_FLTP, codec_->sample_rate, &codec_->ch_layout,
                            AV_SAMPLE_FMT_FLT, sound_.rate(), 0, nullptr));
  resampler_.reset(made);
  check(swr_init(made));
  waiting_.resize(static_cast<std::size_t>(sound_.channels()));
}

void SoundEncoder::add_stream(AVFormatContext& file) {
  file_ = &file;
  stream_ = avformat_new_stream(file_, nullptr);
  require(stream_ != nullptr, "There is no memory for the sound of {}.", film_.string());
  check(avcodec_parameters_from_context(stream_->codecpar, codec_.get()));
  stream_->time_base = codec_->time_base;
}

/// False: the file has no more. It is read, and brought to the encoder's rate, piece by piece.
bool SoundEncoder::read_more() {
  if (ended_) return false;
  const auto channels = static_cast<std::size_t>(sound_.channels());
  read_.resize(samples_at_a_time * channels);
  const std::size_t count = sound_.read(read_);
  ended_ = count < samples_at_a_time;
  const std::size_t before = waiting_[0].size();
  const auto resample = [&](const std::uint8_t* from, std::size_t samples) {
    const int room = swr_get_out_samples(resampler_.get(), static_cast<int>(samples));
    check(room);
    const std::size_t old = waiting_[0].size();
    std::vector<std::uint8_t*> to;
    for (std::vector<float>& channel : waiting_) {
      channel.resize(old + static_cast<std::size_t>(room));
      to.push_back(reinterpret_cast<std::uint8_t*>(channel.data() + old));
    }
    const int made =
        swr_convert(resampler_.get(), to.data(), room, from == nullptr ? nullptr : &from, static_cast<int>(samples));
    check(made);
    for (std::vector<float>& channel : waiting_) channel.resize(old + static_cast<std::size_t>(made));
  };
  if (count > 0) resample(reinterpret_cast<const std::uint8_t*>(read_.data()), count);
  if (ended_) resample(nullptr, 0);  // what the resampler has kept back
  return waiting_[0].size() > before || !ended_;
}

/// The next samples of each channel; those that are not there are silence.
void SoundEncoder::encode(std::int64_t count) {
  while (static_cast<std::int64_t>(waiting_[0].size()) < count && read_more()) {
  }
  const libav::FramePtr frame(av_frame_alloc());
  require(frame != nullptr, "There is no memory for the sound of {}.", film_.string());
  frame->format = codec_->sample_fmt;
  frame->nb_samples = static_cast<int>(count);
  frame->sample_rate = codec_->sample_rate;
  check(av_channel_layout_copy(&frame->ch_layout, &codec_->ch_layout));
  check(av_frame_get_buffer(frame.get(), 0));
  frame->pts = encoded_;
  for (std::size_t c = 0; c < waiting_.size(); ++c) {
    std::vector<float>& channel = waiting_[c];
    const auto there = std::min<std::ptrdiff_t>(static_cast<std::ptrdiff_t>(channel.size()), count);
    auto* to = reinterpret_cast<float*>(frame->extended_data[c]);
    std::fill(std::copy_n(channel.begin(), there, to), to + count, 0.0F);
    channel.erase(channel.begin(), channel.begin() + there);
  }
  encoded_ += count;
  check(avcodec_send_frame(codec_.get(), frame.get()));
  write_packets();
}

void SoundEncoder::write_packets() {
  for (;;) {
    const int result = avcodec_receive_packet(codec_.get(), packet_.get());
    if (result == AVERROR(EAGAIN) || result == AVERROR_EOF) return;
    check(result);
    packet_->stream_index = stream_->index;
    av_packet_rescale_ts(packet_.get(), codec_->time_base, stream_->time_base);
    check(av_interleaved_write_frame(file_, packet_.get()));
    check(file_->pb->error);
  }
}

void SoundEncoder::write_until(double seconds) {
  const auto end = static_cast<std::int64_t>(seconds * codec_->sample_rate);
  while (encoded_ + codec_->frame_size <= end) encode(codec_->frame_size);
}

void SoundEncoder::finish(double seconds) {
  write_until(seconds);
  const std::int64_t rest = std::llround(seconds * codec_->sample_rate) - encoded_;
  if (rest > 0) encode(rest);
  check(avcodec_send_frame(codec_.get(), nullptr));
  write_packets();
}

}  // namespace ganvas::media
