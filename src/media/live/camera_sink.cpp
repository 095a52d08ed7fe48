// The virtual camera: one ioctl and a write a picture. libavdevice does the same, but brings SDL, PulseAudio, JACK and
// a CD player's library along.

#include <fcntl.h>
#include <linux/videodev2.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <vector>

#include "core/error.h"
#include "media/live/live_sink.h"

namespace ganvas::media {

namespace {

constexpr const char* how_to_get_one =
    "install the package v4l2loopback-dkms and load its module with \"sudo modprobe v4l2loopback exclusive_caps=1\"";

class CameraSink final : public LiveSink {
 public:
  explicit CameraSink(const SinkOptions& options) : name_(options.address) {
    struct stat kind = {};
    require(stat(name_.c_str(), &kind) == 0, "There is no {}; {}.", name_, how_to_get_one);
    require(S_ISCHR(kind.st_mode), "{} is no camera device; those are /dev/video0 and so on.", name_);
    device_ = open(name_.c_str(), O_WRONLY | O_CLOEXEC);
    require(device_ >= 0, "{} cannot be written to: {}.", name_, std::strerror(errno));
    try {
      set_format(options);
    } catch (...) {
      close(device_);
      throw;
    }
  }
  ~CameraSink() override { close(device_); }

  void send(AVFrame& picture, std::int64_t /*number*/) override {
    std::uint8_t* to = packed_.data();
    for (int plane = 0; plane < 3; ++plane) {
      const int half = plane == 0 ? 1 : 2;
      for (int y = 0; y < picture.height / half; ++y, to += picture.width / half)
        std::memcpy(to, picture.data[plane] + static_cast<std::ptrdiff_t>(y) * picture.linesize[plane],
                    static_cast<std::size_t>(picture.width / half));
    }
    const ssize_t written = write(device_, packed_.data(), packed_.size());
    require(written == static_cast<ssize_t>(packed_.size()), "{} takes no more pictures: {}.", name_,
            written < 0 ? std::strerror(errno) : "it took only a part of one");
    bytes_ += packed_.size();
  }
  [[nodiscard]] std::uint64_t bytes() const override { return bytes_; }

 private:
  void set_format(const SinkOptions& options) {
    v4l2_capability what = {};
    require(ioctl(device_, VIDIOC_QUERYCAP, &what) == 0, "{} is no camera device; those are /dev/video0 and so on.",
            name_);
    const std::uint32_t can = (what.capabilities & V4L2_CAP_DEVICE_CAPS) != 0 ? what.device_caps : what.capabilities;
    require((can & V4L2_CAP_VIDEO_OUTPUT) != 0, "{} is a real camera, which takes no pictures; {}.", name_,
            how_to_get_one);
    packed_.resize(static_cast<std::size_t>(options.width) * static_cast<std::size_t>(options.height) * 3 / 2);
    v4l2_format format = {};
    format.type = V4L2_BUF_TYPE_VIDEO_OUTPUT;
    format.fmt.pix.width = static_cast<std::uint32_t>(options.width);
    format.fmt.pix.height = static_cast<std::uint32_t>(options.height);
    format.fmt.pix.pixelformat = V4L2_PIX_FMT_YUV420;
    format.fmt.pix.field = V4L2_FIELD_NONE;
    format.fmt.pix.bytesperline = format.fmt.pix.width;
    format.fmt.pix.sizeimage = static_cast<std::uint32_t>(packed_.size());
    format.fmt.pix.colorspace = V4L2_COLORSPACE_REC709;
    const bool taken = ioctl(device_, VIDIOC_S_FMT, &format) == 0 &&
                       format.fmt.pix.pixelformat == V4L2_PIX_FMT_YUV420 &&
                       format.fmt.pix.width == static_cast<std::uint32_t>(options.width) &&
                       format.fmt.pix.height == static_cast<std::uint32_t>(options.height);
    require(taken, "{} does not take pictures of {} x {} pixels; a program that reads it now may hold it to its size.",
            name_, options.width, options.height);
  }

  std::string name_;
  int device_ = -1;
  std::vector<std::uint8_t> packed_;
  std::uint64_t bytes_ = 0;
};

}  // namespace

std::unique_ptr<LiveSink> open_camera(const SinkOptions& options) {
  return std::make_unique<CameraSink>(options);
}

}  // namespace ganvas::media
