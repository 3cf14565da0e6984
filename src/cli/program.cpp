#include "cli/program.hpp"

#include "cli/output.hpp"
#include "cli/printer.hpp"
#include "platform/interrupt.hpp"
#include "prober/packet_prober.hpp"

#include <tracetcp/engine.hpp>
#include <tracetcp/error.hpp>

#include <fmt/format.h>

#include <cstdio>
#include <optional>

namespace tracetcp {
namespace {

constexpr int interrupted_status = 130;  // as shells report death by SIGINT

RunInfo info_of(const World& world, const Options& options) {
  return {.target_name = Address::parse(options.host) ? "" : options.host,
          .method = world.method,
          .interface = world.interface,
          .source = {world.source, world.source_ports.first},
          .limits = world.limits,
          .max_hops = options.strategy.max_hops,
          .precise = options.precise};
}

std::unique_ptr<Prober> take_prober(World& world, const Options& options) {
  if (world.sockets != nullptr) return std::move(world.sockets);
  return std::make_unique<PacketProber>(
      *world.link, Tagger(world.seed, world.source, world.source_ports, options.tag_mode));
}

RunCounts counts_of(Prober& prober, const Tally& late) {
  RunCounts counts{.ignored = prober.ignored(), .link = prober.stats()};
  counts.ignored.add(Reason::late, late.of(Reason::late));
  return counts;
}

/// For --verbose, to standard error: what can't be seen in the report.
void tell(const World& world, const RunCounts& counts) {
  const Port port = world.source_ports.first;
  std::string text =
      fmt::format("method {}, source {}:{}, interface {}, seed {}\n", world.method,
                  world.source.text(), port.value == 0 ? "*" : std::to_string(port.value),
                  world.interface.empty() ? "none" : world.interface, world.seed);
  if (!world.unconfined.empty()) {
    text += fmt::format("system calls are not filtered: {}\n", world.unconfined);
  }
  text += fmt::format("captured {}, dropped by the kernel {}, by the queue {}\n",
                      counts.link.captured, counts.link.kernel_dropped, counts.link.queue_dropped);
  counts.ignored.each([&](Reason reason, std::uint64_t count) {
    text += fmt::format("ignored {}: {}\n", name(reason), count);
  });
  std::fputs(text.c_str(), stderr);
}

/// Where something else failed already, which is what is to be told.
void finish_quietly(World& world) {
  if (world.recording == nullptr) return;
  try {
    world.recording->finish();
  } catch (const Error& error) {
    std::fprintf(stderr, "tracetcp: %s\n", error.what());
  }
}

}  // namespace

int trace(const Options& options) {
  const Waker waker;
  const Interrupt interrupt(waker);
  std::optional<World> world;
  try {
    world = open_world(options, waker);
  } catch (const Error&) {
    // What was under way when the signal came, such as a look-up, fails for that reason alone.
    if (Interrupt::requested()) return interrupted_status;
    throw;
  }
  return trace_in(*world, options, Interrupt::requested);
}

int trace_in(World& world, const Options& options, const std::function<bool()>& interrupted) {
  const RunInfo info = info_of(world, options);
  if (options.verbose) {
    for (const std::string& line : world.passed_over) fmt::print(stderr, "{}\n", line);
  }
  const auto report = report_for(options.format, info, *world.names);

  const auto prober = take_prober(world, options);
  Strategy strategy = options.strategy;
  strategy.one_outstanding = world.one_outstanding;
  Tally late;
  Printer printer({.report = *report,
                   .names = *world.names,
                   .header_has_name = info.target_name.empty(),
                   .counts = [&] { return counts_of(*prober, late); },
                   .write = write_out});
  const Job job{.target = world.target, .first = options.first_port, .last = options.last_port};
  try {
    run(*prober, strategy, job, printer, interrupted, late);
  } catch (const Error&) {
    printer.flush();
    write_out(report->close());
    finish_quietly(world);
    throw;
  }
  printer.flush();
  write_out(report->close());
  if (options.verbose) tell(world, counts_of(*prober, late));
  if (world.recording != nullptr) world.recording->finish();
  return interrupted() ? interrupted_status : 0;
}

}  // namespace tracetcp
