#include "core/milliseconds.hpp"

#include <doctest/doctest.h>

#include <string>

using namespace tracetcp;
using namespace std::chrono_literals;

TEST_CASE("whole milliseconds are rounded, halves up, whatever their number of digits") {
  struct Row {
    Duration time;
    std::string text;
  };
  for (const Row& row : {Row{0ns, "0 ms"},
                         {499'999ns, "0 ms"},
                         {500'000ns, "1 ms"},
                         {9'499'999ns, "9 ms"},
                         {9'500'000ns, "10 ms"},
                         {10ms, "10 ms"},
                         {42'400us, "42 ms"},
                         {99'499'999ns, "99 ms"},
                         {99'500'000ns, "100 ms"},
                         {170ms, "170 ms"},
                         {999'499'999ns, "999 ms"},
                         {999'500'000ns, "1000 ms"},
                         {1s, "1000 ms"},
                         {4'294'967'296ns, "4295 ms"},  // 2^32
                         {100'000s, "100000000 ms"},
                         {-500'000ns, "0 ms"},
                         {-500'001ns, "-1 ms"},
                         {-2ms, "-2 ms"}}) {
    CAPTURE(row.time.count());
    std::string text = "in ";
    append_whole_milliseconds(text, row.time);
    CHECK(text == "in " + row.text);
    CHECK(whole_milliseconds(row.time) + " ms" == row.text);
  }
}
