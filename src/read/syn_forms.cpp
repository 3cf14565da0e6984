#include "read/syn_forms.hpp"

namespace tracetcp {
namespace {

// These leave out what varies from SYN to SYN. They run for each of millions of packets.

/// But for the total length, too.
bool has_form_of(const IpHeader& form, const IpHeader& ip) {
  return ip.source == form.source && ip.destination == form.destination && ip.tos == form.tos &&
         ip.dont_fragment == form.dont_fragment && ip.protocol == form.protocol;
}

bool has_form_of(const TcpOptions& form, const TcpOptions& options) {
  if (options.timestamps.has_value() != form.timestamps.has_value()) return false;
  return (!form.timestamps || options.timestamps->echo == form.timestamps->echo) &&
         options.mss == form.mss && options.window_scale == form.window_scale &&
         options.sack_permitted == form.sack_permitted;
}

bool has_form_of(const TcpRest& form, const TcpRest& rest) {
  return rest.acknowledgement == form.acknowledgement && rest.flags == form.flags &&
         rest.window == form.window && rest.options_complete == form.options_complete &&
         has_form_of(form.options, rest.options);
}

}  // namespace

std::uint32_t SynForms::form_of(const TcpSegment& syn, std::uint32_t last) {
  if (last < forms_.size()) {
    const IcmpError::Quote& form = forms_[last];
    if (has_form_of(form.ip, syn.ip) && syn.ip.total_length == form.ip.total_length &&
        syn.tcp.destination == form.tcp.destination && has_form_of(*form.tcp.rest, *syn.tcp.rest)) {
      return last;
    }
  }
  forms_.push_back({syn.ip, syn.tcp});
  return static_cast<std::uint32_t>(forms_.size() - 1);
}

IcmpError::Quote SynForms::whole(const Numbered& syn) const {
  IcmpError::Quote whole = forms_.at(syn.form);
  whole.ip.ttl = syn.ttl;
  whole.ip.id = syn.tag.ip_id;
  whole.ip.flow_label = syn.flow_label;
  whole.tcp.source = syn.source;
  whole.tcp.sequence = syn.tag.isn;
  auto& timestamps = whole.tcp.rest->options.timestamps;
  if (timestamps) timestamps->value = syn.tag.tsval;
  return whole;
}

bool SynForms::is_quoted_as_sent(const Numbered& syn, const IcmpError::Quote& quote) const {
  const IcmpError::Quote& form = forms_.at(syn.form);
  const bool starts_so = has_form_of(form.ip, quote.ip) && quote.ip.id == syn.tag.ip_id &&
                         quote.ip.flow_label == syn.flow_label &&
                         quote.tcp.destination == form.tcp.destination &&
                         quote.tcp.source == syn.source && quote.tcp.sequence == syn.tag.isn;
  if (!starts_so || !quote.tcp.rest) return starts_so;
  const auto& timestamps = quote.tcp.rest->options.timestamps;
  return has_form_of(*form.tcp.rest, *quote.tcp.rest) &&
         (!timestamps || timestamps->value == syn.tag.tsval);
}

void SynForms::clear() {
  constexpr std::size_t usual = 16;
  if (forms_.capacity() > usual) forms_ = {};  // gives the memory back
  forms_.clear();
}

}  // namespace tracetcp
