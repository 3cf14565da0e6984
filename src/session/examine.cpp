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

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

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

CheckReport::Rows rows_of(const Address& target, const Route& route) {
  return {
      {"target", target.text()},
      {"interface", fmt::format("{} ({})", route.interface, link_text(route))},
      {"source", route.source.text()},
      {"gateway", route.gateway ? route.gateway->text() : "none"},
  };
}

/// One family: its addresses of the target, and the methods that were tried for the first of them.
struct Side {
  Family family;
  std::vector<Address> addresses;
  CheckReport::Way way{};
  std::vector<Trial> trials{};
};

/// This machine itself, by the families that the options leave.
std::vector<Address> loopbacks(const SessionOptions& options) {
  std::vector<Address> all{*Address::parse("127.0.0.1"), *Address::parse("::1")};
  const auto keep = [&](Family family) {
    std::erase_if(all, [&](const Address& one) { return one.family() != family; });
  };
  if (options.family) keep(*options.family);
  if (options.source) keep(options.source->family());
  if (options.gateway) keep(options.gateway->family());
  return all;
}

/// Of each family that the host has addresses of.
std::vector<Side> sides_of(const SessionOptions& options) {
  std::vector<Address> all;
  if (options.host.empty()) {
    all = loopbacks(options);
  } else {
    all = resolve(options);
  }
  std::vector<Side> sides;
  for (const Address& address : all) {
    const auto same = std::find_if(sides.begin(), sides.end(), [&](const Side& side) {
      return side.family == address.family();
    });
    if (same == sides.end()) {
      sides.push_back({.family = address.family(), .addresses = {address}});
    } else {
      same->addresses.push_back(address);
    }
  }
  return sides;
}

/// Opens all methods. Where there is no route the side says why.
void try_all(Side& side, const SessionOptions& options) {
  const Address& target = side.addresses.front();
  side.way.family = side.family;
  try {
    const Route route = route_to(side.addresses, options);
    side.way.rows = rows_of(target, route);
    for (const Method method : all_methods) {
      side.trials.push_back(try_to_open(method, options, target, route));
    }
  } catch (const Error& error) {
    side.way.missing = error.what();
  }
}

CheckReport::Method proved(Trial& trial, const Address& target, const SessionOptions& options,
                           const Waker& waker) {
  CheckReport::Method found{.name = std::string(name(trial.method)), .text = trial.why_not};
  if (!trial.way) return found;
  try {
    found.text = prove(*trial.way, {target, options.ports.front()}, options, waker);
    found.works = true;
    found.proved = !found.text.empty();
    if (!found.proved) {
      found.text = Interrupt::requested()
                       ? "opened, but interrupted before a SYN was answered"
                       : fmt::format("opened, but no SYN to {} was answered",
                                     options.host.empty() ? target.text() : options.host);
    }
  } catch (const Error& error) {
    found.text = error.what();
  }
  return found;
}

bool packets_work(const CheckReport& report) {
  return std::any_of(report.ways.begin(), report.ways.end(), [](const CheckReport::Way& way) {
    return std::any_of(way.methods.begin(), way.methods.end(), [](const auto& method) {
      return method.works && method.name != name(Method::connect);
    });
  });
}

}  // namespace

CheckReport examine(const SessionOptions& options, const Waker& waker) {
  const Machine machine = look_at_machine();
  std::vector<Side> sides = sides_of(options);
  for (Side& side : sides) try_all(side, options);
  const bool has_way = std::any_of(sides.begin(), sides.end(),
                                   [](const Side& side) { return side.way.missing.empty(); });
  if (!has_way) throw Error(sides.front().way.missing);
  CheckReport report;
  report.machine = machine.facts;
  const auto [unfiltered, privileged] = confine({.sockets = true});
  report.machine.emplace_back("own filter", unfiltered.empty() ? "yes" : "no: " + unfiltered);
  if (!privileged.empty()) report.machine.emplace_back("capabilities", "are left: " + privileged);
  for (Side& side : sides) {
    for (Trial& trial : side.trials) {
      side.way.methods.push_back(proved(trial, side.addresses.front(), options, waker));
    }
    report.ways.push_back(std::move(side.way));
  }
  if (!packets_work(report)) report.advice.push_back(machine.advice);
  return report;
}

}  // namespace tracetcp
