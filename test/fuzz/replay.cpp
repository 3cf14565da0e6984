#include "fuzz.hpp"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace fuzz {

void replay(const char* name, void (*body)(tracetcp::Bytes)) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(std::string(CORPUS "/") + name)) {
    files.push_back(entry.path());
  }
  REQUIRE_FALSE(files.empty());
  for (const auto& path : files) {
    const std::string file = path.filename().string();
    CAPTURE(file);
    std::ifstream stream(path, std::ios::binary);
    const std::string text(std::istreambuf_iterator<char>(stream), {});
    REQUIRE(stream.good());
    const std::vector<std::uint8_t> bytes(text.begin(), text.end());
    CHECK_NOTHROW(body(bytes));
  }
}

}  // namespace fuzz
