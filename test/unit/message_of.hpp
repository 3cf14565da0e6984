#pragma once

#include <tracetcp/error.hpp>

#include <string>

/// The message of the Error that `work` throws; empty: it throws none.
template <class Work>
std::string message_of(Work work) {
  try {
    work();
  } catch (const tracetcp::Error& error) {
    return error.what();
  }
  return "";
}
