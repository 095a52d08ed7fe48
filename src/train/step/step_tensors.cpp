#include "train/step/step_tensors.h"

namespace ganvas::train {

std::pair<StepReport, std::vector<double>> StepTensors::to_host() const {
  std::vector<at::Tensor> all;
  for (const DiscriminatorFigures& d : critic)
    all.insert(all.end(), {d.loss, d.real_score, d.fake_score, d.grad_norm, d.penalty, d.sign_sum});
  const GeneratorFigures& g = generator;
  all.insert(all.end(), {g.loss, g.grad_norm, g.path_length.defined() ? g.path_length : at::zeros_like(g.loss)});
  const at::Tensor host = at::stack(all).to(at::kCPU, at::kDouble);
  const double* value = host.const_data_ptr<double>();
  StepReport report;
  std::vector<double> sign_sums;
  const auto steps = static_cast<double>(critic.size());
  for (std::size_t i = 0; i < critic.size(); ++i) {
    for (double StepReport::*figure : {&StepReport::d_loss, &StepReport::real_score, &StepReport::fake_score,
                                       &StepReport::d_grad_norm, &StepReport::penalty})
      report.*figure += *value++ / steps;
    sign_sums.push_back(*value++);
  }
  report.g_loss = *value++;
  report.g_grad_norm = *value++;
  report.path_length = *value++;
  return {report, sign_sums};
}

}  // namespace ganvas::train
