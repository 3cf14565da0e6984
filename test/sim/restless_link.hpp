#pragma once

#include <tracetcp/link.hpp>

#include <memory>
#include <random>

namespace simtest {

/// A link as a real machine has it: time passes while the program computes, and waits end a little
/// too early, as for packets that are nothing to it. In virtual time neither ever happens.
/// To wait without an end is a mistake here, as nothing would ever wake the caller.
class RestlessLink final : public tracetcp::Link {
 public:
  RestlessLink(std::unique_ptr<tracetcp::Link> link, std::uint64_t seed);

  tracetcp::TimePoint now() override;
  void send(std::span<const tracetcp::Bytes> packets) override;
  /// Throws std::logic_error instead of waiting for ever.
  std::span<const tracetcp::Frame> wait(tracetcp::TimePoint until) override;
  [[nodiscard]] tracetcp::LinkStats stats() override;

 private:
  std::unique_ptr<tracetcp::Link> link_;
  std::mt19937_64 random_;
  tracetcp::Duration computed_{};  ///< how much more time has passed than on the link
};

}  // namespace simtest
