#pragma once

#include <tracetcp/frame.hpp>
#include <tracetcp/port_list.hpp>
#include <tracetcp/reason.hpp>
#include <tracetcp/summary.hpp>
#include <tracetcp/trace.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tracetcp {

/// Which traces of a capture are wanted; what is empty matches all.
struct Selection {
  std::vector<Address> targets;  ///< such as all that a name has
  PortList ports;
  bool all_are_traces = false;  ///< a recording of ours: no SYN in it is anything else
  bool all_paths = false;       ///< find Trace::paths as well, by the flows in the capture
};

/// A trace found in a capture, and where it was made from.
struct FoundTrace {
  Trace trace;
  Endpoint source;  ///< the port is that of its first SYN
};

/// Finds the traces in captured frames, whichever program sent the SYNs: tracetcp, or any other
/// tool that varies the TTL. SYNs from one address to one target and port belong together; a new
/// trace begins where the TTL starts over with a new source port, or after a pause. Replies are
/// attributed as in a live run. Connections that programs made are passed over: a single TTL, and
/// the handshake was completed. A SYN captured twice, as a router in the middle sees it come in and
/// go out, counts once. Replies come with what they quote, and with the SYN as it was sent, where a
/// SYN of their trace is quoted otherwise than it was sent, or several routers answer at one hop;
/// else there is nothing to compare, and the first that was answered is there alone. Memory is
/// bounded: a trace is handed over after a minute without anything of it, or where more than
/// 100,000 SYNs of others came since.
class TraceFinder {
 public:
  using Sink = std::function<void(FoundTrace&)>;  ///< may take the trace for itself

  /// `sink` gets each trace once nothing more can come for it: in the order in which they fell
  /// silent, and those that had not at the end of the capture in the order of their beginning.
  TraceFinder(const Selection& selection, Sink sink);
  ~TraceFinder();
  TraceFinder(const TraceFinder&) = delete;
  TraceFinder& operator=(const TraceFinder&) = delete;

  /// Takes the next frame, in the order of capture. The frame need not stay.
  void take(const Frame& frame);

  /// There are no more frames: hands over all that are left.
  void finish();

  /// After finish(): the SYNs that are no traces, summed up.
  [[nodiscard]] std::vector<Summary> summaries();

  /// What was passed over, by reason.
  [[nodiscard]] Tally ignored() const;

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

/// All traces in a capture file, pcap or pcapng, "-" being standard input, each with its diagnosis
/// in the light of the others. For captures that fit into memory; TraceFinder takes frame by frame.
/// Throws Error that names the file where it can't be opened, is no capture, or is damaged.
std::vector<FoundTrace> read_capture(const std::string& file, const Selection& selection = {});

}  // namespace tracetcp
