#include "link/replay/difference.hpp"

#include <tracetcp/decode.hpp>

#include <fmt/core.h>

#include <algorithm>

namespace tracetcp {
namespace {

/// Collects the fields in which two packets differ.
class DifferentFields {
 public:
  template <class Value>
  void compare(const char* name, const Value& sent, const Value& recorded) {
    if (sent == recorded) return;
    add(fmt::format("{} {}, recorded {}", name, sent, recorded));
  }
  void add(const std::string& text) { text_ += (text_.empty() ? "" : "; ") + text; }
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
};

std::string timestamps(const TcpOptions& options) {
  if (!options.timestamps) return "none";
  return fmt::format("{}/{}", options.timestamps->value.value, options.timestamps->echo.value);
}

void compare_ip(DifferentFields& fields, const IpHeader& sent, const IpHeader& recorded) {
  fields.compare("source", sent.source.text(), recorded.source.text());
  fields.compare("destination", sent.destination.text(), recorded.destination.text());
  fields.compare("TTL", sent.ttl.value, recorded.ttl.value);
  fields.compare("IP id", sent.id.value, recorded.id.value);
  fields.compare("TOS", sent.tos, recorded.tos);
  fields.compare("flow label", sent.flow_label.value, recorded.flow_label.value);
  fields.compare("DF", sent.dont_fragment, recorded.dont_fragment);
  fields.compare("IP length", sent.total_length, recorded.total_length);
}

void compare_tcp(DifferentFields& fields, const TcpHeader& sent, const TcpHeader& recorded) {
  fields.compare("source port", sent.source.value, recorded.source.value);
  fields.compare("destination port", sent.destination.value, recorded.destination.value);
  fields.compare("ISN", sent.sequence.value, recorded.sequence.value);
  fields.compare("flags", sent.rest->flags, recorded.rest->flags);
  fields.compare("window", sent.rest->window, recorded.rest->window);
  const TcpOptions& ours = sent.rest->options;
  const TcpOptions& theirs = recorded.rest->options;
  fields.compare("MSS", ours.mss.value_or(0), theirs.mss.value_or(0));
  fields.compare("window scale", ours.window_scale.value_or(0), theirs.window_scale.value_or(0));
  fields.compare("SACK permitted", ours.sack_permitted, theirs.sack_permitted);
  fields.compare("TSval/TSecr", timestamps(ours), timestamps(theirs));
}

std::string first_byte(Bytes sent, Bytes recorded) {
  const auto [ours, theirs] =
      std::mismatch(sent.begin(), sent.end(), recorded.begin(), recorded.end());
  if (ours == sent.end() || theirs == recorded.end()) {
    return fmt::format("{} bytes, recorded {}", sent.size(), recorded.size());
  }
  return fmt::format("byte {} is {:#04x}, recorded {:#04x}", ours - sent.begin(), *ours, *theirs);
}

}  // namespace

std::string difference(Bytes sent, Bytes recorded) {
  if (std::equal(sent.begin(), sent.end(), recorded.begin(), recorded.end())) return "";
  const Decoded ours = decode({.bytes = sent});
  const Decoded theirs = decode({.bytes = recorded});
  DifferentFields fields;
  const auto* sent_segment = std::get_if<TcpSegment>(&ours);
  const auto* recorded_segment = std::get_if<TcpSegment>(&theirs);
  if (sent_segment != nullptr && recorded_segment != nullptr) {
    compare_ip(fields, sent_segment->ip, recorded_segment->ip);
    compare_tcp(fields, sent_segment->tcp, recorded_segment->tcp);
  }
  if (fields.text().empty()) fields.add(first_byte(sent, recorded));
  return fields.text();
}

}  // namespace tracetcp
