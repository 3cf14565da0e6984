#pragma once

#include <string>
#include <vector>

namespace tracetcp {

/// Of these folders the first that has such a database: GeoLite2-ASN.mmdb, else the last by name of
/// dbip-asn*.mmdb, whose names end in year and month. Empty: none has.
std::string as_database_in(const std::vector<std::string>& folders);

}  // namespace tracetcp
