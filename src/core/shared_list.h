#pragma once
// Lists that copies of a value share until one of them changes.

#include <initializer_list>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "core/json_fields.h"

namespace ganvas {

/// Reads as a std::vector, and is one for JSON. Copying takes no memory and no time; a change makes a new list, for the
/// copy that changed alone. Copies may be read on several threads.
template <typename T>
class SharedList {
 public:
  using value_type = T;

  SharedList() = default;
  SharedList(std::vector<T> items)  // NOLINT: a list of the same items
      : items_(items.empty() ? nullptr : std::make_shared<const std::vector<T>>(std::move(items))) {}
  SharedList(std::initializer_list<T> items) : SharedList(std::vector<T>(items)) {}

  [[nodiscard]] const std::vector<T>& items() const {
    static const std::vector<T> none;
    return items_ ? *items_ : none;
  }
  operator const std::vector<T>&() const { return items(); }  // NOLINT: as above
  [[nodiscard]] auto begin() const { return items().begin(); }
  [[nodiscard]] auto end() const { return items().end(); }
  [[nodiscard]] bool empty() const { return items_ == nullptr; }
  [[nodiscard]] std::size_t size() const { return items().size(); }
  [[nodiscard]] const T& operator[](std::size_t index) const { return items()[index]; }
  [[nodiscard]] const T& front() const { return items().front(); }
  [[nodiscard]] const T& back() const { return items().back(); }

  /// change(items) may do anything to the items, or throw; then nothing has changed.
  template <typename Change>
  void change(const Change& change) {
    std::vector<T> changed = items();
    change(changed);
    *this = SharedList(std::move(changed));
  }

  /// True for copies of one list that neither has changed since.
  [[nodiscard]] bool shares(const SharedList& other) const { return items_ == other.items_; }
  friend bool operator==(const SharedList& a, const SharedList& b) { return a.shares(b) || a.items() == b.items(); }

 private:
  std::shared_ptr<const std::vector<T>> items_;  // null: empty
};

}  // namespace ganvas

namespace ganvas::fields {

template <typename T>
struct Codec<SharedList<T>> {
  static Json write(const SharedList<T>& list) { return to_json(list.items()); }
  static SharedList<T> read(const Json& json, const std::string& what) {
    std::vector<T> items;
    from_json(json, what, items);
    return items;
  }
};

}  // namespace ganvas::fields
