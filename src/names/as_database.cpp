#include "names/as_database.hpp"

#include "names/safe_name.hpp"

#include <tracetcp/error.hpp>
#include <tracetcp/networks.hpp>

#include <fmt/core.h>

#include <algorithm>
#include <filesystem>
#include <system_error>

#ifdef TRACETCP_MAXMINDDB
#include "platform/socket_name.hpp"

#include <maxminddb.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>
#endif

namespace tracetcp {

std::string text(const AutonomousSystem& system) {
  return fmt::format("AS{}{}{}", system.number, system.name.empty() ? "" : " ", system.name);
}

std::string as_database_in(const std::vector<std::string>& folders) {
  namespace fs = std::filesystem;
  std::error_code ignored;  // a folder that can't be read has none
  for (const fs::path folder : folders) {
    const fs::path geolite = folder / "GeoLite2-ASN.mmdb";
    if (fs::is_regular_file(geolite, ignored)) return geolite.string();
    std::string newest;
    fs::directory_iterator entry(folder, ignored);
    for (; !ignored && entry != fs::directory_iterator(); entry.increment(ignored)) {
      const std::string name = entry->path().filename().string();
      if (!name.starts_with("dbip-asn") || !name.ends_with(".mmdb")) continue;
      newest = std::max(newest, entry->path().string());
    }
    if (!newest.empty()) return newest;
  }
  return "";
}

#ifdef TRACETCP_MAXMINDDB

namespace {

constexpr const char* number_field = "autonomous_system_number";
constexpr const char* name_field = "autonomous_system_organization";

/// Empty: the entry has no such field.
std::optional<MMDB_entry_data_s> field(MMDB_entry_s entry, const char* name) {
  const std::array<const char*, 2> path{name, nullptr};
  MMDB_entry_data_s data{};
  const int status = MMDB_aget_value(&entry, &data, path.data());
  if (status != MMDB_SUCCESS || !data.has_data) return std::nullopt;
  return data;
}

std::optional<std::uint32_t> number_in(const MMDB_entry_s& entry) {
  const auto number = field(entry, number_field);
  if (!number) return std::nullopt;
  if (number->type == MMDB_DATA_TYPE_UINT32) return number->uint32;
  if (number->type == MMDB_DATA_TYPE_UINT16) return number->uint16;
  return std::nullopt;
}

std::string name_in(const MMDB_entry_s& entry) {
  const auto name = field(entry, name_field);
  if (!name || name->type != MMDB_DATA_TYPE_UTF8_STRING) return "";
  return safe_text({name->utf8_string, name->data_size});
}

class AsDatabase final : public Networks {
 public:
  explicit AsDatabase(const std::string& file) {
    const int status = MMDB_open(file.c_str(), MMDB_MODE_MMAP, &database_);
    if (status == MMDB_FILE_OPEN_ERROR) {
      throw Error::system("cannot open the AS database " + file, errno);
    }
    if (status != MMDB_SUCCESS) {
      throw Error(fmt::format(
          "{} is no AS database, or damaged ({}); get a whole one, such as GeoLite2-ASN.mmdb", file,
          message_of(status)));
    }
    const Content content = look_into();
    if (content.has_number) return;
    const std::string type = safe_text(database_.metadata.database_type);
    MMDB_close(&database_);
    throw Error(content.is_damaged
                    ? fmt::format("the AS database {} is damaged; get a whole one", file)
                    : fmt::format("{} ({}) has no numbers of autonomous systems; give a database "
                                  "that has, such as GeoLite2-ASN.mmdb",
                                  file, type));
  }

  ~AsDatabase() override { MMDB_close(&database_); }
  AsDatabase(const AsDatabase&) = delete;
  AsDatabase& operator=(const AsDatabase&) = delete;

  [[nodiscard]] std::optional<AutonomousSystem> of(Address address) const override {
    const bool is_ipv4_only = database_.metadata.ip_version == 4;
    if (is_ipv4_only && address.family() == Family::ipv6) return std::nullopt;
    const SocketName asked({address, Port{}});
    int status = MMDB_SUCCESS;
    MMDB_lookup_result_s found = MMDB_lookup_sockaddr(&database_, asked.get(), &status);
    if (status != MMDB_SUCCESS || !found.found_entry) return std::nullopt;
    const auto number = number_in(found.entry);
    if (!number) return std::nullopt;
    return AutonomousSystem{.number = *number, .name = name_in(found.entry)};
  }

 private:
  struct Content {
    bool has_number = false;
    bool is_damaged = false;
  };

  /// Without the full stop or more sentences that some of them have.
  static std::string message_of(int status) {
    std::string message = MMDB_strerror(status);
    return message.substr(0, message.find('.'));
  }

  /// Whether one of the first records has a number. The type in the metadata does not show it: each
  /// maker names it differently.
  [[nodiscard]] Content look_into() const {
    constexpr std::size_t most_nodes = 10'000;
    std::vector<std::uint64_t> open{0};
    for (std::size_t seen = 0; !open.empty() && seen < most_nodes; ++seen) {
      MMDB_search_node_s node{};
      const auto number = static_cast<std::uint32_t>(open.back());
      open.pop_back();
      if (MMDB_read_node(&database_, number, &node) != MMDB_SUCCESS) return {.is_damaged = true};
      for (const bool left : {false, true}) {
        const int type = left ? node.left_record_type : node.right_record_type;
        const MMDB_entry_s& entry = left ? node.left_record_entry : node.right_record_entry;
        if (type == MMDB_RECORD_TYPE_INVALID) return {.is_damaged = true};
        if (type == MMDB_RECORD_TYPE_DATA && number_in(entry)) return {.has_number = true};
        if (type == MMDB_RECORD_TYPE_SEARCH_NODE) {
          open.push_back(left ? node.left_record : node.right_record);
        }
      }
    }
    return {};
  }

  MMDB_s database_{};
};

}  // namespace

std::unique_ptr<Networks> open_as_database(const std::string& file) {
  std::error_code ignored;
  // Opening a pipe would wait for its writer.
  if (std::filesystem::exists(file, ignored) && !std::filesystem::is_regular_file(file, ignored)) {
    throw Error(fmt::format("the AS database {} is not a file; give one that is", file));
  }
  return std::make_unique<AsDatabase>(file);
}

std::string usual_as_database() {
  return as_database_in({"/usr/share/GeoIP", "/var/lib/GeoIP", "/usr/local/share/GeoIP"});
}

#else

std::unique_ptr<Networks> open_as_database(const std::string& file) {
  throw Error(fmt::format(
      "cannot read the AS database {}: this program was built without libmaxminddb; install that "
      "(libmaxminddb-dev) and build it again",
      file));
}

std::string usual_as_database() {
  return "";
}

#endif

}  // namespace tracetcp
