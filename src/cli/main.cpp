#include "cli/command.hpp"

int main(int argc, char** argv) {
  return tracetcp::cli::command(argc, argv);
}
