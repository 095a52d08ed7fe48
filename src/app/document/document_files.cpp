#include "app/document/document_files.h"

#include <filesystem>
#include <utility>

#include "core/library_error.h"

namespace ganvas::app {

DocumentFiles::DocumentFiles(Notices& notices, Apply apply)
    : notices_(notices), apply_(std::move(apply)), worker_([this](const std::string& text) { notices_.fail(text); }) {}

void DocumentFiles::serve(Services& services) {
  services.write_file = [this](std::function<void()> work, const std::string& done) { write(std::move(work), done); };
  services.read_file = [this](AppState&, FileToRead file) { read(std::move(file)); };
}

void DocumentFiles::write(std::function<void()> write, const std::string& done) {
  worker_.run([this, write = std::move(write), done]() -> Worker::Completion {
    write();
    return [this, done] { notices_.say(done); };
  });
}

void DocumentFiles::read(FileToRead file) {
  const std::uint64_t number = ++last_;
  wanted_.push_back({number, std::filesystem::path(file.path).filename().string(), std::chrono::steady_clock::now()});
  worker_.run([this, file = std::move(file), number]() -> Worker::Completion {
    if (number <= dropped_) return {};
    try {
      return [this, file, number, change = guarded("The file " + file.path, "choose another file", file.read)] {
        if (arrived(number)) apply_(file, change);
      };
    } catch (const Error& error) {
      return [this, number, text = std::string(error.what())] {
        if (arrived(number)) notices_.fail(text);
      };
    }
  });
}

/// False: it was given up.
bool DocumentFiles::arrived(std::uint64_t number) {
  return std::erase_if(wanted_, [number](const Wanted& wanted) { return wanted.number == number; }) > 0;
}

void DocumentFiles::cancel() {
  dropped_ = last_;
  wanted_.clear();
}

ReadingView DocumentFiles::reading() const {
  if (wanted_.empty()) return {};
  const Wanted& first = wanted_.front();
  return {first.name, std::chrono::duration<double>(std::chrono::steady_clock::now() - first.asked).count()};
}

}  // namespace ganvas::app
