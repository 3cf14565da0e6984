#include "cli/both.hpp"

#include "cli/program.hpp"
#include "cli/status.hpp"
#include "platform/interrupt.hpp"
#include "platform/output.hpp"
#include "report/both_families.hpp"

#include <tracetcp/error.hpp>

#include <array>
#include <optional>
#include <utility>
#include <vector>

namespace tracetcp::cli {
namespace {

Options of_family(const Options& options, Family family) {
  Options one = options;
  one.family = family;
  return one;
}

/// Of one family: what is traced, where, and what came of it.
struct Side {
  explicit Side(Options asked) : options(std::move(asked)) {}

  const Options options;
  ReportFiles files{options};
  std::vector<Trace> traces;
};

void write_differences(const Options& options, const Side& ipv4, const Side& ipv6,
                       const Names& names) {
  const auto ports = pair_by_port(ipv4.traces, ipv6.traces);
  if (options.format == Format::json) {
    write_out(both_json(ports, options.host));
    return;
  }
  write_out("\n");
  for (const std::string& line : both_lines(ports, names)) write_out(line + '\n');
}

}  // namespace

int trace_both(const Options& options) {
  Side ipv4(of_family(options, Family::ipv4));
  Side ipv6(of_family(options, Family::ipv6));
  const Waker waker;
  const Interrupt interrupt(waker);
  std::optional<std::array<OpenedSession, 2>> sessions;
  try {
    sessions = open_sessions({{{ipv4.options, ipv4.files}, {ipv6.options, ipv6.files}}}, waker);
  } catch (const Error&) {
    if (Interrupt::requested()) return interrupted_status;
    throw;
  }
  const auto trace_side = [](Side& side, OpenedSession& session) {
    return trace_in(session, side.files, side.options, Interrupt::requested,
                    [&](const Trace& trace) { side.traces.push_back(trace); });
  };
  int status = trace_side(ipv4, sessions->front());
  if (Interrupt::requested()) return status;
  if (options.format == Format::matrix) write_out("\n");  // as the other forms have it
  status = graver(status, trace_side(ipv6, sessions->back()));
  if (Interrupt::requested()) return status;
  Outcome outcome;
  outcome.add(status);
  outcome.attempt([&] { write_differences(options, ipv4, ipv6, *sessions->front().names); });
  return outcome.conclude();
}

}  // namespace tracetcp::cli
