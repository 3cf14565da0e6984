#pragma once

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

/// A file of this content, gone with the object.
class ScratchFile {
 public:
  explicit ScratchFile(const std::string& content) {
    std::string name = (std::filesystem::temp_directory_path() / "tracetcp-XXXXXX").string();
    const int file = mkstemp(name.data());
    if (file == -1) throw std::runtime_error("no temporary file");
    close(file);
    path_ = name;
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
