#pragma once

#include "core/flat_map.hpp"
#include "correlate/correlator.hpp"
#include "read/found.hpp"

#include <tracetcp/reading.hpp>

#include <functional>
#include <list>
#include <vector>

namespace tracetcp {

/// Sorts the SYNs and replies of a capture to the traces that they belong to, as TraceFinder says,
/// and leaves it to others to make of that what reports are made of.
class Collector {
 public:
  /// Gets each trace that is over, alone in a list; may move it elsewhere, and leave others there
  /// that nobody needs any more: their memory serves those to come.
  using Sink = std::function<void(std::list<Found>& one)>;

  Collector(Selection selection, Sink sink) : selection_(selection), sink_(std::move(sink)) {}

  /// The next frame as it was decoded, in the order of capture.
  void take(const Decoded& decoded, TimePoint time);
  void finish();
  [[nodiscard]] Tally ignored() const;

 private:
  /// What the traces of one sender to one target and port have in common.
  struct Line {
    Address source;
    Endpoint target;

    bool operator==(const Line&) const = default;
  };

  struct LineHash {
    std::uint32_t operator()(const Line& line) const {
      constexpr std::uint64_t odd = 0x9e3779b97f4a7c15ULL;
      const std::uint64_t ends =
          std::uint64_t{line.source.value()} << 32 | line.target.address.value();
      return static_cast<std::uint32_t>((ends * odd ^ line.target.port.value) * odd >> 32);
    }
  };

  static Line line_of(const Flow& flow) { return {flow.source.address, flow.target}; }

  /// The open traces, that which has been quiet for longest first.
  using Open = std::list<Found>;

  struct Slot {
    Open::iterator found;
    Correlator::Attempt* attempt = nullptr;  ///< that its last SYN belongs to
  };

  [[nodiscard]] bool is_selected(const Endpoint& target) const;
  void take_syn(const Syn& syn, const TcpSegment& captured, TimePoint time);
  void take_reply(const Decoded& decoded, TimePoint time);
  void take_released();
  void note_connection(const TcpSegment& segment);
  void hand_over_earlier(const Syn& syn, std::uint32_t slot);
  void hand_over_idle(TimePoint now);
  void hand_over(Open::iterator one);
  std::uint32_t free_slot();
  Open::iterator touched(Open::iterator one);

  Selection selection_;
  Sink sink_;
  Correlator correlator_{Correlator::Quotes::left_out, Correlator::Vantage::anywhere};
  Open open_;
  Open closed_;              ///< handed over, their memory for those to come
  std::vector<Slot> slots_;  ///< by what the correlator knows a trace by
  std::vector<std::uint32_t> free_slots_;
  FlatMap<Line, Open::iterator, LineHash> current_;  ///< the last of each line
  std::size_t syns_ = 0;                             ///< of all open traces
  std::uint64_t seen_again_ = 0;
  std::uint32_t next_id_ = 0;
};

}  // namespace tracetcp
