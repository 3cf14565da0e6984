#include "decode/tcp.hpp"

namespace tracetcp::decoding {
namespace {

constexpr std::size_t size_without_options = 20;

/// In bytes, with the options.
std::size_t tcp_header_size(View segment) {
  return std::size_t{segment.u8(12)} / 16 * 4;
}

/// One option with its kind and length bytes. As in other stacks, one that has not the length of
/// its kind is passed over, and the last of two counts.
void read_option(View option, TcpOptions& options) {
  const std::uint8_t kind = option.u8(0);
  const std::size_t length = option.size();
  if (kind == 2 && length == 4) {  // RFC 9293, section 3.2
    options.mss = option.u16(2);
  } else if (kind == 3 && length == 3) {  // RFC 7323, section 2.2
    options.window_scale = option.u8(2);
  } else if (kind == 4 && length == 2) {  // RFC 2018, section 2
    options.sack_permitted = true;
  } else if (kind == 8 && length == 10) {  // RFC 7323, section 3.2
    options.timestamps = TcpOptions::Timestamps{{option.u32(2)}, {option.u32(6)}};
  }
}

/// All options (RFC 9293, section 3.1, "Options") up to the first that is malformed or cut off;
/// false if there is such a one.
bool read_options(View bytes, TcpOptions& options) {
  constexpr std::uint8_t end_of_list = 0;
  constexpr std::uint8_t no_operation = 1;
  while (bytes.size() > 0) {
    const std::uint8_t kind = bytes.u8(0);
    if (kind == end_of_list) return true;
    if (kind == no_operation) {
      bytes = bytes.after(1);
      continue;
    }
    if (bytes.size() < 2) return false;
    const std::size_t length = bytes.u8(1);
    if (length < 2 || length > bytes.size()) return false;
    read_option(bytes.first(length), options);
    bytes = bytes.after(length);
  }
  return true;
}

TcpHeader read_ports_and_sequence(View segment) {
  return {{segment.u16(0)}, {segment.u16(2)}, {segment.u32(4)}, std::nullopt};
}

TcpRest read_rest(View segment) {
  TcpRest rest;
  rest.acknowledgement = {segment.u32(8)};
  rest.flags = segment.u8(13);
  rest.window = segment.u16(14);
  const std::size_t size = tcp_header_size(segment);
  const bool well_formed =
      read_options(segment.first(size).after(size_without_options), rest.options);
  rest.options_complete = well_formed && segment.size() >= size;
  return rest;
}

}  // namespace

Parsed<TcpHeader> read_tcp(View segment) {
  if (segment.size() < size_without_options) return Reason::tcp_truncated;
  if (tcp_header_size(segment) < size_without_options) return Reason::tcp_bad_header;
  TcpHeader header = read_ports_and_sequence(segment);
  header.rest = read_rest(segment);
  return header;
}

Parsed<TcpHeader> read_quoted_tcp(View segment) {
  constexpr std::size_t smallest_quote = 8;
  if (segment.size() < smallest_quote) return Reason::quote_truncated;
  TcpHeader header = read_ports_and_sequence(segment);
  // Where a router quotes 8 bytes and fills up with zeros (RFC 4884, section 4), the header size
  // read from the zeros gives it away.
  if (segment.size() >= size_without_options && tcp_header_size(segment) >= size_without_options) {
    header.rest = read_rest(segment);
  }
  return header;
}

}  // namespace tracetcp::decoding
