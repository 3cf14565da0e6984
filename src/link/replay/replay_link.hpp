#pragma once

#include "link/replay/recording.hpp"

#include <tracetcp/link.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace tracetcp {

/// How far the stamp of a SYN may be from the moment when the engine sends it again.
struct ReplaySlack {
  Duration early{};  ///< stamped before that
  Duration late{};   ///< stamped after that
};

/// For recordings of simulated networks, and of real ones; see below.
inline constexpr ReplaySlack exactly{};
inline constexpr ReplaySlack as_live{.early = std::chrono::milliseconds(2),
                                     .late = std::chrono::milliseconds(50)};

/// Plays a recording of --write back, in the recording's time, to an engine that must do again what
/// it did: every packet that it sends is compared with the next recorded SYN, byte for byte, and so
/// is the moment. The first difference is an Error that names the frame and says how it differs.
///
/// What can be exact: a simulated run is repeated in everything. A live one is repeated in the
/// bytes and the order of the SYNs, and in the replies and their stamps, so also in every RTT. When
/// the engine decided to send was not recorded, only when the kernel saw the SYN: later, by what
/// the machine took to wake the engine, build the packet and send it. So the clock moves on to that
/// stamp where the engine waits for a moment not long before it. What is certain then is that no
/// SYN left before it was due (`early`, for what the packets before it took) nor much later than
/// that (`late`). Where two SYNs were due so close together that the difference decides which of
/// them leaves first, a live recording can't be replayed; that shows when it is made.
class ReplayLink final : public Link {
 public:
  ReplayLink(std::vector<RecordedFrame> recording, ReplaySlack slack);

  TimePoint now() override { return now_; }
  void send(std::span<const Bytes> packets) override;
  std::span<const Frame> wait(TimePoint until) override;
  LinkStats stats() override { return {.captured = next_}; }

  /// To be called at the end of the run. Throws Error where the recording has SYNs that the engine
  /// did not send.
  void finish() const;

 private:
  [[nodiscard]] std::string at(TimePoint time) const;
  [[noreturn]] void fail(const RecordedFrame& frame, const std::string& how) const;
  [[nodiscard]] std::size_t next_syn(std::size_t from) const;
  void advance(TimePoint until);

  std::vector<RecordedFrame> recording_;
  ReplaySlack slack_;
  TimePoint now_;
  std::size_t next_ = 0;       ///< the first frame that was not handed over
  std::size_t unsent_ = 0;     ///< the first SYN that was not sent again; beyond the end: all were
  std::vector<Frame> frames_;  ///< views of recording_
};

}  // namespace tracetcp
