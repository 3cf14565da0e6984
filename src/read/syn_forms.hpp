#pragma once

#include <tracetcp/decode.hpp>
#include <tracetcp/syn.hpp>

#include <cstdint>
#include <vector>

namespace tracetcp {

/// What the SYNs of a trace have in common is kept once, not with each of them: all but the source
/// port, the tag, the TTL and the flow label.
class SynForms {
 public:
  /// A SYN in full: its form, and the numbers of its own.
  struct Numbered {
    std::uint32_t form;
    Port source;
    Ttl ttl;
    Tag tag;
    FlowLabel flow_label;
  };

  /// The form of a captured SYN; `last` is that of the SYN before, which most share.
  std::uint32_t form_of(const TcpSegment& syn, std::uint32_t last);

  /// The SYN as it was captured.
  [[nodiscard]] IcmpError::Quote whole(const Numbered& syn) const;

  /// Whether a SYN is quoted as it was captured, as far as the quote reaches, but for the TTL, and
  /// for the total length, which says nothing about the path.
  [[nodiscard]] bool is_quoted_as_sent(const Numbered& syn, const IcmpError::Quote& quote) const;

  void clear();

 private:
  std::vector<IcmpError::Quote> forms_;
};

}  // namespace tracetcp
