#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>

#include <cstdlib>

#include "train/ranks/reducer.h"

namespace ganvas::train {
namespace {

using Group = c10d::ProcessGroupGloo;

/// GLOO_SOCKET_IFNAME chooses the network, as in PyTorch.
std::shared_ptr<gloo::transport::Device> network() {
  const char* name = std::getenv("GLOO_SOCKET_IFNAME");
  return name != nullptr && *name != '\0' ? Group::createDeviceForInterface(name) : Group::createDefaultDevice();
}

class GlooReducer final : public Reducer {
 public:
  explicit GlooReducer(const Meeting& meeting) {
    // Ranks may wait for a slow one as long as it lives, which is for `check` to say.
    const auto options = Group::Options::create(std::chrono::hours(24));
    options->devices.push_back(network());
    options->threads = 1;  // sums come one after the other
    group_ = c10::make_intrusive<Group>(meeting.store, meeting.rank, meeting.size, options);
  }

  /// A sum that still waits for a lost rank would hold up the group's destructor for good: such a group stays, it is
  /// the end of the process anyway.
  ~GlooReducer() override {
    if (work_ != nullptr && !work_->isCompleted()) group_.release();
  }
  GlooReducer(const GlooReducer&) = delete;
  GlooReducer& operator=(const GlooReducer&) = delete;

  void sum(at::Tensor& tensor, const std::function<void()>& check) override {
    std::vector<at::Tensor> travelling{tensor.is_cpu() && tensor.is_contiguous() ? tensor
                                                                                 : tensor.to(at::kCPU).contiguous()};
    work_ = group_->allreduce(travelling);
    while (!completed_within(std::chrono::milliseconds(250))) check();
    work_->wait();
    if (!travelling.front().is_same(tensor)) tensor.copy_(travelling.front());
  }

 private:
  /// LibTorch says so by an exception when the time is over.
  bool completed_within(std::chrono::milliseconds time) {
    try {
      work_->wait(time);
    } catch (const std::exception&) {
      return work_->isCompleted();
    }
    return true;
  }

  c10::intrusive_ptr<Group> group_;
  c10::intrusive_ptr<c10d::Work> work_;
};

}  // namespace

std::unique_ptr<Reducer> make_host_reducer(const Meeting& meeting) {
  return std::make_unique<GlooReducer>(meeting);
}

}  // namespace ganvas::train
