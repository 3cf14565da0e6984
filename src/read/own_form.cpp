#include "read/own_form.hpp"

#include <tracetcp/craft.hpp>

namespace tracetcp {

OwnForm::OwnForm() {
  const auto packet = SynBuilder().build({});
  const Decoded decoded = decode({.bytes = packet});
  if (const auto* segment = std::get_if<TcpSegment>(&decoded)) form_ = *segment;
}

bool OwnForm::is_that_of(const TcpSegment& syn) const {
  if (syn.ip.tos != form_.ip.tos || syn.ip.dont_fragment != form_.ip.dont_fragment ||
      syn.ip.total_length != form_.ip.total_length) {
    return false;
  }
  TcpRest rest = *syn.tcp.rest;
  auto& timestamps = rest.options.timestamps;
  if (timestamps) timestamps->value = form_.tcp.rest->options.timestamps->value;
  return rest == *form_.tcp.rest;
}

}  // namespace tracetcp
