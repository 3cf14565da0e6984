#include "cli/command.hpp"
#include "platform/arguments.hpp"

int main(int argc, char** argv) {
  const auto arguments = tracetcp::arguments_of(argc, argv);
  std::vector<const char*> words;
  words.reserve(arguments.size() + 1);
  for (const std::string& argument : arguments) words.push_back(argument.c_str());
  words.push_back(nullptr);
  return tracetcp::cli::command(static_cast<int>(arguments.size()), words.data());
}
