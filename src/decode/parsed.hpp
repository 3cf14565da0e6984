#pragma once

#include <tracetcp/reason.hpp>

#include <optional>
#include <utility>

namespace tracetcp::decoding {

/// What a layer was read as, or why it can't be used.
template <class T>
class Parsed {
 public:
  // Implicit, so that a reader returns either as it is.
  Parsed(T value) : value_(std::move(value)) {}
  /// A value made by default, to be filled in where it stays.
  explicit Parsed(std::in_place_t) : value_(std::in_place) {}
  Parsed(Reason reason) : reason_(reason) {}

  explicit operator bool() const { return value_.has_value(); }
  T& operator*() { return *value_; }
  T* operator->() { return &*value_; }

  /// Only where there is no value.
  [[nodiscard]] Reason reason() const { return reason_; }

 private:
  std::optional<T> value_;
  Reason reason_ = Reason::count_;
};

}  // namespace tracetcp::decoding
