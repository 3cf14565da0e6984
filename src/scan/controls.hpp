#pragma once

#include "scan/port_record.hpp"

#include <array>
#include <cstdint>
#include <optional>

namespace tracetcp {

/// The controls of a scan: SYNs to a port that has answered, sent among the others to see how many
/// answers still come. They are the only fair sample: a port that stays silent may be so by itself,
/// and of those that answer one knows only because they did. They go out in rounds, of which each
/// is looked at when the last of it has been answered or counts as lost.
class Controls {
 public:
  static constexpr std::size_t in_round = 12;

  struct Round {
    TimePoint from;  ///< when its first was sent
    std::uint32_t lost = 0;
  };

  /// That port of the target has answered.
  void use(Port port, bool is_closed);
  /// No control is answered any more: begins a new round, and any other port that answers takes the
  /// place of this one. Until then it is asked on, as the target may only have stalled.
  void begin_anew();

  /// Whether a control is to be sent now, at that rate (SYNs per second).
  [[nodiscard]] bool due(double rate) const;
  /// Returns what to ask.
  struct Asked {
    Port port;
    Lane lane;
  };
  Asked ask(TimePoint now);
  /// Another SYN was sent.
  void passed() { ++since_; }

  /// False: it answers no control that is outstanding.
  bool on(Port port, Lane lane);

  /// What was not answered for so long counts as lost.
  void settle(TimePoint now, Duration patience);

  /// The round that has ended, once.
  std::optional<Round> take_round(TimePoint now);

  /// The moment when the next counts as lost.
  [[nodiscard]] TimePoint wake(Duration patience) const;

 private:
  struct Control {
    Port port;
    TimePoint sent;
    bool pending = false;
  };

  std::array<Control, in_round> controls_{};
  std::size_t sent_ = 0;  // of this round
  std::uint32_t lost_ = 0;
  std::uint32_t since_ = 0;  // SYNs since the last control
  std::optional<Port> port_;
  bool is_closed_ = false;
};

}  // namespace tracetcp
