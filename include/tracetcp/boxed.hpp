#pragma once

#include <cstddef>
#include <initializer_list>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

namespace tracetcp {

/// What is there rarely and is large: a std::optional that takes no more room than a pointer.
/// Copies are deep.
template <class T>
class Boxed {
 public:
  Boxed() = default;
  // Implicit, as in std::optional.
  Boxed(std::nullopt_t) {}
  Boxed(T value) : value_(std::make_unique<T>(std::move(value))) {}
  Boxed(const std::optional<T>& value) : value_(value ? std::make_unique<T>(*value) : nullptr) {}
  Boxed(const Boxed& other) : value_(other ? std::make_unique<T>(*other) : nullptr) {}
  Boxed(Boxed&& other) noexcept = default;
  Boxed& operator=(const Boxed& other) {
    if (this != &other) value_ = other ? std::make_unique<T>(*other) : nullptr;
    return *this;
  }
  Boxed& operator=(Boxed&& other) noexcept = default;
  ~Boxed() = default;

  [[nodiscard]] bool has_value() const { return value_ != nullptr; }
  explicit operator bool() const { return has_value(); }
  operator std::optional<T>() const { return value_ ? std::optional<T>(*value_) : std::nullopt; }

  bool operator==(const std::optional<T>& other) const {
    return has_value() == other.has_value() && (!other || **this == *other);
  }

  // Only where there is a value.
  T& operator*() { return *value_; }
  const T& operator*() const { return *value_; }
  T* operator->() { return value_.get(); }
  const T* operator->() const { return value_.get(); }

  void reset() { value_.reset(); }

 private:
  std::unique_ptr<T> value_;
};

/// A list that is rarely anything but empty: an empty one takes no more room than a pointer.
template <class T>
class RareList {
 public:
  RareList() = default;
  // Implicit: a list given as it is.
  RareList(std::vector<T> items) {
    if (!items.empty()) items_ = std::move(items);
  }
  RareList(std::initializer_list<T> items) : RareList(std::vector<T>(items)) {}

  void push_back(T item) {
    if (!items_) items_ = std::vector<T>();
    items_->push_back(std::move(item));
  }
  void clear() { items_.reset(); }

  [[nodiscard]] bool empty() const { return !items_; }
  [[nodiscard]] std::size_t size() const { return items_ ? items_->size() : 0; }
  [[nodiscard]] const T* begin() const { return items_ ? items_->data() : nullptr; }
  [[nodiscard]] const T* end() const { return begin() + size(); }
  const T& operator[](std::size_t at) const { return (*items_)[at]; }

  /// A copy of all.
  [[nodiscard]] std::vector<T> items() const { return {begin(), end()}; }

  bool operator==(const std::vector<T>& other) const { return items() == other; }

 private:
  Boxed<std::vector<T>> items_;
};

}  // namespace tracetcp
