#pragma once
// Ranks of one training run as threads of the test.

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <barrier>
#include <exception>
#include <functional>
#include <thread>
#include <vector>

namespace ganvas::test {

/// Runs `body(rank)` on `size` threads and throws what the first rank that failed threw.
inline void on_ranks(int size, const std::function<void(int rank)>& body) {
  std::vector<std::exception_ptr> failures(static_cast<std::size_t>(size));
  {
    std::vector<std::jthread> threads;
    for (int rank = 0; rank < size; ++rank) {
      threads.emplace_back([&, rank] {
        at::set_num_threads(1);
        try {
          body(rank);
        } catch (...) {
          failures[static_cast<std::size_t>(rank)] = std::current_exception();
        }
      });
    }
  }
  for (const std::exception_ptr& failure : failures)
    if (failure) std::rethrow_exception(failure);
}

/// Sums over threads in memory, without any library: what a process group must do.
class ThreadSum {
 public:
  explicit ThreadSum(int size) : tensors_(static_cast<std::size_t>(size)), barrier_(size) {}

  void operator()(int rank, at::Tensor& tensor) {
    tensors_[static_cast<std::size_t>(rank)] = tensor;
    barrier_.arrive_and_wait();
    at::Tensor sum = tensors_.front().clone();
    for (std::size_t i = 1; i < tensors_.size(); ++i) sum = sum + tensors_[i];
    barrier_.arrive_and_wait();  // all have read
    const at::NoGradGuard no_grad;
    tensor.copy_(sum);
    barrier_.arrive_and_wait();
  }

 private:
  std::vector<at::Tensor> tensors_;
  std::barrier<> barrier_;
};

}  // namespace ganvas::test
