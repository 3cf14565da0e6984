// Prints one line of --json with a finding of each form, each with all kinds of evidence.

#include <tracetcp/report.hpp>

#include <cstdio>
#include <utility>

namespace {

using namespace tracetcp;

template <class Variant, std::size_t... index>
std::vector<Variant> one_of_each(std::index_sequence<index...>) {
  return {Variant(std::in_place_index<index>)...};
}

template <class Variant>
std::vector<Variant> one_of_each() {
  return one_of_each<Variant>(std::make_index_sequence<std::variant_size_v<Variant>>());
}

}  // namespace

int main() {
  Trace trace;
  for (const Evidence& seen : one_of_each<Evidence>()) {
    trace.diagnosis.evidence.push_back({.seen = seen});
  }
  for (FindingData& data : one_of_each<FindingData>()) {
    trace.diagnosis.findings.push_back(
        {.data = std::move(data), .evidence = trace.diagnosis.evidence});
  }
  const NoNames names;
  std::fputs(json_report({}, names)->end(trace, {}).c_str(), stdout);
}
