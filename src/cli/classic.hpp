#pragma once

#include <string>
#include <vector>

namespace tracetcp::cli {

/// Turns what the user typed, without the program's name, into what any parser of long options
/// reads: "-cnr 20 80 host" becomes "--condensed", "--numeric", "--ports", "20 80", "--", "host".
///
/// In a cluster of letters the values follow in the order of their letters; a letter's value may
/// also be joined to it ("-m5"). Ranges and lists may be one word ("20-80", "22,80"). "-h" as the
/// last word is help. Options may come
/// before and after the host; after "--" everything is a host. Throws UsageError for an unknown
/// option, a missing value, and a value where none is taken.
std::vector<std::string> expand_classic(const std::vector<std::string>& arguments);

}  // namespace tracetcp::cli
