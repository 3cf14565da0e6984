#pragma once

#include <tracetcp/address.hpp>
#include <tracetcp/icmp.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace tracetcp {

struct Reply;

/// ICMP errors that end nothing: source quench, redirect.
struct Notice {
  Address from;
  IcmpNumbers icmp;
  std::optional<Address> gateway;  ///< that a redirect names
  std::uint64_t count = 1;         ///< how many of them came
};

/// The notices of a trace, each sender's once with its count. A bounded number of different ones.
class Notices {
 public:
  static constexpr std::size_t most = 16;

  /// The reply must be a notice.
  void add(const Reply& reply);
  void clear();

  [[nodiscard]] bool empty() const { return different_.empty(); }
  /// In the order in which they first came.
  [[nodiscard]] const std::vector<Notice>& different() const { return different_; }
  /// How many came beyond `most` different ones.
  [[nodiscard]] std::uint64_t others() const { return others_; }

 private:
  std::vector<Notice> different_;
  std::uint64_t others_ = 0;
};

}  // namespace tracetcp
