#pragma once

// Runs whole traces, from the engine down to the bytes, in a simulated network.

#include <tracetcp/engine.hpp>
#include <tracetcp/sim.hpp>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace simtest {

struct Run {
  std::vector<tracetcp::Trace> traces;
  tracetcp::Tally ignored;

  [[nodiscard]] const tracetcp::Trace& trace() const { return traces.at(0); }
};

struct Options {
  tracetcp::Strategy strategy;
  tracetcp::TagMode tag_mode = tracetcp::TagMode::id;
  std::uint64_t seed = 1;
  int last_port = 0;  ///< 0: one port only
  bool all_paths = false;
  bool restless = false;  ///< see RestlessLink
  /// Puts another link around the simulated one.
  std::function<std::unique_ptr<tracetcp::Link>(std::unique_ptr<tracetcp::Link>)> wrap = nullptr;
  /// Sees every frame that the link hands over, as a recording does.
  std::function<void(const tracetcp::Frame&)> record = nullptr;
};

/// How many random networks a test tries. Where the address sanitizer watches, which makes each
/// take many times as long and looks at what code does, not at how often that is right: a tenth.
std::uint64_t tries(std::uint64_t usual);

/// Traces a port of an address in the network that the TOML text describes.
Run run_in(const std::string& network, const std::string& address, int port,
           const Options& options = {});

/// "1 10.0.0.1, 2 -, 3 10.0.0.3": who answered on each hop before the end, "-" where nobody did,
/// "a/b" where several did.
std::string hops_of(const tracetcp::Trace& trace);

/// "2 10.0.0.1>10.0.0.2" for each edge of Trace::paths, with the TTL of its first end, "*" for a
/// silent node, "start", and the reply's name before an address that ends the path; sorted, joined
/// by ", ".
std::string edges_of(const tracetcp::Trace& trace);

/// "open 5 198.51.100.1": state, TTL and address of the verdict, "-" for what it does not name.
std::string verdict_of(const tracetcp::Trace& trace);

}  // namespace simtest
