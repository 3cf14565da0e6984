// A command line, one argument in each line. No argument can hold a NUL, so that stands for a line
// break within one.

#include "cli/options.hpp"

#include "cli/limits.hpp"
#include "fuzz.hpp"

#include <tracetcp/error.hpp>

#include <string>
#include <vector>

using namespace tracetcp;
using namespace tracetcp::cli;

namespace {

std::vector<std::string> split(Bytes input) {
  std::vector<std::string> arguments{"tracetcp"};
  bool begins = true;
  for (const std::uint8_t byte : input) {
    if (byte == '\n') {
      if (begins) arguments.emplace_back();
      begins = true;
      continue;
    }
    if (begins) arguments.emplace_back();
    begins = false;
    arguments.back() += byte == 0 ? '\n' : static_cast<char>(byte);
  }
  return arguments;
}

bool in(std::uint64_t value, const Range& range) {
  return value >= range.least && value <= range.most;
}

void check_strategy(const Strategy& strategy) {
  HOLDS(in(strategy.first_ttl.value, first_ttl_range));
  HOLDS(in(static_cast<std::uint64_t>(strategy.max_hops), max_hops_range));
  HOLDS(strategy.last_ttl() >= strategy.first_ttl);
  HOLDS(in(static_cast<std::uint64_t>(strategy.probes_per_hop), probes_range));
  HOLDS(strategy.timeout >= std::chrono::milliseconds(timeout_ms_range.least));
  HOLDS(strategy.timeout <= std::chrono::milliseconds(timeout_ms_range.most));
  if (strategy.rate) HOLDS(*strategy.rate >= least_rate && *strategy.rate <= most_rate);
}

void check(const Options& options) {
  if (options.help || options.version) return;
  HOLDS(!options.host.empty() || !options.read_file.empty() || options.check ||
        !options.audit_file.empty() || !options.compare_new.empty());
  HOLDS(options.host.size() <= 254);
  // Colons are those of an IPv6 address, with a zone or without.
  const std::string address = options.host.substr(0, options.host.find('%'));
  HOLDS(options.host.find_first_of(" /[]\n") == std::string::npos);
  HOLDS(options.host.find(':') == std::string::npos || Address::parse(address));
  HOLDS(!options.ports.empty());
  HOLDS(in(options.ports.front().value, port_range));
  HOLDS(in(options.ports.at(options.ports.size() - 1).value, port_range));
  check_strategy(options.strategy);
  if (options.source_port) HOLDS(in(options.source_port->value, port_range));
  HOLDS(options.write_file.empty() || options.read_file.empty());
  HOLDS(!options.overwrite || !options.write_file.empty() || !options.html_file.empty() ||
        !options.junit_file.empty());
  HOLDS(options.junit_file.empty() || !options.audit_file.empty());
  if (!options.sim_file.empty()) {
    HOLDS(!options.gateway);
    HOLDS(!options.source);
    HOLDS(options.interface.empty());
    HOLDS(options.read_file.empty());
  }
}

}  // namespace

FUZZ_TARGET(options) {
  constexpr std::size_t longest = 1000;  // more would only take more time
  const std::vector<std::string> arguments = split(input.first(std::min(input.size(), longest)));
  std::vector<const char*> argv;
  for (const std::string& argument : arguments) argv.push_back(argument.c_str());
  try {
    check(parse(static_cast<int>(argv.size()), argv.data()));
  } catch (const UsageError& error) {
    const std::string message = error.what();
    HOLDS(!message.empty());
    HOLDS(fuzz::is_one_line(message));
  }
}
