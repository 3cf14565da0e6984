#include "decode/tcp.hpp"

namespace tracetcp::decoding {
namespace {

constexpr std::size_t size_without_options = 20;

using TcpHead = Head<size_without_options>;

/// In bytes, with the options.
std::size_t tcp_header_size(const TcpHead& segment) {
  return std::size_t{segment.u8<12>()} / 16 * 4;
}

constexpr std::uint8_t end_of_list = 0;
constexpr std::uint8_t no_operation = 1;

/// The first two bytes of an option.
constexpr std::uint16_t option_start(unsigned kind, unsigned length) {
  return static_cast<std::uint16_t>(kind << 8 | length);
}

/// The options of a SYN in the order in which Linux sends them, as most tools do with it: MSS, SACK
/// permitted, timestamps, a filler, window scale. False: they are others, and none was read. To
/// read them one by one takes as long as all else in a frame.
bool read_usual_options(View bytes, TcpOptions& options) {
  constexpr std::size_t size = 20;
  if (bytes.size() != size) return false;
  const auto all = *bytes.head<size>();
  const bool are_usual = all.u16<0>() == option_start(2, 4) && all.u16<4>() == option_start(4, 2) &&
                         all.u16<6>() == option_start(8, 10) && all.u8<16>() == no_operation &&
                         all.u16<17>() == option_start(3, 3);
  if (!are_usual) return false;
  options.mss = all.u16<2>();
  options.sack_permitted = true;
  options.timestamps = TcpOptions::Timestamps{{all.u32<8>()}, {all.u32<12>()}};
  options.window_scale = all.u8<19>();
  return true;
}

/// One option with its kind and length bytes. As in other stacks, one that has not the length of
/// its kind is passed over, and the last of two counts.
void read_option(View option, TcpOptions& options) {
  switch (option.u16(0)) {
    case option_start(2, 4):  // RFC 9293, section 3.2
      options.mss = option.u16(2);
      break;
    case option_start(3, 3):  // RFC 7323, section 2.2
      options.window_scale = option.u8(2);
      break;
    case option_start(4, 2):  // RFC 2018, section 2
      options.sack_permitted = true;
      break;
    case option_start(8, 10):  // RFC 7323, section 3.2
      options.timestamps = TcpOptions::Timestamps{{option.u32(2)}, {option.u32(6)}};
      break;
    default:
      break;
  }
}

/// Whatever the options are; see below.
[[gnu::noinline]] bool read_other_options(View bytes, TcpOptions& options) {
  while (bytes.size() > 0) {
    const std::uint8_t kind = bytes.u8(0);
    std::size_t length = 1;
    if (kind == end_of_list) return true;
    if (kind != no_operation) {
      if (bytes.size() < 2) return false;
      length = bytes.u8(1);
      if (length < 2 || length > bytes.size()) return false;
      read_option(bytes.first(length), options);
    }
    bytes = bytes.after(length);
  }
  return true;
}

/// All options (RFC 9293, section 3.1, "Options") up to the first that is malformed or cut off;
/// false if there is such a one.
bool read_options(View bytes, TcpOptions& options) {
  return read_usual_options(bytes, options) || read_other_options(bytes, options);
}

template <std::size_t Size>
void read_ports_and_sequence(const Head<Size>& segment, TcpHeader& header) {
  header.source = {segment.template u16<0>()};
  header.destination = {segment.template u16<2>()};
  header.sequence = {segment.template u32<4>()};
}

/// `head` is the beginning of the segment.
void read_rest(View segment, const TcpHead& head, TcpRest& rest) {
  rest.acknowledgement = {head.u32<8>()};
  rest.flags = head.u8<13>();
  rest.window = head.u16<14>();
  const std::size_t size = tcp_header_size(head);
  const bool well_formed =
      read_options(segment.first(size).after(size_without_options), rest.options);
  rest.options_complete = well_formed && segment.size() >= size;
}

Parsed<TcpHeader> parsed(View segment, std::optional<Reason> (*read)(View, TcpHeader&)) {
  Parsed<TcpHeader> header(std::in_place);
  const auto fault = read(segment, *header);
  if (fault) return *fault;
  return header;
}

}  // namespace

[[gnu::flatten]] std::optional<Reason> read_tcp(View segment, TcpHeader& header) {
  const auto head = segment.head<size_without_options>();
  if (!head) return Reason::tcp_truncated;
  if (tcp_header_size(*head) < size_without_options) return Reason::tcp_bad_header;
  read_ports_and_sequence(*head, header);
  read_rest(segment, *head, header.rest.emplace());
  return std::nullopt;
}

Parsed<TcpHeader> read_tcp(View segment) {
  return parsed(segment, read_tcp);
}

[[gnu::flatten]] std::optional<Reason> read_quoted_tcp(View segment, TcpHeader& header) {
  const auto ports_and_sequence = segment.head<8>();
  if (!ports_and_sequence) return Reason::quote_truncated;
  read_ports_and_sequence(*ports_and_sequence, header);
  // Where a router quotes 8 bytes and fills up with zeros (RFC 4884, section 4), the header size
  // read from the zeros gives it away.
  const auto head = segment.head<size_without_options>();
  if (head && tcp_header_size(*head) >= size_without_options) {
    read_rest(segment, *head, header.rest.emplace());
  }
  return std::nullopt;
}

Parsed<TcpHeader> read_quoted_tcp(View segment) {
  return parsed(segment, read_quoted_tcp);
}

}  // namespace tracetcp::decoding
