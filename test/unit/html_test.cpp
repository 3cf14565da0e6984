#include "report/html/links.hpp"
#include "report/html/markup.hpp"
#include "trace_builder.hpp"

#include <tracetcp/page.hpp>

#include <doctest/doctest.h>

#include <set>
#include <string>
#include <vector>

using namespace std::chrono_literals;
using namespace tracetcp;
using namespace tracetcp::test;

namespace {

/// The values of an attribute, in the order in which they stand.
std::vector<std::string> values_of(const std::string& html, const std::string& attribute) {
  const std::string begin = " " + attribute + "=\"";
  std::vector<std::string> values;
  for (std::size_t at = html.find(begin); at != std::string::npos; at = html.find(begin, at)) {
    at += begin.size();
    values.push_back(html.substr(at, html.find('"', at) - at));
  }
  return values;
}

/// Links of the page to evidence, "#t1-p0"; each must lead to something on it.
std::vector<std::string> links_to_probes(const std::string& html) {
  const auto ids = values_of(html, "id");
  const std::set<std::string> known(ids.begin(), ids.end());
  CHECK(known.size() == ids.size());
  std::vector<std::string> links;
  for (const std::string& link : values_of(html, "href")) {
    CAPTURE(link);
    CHECK(known.count(link.substr(1)) == 1);
    if (link.find("-p") != std::string::npos) links.push_back(link);
  }
  return links;
}

/// Two hops, then the target; three probes each.
Trace open_trace(std::uint16_t port) {
  Trace trace = trace_to("198.51.100.1", port);
  add_hop(trace, 1, "192.168.0.1", 1, 1, 2);
  add_hop(trace, 2, "10.0.0.1", 3, 4, 5);
  add_hop(trace, 3, {reply("198.51.100.1", 6ms, ReplyKind::syn_ack)});
  conclude(trace, State::open, 3, "198.51.100.1", 6ms);
  return trace;
}

Observation seen(std::uint16_t port, std::uint8_t ttl, std::uint32_t probe) {
  return {.port = Port{port}, .ttl = Ttl{ttl}, .probe = probe, .seen = evidence::SameRouter{}};
}

void add_finding_with(Trace& trace, const std::vector<Observation>& evidence) {
  Finding finding;
  finding.evidence = evidence;
  trace.diagnosis.findings.push_back(finding);
}

Page page_with(const std::vector<Trace>& traces) {
  Page page;
  for (const Trace& trace : traces) page.traces.push_back({.trace = trace, .source = {}});
  return page;
}

}  // namespace

TEST_CASE("text in HTML is text, whatever it holds") {
  CHECK(html::escaped("<a href=\"x\" title='y'>&lt;") ==
        "&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;lt;");
  CHECK(html::escaped("caf\xc3\xa9 \xe2\x80\xa6 \xf0\x9f\x98\x80") ==
        "caf\xc3\xa9 \xe2\x80\xa6 \xf0\x9f\x98\x80");
  const std::string unknown = "\xef\xbf\xbd";  // U+FFFD
  const std::string nul(1, '\0');
  // Controls, C1, no UTF-8, overlong, a surrogate, beyond Unicode, no character, cut off.
  for (const std::string& bad :
       {nul, std::string("\x1b"), std::string("\x7f"), std::string("\xc2\x9f"), std::string("\xff"),
        std::string("\xef\xbf\xbe")}) {
    CHECK(html::escaped(bad) == unknown);
  }
  for (const std::string bad :
       {"\xc0\xbc", "\xe0\x80\xbc", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xe2\x80"}) {
    const std::string text = html::escaped(bad);
    CHECK(text.find(unknown) == 0);
    CHECK(text.find('<') == std::string::npos);
    CHECK(text.size() == unknown.size() * bad.size());
  }
}

TEST_CASE("only literals are markup") {
  html::Markup markup;
  const std::string name = "<b>";
  const char* words = "<i>";
  markup << "<p>" << name << std::string_view("&") << words << 7 << "</p>";
  CHECK(markup.html() == "<p>&lt;b&gt;&amp;&lt;i&gt;7</p>");
}

TEST_CASE("the test vectors of RFC 4648, section 10") {
  CHECK(html::base64("") == "");
  CHECK(html::base64("f") == "Zg==");
  CHECK(html::base64("fo") == "Zm8=");
  CHECK(html::base64("foo") == "Zm9v");
  CHECK(html::base64("foobar") == "Zm9vYmFy");
}

TEST_CASE("times have as many digits as help, and text is cut between characters") {
  CHECK(html::short_time(310us) == "0.31 ms");
  CHECK(html::short_time(9'440us) == "9.4 ms");
  CHECK(html::short_time(170'300us) == "170 ms");
  CHECK(html::shortened("12345", 5) == "12345");
  CHECK(html::shortened("123456", 5) == "1234\xe2\x80\xa6");
  CHECK(html::shortened("\xc3\xa9\xc3\xa9\xc3\xa9", 2) == "\xc3\xa9\xe2\x80\xa6");
}

TEST_CASE("evidence leads to the very probe, of its own trace or of another to that target") {
  Trace trace = open_trace(80);
  add_finding_with(trace, {seen(80, 2, 4), seen(443, 3, 6)});
  const std::string html = html_page(page_with({trace, open_trace(443)}), NoNames());
  CHECK(links_to_probes(html) == std::vector<std::string>{"#t1-p4", "#t2-p6"});
}

TEST_CASE("evidence that is not on the page is no link") {
  Trace trace = open_trace(80);
  // Of another target's trace, of a probe that there is none of, and of one with another TTL.
  add_finding_with(trace, {seen(22, 2, 4), seen(80, 2, 99), seen(80, 1, 4)});
  Trace elsewhere = open_trace(22);
  elsewhere.target.address = address("198.51.100.2");
  const std::string html = html_page(page_with({trace, elsewhere}), NoNames());
  CHECK(links_to_probes(html).empty());
  CHECK(html.find("the same router answers") != std::string::npos);
}

TEST_CASE("of very many probes and traces a page has some, and says so") {
  Trace trace = trace_to("198.51.100.1", 80);
  const std::vector<std::optional<Reply>> replies(1000, reply("192.168.0.1", 1ms));
  for (std::uint8_t ttl = 1; ttl <= 30; ++ttl) add_hop(trace, ttl, replies);
  conclude(trace, State::incomplete, 30, "192.168.0.1");
  add_finding_with(trace, {seen(80, 1, 0), seen(80, 1, 999)});
  const std::vector<Trace> traces(20, trace);
  const std::string html = html_page(page_with(traces), NoNames());
  CHECK(html.size() < 5'000'000);
  CHECK(html.find("more probes are left out") != std::string::npos);
  CHECK(html.find("more traces are left out") != std::string::npos);
  const auto links = links_to_probes(html);
  CHECK_FALSE(links.empty());
  for (const std::string& link : links) CHECK(link.ends_with("-p0"));
}

TEST_CASE("names of hosts are escaped wherever they stand on a page") {
  Page page = page_with({open_trace(80)});
  page.run.target_name = "<h1>";
  page.command = "tracetcp '<h1>'";
  page.recording = "x";
  page.recording_name = "\"><h1>.pcap";
  const std::string html =
      html_page(page, MapNames{{"192.168.0.1", "</svg><script>"}, {"198.51.100.1", "\"'&"}});
  CHECK(html.find("<script") == std::string::npos);
  CHECK(html.find("&lt;/svg&gt;&lt;script&gt;") != std::string::npos);
  CHECK(html.find("<h1>&lt;h1&gt;") != std::string::npos);  // the one heading
  CHECK(html.find("<h1>", html.find("<h1>") + 1) == std::string::npos);
  CHECK(html.find("\"'&") == std::string::npos);
}
