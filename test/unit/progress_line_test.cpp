#include "cli/progress_line.hpp"

#include <doctest/doctest.h>

#include <vector>

using namespace tracetcp;
using namespace tracetcp::cli;
using namespace std::chrono_literals;

namespace {

constexpr TimePoint line_start{1000s};

ScanProgress progress_at(Duration after) {
  return {.ports = 65'535,
          .settled = 32'768,
          .in_state = {16, 32'000, 2, 750, 0},
          .syns_sent = 40'000,
          .rate = 9'999.6,
          .started = line_start,
          .now = line_start + after,
          .left = 3'200ms};
}

}  // namespace

TEST_CASE("the progress of a scan in words") {
  CHECK(progress_text(progress_at(2s)) == "50% of 65535 ports, 10000 SYNs/s, 4 s left");
}

TEST_CASE("the progress of a list in words") {
  CHECK(lines_text(310, 1000) == "310 of 1000 lines done");
  CHECK(lines_text(1, std::nullopt) == "1 line done");
  CHECK(lines_text(2, std::nullopt) == "2 lines done");
}

TEST_CASE("a scan summed up") {
  ScanProgress progress = progress_at(6'712ms);
  CHECK(summary_text(progress) ==
        "65535 ports: 16 open, 32000 closed, 2 rejected, 750 silent, 32767 not settled; 40000 SYNs "
        "in 6.7 s");
  progress.in_state = {16, 65'500, 2, 17, 0};
  progress.lost = 3;
  CHECK(summary_text(progress) ==
        "65535 ports: 16 open, 65500 closed, 2 rejected, 17 silent; 40000 SYNs in 6.7 s, 3 answers "
        "lost");
  progress.in_state = {16, 65'500, 2, 10, 0, 7};
  CHECK(summary_text(progress) ==
        "65535 ports: 16 open, 65500 closed, 2 rejected, 10 silent, 7 unknown; 40000 SYNs in 6.7 "
        "s, 3 answers lost");
}

TEST_CASE("the progress line comes after a second, five times a second at most, and goes again") {
  std::vector<std::string> written;
  ProgressLine line([&](const std::string& text) { written.push_back(text); });
  line.show(progress_at(999ms));
  line.clear();
  CHECK(written.empty());
  line.show(progress_at(1s));
  line.show(progress_at(1'199ms));
  REQUIRE(written.size() == 1);
  CHECK(written[0] == "\r\x1b[K" + progress_text(progress_at(1s)));
  line.show(progress_at(1'200ms));
  CHECK(written.size() == 2);
  line.clear();
  line.clear();
  REQUIRE(written.size() == 3);
  CHECK(written[2] == "\r\x1b[K");
  line.show(progress_at(1'201ms));
  CHECK(written.size() == 4);
}
