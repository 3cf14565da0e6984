#pragma once

#include <tracetcp/address.hpp>
#include <tracetcp/number.hpp>
#include <tracetcp/time.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tracetcp {

/// What became of attempts to connect, counted.
struct Outcomes {
  enum Kind : std::uint8_t {
    open,      ///< a SYN-ACK came, which was not acknowledged
    closed,    ///< a RST
    rejected,  ///< an ICMP unreachable
    expired,   ///< an ICMP time exceeded
    silent,    ///< none of these
    count_,
  };

  void add(const Outcomes& other);

  std::array<std::uint64_t, count_> counts{};
};

/// Attempts to connect, and their SYNs, several of which may be of one attempt: those with one
/// source port and ISN. Completed ones are not counted.
struct Attempts {
  void add(const Attempts& other);

  std::uint64_t attempts = 0;
  std::uint64_t syns = 0;
  Outcomes outcomes;
  TimePoint first{};  ///< SYN
  TimePoint last{};   ///< SYN
};

enum class SummaryKind : std::uint8_t {
  flood,      ///< one port of one target, very many SYNs in a short time
  scan,       ///< many ports of one target, asked by one source
  sweep,      ///< one port of many targets, asked by one source
  failed,     ///< one port of one target: connections that were not completed
  scattered,  ///< ports of many targets, asked by one source
  other,      ///< what there was no room to keep apart
};

/// The name used in JSON, e.g. "failed-connections".
std::string_view name(SummaryKind kind);

/// SYNs in a capture that are no trace, of one kind and with something in common.
struct Summary {
  SummaryKind kind = SummaryKind::failed;
  std::optional<Address> source;  ///< if it is one
  std::optional<Address> target;  ///< likewise
  std::optional<Port> port;       ///< likewise, of the target
  std::uint64_t sources = 1;      ///< how many
  std::uint64_t targets = 1;
  std::uint64_t ports = 1;  ///< of a target; scattered and other: pairs of target and port
  bool at_least = false;    ///< these numbers are: there was no room to count on
  Attempts attempts;
  std::vector<Port> open_ports;  ///< of a scan, in order; the first of them, if they are many
};

/// One sentence, e.g. "1,000 ports of 192.0.2.1 asked once: a scan by 192.0.2.9: 3 open (22, 80,
/// 443), 997 closed."
std::string sentence(const Summary& summary);

/// One line of JSON: {"schema":1,"summary":{...}}.
void add_json(std::string& text, const Summary& summary);

}  // namespace tracetcp
