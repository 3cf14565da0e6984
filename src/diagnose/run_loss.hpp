#pragma once

#include "diagnose/significance.hpp"

#include <tracetcp/diagnose.hpp>

#include <span>

namespace tracetcp::diagnosing {

/// How many packets get lost in a run, as far as its answers bear it.
struct RunLoss {
  Counts counts;        ///< of hops and ports that answer
  bool queues = false;  ///< several hops have answered much later than at other times

  /// Whether anything was seen of packets that get lost: some did, or a queue on the way is so long
  /// that it may be full, and hold others for longer than they are waited for.
  [[nodiscard]] bool is_visible() const { return queues || counts.answered < counts.asked; }

  /// The largest part lost that the counts leave likely, 0 to 1: the upper end of the Wilson score
  /// interval with a one-sided error of 5 % (E. B. Wilson, JASA 22, 1927).
  [[nodiscard]] double upper_bound() const;
};

/// Counts these probes:
///
/// 1. Those to hops that answered at all. A hop that loses more than those behind it, see
///    loses_more(), limits its own answers, so it is left out: the SYNs got past it.
///    One on the way that answers all probes of all other traces, but none of this one, is no
///    silent hop: these were lost.
/// 2. Those to the TTL where a closed port answered: a target resets each SYN.
/// 3. Those to the TTL where an open port answered, up to the first that it answered. To later ones
///    it may repeat that SYN-ACK or keep silent, so they are not counted.
RunLoss loss_of(const Digest& one, std::span<const Digest* const> others);

}  // namespace tracetcp::diagnosing
