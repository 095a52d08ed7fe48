// NCCL out of the wheel, through LibTorch's own calls of it.
#include <c10/cuda/CUDAGuard.h>
#include <dlfcn.h>
#include <torch/csrc/cuda/nccl.h>
#include <torch/csrc/distributed/c10d/Store.hpp>

#include <atomic>
#include <cstring>

#include "train/ranks/reducer.h"

namespace ganvas::train {
namespace {

namespace nccl = torch::cuda::nccl;

/// Sums are put on the current stream and not waited for; a lost rank leaves the stream hanging until abort().
class NcclReducer final : public Reducer {
 public:
  NcclReducer(const Meeting& meeting, at::Device device) {
    const c10::cuda::CUDAGuard guard(device);
    nccl::ncclUniqueId id{};
    if (meeting.rank == 0) {
      nccl::get_unique_id(id);
      const auto* bytes = reinterpret_cast<const std::uint8_t*>(id.internal);
      meeting.store->set("nccl", std::vector<std::uint8_t>(bytes, bytes + sizeof id.internal));
    }
    const std::vector<std::uint8_t> bytes = meeting.store->get("nccl");
    TORCH_CHECK(bytes.size() == sizeof id.internal, "The name of the NCCL group is damaged.");
    std::memcpy(id.internal, bytes.data(), bytes.size());
    group_ = nccl::comm_init_rank(meeting.size, id, meeting.rank);
  }

  ~NcclReducer() override {
    if (nccl::ncclComm_t group = group_.exchange(nullptr)) nccl::comm_destroy(group);
  }
  NcclReducer(const NcclReducer&) = delete;
  NcclReducer& operator=(const NcclReducer&) = delete;

  void sum(at::Tensor& tensor, const std::function<void()>& check) override {
    check();
    nccl::ncclComm_t group = group_;
    TORCH_CHECK(group != nullptr, "The NCCL group was given up.");
    const at::Tensor source = tensor.contiguous();
    std::vector<at::Tensor> out{source};
    nccl::all_reduce({source}, out, static_cast<int>(nccl::ncclRedOp::Sum), {}, {group});
    if (!source.is_same(tensor)) tensor.copy_(source);
  }

  /// LibTorch has no call for this; the library is loaded with it.
  void abort() override {
    const auto give_up = reinterpret_cast<int (*)(void*)>(::dlsym(RTLD_DEFAULT, "ncclCommAbort"));
    if (give_up == nullptr) return;
    if (nccl::ncclComm_t group = group_.exchange(nullptr)) give_up(group);
  }

 private:
  std::atomic<nccl::ncclComm_t> group_ = nullptr;
};

}  // namespace

std::unique_ptr<Reducer> make_device_reducer(const Meeting& meeting, at::Device device) {
  return std::make_unique<NcclReducer>(meeting, device);
}

}  // namespace ganvas::train
