#pragma once

#include "core/flat_map.hpp"
#include "correlate/correlator.hpp"
#include "read/own_form.hpp"
#include "read/quiet_order.hpp"
#include "read/summaries.hpp"
#include "read/trace_assembly.hpp"

#include <tracetcp/reading.hpp>

#include <array>
#include <functional>
#include <list>
#include <utility>
#include <vector>

namespace tracetcp {

/// Sorts the SYNs and replies of a capture to the traces that they belong to, as TraceFinder says,
/// and leaves it to others to make of that what reports are made of.
class Collector {
 public:
  /// Gets each trace that is over, alone in a list; may move it elsewhere, and leave others there
  /// that are no longer needed: their memory is used again for new ones.
  using Sink = std::function<void(std::list<TraceAssembly>& one)>;

  Collector(Selection selection, Sink sink)
      : selection_(std::move(selection)), sink_(std::move(sink)) {}

  /// The next frame as it was decoded, in the order of time.
  void take(const Decoded& decoded, TimePoint time);

  /// There are no more: hands over all that is left. Traces that had something after `cut_off`
  /// count as interrupted.
  void finish(TimePoint cut_off = never);
  [[nodiscard]] Tally ignored() const;

  /// After finish(): what was asked, but is no trace.
  [[nodiscard]] std::vector<Summary> summaries() { return summaries_.take(); }

 private:
  using Open = std::list<TraceAssembly>;

  /// What the traces of one sender to one target and port have in common.
  struct Conversation {
    Address source;
    Endpoint target;

    bool operator==(const Conversation&) const = default;
  };

  struct ConversationHash {
    std::uint32_t operator()(const Conversation& conversation) const {
      constexpr std::uint64_t odd = 0x9e3779b97f4a7c15ULL;
      const std::uint64_t ends =
          std::uint64_t{folded(conversation.source)} << 32 | folded(conversation.target.address);
      return static_cast<std::uint32_t>((ends * odd ^ conversation.target.port.value) * odd >> 32);
    }
  };

  static Conversation conversation_of(const Flow& flow) {
    return {flow.source.address, flow.target};
  }

  /// Of the traces and attempts of a conversation the last ones: a trace, and a program's
  /// connections beside it.
  struct Current {
    std::array<Open::iterator, 2> found;
    std::array<bool, 2> is_there{};
    std::uint32_t begun = 0;  ///< how many, until the last of them was handed over
  };

  struct Slot {
    Open::iterator found;
    Correlator::Attempt* attempt = nullptr;  ///< that its last SYN belongs to
  };

  [[nodiscard]] bool is_selected(const Endpoint& target) const;
  void take_syn(const Syn& syn, const TcpSegment& captured, TimePoint time);
  void take_reply(const Decoded& decoded, TimePoint time);
  [[gnu::noinline]] void take_released();
  void note_connection(const TcpSegment& segment);
  [[nodiscard]] static bool has_seen(const Current& current, const Syn& syn, TimePoint time);
  Open::iterator found_for(Current& current, const Syn& syn, TimePoint time);
  [[gnu::noinline]] Open::iterator begin(const Syn& syn, TimePoint time);
  void note_numbers(TraceAssembly& found, const Syn& syn, const TcpSegment& captured);
  void forget_current(Open::iterator one);
  [[nodiscard]] bool is_to_be_shown(const TraceAssembly& one) const;
  [[gnu::noinline]] void hand_over_earlier(const Syn& syn, std::uint32_t slot);
  void hand_over_idle(TimePoint now);
  [[gnu::noinline]] void hand_over(Open::iterator one);
  std::uint32_t free_slot();
  [[nodiscard]] bool has_idle(TimePoint now) const;
  void hand_over_quietest() { hand_over(slots_[quiet_.quietest()].found); }

  Selection selection_;
  Sink sink_;
  Correlator correlator_{Correlator::Quotes::left_out, Correlator::Vantage::anywhere};
  Open open_;
  Open closed_;              ///< handed over, their memory for those to come
  std::vector<Slot> slots_;  ///< by what the correlator knows a trace by
  std::vector<std::uint32_t> free_slots_;
  QuietOrder quiet_;  ///< slots of the open traces
  FlatMap<Conversation, Current, ConversationHash> current_;
  const OwnForm own_form_;
  Tag last_tag_;                         ///< of the SYN before, from any sender
  TraceAssembly* last_found_ = nullptr;  ///< that it went to, while it is open
  Summaries summaries_;
  std::size_t syns_ = 0;  ///< of all open traces
  std::uint64_t seen_again_ = 0;
  std::uint32_t next_id_ = 0;
};

}  // namespace tracetcp
