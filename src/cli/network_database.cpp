#include "cli/network_database.hpp"

#include "platform/privileges.hpp"

#include <tracetcp/error.hpp>

#include <fmt/core.h>

namespace tracetcp::cli {

std::unique_ptr<Networks> open_networks(const Options& options,
                                        std::vector<std::string>& passed_over) {
  if (options.no_as) return nullptr;
  const AsCaller caller;
  if (!options.as_file.empty()) return open_as_database(options.as_file);
  const std::string usual = options.sim_file.empty() ? usual_as_database() : "";
  if (usual.empty()) return nullptr;
  try {
    return open_as_database(usual);
  } catch (const Error& error) {
    passed_over.push_back(fmt::format("networks are not named: {}", error.what()));
    return nullptr;
  }
}

}  // namespace tracetcp::cli
