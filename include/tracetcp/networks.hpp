#pragma once

#include <tracetcp/address.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace tracetcp {

/// A network with one policy of routing (RFC 1930), by the number that BGP knows it by.
struct AutonomousSystem {
  std::uint32_t number = 0;
  std::string name;  ///< printable ASCII; empty: the database has none

  bool operator==(const AutonomousSystem&) const = default;
};

/// "AS64500 Example Corp"
std::string text(const AutonomousSystem& system);

/// Says which autonomous system an address is in. No call here waits, and none leaves this machine.
class Networks {
 public:
  virtual ~Networks() = default;

  /// Empty: it is in none that is known.
  [[nodiscard]] virtual std::optional<AutonomousSystem> of(Address address) const = 0;
};

/// The networks in a database in MaxMind's format (mmdb) whose records have the field
/// autonomous_system_number, such as GeoLite2-ASN and DB-IP's. The file is mapped into memory here;
/// of() makes no system call. Throws Error that names the file: it can't be opened, it is damaged,
/// it is a database of something else, or this program was built without libmaxminddb.
std::unique_ptr<Networks> open_as_database(const std::string& file);

/// The database in the usual place, where geoipupdate and others put it; empty: there is none, or
/// this program could not read one.
std::string usual_as_database();

}  // namespace tracetcp
