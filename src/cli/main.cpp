#include "cli/command.hpp"

int main(int argc, char** argv) {
  return tracetcp::command(argc, argv);
}
