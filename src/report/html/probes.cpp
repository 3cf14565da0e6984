#include "diagnose/quoted_fields.hpp"
#include "report/html/outlook.hpp"
#include "report/html/sections.hpp"

#include <tracetcp/diagnose.hpp>
#include <tracetcp/sentences.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <array>

namespace tracetcp::html {
namespace {

using Quote = IcmpError::Quote;

/// "SYN", "RST ACK", ...
std::string flags_text(std::uint8_t flags) {
  constexpr std::array<std::pair<std::uint8_t, const char*>, 5> known{{{TcpRest::syn, "SYN"},
                                                                       {TcpRest::rst, "RST"},
                                                                       {TcpRest::fin, "FIN"},
                                                                       {TcpRest::psh, "PSH"},
                                                                       {TcpRest::ack, "ACK"}}};
  std::string text;
  for (const auto& [bit, word] : known) {
    if ((flags & bit) != 0) text += (text.empty() ? "" : " ") + std::string(word);
  }
  return text;
}

void add_field(Markup& to, std::string_view field, const std::string& value) {
  to << "<tr><th scope=\"row\">" << field << "</th><td>" << value << "</td></tr>";
}

/// The headers of the answer itself.
void add_answer_fields(Markup& to, const Reply& reply) {
  to << "<table class=\"fields\"><caption>The answer</caption><tbody>";
  add_field(to, "from", reply.from.text());
  if (reply.ttl) {
    add_field(
        to, "TTL as received",
        fmt::format("{}: the way back has {} hops", reply.ttl->value, return_hops(*reply.ttl)));
    add_field(to, "IP id", std::to_string(reply.ip_id.value));
  }
  const bool is_icmp =
      reply.kind == ReplyKind::time_exceeded || reply.kind == ReplyKind::unreachable;
  if (is_icmp) {
    add_field(to, "ICMP",
              fmt::format("type {}, code {}: {}", reply.icmp.type, reply.icmp.code,
                          icmp_text(reply.icmp)));
  }
  if (reply.next_hop_mtu)
    add_field(to, "next-hop MTU", fmt::format("{} bytes", *reply.next_hop_mtu));
  for (const MplsLabel& label : reply.mpls) {
    add_field(to, "MPLS",
              fmt::format("label {}, TC {}, TTL {}{}", label.label, label.traffic_class, label.ttl,
                          label.bottom ? ", bottom of the stack" : ""));
  }
  if (reply.tcp) {
    const TcpRest& tcp = *reply.tcp;
    add_field(to, "flags", flags_text(tcp.flags));
    add_field(to, "acknowledges", std::to_string(tcp.acknowledgement.value));
    add_field(to, "window", std::to_string(tcp.window));
    if (tcp.options.mss) add_field(to, "MSS", fmt::format("{} bytes", *tcp.options.mss));
    if (tcp.options.window_scale) {
      add_field(to, "window scale", std::to_string(*tcp.options.window_scale));
    }
    if (tcp.options.sack_permitted) add_field(to, "SACK permitted", "yes");
    if (tcp.options.timestamps) {
      add_field(to, "timestamp", std::to_string(tcp.options.timestamps->value.value));
      add_field(to, "timestamp echoed", std::to_string(tcp.options.timestamps->echo.value));
    }
  }
  if (reply.quoted_tcp && !reply.quote) {
    add_field(to, "quotes source port", std::to_string(reply.quoted_tcp->source.value));
    add_field(to, "quotes sequence number", std::to_string(reply.quoted_tcp->sequence.value));
  }
  to << "</tbody></table>";
}

void add_pair(Markup& to, std::string_view field, const std::string& sent,
              const std::string& quoted, bool differs) {
  to << "<tr";
  if (differs) to << " class=\"differs\"";
  to << "><th scope=\"row\">" << field << "</th><td>" << sent << "</td><td>";
  if (differs) {
    to << "<mark>" << quoted << "</mark> changed";
  } else {
    to << quoted;
  }
  to << "</td></tr>";
}

/// Our SYN as it left beside what the ICMP error quotes of it.
void add_quote(Markup& to, const Quote* sent, const Quote& quoted) {
  to << "<table class=\"fields\"><caption>The SYN</caption><thead><tr><th scope=\"col\">Field</th>"
        "<th scope=\"col\">Sent</th><th scope=\"col\">Quoted</th></tr></thead><tbody>";
  const auto text_of = [](const QuotedField& field, const Quote* packet) {
    return packet == nullptr ? "not captured" : field.read(*packet).value_or("–");
  };
  for (const QuotedField& field : quoted_fields()) {
    const bool differs = sent != nullptr && is_changed(field, *sent, quoted);
    if (!is_of(field, quoted.ip.family())) continue;
    if (!field.read(quoted) && sent == nullptr) continue;
    add_pair(to, field.name, text_of(field, sent), text_of(field, &quoted), differs);
  }
  const auto flags_of = [](const Quote* packet) {
    return packet != nullptr && packet->tcp.rest ? flags_text(packet->tcp.rest->flags) : "–";
  };
  add_pair(to, "flags", flags_of(sent), flags_of(&quoted), false);
  add_pair(to, "length", sent == nullptr ? "–" : std::to_string(sent->ip.total_length),
           std::to_string(quoted.ip.total_length), false);
  // It counts down on the way: 1 is due where it runs out.
  add_pair(to, "TTL", sent == nullptr ? "–" : std::to_string(sent->ip.ttl.value),
           std::to_string(quoted.ip.ttl.value), false);
  to << "</tbody></table>";
}

std::size_t differences(const Reply& reply) {
  if (!reply.quote || !reply.sent) return 0;
  const auto fields = quoted_fields();
  return static_cast<std::size_t>(std::count_if(
      fields.begin(), fields.end(),
      [&](const QuotedField& field) { return is_changed(field, *reply.sent, *reply.quote); }));
}

std::string answer_words(const Reply& reply) {
  switch (reply.kind) {
    case ReplyKind::time_exceeded:
      return "time exceeded";
    case ReplyKind::unreachable:
      return std::string(icmp_text(reply.icmp));
    case ReplyKind::syn_ack:
      return "SYN-ACK";
    case ReplyKind::rst:
      return "RST";
    case ReplyKind::notice:
    case ReplyKind::stray:
      break;
  }
  return std::string(name(reply.kind));
}

/// What is unusual about a probe, in words; empty: nothing is.
std::string remarks(const ProbeRecord& probe) {
  std::string text;
  const auto add = [&](std::string_view remark) {
    text += (text.empty() ? "" : "; ") + std::string(remark);
  };
  switch (probe.departure) {
    case Departure::unseen:
      add("was not seen leaving");
      break;
    case Departure::translated:
      add("left with other addresses or ports");
      break;
    case Departure::refused:
      add("this machine refused to send it");
      break;
    case Departure::unknown:
      add("whether it left this machine is not known");
      break;
    case Departure::unwatched:
    case Departure::as_made:
      break;
  }
  if (probe.voided) add("asked again, not counted");
  if (probe.contested) add("the answer may be another probe's");
  return text;
}

void add_reply_cell(Markup& to, const Reply& reply, const Names& names) {
  to << "<details><summary>" << answer_words(reply) << " from <span class=\"addr\">"
     << reply.from.text() << "</span>";
  const std::string host = name_of(reply.from, names);
  if (!host.empty()) to << " <span class=\"host\">" << host << "</span>";
  if (const std::size_t count = differences(reply); count > 0) {
    to << " <mark>" << count << (count == 1 ? " field changed" : " fields changed") << "</mark>";
  }
  to << "</summary><div class=\"decoded\">";
  add_answer_fields(to, reply);
  if (reply.quote) add_quote(to, reply.sent ? &*reply.sent : nullptr, *reply.quote);
  to << "</div></details>";
}

void add_answer_cells(Markup& to, const ProbeRecord& probe, const Names& names) {
  to << "<td class=\"answer\">";
  if (probe.replies.empty()) to << "<span class=\"none\">no answer</span>";
  for (const Reply& reply : probe.replies) add_reply_cell(to, reply, names);
  if (const std::string text = remarks(probe); !text.empty()) {
    to << "<span class=\"remark\">" << text << "</span>";
  }
  to << "</td><td class=\"num\">";
  for (const Reply& reply : probe.replies) {
    if (&reply != &probe.replies.front()) to << "<br>";
    to << (reply.rtt ? short_time(*reply.rtt) : "?");
  }
  to << "</td>";
}

void add_probe_row(Markup& to, const Source& from, std::size_t trace, const ProbeRecord& probe) {
  const TimePoint started = from.page.traces[trace].trace.started;
  to << "<tr id=\"" << Links::of_probe(trace, probe.index) << "\"><th scope=\"row\">" << probe.index
     << "</th><td class=\"num\">" << probe.ttl.value << "</td><td class=\"num\">"
     << short_time(probe.sent - started) << "</td>";
  add_answer_cells(to, probe, from.names);
  to << "</tr>";
}

std::size_t count_of(const Trace& trace) {
  std::size_t count = trace.checks.size();
  for (const Hop& hop : trace.hops) count += hop.probes.size();
  return count;
}

void add_probe_table(Markup& to, const Source& from, std::size_t trace) {
  to << "<table class=\"probes\"><thead><tr><th scope=\"col\">Probe</th><th scope=\"col\" "
        "class=\"num\">TTL</th><th scope=\"col\" class=\"num\">Sent after</th><th "
        "scope=\"col\">Answer; open it for the decoded packets</th><th scope=\"col\" "
        "class=\"num\">RTT</th></tr></thead><tbody>";
  const Trace& whole = from.page.traces[trace].trace;
  const auto probes = probes_of(whole);
  for (const ProbeRecord* probe : probes) {
    add_probe_row(to, from, trace, *probe);
  }
  to << "</tbody></table>";
  if (const std::size_t others = count_of(whole) - probes.size(); others > 0) {
    to << "<p class=\"left-out\">" << others << " more probes are left out.</p>";
  }
}

/// Whether the other port that a trace was compared with has a trace of its own here.
bool is_on_page(const Page& page, const Trace& control) {
  return std::any_of(page.traces.begin(), page.traces.end(), [&](const PageTrace& one) {
    return one.is_control && one.trace.target == control.target;
  });
}

/// The few SYNs of another port that an open one was compared with.
void add_comparison(Markup& to, const Source& from, const Trace& trace) {
  if (!trace.control || is_on_page(from.page, *trace.control)) return;
  to << "<h4>" << capitalized(trace_label(from.page, *trace.control))
     << ", to compare with</h4><table class=\"probes\"><thead><tr><th scope=\"col\" "
        "class=\"num\">TTL</th><th scope=\"col\">Answer</th><th scope=\"col\" "
        "class=\"num\">RTT</th></tr></thead><tbody>";
  for (const ProbeRecord* probe : probes_of(*trace.control)) {
    to << "<tr><td class=\"num\">" << probe->ttl.value << "</td>";
    add_answer_cells(to, *probe, from.names);
    to << "</tr>";
  }
  to << "</tbody></table>";
}

}  // namespace

void add_probes(Markup& to, const Source& from) {
  const auto& traces = from.page.traces;
  Markup parts;
  std::size_t shown = 0;
  for (std::size_t i = 0; i < traces.size(); ++i) {
    const Trace& trace = traces[i].trace;
    if (!from.links.is_shown(i) || trace.hops.empty()) continue;
    ++shown;
    parts << "<h3 id=\"" << Links::of_trace(i) << "\">"
          << capitalized(trace_label(from.page, trace)) << ": " << short_verdict(trace);
    if (traces[i].is_control) parts << " (to compare with)";
    parts << "</h3><p>" << sentence(trace) << "</p>";
    add_probe_table(parts, from, i);
    add_comparison(parts, from, trace);
  }
  if (parts.empty()) return;
  to << "<section id=\"probes\"><h2>Probes</h2>" << parts;
  const std::uint64_t others = traces.size() - shown + from.page.more_traces;
  if (others > 0) {
    to << "<p class=\"left-out\">The probes of " << others
       << (others == 1 ? " more trace are" : " more traces are")
       << " left out; <code>--json</code> has all of them.</p>";
  }
  to << "</section>";
}

}  // namespace tracetcp::html
