// The training loop of Wasserstein GAN's authors: clip, critic step, ..., generator step, all with RMSprop.
#include <gtest/gtest.h>
#include <torch/optim/rmsprop.h>

#include "io/open/open_model_file.h"
#include "parity/network_values.h"

namespace ganvas::parity {

void check_wgan_clip(const Case& given, Comparison& comparison) {
  const Case subject = in_double(given);
  const io::WeightSet g_file = io::open_model_file(subject.file("netG")).networks.front().weights;
  const io::WeightSet d_file = io::open_model_file(subject.file("netD")).networks.front().weights;
  const models::GeneratorPtr g = models::make_generator(models::recognise(g_file), at::kCPU);
  const models::DiscriminatorPtr d = models::make_discriminator(models::recognise_network(d_file).spec, at::kCPU);
  models::load_weights(*g, g_file);
  models::load_weights(*d, d_file);
  g->to(at::kDouble);
  d->to(at::kDouble);
  g->train();
  d->train();
  const auto pictures = [&](const at::Tensor& z) { return g->synthesize(g->map(z.flatten(1), {}, {}), {}); };
  const auto score = [&](const at::Tensor& x) { return d->forward(x, {}).mean(); };

  const auto options = torch::optim::RMSpropOptions(subject.config.at("lr").get<double>());
  torch::optim::RMSprop g_optimizer(g->parameters(), options);
  torch::optim::RMSprop d_optimizer(d->parameters(), options);
  const double clip = subject.config.at("clip").get<double>();
  const auto critic_steps = subject.config.at("critic_iters").get<std::vector<int>>();
  std::vector<at::Tensor> critic_scores, g_scores;
  for (std::size_t i = 0; i < critic_steps.size(); ++i) {
    for (int j = 0; j < critic_steps[i]; ++j) {
      const std::string step = fmt::format("it{}.d{}.", i, j);
      {
        const at::NoGradGuard no_grad;
        for (at::Tensor& parameter : d->parameters()) parameter.clamp_(-clip, clip);
      }
      d_optimizer.zero_grad();
      const at::Tensor real = score(subject.input(step + "real"));
      const at::Tensor fake = score(pictures(subject.input(step + "z")).detach());
      (real - fake).backward();
      d_optimizer.step();
      critic_scores.push_back(at::stack({real, fake}).detach());
    }
    g_optimizer.zero_grad();
    const at::Tensor fake = score(pictures(subject.input(fmt::format("it{}.g.z", i))));
    fake.backward();
    g_optimizer.step();
    g_scores.push_back(fake.detach());
  }
  comparison.compare("critic_scores", at::stack(critic_scores));
  comparison.compare("gen_scores", at::stack(g_scores));
  compare_values(subject, comparison, "after.G.", *g);
  compare_values(subject, comparison, "after.D.", *d);
  comparison.compare("after.G.param_norms", norms(g->parameters()));
  comparison.compare("after.D.param_norms", norms(d->parameters()));
  const at::NoGradGuard no_grad;
  g->eval();
  comparison.compare("after.G_eval_img", pictures(subject.input("z")));
}

}  // namespace ganvas::parity
