#include "session/opened_session.hpp"

#include "platform/confine.hpp"
#include "platform/privileges.hpp"
#include "platform/unprivileged.hpp"
#include "prober/sockets/connect_prober.hpp"
#include "session/opened_method.hpp"
#include "session/opening.hpp"

#include <tracetcp/dns.hpp>
#include <tracetcp/error.hpp>
#include <tracetcp/sim.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <random>
#include <sstream>

namespace tracetcp {
namespace {

/// Null where nothing is to be recorded; else of that many links.
std::shared_ptr<RecordingFile> open_recording(const SessionOptions& options, int links) {
  if (options.write_file.empty()) return nullptr;
  const AsCaller caller;
  return std::make_shared<RecordingFile>(
      std::make_unique<SavefileWriter>(options.write_file, options.overwrite,
                                       options.compares_by_itself && !options.many_hosts
                                           ? Recorded::first_with_controls
                                           : Recorded::asked_for),
      links);
}

}  // namespace

std::shared_ptr<RecordingFile> open_files(OpenedSession& session, const SessionOptions& options,
                                          Beside& beside, int links) {
  beside.open(session.passed_over);
  try {
    auto recording = open_recording(options, links);
    if (recording != nullptr) beside.recorded_to(options.write_file);
    return recording;
  } catch (const Error&) {
    beside.discard();
    throw;
  }
}

void set_link(OpenedSession& session, std::unique_ptr<Link> link,
              std::shared_ptr<RecordingFile> file) {
  if (file == nullptr) {
    session.link = std::move(link);
    return;
  }
  auto recording = std::make_unique<RecordingLink>(std::move(link), std::move(file));
  session.recording = recording.get();
  session.link = std::move(recording);
}

void set_confined(OpenedSession& session, const SessionOptions& options, SandboxNeeds needs) {
  if (!options.filter_system_calls) {
    const std::string left = drop_privileges();
    if (left.empty()) return;
    throw Error("cannot give up privileges (" + left + "); run as a user without privileges");
  }
  const Confinement confinement = confine(needs);
  session.unconfined = confinement.unfiltered;
  if (confinement.privileged.empty()) return;
  session.passed_over.push_back("capabilities are left: " + confinement.privileged);
}

namespace {

SocketWay socket_way(const OpenedMethod& way) {
  return {.source = way.route.source,
          .zone = way.route.interface_index,
          .interface = way.bind_sockets ? way.route.interface : "",
          .by_gateway = way.route.gateway.has_value()};
}

void describe(OpenedSession& session, const OpenedMethod& way, const SessionOptions& options) {
  session.method = name(way.method);
  session.limits = limits_of(way.method, options);
  session.limits.insert(session.limits.end(), way.limits.begin(), way.limits.end());
  session.one_outstanding = way.method == Method::connect && options.one_path;
  const Duration lifetime = ProbeSocket::lifetime(socket_way(way));
  if (way.method == Method::connect && lifetime != Duration::max())
    session.probe_lifetime = lifetime;
  session.own_flows =
      way.method == Method::connect ? !options.one_path : options.tag_mode == TagMode::port;
  session.interface = way.route.interface;
  session.source = way.route.source;
  session.source_ports = way.ports;
  session.why_unsent = way.why_unsent;
}

/// Reports say that it was not the first choice.
std::function<void(OpenedSession&)> switch_to_sockets(const SessionOptions& options,
                                                      const OpenedMethod& packets,
                                                      const Waker& waker) {
  auto sockets = method_by_sockets(options, packets);
  if (!sockets) return nullptr;
  const auto way = std::make_shared<OpenedMethod>(std::move(*sockets));
  const auto method = packets.method;
  return [way, method, &options, &waker](OpenedSession& session) {
    describe(session, *way, options);
    session.limits.insert(session.limits.begin(), why_by_sockets(method));
    session.link.reset();
    session.sockets = socket_prober(options, *way, waker);
    session.use_sockets = nullptr;
  };
}

FoundSession find_real(const SessionOptions& options, std::vector<Address> addresses,
                       const Waker& waker) {
  FoundSession found;
  OpenedSession& session = found.session;
  session.addresses = std::move(addresses);
  session.target = session.addresses.front();
  const auto way = std::make_shared<OpenedMethod>(open_best_method(
      options, session.target, route_to(session.addresses, options), session.passed_over));
  describe(session, *way, options);
  session.use_sockets = switch_to_sockets(options, *way, waker);
  session.seed = options.seed ? *options.seed : random_seed();
  session.held = way->held;
  // Sockets are opened later for names, by method connect, and where auto may still change to it
  // (see switch_to_sockets()): not for raw, link and what excludes that change.
  found.opens_sockets =
      options.look_up_names || way->handles == nullptr || session.use_sockets != nullptr;
  found.start = [way, &options, &waker](OpenedSession& started,
                                        std::shared_ptr<RecordingFile> file) {
    if (way->handles == nullptr) {
      started.sockets = socket_prober(options, *way, waker);
    } else {
      set_link(started, way->handles->start(waker), std::move(file));
    }
    if (options.look_up_names) {
      started.names = dns_names([&waker] { waker.notify(); });
    } else {
      started.names = std::make_unique<NoNames>();
    }
  };
  return found;
}

}  // namespace

std::optional<Family> family_of(const SessionOptions& options) {
  if (options.family) return options.family;
  if (options.source) return options.source->family();
  if (options.gateway) return options.gateway->family();
  return std::nullopt;
}

namespace {

/// The source and the gateway that the options name must be able to reach that address.
void require_family(const Address& target, const SessionOptions& options) {
  const auto require = [&](const char* what, const std::optional<Address>& address) {
    if (!address || address->family() == target.family()) return;
    throw Error(fmt::format("{} {} is {} and the target {} is {}; give two of one family", what,
                            address->text(), name(address->family()), target.text(),
                            name(target.family())));
  };
  require("source", options.source);
  require("gateway", options.gateway);
}

}  // namespace

std::vector<Address> simulated_addresses(const SessionOptions& options, const Network& network) {
  const std::string& host = options.host;
  if (const auto address = Address::parse(host)) {
    require_family(*address, options);
    return {*address};
  }
  auto addresses = network.addresses_of(host, options.ports.front());
  if (addresses.empty()) {
    throw Error(fmt::format("no host {} in {}; give the name of a host in that file", host,
                            options.sim_file));
  }
  const auto family = family_of(options);
  if (family) {
    std::erase_if(addresses, [&](const Address& one) { return one.family() != *family; });
  }
  if (addresses.empty()) {
    throw Error(
        fmt::format("host {} has no {} address in {}; take the other family, or none in particular",
                    host, name(*family), options.sim_file));
  }
  return addresses;
}

namespace {

FoundSession find_simulated(const SessionOptions& options) {
  const auto network = load_network(options.sim_file);
  FoundSession found;
  OpenedSession& session = found.session;
  session.addresses = simulated_addresses(options, *network);
  session.target = session.addresses.front();
  session.method = "simulated";
  session.own_flows = options.tag_mode == TagMode::port;
  session.source = options.source ? *options.source : network->source(session.target.family());
  session.seed = options.seed ? *options.seed : network->seed();
  constexpr Port usual_port{40001};
  session.source_ports = {.first = options.source_port ? *options.source_port : usual_port,
                          .count = source_ports(options)};
  found.start = [network, &options](OpenedSession& started, std::shared_ptr<RecordingFile> file) {
    set_link(started, make_simulated_link(network, started.seed), std::move(file));
    if (options.look_up_names) {
      started.names = simulated_names(network, {started.target, options.ports.front()});
    } else {
      started.names = std::make_unique<NoNames>();
    }
  };
  return found;
}

FoundSession find_session(const SessionOptions& options, const Waker& waker) {
  if (options.sim_file.empty()) return find_real(options, resolve(options), waker);
  drop_privileges();
  return find_simulated(options);
}

/// Of the host, one at least of the family that the options ask for; by one look-up for all of
/// them.
std::vector<Address> addresses_in(const std::vector<Address>& all, const SessionOptions& options) {
  std::vector<Address> addresses;
  for (const Address& address : all) {
    if (address.family() == options.family) addresses.push_back(address);
  }
  if (!addresses.empty()) return addresses;
  const Address& other = all.front();
  throw Error(fmt::format("host \"{}\" has no {} address, only of {} ({}); take that family alone",
                          options.host, name(*options.family), name(other.family()), other.text()));
}

std::vector<Address> resolve_all(SessionOptions options) {
  options.family.reset();
  return resolve(options);
}

}  // namespace

std::uint64_t random_seed() {
  std::random_device device;
  return std::uint64_t{device()} << 32 | device();
}

std::vector<Address> resolve(const SessionOptions& options) {
  const std::string& host = options.host;
  const auto family = family_of(options);
  if (const auto address = Address::parse(host)) {
    require_family(*address, options);
    return {*address};
  }
  std::istringstream answer(run_unprivileged([&] {
    std::string text;
    for (const Address& address : resolve_host(host, family)) text += address.text() + ' ';
    return text;
  }));
  std::vector<Address> addresses;
  for (std::string text; answer >> text;) {
    if (const auto address = Address::parse(text)) addresses.push_back(*address);
  }
  if (addresses.empty()) throw Error("the look-up of " + host + " ended too early");
  return addresses;
}

std::unique_ptr<Prober> socket_prober(const SessionOptions& options, const OpenedMethod& way,
                                      const Waker& waker) {
  return std::make_unique<ConnectProber>(ConnectConfig{.way = socket_way(way),
                                                       .ports = way.ports,
                                                       .timeout = options.strategy.timeout,
                                                       .why_unsent = way.why_unsent},
                                         waker);
}

OpenedSession open_session(const SessionOptions& options, const Waker& waker, Beside& beside) {
  FoundSession found = find_session(options, waker);
  // Last of all that can fail, so that no file is left behind; but root may write anywhere, which
  // it can't any more without its capabilities.
  auto file = open_files(found.session, options, beside);
  set_confined(found.session, options,
               {.sockets = found.opens_sockets,
                .terminal = options.sets_terminal,
                .serving = options.serves});
  found.start(found.session, std::move(file));
  return std::move(found.session);
}

std::vector<FoundSession> find_sessions(const std::vector<const SessionOptions*>& options,
                                        const Waker& waker, Beside& beside) {
  std::vector<FoundSession> all;
  all.reserve(options.size());
  for (const SessionOptions* one : options) {
    try {
      all.push_back(find_session(*one, waker));
    } catch (const UsageError&) {
      throw;  // it is of an option, so it holds for all
    } catch (const Error& error) {
      all.emplace_back().failure = error.what();
    }
  }
  if (all.empty()) return all;
  std::vector<std::string> passed_over;
  beside.open(passed_over);
  const bool opens_sockets = std::any_of(
      all.begin(), all.end(), [](const FoundSession& found) { return found.opens_sockets; });
  set_confined(all.front().session, *options.front(), {.sockets = opens_sockets});
  auto& lines = all.front().session.passed_over;
  lines.insert(lines.end(), passed_over.begin(), passed_over.end());
  return all;
}

std::array<OpenedSession, 2> open_sessions(const std::array<Opening, 2>& openings) {
  const bool is_real = openings.front().options.sim_file.empty();
  const auto all = is_real ? resolve_all(openings.front().options) : std::vector<Address>();
  if (!is_real) drop_privileges();
  const auto find = [&](const Opening& one) {
    return is_real ? find_real(one.options, addresses_in(all, one.options), one.waker)
                   : find_simulated(one.options);
  };
  const auto& [one, other] = openings;
  FoundSession first = find(one);
  FoundSession second = find(other);
  auto file = open_files(first.session, one.options, one.beside, 2);
  other.beside.open(second.session.passed_over);
  set_confined(first.session, one.options,
               {.sockets = first.opens_sockets || second.opens_sockets});
  first.start(first.session, file);
  second.start(second.session, std::move(file));
  return {std::move(first.session), std::move(second.session)};
}

}  // namespace tracetcp
