#include "session/examine.hpp"

#include "core/milliseconds.hpp"
#include "identity/remembered.hpp"
#include "platform/confine.hpp"
#include "platform/interrupt.hpp"
#include "platform/machine.hpp"
#include "prober/packet_prober.hpp"
#include "prober/sockets/connect_prober.hpp"
#include "session/opened_method.hpp"
#include "session/opened_session.hpp"

#include <tracetcp/error.hpp>

#include <fmt/core.h>

#include <optional>

namespace tracetcp {
namespace {

constexpr Method all_methods[] = {Method::raw, Method::link, Method::connect};

/// A method that was tried: open, or why not.
struct Trial {
  Method method;
  std::optional<OpenedMethod> way;
  std::string why_not;
};

Trial try_to_open(Method method, const SessionOptions& options, Address target,
                  const Route& route) {
  try {
    return {method, open_method(method, options, target, route), ""};
  } catch (const Error& error) {
    return {method, std::nullopt, error.what()};
  }
}

std::string answer_text(const Reply& reply) {
  return fmt::format("{} answered ({}) in {} ms", reply.from.text(), name(reply.kind),
                     reply.rtt ? precise_milliseconds(*reply.rtt) : "?");
}

/// Sends one SYN and waits for what comes back; empty: nothing, or interrupted.
std::string prove(Prober& prober, Endpoint target, Duration patience) {
  constexpr Ttl far{64};
  const Probe probe{.target = target, .ttl = far};
  const TimePoint give_up = prober.now() + patience;
  prober.send({&probe, 1});
  while (prober.now() < give_up && !Interrupt::requested()) {
    const auto replies = prober.wait(give_up);
    if (!replies.empty()) return answer_text(replies.front());
  }
  return "";
}

std::string prove(OpenedMethod& way, Endpoint target, const SessionOptions& options,
                  const Waker& waker) {
  if (way.handles == nullptr) {
    return prove(*socket_prober(options, way, waker), target, options.strategy.timeout);
  }
  const auto link = way.handles->start(waker);
  PacketProber prober(*link, std::make_unique<RememberedIdentity>(random_seed(), way.route.source,
                                                                  way.ports, TagMode::id));
  return prove(prober, target, options.strategy.timeout);
}

std::string link_text(const Route& route) {
  switch (link_header(route.interface)) {
    case LinkHeader::ethernet:
      return "Ethernet";
    case LinkHeader::none:
      return "no link header";
    case LinkHeader::other:
      break;
  }
  return is_local(route) ? "loopback" : "neither Ethernet nor without link header";
}

void describe(CheckReport& report, const Machine& machine, Address target, const Route& route) {
  const auto add = [&](const char* what, const std::string& value) {
    report.machine.emplace_back(what, value);
  };
  report.machine = machine.facts;
  add("target", target.text());
  add("interface", fmt::format("{} ({})", route.interface, link_text(route)));
  add("source", route.source.text());
  add("gateway", route.gateway ? route.gateway->text() : "none");
}

}  // namespace

CheckReport examine(const SessionOptions& options, const Waker& waker) {
  using namespace std::chrono_literals;
  const Machine machine = look_at_machine();
  const auto addresses = resolve(options);
  const Address& target = addresses.front();
  const Route route = route_to(addresses, options);
  CheckReport report;
  describe(report, machine, target, route);

  std::vector<Trial> trials;
  for (const Method method : all_methods) {
    trials.push_back(try_to_open(method, options, target, route));
  }
  const auto [unfiltered, privileged] = confine({.sockets = true});
  report.machine.emplace_back("own filter", unfiltered.empty() ? "yes" : "no: " + unfiltered);
  if (!privileged.empty()) report.machine.emplace_back("capabilities", "are left: " + privileged);
  for (Trial& trial : trials) {
    CheckReport::Method found{.name = std::string(name(trial.method)), .text = trial.why_not};
    if (trial.way) {
      try {
        found.text = prove(*trial.way, {target, options.ports.front()}, options, waker);
        found.works = true;
        found.proved = !found.text.empty();
        if (!found.proved) {
          found.text = Interrupt::requested()
                           ? "opened, but interrupted before a SYN was answered"
                           : "opened, but no SYN to " + options.host + " was answered";
        }
      } catch (const Error& error) {
        found.text = error.what();
      }
    }
    report.methods.push_back(std::move(found));
  }
  const bool packets = report.methods[0].works || report.methods[1].works;
  if (!packets) report.advice.push_back(machine.advice);
  return report;
}

}  // namespace tracetcp
