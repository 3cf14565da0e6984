#include "decode/tcp.hpp"

#include "decode_samples.hpp"

using samples::Octets;
using samples::octets;
using tracetcp::Port;
using tracetcp::Reason;
using tracetcp::SeqNumber;
using tracetcp::TcpHeader;
using tracetcp::TcpOptions;
using tracetcp::TcpRest;
using tracetcp::TsVal;
using tracetcp::decoding::read_quoted_tcp;
using tracetcp::decoding::read_tcp;
using tracetcp::decoding::View;

namespace {

/// Port 443 to 40000, sequence 0x01020304, acknowledgement 0xa1a2a3a4, SYN-ACK, window 65160;
/// 20 bytes plus 4 * `words` of options, as the header says.
Octets header(char words, const std::string& options) {
  return octets(std::string("01bb9c40 01020304 a1a2a3a4 ") + words + "012fe88 0000 0000" + options);
}

TcpRest read_rest(const Octets& bytes) {
  auto tcp = read_tcp(View(bytes));
  REQUIRE(tcp);
  return *tcp->rest;
}

Reason refusal(const Octets& bytes) {
  auto tcp = read_tcp(View(bytes));
  REQUIRE_FALSE(tcp);
  return tcp.reason();
}

}  // namespace

TEST_CASE("the fields of a TCP header are read") {
  const Octets bytes = header('5', "");
  auto tcp = read_tcp(View(bytes));
  REQUIRE(tcp);
  CHECK(tcp->source == Port{443});
  CHECK(tcp->destination == Port{40000});
  CHECK(tcp->sequence == SeqNumber{0x01020304});
  CHECK(tcp->rest->acknowledgement == SeqNumber{0xa1a2a3a4});
  CHECK(tcp->rest->flags == (TcpRest::syn | TcpRest::ack));
  CHECK(tcp->rest->window == 65160);
  CHECK(tcp->rest->options_complete);
  CHECK(tcp->rest->options == TcpOptions{});
}

TEST_CASE("the options of a SYN are read") {
  // MSS 1400, SACK permitted, timestamps, NOP, window scale 14: no other stack's order.
  const TcpRest rest = read_rest(header('a', "02040578 0402 080a01020304fffefdfc 01 03030e"));
  CHECK(rest.options_complete);
  CHECK(rest.options.mss == 1400);
  CHECK(rest.options.sack_permitted);
  CHECK(rest.options.timestamps == TcpOptions::Timestamps{TsVal{0x01020304}, TsVal{0xfffefdfc}});
  CHECK(rest.options.window_scale == 14);
}

TEST_CASE("the usual options, whatever is changed in them, are read as behind fillers") {
  const Octets usual = header('a', "02040578 0402 080a01020304fffefdfc 01 03030e");
  const Octets fillers(4, 1);
  constexpr std::size_t options_at = 20;
  for (std::size_t at = options_at; at < usual.size(); ++at) {
    for (int value = 0; value < 256; ++value) {
      Octets changed = usual;
      changed[at] = static_cast<std::uint8_t>(value);
      Octets filled = changed;
      filled[12] = 0xb0;  // one word more
      filled.insert(filled.begin() + options_at, fillers.begin(), fillers.end());
      CAPTURE(at);
      CAPTURE(value);
      REQUIRE(read_rest(changed) == read_rest(filled));
    }
  }
}

TEST_CASE("options of other kinds are passed over") {
  // Fast open cookie (34), an experiment (254), MSS 536.
  const TcpRest rest = read_rest(header('9', "2206 01020304 fe02 02040218 01010101"));
  CHECK(rest.options_complete);
  CHECK(rest.options.mss == 536);
}

TEST_CASE("what follows the end of the option list is padding") {
  const TcpRest rest = read_rest(header('7', "00 02040218 ffffff"));
  CHECK(rest.options_complete);
  CHECK_FALSE(rest.options.mss.has_value());
}

TEST_CASE("malformed options end the reading of options") {
  for (const char* options : {
           "020405b4 08000102",  // length 0
           "020405b4 08010101",  // length 1
           "020405b4 080a0102",  // longer than the header
           "020405b4 01010103",  // no room for its length
       }) {
    CAPTURE(options);
    const TcpRest rest = read_rest(header('7', options));
    CHECK_FALSE(rest.options_complete);
    CHECK(rest.options.mss == 1460);
    CHECK_FALSE(rest.options.timestamps.has_value());
  }
}

TEST_CASE("an option that has not the length of its kind is not believed") {
  const TcpRest rest = read_rest(header('9', "020305 030407ff 040301 08060102 0304"));
  CHECK(rest.options_complete);
  CHECK(rest.options == TcpOptions{});
}

TEST_CASE("options end where the header ends") {
  const TcpRest rest = read_rest(header('6', "01010101 020405b4"));
  CHECK(rest.options_complete);
  CHECK_FALSE(rest.options.mss.has_value());
}

TEST_CASE("options are read as far as they reach") {
  const TcpRest rest = read_rest(header('a', "020405b4 0402"));
  CHECK_FALSE(rest.options_complete);
  CHECK(rest.options.mss == 1460);
  CHECK(rest.options.sack_permitted);
  // All that is there is well-formed, but more was sent.
  CHECK_FALSE(read_rest(header('7', "01010101")).options_complete);
}

TEST_CASE("a TCP header that can't be is refused") {
  CHECK(refusal(header('4', "")) == Reason::tcp_bad_header);
  CHECK(refusal(header('0', "")) == Reason::tcp_bad_header);
  CHECK(refusal(samples::first(header('5', ""), 19)) == Reason::tcp_truncated);
  CHECK(refusal({}) == Reason::tcp_truncated);
}

TEST_CASE("of a quoted TCP header the first 8 bytes suffice") {
  const Octets all = header('6', "020405b4");
  for (std::size_t size = 0; size <= all.size(); ++size) {
    CAPTURE(size);
    const Octets bytes = samples::first(all, size);
    auto tcp = read_quoted_tcp(View(bytes));
    CHECK(static_cast<bool>(tcp) == (size >= 8));
    if (!tcp) {
      CHECK(tcp.reason() == Reason::quote_truncated);
      continue;
    }
    CHECK(tcp->source == Port{443});
    CHECK(tcp->destination == Port{40000});
    CHECK(tcp->sequence == SeqNumber{0x01020304});
    CHECK(tcp->rest.has_value() == (size >= 20));
    if (tcp->rest) CHECK(tcp->rest->options_complete == (size >= 24));
  }
}

TEST_CASE("8 quoted bytes filled up with zeros have no rest") {
  const Octets bytes = samples::joined(octets("9c4001bb cafe1234"), Octets(100, 0));
  auto tcp = read_quoted_tcp(View(bytes));
  REQUIRE(tcp);
  CHECK(tcp->sequence == SeqNumber{0xcafe1234});
  CHECK_FALSE(tcp->rest.has_value());
}
