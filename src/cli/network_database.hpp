#pragma once

#include "cli/options.hpp"

#include <tracetcp/networks.hpp>

#include <memory>
#include <string>
#include <vector>

namespace tracetcp::cli {

/// The networks that reports name: from the file of --as-db, else from the one in the usual place;
/// null where there is none or none is wanted. A simulated network has made-up addresses, so there
/// only a file that was given counts. To be called before privileges are given up; the caller's
/// rights are those that count. Throws Error where the file that was given can't be used. Why the
/// one in the usual place can't is added to `passed_over`.
std::unique_ptr<Networks> open_networks(const Options& options,
                                        std::vector<std::string>& passed_over);

}  // namespace tracetcp::cli
