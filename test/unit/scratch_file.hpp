#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <random>
#include <stdexcept>
#include <string>

/// A file of this content, gone with the object.
class ScratchFile {
 public:
  explicit ScratchFile(const std::string& content) {
    std::random_device random;
    const std::uint64_t number = std::uint64_t{random()} << 32 | random();
    const auto name = "tracetcp-" + std::to_string(number);
    path_ = (std::filesystem::temp_directory_path() / name).string();
    if (std::filesystem::exists(path_)) throw std::runtime_error("no temporary file");
    std::ofstream(path_, std::ios::binary) << content;
  }
  ~ScratchFile() { std::filesystem::remove(path_); }
  ScratchFile(const ScratchFile&) = delete;
  ScratchFile& operator=(const ScratchFile&) = delete;

  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string content() const {
    std::ifstream file(path_, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }

 private:
  std::string path_;
};
