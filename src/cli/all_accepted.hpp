#pragma once

#include "session/forwarding.hpp"

#include <tracetcp/diagnose.hpp>

#include <fmt/core.h>

#include <cstdint>
#include <optional>
#include <string>

namespace tracetcp::cli {

/// Notices a scan that finds every port open, as one through a SYN proxy does: that accepts all
/// connections before it asks the target, so nothing is known of the target's ports.
class AllAccepted final : public Forwarding {
 public:
  using Forwarding::Forwarding;

  void finished(const Trace& trace) override {
    ++ports_;
    const std::optional<EndDigest> end = digest(trace).end;
    const bool is_open = trace.verdict.state == State::open && end;
    const auto away = is_open ? return_hops(end->reply_ttl) : std::nullopt;
    if (ports_ == 1) {
      away_ = away;
      target_ = trace.target;
    }
    all_ = all_ && is_open && away == away_;
    to().finished(trace);
  }

  /// One line, if three ports or more are all accepted from one distance.
  [[nodiscard]] std::optional<std::string> text() const {
    constexpr std::uint32_t several = 3;
    if (!all_ || ports_ < several) return std::nullopt;
    const std::string distance =
        away_ ? fmt::format(" from {} hop{} away", *away_, *away_ == 1 ? "" : "s") : "";
    return fmt::format(
        "all {} ports are accepted{}: a SYN proxy on the way may accept every connection, and the "
        "target none; see where: tracetcp {}",
        ports_, distance, tracetcp::text(target_));
  }

 private:
  std::uint32_t ports_ = 0;
  bool all_ = true;
  std::optional<int> away_;
  Endpoint target_;
};

}  // namespace tracetcp::cli
