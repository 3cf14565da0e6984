#include "names/as_database.hpp"

#include "names/safe_name.hpp"

#include <tracetcp/networks.hpp>

#include <doctest/doctest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <string>

namespace fs = std::filesystem;
using tracetcp::as_database_in;
using tracetcp::safe_text;

namespace {

/// Two folders, gone with the object.
class ScratchFolders {
 public:
  ScratchFolders() {
    std::string name = (fs::temp_directory_path() / "tracetcp-XXXXXX").string();
    root_ = mkdtemp(name.data());
    for (const std::string& folder : {first(), second()}) fs::create_directory(folder);
  }
  ~ScratchFolders() { fs::remove_all(root_); }
  ScratchFolders(const ScratchFolders&) = delete;
  ScratchFolders& operator=(const ScratchFolders&) = delete;

  [[nodiscard]] std::string first() const { return (root_ / "first").string(); }
  [[nodiscard]] std::string second() const { return (root_ / "second").string(); }

 private:
  fs::path root_;
};

void make_file(const std::string& path) {
  std::ofstream file(path);
}

}  // namespace

TEST_CASE("an AS database is found by its usual names, the newest of those with a month") {
  const ScratchFolders folders;
  const auto found = [&] {
    return as_database_in({folders.first() + "/missing", folders.first(), folders.second()});
  };
  CHECK(found().empty());
  make_file(folders.first() + "/GeoLite2-Country.mmdb");
  CHECK(found().empty());
  make_file(folders.second() + "/dbip-asn-lite-2025-12.mmdb");
  make_file(folders.second() + "/dbip-asn-lite-2026-11.mmdb");
  make_file(folders.second() + "/dbip-asn-lite-2026-11.mmdb.gz");
  CHECK(found() == folders.second() + "/dbip-asn-lite-2026-11.mmdb");
  make_file(folders.second() + "/GeoLite2-ASN.mmdb");
  CHECK(found() == folders.second() + "/GeoLite2-ASN.mmdb");
  make_file(folders.first() + "/dbip-asn-lite-2024-01.mmdb");
  CHECK(found() == folders.first() + "/dbip-asn-lite-2024-01.mmdb");
}

TEST_CASE("a text from a database reaches a terminal one column a character") {
  CHECK(safe_text("Example Corp, Inc. (EU)") == "Example Corp, Inc. (EU)");
  CHECK(safe_text("T\xc3\xa9l\xc3\xa9"
                  "com") == "T?l?com");
  CHECK(safe_text("\xf0\x9f\x92\xa9\x1b[31m\t\x7f") == "??[31m??");
  CHECK(safe_text(std::string(300, 'x')).size() == 100);
}

TEST_CASE("a network is called by its number where it has no name") {
  CHECK(text(tracetcp::AutonomousSystem{64500, "Example Corp"}) == "AS64500 Example Corp");
  CHECK(text(tracetcp::AutonomousSystem{4200000000, ""}) == "AS4200000000");
}
