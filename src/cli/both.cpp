#include "cli/both.hpp"

#include "cli/program.hpp"
#include "cli/status.hpp"
#include "platform/interrupt.hpp"
#include "platform/output.hpp"
#include "platform/output_later.hpp"
#include "report/both_families.hpp"
#include "session/side_by_side.hpp"

#include <tracetcp/error.hpp>

#include <fmt/core.h>

#include <array>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

namespace tracetcp::cli {
namespace {

/// Of one family: what is traced, where, and what came of it.
struct Side {
  explicit Side(Options asked) : options(std::move(asked)) {}

  const Options options;
  ReportFiles files{options};
  Waker waker;
  RunResult result;
};

Options of_ipv4(const Options& options) {
  Options one = options;
  one.family = Family::ipv4;
  return one;
}

/// The files are opened for the other side.
Options of_ipv6(const Options& options) {
  Options one = options;
  one.family = Family::ipv6;
  one.write_file.clear();
  one.html_file.clear();
  return one;
}

/// The names that both sides know.
class NamesOfBoth final : public Names {
 public:
  NamesOfBoth(Names& ipv4, Names& ipv6) : ipv4_(ipv4), ipv6_(ipv6) {}

  void ask(Address address) override { of_family(address).ask(address); }
  [[nodiscard]] std::optional<std::string> of(Address address) const override {
    return of_family(address).of(address);
  }

 private:
  [[nodiscard]] Names& of_family(const Address& address) const {
    return address.family() == Family::ipv4 ? ipv4_ : ipv6_;
  }

  Names& ipv4_;
  Names& ipv6_;
};

class BothRun {
 public:
  explicit BothRun(const Options& options)
      : options_(options),
        sessions_(open_sessions({{{ipv4_.options, ipv4_.files, ipv4_.waker},
                                  {ipv6_.options, ipv6_.files, ipv6_.waker}}})),
        names_(*sessions_.front().names, *sessions_.back().names) {}

  int run() {
    // As the other forms have it, an empty line between the reports.
    if (options_.format == Format::matrix) ipv6_text_.write("\n");
    // A simulated network has a time of its own, and a recording of it is to be the same each time.
    if (options_.sim_file.empty()) {
      run_side_by_side([&] { trace_ipv4(); }, [&] { trace_ipv6(); }, ipv4_.waker,
                       [&] { pass_interrupt_on(); });
    } else {
      trace_ipv4();
      trace_ipv6();
    }
    outcome_.add(ipv6_status_);
    if (!Interrupt::requested()) outcome_.attempt([&] { write_differences(); });
    outcome_.attempt([&] { write_page(); });
    return outcome_.conclude();
  }

 private:
  void pass_interrupt_on() const {
    if (Interrupt::requested()) ipv6_.waker.notify();
  }

  void trace_ipv4() {
    outcome_.attempt([&] {
      const auto interrupted = [&] {
        pass_interrupt_on();
        return Interrupt::requested();
      };
      outcome_.add(trace_in(sessions_.front(), ipv4_.files, ipv4_.options,
                            {.interrupted = interrupted, .ended = keep_in(ipv4_)}));
    });
    outcome_.attempt([&] { ipv6_text_.release(); });
  }

  /// May run in another thread: what it shares with the other run is standard output and error, and
  /// the recording, which are made for several threads.
  void trace_ipv6() {
    Outcome outcome;
    outcome.attempt([&] {
      const auto write = [&](const std::string& text) { ipv6_text_.write(text); };
      outcome.add(
          trace_in(sessions_.back(), ipv6_.files, ipv6_.options,
                   {.interrupted = Interrupt::requested, .write = write, .ended = keep_in(ipv6_)}));
    });
    ipv6_status_ = outcome.conclude();
  }

  static std::function<void(RunResult)> keep_in(Side& side) {
    return [&side](RunResult result) { side.result = std::move(result); };
  }

  [[nodiscard]] std::vector<PortOverBoth> ports() const {
    return pair_by_port(ipv4_.result.traces.traces(), ipv6_.result.traces.traces());
  }

  void write_differences() const {
    if (options_.format == Format::json) {
      write_out(both_json(ports(), options_.host));
      return;
    }
    write_out("\n");
    for (const std::string& line : both_lines(ports(), names_)) write_out(line + '\n');
  }

  void write_page() {
    if (ipv4_.files.page == nullptr) return;
    Page page = page_for(options_, ipv4_.result.info);
    page.ipv6_run = ipv6_.result.info;
    if (!Interrupt::requested()) page.over_both = both_lines(ports(), names_);
    const auto [one, other] = std::pair(sessions_.front().seed, sessions_.back().seed);
    page.seed = one == other ? std::to_string(one) : fmt::format("{} and {}", one, other);
    page.counts = ipv4_.result.counts;
    page.counts.add(ipv6_.result.counts);
    page.interrupted = Interrupt::requested();
    ipv4_.result.traces.add(std::move(ipv6_.result.traces));
    ipv4_.result.traces.hand_on(page, false);
    ipv4_.files.page->write(std::move(page), names_);
  }

  const Options& options_;
  Side ipv4_{of_ipv4(options_)};
  Side ipv6_{of_ipv6(options_)};
  const Interrupt interrupt_{ipv4_.waker};
  std::array<OpenedSession, 2> sessions_;
  NamesOfBoth names_;
  LaterOutput ipv6_text_;
  int ipv6_status_ = 0;
  Outcome outcome_;
};

}  // namespace

int trace_both(const Options& options) {
  std::optional<BothRun> run;
  try {
    run.emplace(options);
  } catch (const Error&) {
    // What was under way when the signal came, such as a look-up, fails for that reason alone.
    if (Interrupt::requested()) return interrupted_status;
    throw;
  }
  return run->run();
}

}  // namespace tracetcp::cli
