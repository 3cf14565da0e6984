#pragma once

#include <tracetcp/address.hpp>

#include <algorithm>
#include <cstddef>
#include <vector>

namespace tracetcp {

/// Addresses, each once, in the order they were added. Most lists have one, which takes no memory
/// of its own.
class AddressList {
 public:
  void add_once(Address address) {
    if (std::find(begin(), end(), address) != end()) return;
    if (size_ == 0) first_ = address;
    if (size_ == 1) all_.push_back(first_);
    if (size_ > 0) all_.push_back(address);
    ++size_;
  }

  [[nodiscard]] std::size_t size() const { return size_; }
  [[nodiscard]] bool empty() const { return size_ == 0; }
  [[nodiscard]] Address front() const { return first_; }  ///< only where it is not empty
  [[nodiscard]] const Address* begin() const { return size_ > 1 ? all_.data() : &first_; }
  [[nodiscard]] const Address* end() const { return begin() + size_; }

  bool operator==(const AddressList& other) const {
    return std::equal(begin(), end(), other.begin(), other.end());
  }

 private:
  Address first_;
  std::size_t size_ = 0;
  std::vector<Address> all_;  ///< where there are several
};

}  // namespace tracetcp
