#include "cli/given.hpp"

namespace tracetcp::cli {

Given read_given(const std::vector<std::string>& words) {
  cxxopts::Options parser("tracetcp");
  for (const auto& info : option_table()) {
    if (info.long_name.empty()) continue;
    const auto value =
        info.values == 0 ? std::static_pointer_cast<cxxopts::Value>(cxxopts::value<bool>())
                         : std::static_pointer_cast<cxxopts::Value>(cxxopts::value<std::string>());
    parser.add_options(info.group)(info.long_name, info.help, value);
  }
  std::vector<const char*> argv{"tracetcp"};
  for (const auto& word : words) argv.push_back(word.c_str());
  try {
    return Given(parser.parse(static_cast<int>(argv.size()), argv.data()));
  } catch (const cxxopts::exceptions::exception& error) {
    throw UsageError(fmt::format("{}; try -? for help", printable(error.what())));
  }
}

}  // namespace tracetcp::cli
