#include "report/text.hpp"

#include "core/embedded_ipv4.hpp"
#include "core/joined.hpp"
#include "core/milliseconds.hpp"
#include "report/network_text.hpp"

#include <tracetcp/diagnose.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <vector>

namespace tracetcp {

namespace {

template <class Value>
void add_once(std::vector<Value>& values, const Value& value) {
  if (std::find(values.begin(), values.end(), value) == values.end()) values.push_back(value);
}

std::string label_text(const MplsLabel& label) {
  return fmt::format("\t[MPLS: label {}, TC {}, TTL {}]", label.label, label.traffic_class,
                     label.ttl);
}

/// Puts the times of a row together beside it: they are added at one go, which takes a fraction of
/// the time that one after the other does.
class Cells {
 public:
  explicit Cells(std::string& text) : text_(text) {}

  void add(char character) {
    make_room();
    cells_[length_++] = character;
  }
  void add(const ShortTime& time) {
    make_room();
    std::memcpy(cells_.data() + length_, &time, sizeof time);
    length_ += time.length;
  }
  /// All that was added; what is to stand behind it may be added to the text now.
  void flush() {
    text_.append(cells_.data(), length_);
    length_ = 0;
  }

 private:
  void make_room() {
    if (length_ + sizeof(ShortTime) > cells_.size()) flush();
  }

  std::string& text_;
  std::array<char, 128> cells_;
  std::size_t length_ = 0;
};

/// Who answered at a hop, and the label stacks they saw, each once, in the order first seen.
struct Responders {
  std::vector<Address> addresses;
  std::vector<std::vector<MplsLabel>> stacks;
};

void add_responder(std::string& row, Address address, const Names& names) {
  row += '\t';
  append_to(row, address);
  const std::string embedded = embedded_ipv4_text(address);
  if (!embedded.empty()) row += "\t[" + embedded + "]";
  const auto name = names.of(address);
  if (name && !name->empty()) row += "\t[" + *name + "]";
}

/// The same where there is more than one address, or a label.
void add_responders(std::string& row, const Hop& hop, const Names& names) {
  Responders responders;
  for (const ProbeRecord& probe : hop.probes) {
    const Reply* answer = probe.voided ? nullptr : probe.answer();
    if (answer == nullptr) continue;
    add_once(responders.addresses, answer->from);
    if (!answer->mpls.empty()) add_once(responders.stacks, answer->mpls.items());
  }
  for (const Address address : responders.addresses) add_responder(row, address, names);
  for (const auto& stack : responders.stacks) {
    for (const auto& label : stack) row += label_text(label);
  }
}

bool has_rejection(const ProbeRecord& probe) {
  return std::any_of(probe.replies.begin(), probe.replies.end(),
                     [](const Reply& reply) { return reply.kind == ReplyKind::unreachable; });
}

/// ICMP errors that reject the SYN at a hop where the path does not end: what each says, once.
void add_rejections(std::string& row, const Hop& hop) {
  std::vector<std::string> reported;
  for (const ProbeRecord& probe : hop.probes) {
    if (probe.voided) continue;
    for (const Reply& reply : probe.replies) {
      if (reply.kind != ReplyKind::unreachable) continue;
      add_once(reported, fmt::format("\t{} reports: {}", reply.from.text(), icmp_text(reply.icmp)));
    }
  }
  for (const std::string& text : reported) row += text;
}

}  // namespace

namespace {

bool is_shown_fine(Duration rtt, const RunInfo& info) {
  return info.fine && rtt >= Duration(0) && rtt < std::chrono::milliseconds(1);
}

/// The same as add_rtt().
void add_rtt(Cells& cells, std::string& text, std::optional<Duration> rtt, const RunInfo& info) {
  const bool is_whole = rtt && !info.precise && !is_shown_fine(*rtt, info);
  if (const ShortTime* time = is_whole ? short_whole_milliseconds(*rtt) : nullptr) {
    cells.add(*time);
  } else {
    cells.flush();
    add_rtt(text, rtt, info);
  }
}

}  // namespace

void add_rtt(std::string& text, std::optional<Duration> rtt, const RunInfo& info) {
  if (!rtt) {
    text += "? ms";
  } else if (info.precise) {
    text += precise_milliseconds(*rtt) + " ms";
  } else if (is_shown_fine(*rtt, info)) {
    text += fine_milliseconds(*rtt) + " ms";
  } else {
    append_whole_milliseconds(text, *rtt);
  }
}

std::string method_line(const RunInfo& info) {
  if (info.limits.empty()) return "";
  return fmt::format("Method {}: {}.\n", info.method, joined(info.limits, "; "));
}

std::string addresses_line(const RunInfo& info, Address traced) {
  const auto& all = info.target_addresses;
  if (all.empty()) return "";
  constexpr std::size_t most_shown = 8;
  std::vector<std::string> shown;
  for (const Address address : all) {
    if (shown.size() == most_shown) break;
    shown.push_back(address.text() + (address == traced ? " (traced)" : ""));
  }
  const std::size_t more = all.size() - shown.size();
  return fmt::format("{} has {} addresses: {}{}.\n", info.target_name, all.size(),
                     joined(shown, ", "), more == 0 ? "" : fmt::format(" and {} more", more));
}

std::string name_text(Address address, const Names& names) {
  const auto name = names.of(address);
  return !name || name->empty() ? "" : "[" + *name + "]";
}

bool has_verdict_row(const Trace& trace) {
  const State state = trace.verdict.state;
  return state == State::open || state == State::closed || state == State::rejected;
}

void add_hop_row(std::string& text, std::string_view prefix, const Trace& trace, const Hop& hop,
                 const RunInfo& info, const Names& names) {
  if (has_verdict_row(trace) && trace.verdict.ttl == hop.ttl) return;
  const std::size_t start = text.size();
  text += prefix;
  const fmt::format_int ttl(hop.ttl.value);
  text.append(ttl.data(), ttl.size());
  Cells cells(text);
  bool is_shown = false;
  const Reply* first = nullptr;
  bool is_alone = true;  // all answers have one sender, and it saw no labels
  bool rejects = false;
  for (const ProbeRecord& probe : hop.probes) {
    if (probe.voided) continue;
    const Reply* answer = probe.answer();
    is_shown = true;
    cells.add('\t');
    if (answer == nullptr) {
      cells.add('*');
      continue;
    }
    add_rtt(cells, text, answer->rtt, info);
    if (first == nullptr) first = answer;
    is_alone = is_alone && answer->from == first->from && answer->mpls.empty();
    rejects = rejects || has_rejection(probe);
  }
  cells.flush();
  if (!is_shown) {
    text.resize(start);
    return;
  }
  if (first == nullptr) {
    text += "\tRequest timed out.";
  } else if (is_alone) {
    add_responder(text, first->from, names);
  } else {
    add_responders(text, hop, names);
  }
  if (rejects) add_rejections(text, hop);
  if (info.networks != nullptr) {
    add_network_change(text, trace, hop.ttl, networks_text(hop, info.networks), info.networks);
  }
  text += '\n';
}

std::string verdict_ttl(const Trace& trace) {
  const auto hop = verdict_hop(trace);
  return hop ? std::to_string(hop->value) : "?";
}

void add_answer_row(std::string& text, const Trace& trace, const RunInfo& info,
                    const AnswerWords& words) {
  const Verdict& verdict = trace.verdict;
  const Address from = verdict.from.value_or(trace.target.address);
  text += verdict_ttl(trace);
  text += '\t';
  if (verdict.state == State::rejected) {
    text += fmt::format("{} reports: {}", from.text(), icmp_text(verdict.icmp));
  } else if (path_end(trace).kind == EndKind::forged_reset) {
    text += "RST in ";
    add_rtt(text, verdict.rtt, info);
    text += fmt::format(" in the name of {}, not from it.", from.text());
  } else {
    text += words.reached;
    add_rtt(text, verdict.rtt, info);
    text += verdict.state == State::open ? words.open : words.closed;
    append_to(text, from);
  }
  // Not for every port of a scan, which has no hop before.
  if (info.max_hops > 1) add_network_of_end(text, trace, info.networks);
  text += '\n';
}

void add_translation_line(std::string& text, std::string_view prefix, const Trace& trace) {
  if (trace.translations.empty()) return;
  const std::size_t others = trace.translations.size() - 1;
  text +=
      fmt::format("{}This machine's NAT {}", prefix, tracetcp::text(trace.translations.front()));
  if (others != 0) text += fmt::format(", and makes {} other translations", others);
  text += ".\n";
}

std::string notice_text(const Notice& notice) {
  std::string text = fmt::format("{} reports: {}", notice.from.text(), icmp_text(notice.icmp));
  if (notice.gateway) text += fmt::format(", to {}", notice.gateway->text());
  if (notice.count > 1) text += fmt::format(" ({} times)", notice.count);
  return text;
}

void add_notice_lines(std::string& text, std::string_view prefix, const Trace& trace) {
  for (const Notice& notice : trace.notices.different()) {
    text += fmt::format("{}Note: {}\n", prefix, notice_text(notice));
  }
  if (trace.notices.others() != 0) {
    text += fmt::format("{}Note: {} more notices of other kinds or senders.\n", prefix,
                        trace.notices.others());
  }
}

void add_stray_lines(std::string& text, std::string_view prefix, const Trace& trace) {
  constexpr std::uint64_t many = 100;
  std::uint64_t fitting_none = 0;
  for (std::size_t i = 0; i < static_cast<std::size_t>(StrayKind::count_); ++i) {
    const auto kind = static_cast<StrayKind>(i);
    if (kind != StrayKind::duplicate) fitting_none += trace.strays.count(kind);
  }
  if (fitting_none >= many) {
    text += fmt::format(
        "{}Note: {} packets on our ports answer none of our SYNs: forged, or of other "
        "connections.\n",
        prefix, fitting_none);
  }
  const std::uint64_t duplicates = trace.strays.count(StrayKind::duplicate);
  if (duplicates >= many) {
    text += fmt::format("{}Note: {} answers are duplicates of others.\n", prefix, duplicates);
  }
}

void add_last_line(std::string& text, std::string_view prefix, const Trace& trace) {
  text += prefix;
  if (trace.interrupted) {
    text += "Trace interrupted.\n";
  } else {
    text += trace.failed ? "Trace ended by an error.\n" : "Trace Complete.\n";
  }
}

void add_loss_line(std::string& text, std::string_view prefix, const LinkStats& stats) {
  const std::uint64_t lost = stats.kernel_dropped + stats.queue_dropped;
  if (lost == 0) return;
  text += fmt::format("{}Warning: {} lost by the capture; replies may be missing.\n", prefix,
                      lost == 1 ? "1 packet was" : fmt::format("{} packets were", lost));
}

}  // namespace tracetcp
