#include "session/line_traces.hpp"

#include <tracetcp/error.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <utility>

namespace tracetcp {
namespace {

/// With the wait of probes that are given up early.
Strategy with_lifetime(Strategy strategy, std::optional<Duration> lifetime) {
  strategy.probe_lifetime = lifetime;
  return strategy;
}

}  // namespace

LineTraces::LineTraces(const Parts& parts, const Strategy& strategy)
    : parts_(parts),
      usual_(with_lifetime(strategy, std::nullopt)),
      short_lived_(strategy),
      pacer_(strategy) {}

/// Where the first SYN of a trace may not leave yet it would only wait.
TimePoint LineTraces::ready() const {
  return pacer_.may_begin(usual_.first_ttl);
}

bool LineTraces::exhausted() const {
  return open_ == nullptr && waiting_.empty() && to_compare_.empty() && parts_.feed.exhausted();
}

TimePoint LineTraces::wake() const {
  const bool has_some = open_ != nullptr || !to_compare_.empty() ||
                        std::any_of(waiting_.begin(), waiting_.end(),
                                    [](const Waiting& one) { return one.found.has_value(); });
  return has_some ? ready() : never;
}

Task* LineTraces::next(std::uint32_t first_id, TimePoint now) {
  if (ready() > now) return nullptr;
  if (!to_compare_.empty()) {
    pacer_.began(now);
    return begin_comparison(first_id, now);
  }
  while (open_ == nullptr) {
    read_ahead();
    const std::size_t known = waiting_.size();
    if (!open_next_line() && waiting_.size() == known) return nullptr;
  }
  pacer_.began(now);
  Active& active = active_of(open_->address);
  const auto control = parts_.options.control_port;
  if (control && !active.has_control) {
    active.has_control = true;
    if (!open_->ports.contains(*control)) return begin(first_id, *control, std::nullopt, now);
  }
  const std::size_t place = next_place_++;
  Task* task = begin(first_id, open_->ports.at(place), place, now);
  if (next_place_ == open_->ports.size()) open_.reset();
  return task;
}

void LineTraces::read_ahead() {
  while (waiting_.size() < most_waiting && !parts_.feed.exhausted()) {
    auto line = parts_.feed.next();
    if (!line) break;
    Waiting& one = waiting_.emplace_back();
    one.order = read_++;
    one.line = *std::move(line);
    look_up(one);
  }
  for (Waiting& one : waiting_) {
    if (!one.found) one.found = parts_.hosts.take(one.line.host);
  }
}

void LineTraces::look_up(Waiting& waiting) {
  const auto address = Address::parse(waiting.line.host);
  if (!address) {
    parts_.hosts.ask(waiting.line.host);
    return;
  }
  HostAddresses::Found& found = waiting.found.emplace();
  const auto family = parts_.options.family;
  if (!family || address->family() == *family) {
    found.addresses = {*address};
  } else {
    found.failure = fmt::format("{} is an {} address, which -{} rules out", address->text(),
                                name(address->family()), *family == Family::ipv4 ? '4' : '6');
  }
}

/// Opens the first line that is known and need not wait. False: there is none, or nothing of it is
/// to be traced.
bool LineTraces::open_next_line() {
  for (auto one = waiting_.begin(); one != waiting_.end(); ++one) {
    if (!one->found) continue;
    if (!one->found->addresses.empty() && must_wait(one->found->addresses.front())) continue;
    Waiting line = std::move(*one);
    waiting_.erase(one);
    return open_line(line);
  }
  return false;
}

/// While a trace to that address is compared with ports that may be this line's.
bool LineTraces::must_wait(Address address) const {
  const auto known = hosts_.find(address);
  return known != hosts_.end() && known->second.active != nullptr && known->second.active->compares;
}

/// False: there is nothing to trace.
bool LineTraces::open_line(Waiting& waiting) {
  auto& [order, read, found] = waiting;
  auto& observer = parts_.observer;
  if (found->addresses.empty()) {
    observer.failed(order, read.line, found->failure);
    return false;
  }
  auto line = std::make_shared<TracedLine>();
  line->order = order;
  line->line = read.line;
  line->host = read.host;
  line->address = found->addresses.front();
  line->addresses = std::move(found->addresses);
  Host& host = hosts_[line->address];
  for (std::size_t place = 0; place < read.ports.size(); ++place) {
    const Port port = read.ports.at(place);
    if (!host.asked.contains(port)) line->ports.add(port, port);
  }
  if (line->ports.empty()) {
    observer.repeated(order, read.line, read.host);
    conclude(line->address);
    return false;
  }
  try {
    line->way = parts_.ways.to(line->address, line->ports.front());
  } catch (const Error& error) {
    observer.failed(order, read.line, error.what());
    conclude(line->address);
    return false;
  }
  const bool is_only = host.asked.empty() && line->ports.size() == 1 && host.active == nullptr &&
                       !is_named_again(line->host, line->address);
  for (std::size_t place = 0; place < line->ports.size(); ++place) {
    const Port port = line->ports.at(place);
    host.asked.add(port, port);
  }
  Active& active = active_of(line->address);
  active.compares = is_only && parts_.options.compares_by_itself && !parts_.judges;
  active.awaits_all = parts_.judges && line->ports.size() <= most_awaiting;
  open_ = line;
  next_place_ = 0;
  observer.begun(open_);
  return true;
}

/// Whether another line is known to name that host.
bool LineTraces::is_named_again(const std::string& host, Address address) const {
  if (parts_.feed.will_name(host)) return true;
  return std::any_of(waiting_.begin(), waiting_.end(), [&](const Waiting& one) {
    const bool is_known = one.found && !one.found->addresses.empty();
    return one.line.host == host || (is_known && one.found->addresses.front() == address);
  });
}

LineTraces::Active& LineTraces::active_of(Address address) {
  auto& active = hosts_[address].active;
  if (active != nullptr) return *active;
  active = std::make_unique<Active>([this, address](Trace& trace) {
    Active& of = *hosts_.at(address).active;
    const Placed placed = std::move(of.taken.front());
    of.taken.pop_front();
    --held_;
    parts_.observer.ended(*placed.line, placed.place, trace, placed.silent_before);
  });
  return *active;
}

/// `place`: of the port in the line that is open; empty: it is only compared with.
Task* LineTraces::begin(std::uint32_t first_id, Port port, std::optional<std::size_t> place,
                        TimePoint now) {
  const Placed placed{.line = open_, .place = place.value_or(0)};
  Active& active = active_of(open_->address);
  ++active.under_way;
  active.awaits_control = active.awaits_control || !place;
  const bool is_asked_for = place.has_value();
  auto taken = [this, placed, is_asked_for](ComparedTrace::Ended& ended) {
    if (is_asked_for) return take(placed, ended);
    take_control(*placed.line, ended.trace, true);
    Active& of = *hosts_.at(placed.line->address).active;
    of.awaits_control = false;
    diagnose_awaiting(of);
  };
  return add(first_id,
             {.target = {open_->address, port},
              .strategy = strategy_for(*open_),
              .pacer = pacer_,
              .prober = parts_.prober,
              .asks_silent_again = active.awaits_all,
              .compares = active.compares && is_asked_for,
              .take = std::move(taken)},
             std::nullopt, now);
}

/// Compares the first trace of a host all of whose traces have ended.
Task* LineTraces::begin_comparison(std::uint32_t first_id, TimePoint now) {
  const Address address = to_compare_.front();
  to_compare_.pop_front();
  Active& active = *hosts_.at(address).active;
  ++active.under_way;
  const auto& [placed, first] = active.awaiting.front();
  auto taken = [this, address, line = placed.line](ComparedTrace::Ended& ended) {
    take_controls(*line, ended.controls);
    hosts_.at(address).active->awaiting.front().second = std::move(ended.trace);
  };
  return add(first_id,
             {.target = first.target,
              .strategy = strategy_for(*placed.line),
              .pacer = pacer_,
              .prober = parts_.prober,
              .compares = true,
              .take = std::move(taken)},
             first, now);
}

Task* LineTraces::add(std::uint32_t first_id, ComparedTrace::Parts parts,
                      std::optional<Trace> ended, TimePoint now) {
  const Address address = parts.target.address;
  if (ended) {
    begun_.emplace_back(first_id, std::move(parts), address, *std::move(ended), now);
  } else {
    begun_.emplace_back(first_id, std::move(parts), address, now);
  }
  place_of_[&begun_.back().task] = std::prev(begun_.end());
  return &begun_.back().task;
}

const Strategy& LineTraces::strategy_for(const TracedLine& line) const {
  return line.way.is_short_lived ? short_lived_ : usual_;
}

void LineTraces::take_control(const TracedLine& line, const Trace& control, bool is_whole) {
  hosts_.at(line.address).active->diagnosis.add_control(control);
  if (is_whole) parts_.observer.control_ended(line, control);
}

void LineTraces::take_controls(const TracedLine& line,
                               const std::vector<ComparedTrace::EndedControl>& all) {
  for (const auto& [trace, is_whole] : all) take_control(line, trace, is_whole);
}

void LineTraces::take(Placed placed, ComparedTrace::Ended& ended) {
  placed.silent_before = ended.silent_before;
  Active& active = *hosts_.at(placed.line->address).active;
  take_controls(*placed.line, ended.controls);
  if (active.awaits_control || active.awaits_all) {
    active.awaiting.emplace_back(std::move(placed), std::move(ended.trace));
  } else {
    diagnose(placed, std::move(ended.trace));
  }
}

void LineTraces::diagnose_awaiting(Active& active) {
  for (auto& [placed, trace] : std::exchange(active.awaiting, {})) {
    diagnose(placed, std::move(trace));
  }
}

void LineTraces::diagnose(const Placed& placed, Trace trace) {
  Active& active = *hosts_.at(placed.line->address).active;
  if (active.taken.empty()) holding_.push_back(placed.line->address);
  active.taken.push_back(placed);
  ++held_;
  active.diagnosis.take(std::move(trace));
}

void LineTraces::ended(Task& task) {
  const auto entry = place_of_.find(&task);
  const Address address = entry->second->address;
  begun_.erase(entry->second);
  place_of_.erase(entry);
  Active& active = *hosts_.at(address).active;
  if (--active.under_way == 0) active.compares = false;
  conclude(address);
  while (held_ > most_held) release_oldest();
}

/// Once no other port of that address will come.
void LineTraces::conclude(Address address) {
  auto& active = hosts_.at(address).active;
  if (active == nullptr || active->under_way > 0) return;
  if (open_ != nullptr && open_->address == address) return;
  const bool may_go_on =
      std::any_of(active->taken.begin(), active->taken.end(),
                  [&](const Placed& placed) { return is_named_again(placed.line->host, address); });
  if (may_go_on) return;
  auto& awaiting = active->awaiting;
  std::sort(awaiting.begin(), awaiting.end(),
            [](const auto& one, const auto& other) { return one.first.place < other.first.place; });
  if (is_to_be_compared(*active)) {
    active->is_compared = true;
    to_compare_.push_back(address);
    return;
  }
  diagnose_awaiting(*active);
  active->diagnosis.finish();
  active.reset();
}

bool LineTraces::is_to_be_compared(const Active& active) const {
  const auto& traces = active.awaiting;
  if (!parts_.judges || !parts_.compares_judged || active.is_compared) return false;
  if (traces.empty() || traces.front().second.cut_short()) return false;
  const bool has_open = std::any_of(traces.begin(), traces.end(), [](const auto& one) {
    return one.second.verdict.state == State::open;
  });
  return traces.size() == 1 || !has_open;
}

/// The rest of its host's ports is far off.
void LineTraces::release_oldest() {
  const Address address = holding_.front();
  holding_.pop_front();
  auto& active = hosts_.at(address).active;
  if (active != nullptr) active->diagnosis.finish();
}

void LineTraces::finish() {
  for (auto& [address, host] : hosts_) {
    if (host.active == nullptr) continue;
    diagnose_awaiting(*host.active);
    host.active->diagnosis.finish();
  }
}

}  // namespace tracetcp
