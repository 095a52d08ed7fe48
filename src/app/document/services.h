#pragma once
// What the program around the document does for commands: each service says by type which commands it takes. No torch.

#include <functional>
#include <string>
#include <type_traits>
#include <typeindex>
#include <unordered_map>

#include "app/document/state.h"
#include "core/error.h"

namespace ganvas::app {

/// What the content of a file does to the document. Throws Error.
using Change = std::function<void(AppState& document)>;

struct FileToRead {
  std::string path;
  std::function<Change()> read;  ///< any thread; throws Error
  std::string done;              ///< tells the person that the document has changed
};

/// Filled once, where the services are made, and then read by every dispatch; UI thread.
class Services {
 public:
  /// `take(command)` or `take(command, state)` carries out commands of type C from now on; it may throw Error, the
  /// command then fails as a whole.
  template <typename C, typename Take>
  void on(Take take) {
    takers_[typeid(C)] = [take = std::move(take)](const void* command, const AppState& state) {
      if constexpr (std::is_invocable_v<const Take&, const C&, const AppState&>) {
        take(*static_cast<const C*>(command), state);
      } else {
        take(*static_cast<const C*>(command));
      }
    };
  }

  template <typename C>
  [[nodiscard]] bool takes() const {
    return takers_.contains(typeid(C));
  }

  /// Throws Error where nobody takes commands of type C.
  template <typename C>
  void call(const C& command, const AppState& state) const {
    const auto taker = takers_.find(typeid(C));
    require(taker != takers_.end(), "Nothing here carries out the command \"{}\".", C::command);
    taker->second(&command, state);
  }

  std::function<int()> z_dim = [] { return 0; };  ///< latent size of the model on screen; 0 while there is none
  /// What a run begins with that trains the model on screen.
  struct Start {
    std::string file;    ///< empty: there is no such file
    std::string recipe;  ///< one whose losses suit its networks
  };
  std::function<Start(const AppState& document)> start_of_model = [](const AppState&) { return Start(); };
  std::function<void(const std::string&)> say = [](const std::string&) {};  ///< tells the person that something is done

  /// Writes a file of the document, then tells the person `done`. Here at once; a program does it beside the window.
  std::function<void(std::function<void()> write, const std::string& done)> write_file =
      [this](const std::function<void()>& write, const std::string& done) {
        write();
        say(done);
      };
  /// Reads a file, after those that are being written, and changes the document. Here at once; a program reads beside
  /// the window, and the change is a step of undo of its own.
  std::function<void(AppState& document, FileToRead file)> read_file = [this](AppState& document,
                                                                              const FileToRead& file) {
    file.read()(document);
    say(file.done);
  };

  Services() = default;
  Services(const Services&) = delete;
  Services& operator=(const Services&) = delete;

 private:
  std::unordered_map<std::type_index, std::function<void(const void*, const AppState&)>> takers_;
};

}  // namespace ganvas::app
