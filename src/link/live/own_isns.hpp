#pragma once

#include <tracetcp/frame.hpp>

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>

namespace tracetcp {

/// The sequence numbers of the last SYNs that we sent. By them the capture recognises our SYNs, and
/// their answers, where the NAT of this machine gave the SYNs another port. One thread adds, any
/// may ask.
class OwnIsns {
 public:
  /// Of a SYN of ours, from its IP header on.
  void add(Bytes syn);

  /// Whether it is a SYN of ours, or acknowledges one.
  [[nodiscard]] bool concerns(const Frame& frame) const;

 private:
  static constexpr std::size_t places = 1U << 16U;
  using Isns = std::array<std::atomic<std::uint32_t>, places>;

  [[nodiscard]] bool has(std::uint32_t isn) const;

  /// By the last bits of the number; a later one takes the place of an earlier one.
  std::unique_ptr<Isns> isns_ = std::make_unique<Isns>();
};

}  // namespace tracetcp
