#include "app/output/output_service.h"

#include <algorithm>
#include <utility>

#include "app/commands/output.h"
#include "core/error.h"
#include "media/live/address.h"
#include "media/live/live_stream.h"

namespace ganvas::app {

struct OutputService::Impl {
  struct Stream {
    StreamView view;
    std::unique_ptr<media::LiveStream> live;
    FramePtr shown;
  };

  SettingsStore& settings;
  Notices& notices;
  std::vector<Stream> streams;
  OutputView view;

  void set_framing(const Framing& framing) {
    Settings next = settings.now();
    next.framing = framing;
    settings.set(next);
  }

  void start(const command::StartStream& wanted) {
    require(std::ranges::none_of(streams, [&](const Stream& s) { return s.view.address == wanted.address; }),
            "The picture goes to {} already; stop that first.", media::shown_address(wanted.address));
    auto live = std::make_unique<media::LiveStream>(media::LiveOptions{.address = wanted.address,
                                                                       .width = wanted.width,
                                                                       .height = wanted.height,
                                                                       .fps = wanted.fps,
                                                                       .kilobits = wanted.kilobits,
                                                                       .framing = settings.now().framing});
    streams.push_back(
        {.view = {.address = wanted.address, .shown = media::shown_address(wanted.address)}, .live = std::move(live)});
  }

  void stop(const std::string& address) {
    bool any = false;
    for (Stream& stream : streams) {
      if (!address.empty() && stream.view.address != address) continue;
      any = stream.view.ending = true;
      stream.live->stop();
    }
    require(any, "No picture is being sent{}.", address.empty() ? "" : " to " + media::shown_address(address));
  }

  void tick(const FramePtr& frame, double seconds) {
    for (Stream& stream : streams) {
      stream.view.seconds += seconds;
      stream.live->set_framing(settings.now().framing);
      if (frame == nullptr || frame == stream.shown) continue;
      stream.shown = frame;
      stream.live->show([frame] { return host_image(*frame); });
    }
    std::erase_if(streams, [this](const Stream& stream) {
      if (!stream.live->done()) return false;
      const std::string error = stream.live->error();
      notices.add(!error.empty(), error.empty() ? "The stream to " + stream.view.shown + " has ended" : error);
      return true;
    });
    view.streams.clear();
    for (Stream& stream : streams) {
      stream.view.stats = stream.live->stats();
      view.streams.push_back(stream.view);
    }
  }
};

OutputService::OutputService(SettingsStore& settings, Notices& notices)
    : impl_(std::make_unique<Impl>(Impl{.settings = settings, .notices = notices, .streams = {}, .view = {}})) {}

OutputService::~OutputService() = default;

void OutputService::serve(Services& services) {
  Impl* impl = impl_.get();
  services.on<command::ShowOutput>([impl](const auto& show) {
    require(show.monitor >= 0, "Monitors are counted from 1; 0 is a window, not {}.", show.monitor);
    impl->view.window = true;
    impl->view.monitor = show.monitor;
  });
  services.on<command::HideOutput>([impl](const auto&) { impl->view.window = false; });
  services.on<command::SetFraming>([impl](const auto& set) { impl->set_framing(set.framing); });
  services.on<command::StartStream>([impl](const auto& start) { impl->start(start); });
  services.on<command::StopStream>([impl](const auto& stop) { impl->stop(stop.address); });
}

void OutputService::tick(const FramePtr& frame, double seconds) {
  impl_->tick(frame, seconds);
}

const OutputView& OutputService::view() const {
  return impl_->view;
}

void OutputService::finish() {
  impl_->streams.clear();
}

}  // namespace ganvas::app
