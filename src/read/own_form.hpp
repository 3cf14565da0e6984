#pragma once

#include <tracetcp/decode.hpp>
#include <tracetcp/syn.hpp>

#include <cstdint>

namespace tracetcp {

/// Whether the SYN bears the next numbers, or some after them, in both of the counters that
/// tracetcp numbers its SYNs with (IP id and TSval). No kernel steps both alike.
inline bool is_numbered_on(const Tag& last, const Tag& next) {
  const std::uint32_t steps = next.tsval.value - last.tsval.value;
  const auto id_steps = static_cast<std::uint16_t>(next.ip_id.value - last.ip_id.value);
  return steps != 0 && steps <= 0xffff &&
         (id_steps == steps || id_steps == steps + 1);  // 0 is left out
}

/// The form of the SYNs that tracetcp crafts: all that does not vary.
class OwnForm {
 public:
  OwnForm();  ///< throws Error where libnet fails

  [[nodiscard]] bool is_that_of(const TcpSegment& syn) const;

 private:
  TcpSegment form_;
};

}  // namespace tracetcp
