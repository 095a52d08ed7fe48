#include "models/export/torchscript_export.h"

#include <torch/csrc/jit/api/module.h>
#include <torch/csrc/jit/ir/ir.h>

#include "core/files.h"
#include "models/export/traced.h"

namespace ganvas::models {
namespace {

void add_method(torch::jit::Module& module, const char* name, const TracedGenerator& traced) {
  traced.graph->insertInput(0, "self")->setType(module._ivalue()->type());
  torch::jit::Function* method = module._ivalue()->compilation_unit()->create_function(
      c10::QualifiedName(*module.type()->name(), name), traced.graph);
  module.type()->addMethod(method);
}

}  // namespace

void write_torchscript(const std::filesystem::path& path, Generator& generator, std::int64_t batch) {
  torch::jit::Module module("__torch__.Generator");
  add_method(module, "forward", trace_generator(generator, ExportPart::whole, batch));
  add_method(module, "map", trace_generator(generator, ExportPart::mapping, batch));
  add_method(module, "synthesize", trace_generator(generator, ExportPart::synthesis, batch));
  write_file_with(path, [&](const std::filesystem::path& temporary) { module.save(temporary.string()); });
}

}  // namespace ganvas::models
