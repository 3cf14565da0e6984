#include "platform/machine.hpp"

#include "platform/pcap_library.hpp"
#include "platform/windows/text.hpp"
#include "platform/windows/wpcap.hpp"

#include <windows.h>

namespace tracetcp {
namespace {

bool is_administrator() {
  HANDLE token = nullptr;
  if (OpenProcessToken(GetCurrentProcess(), TOKEN_QUERY, &token) == 0) return false;
  TOKEN_ELEVATION elevation{};
  DWORD size = 0;
  const bool is_known =
      GetTokenInformation(token, TokenElevation, &elevation, sizeof elevation, &size) != 0;
  CloseHandle(token);
  return is_known && elevation.TokenIsElevated != 0;
}

/// Of Npcap's driver.
std::string service_state() {
  const SC_HANDLE manager = OpenSCManagerW(nullptr, nullptr, SC_MANAGER_CONNECT);
  if (manager == nullptr) return "not known: " + windows::message(GetLastError());
  std::string state;
  const SC_HANDLE service = OpenServiceW(manager, L"npcap", SERVICE_QUERY_STATUS);
  SERVICE_STATUS status{};
  if (service == nullptr) {
    state = windows::message(GetLastError());
  } else if (QueryServiceStatus(service, &status) == 0) {
    state = "not known: " + windows::message(GetLastError());
  } else {
    state = status.dwCurrentState == SERVICE_RUNNING ? "running" : "not running: net start npcap";
  }
  if (service != nullptr) CloseServiceHandle(service);
  CloseServiceHandle(manager);
  return state;
}

}  // namespace

Machine look_at_machine() {
  return {.facts = {{"administrator", is_administrator() ? "yes" : "no"},
                    {"Npcap", pcap_library()},
                    {"Npcap's driver", service_state()}},
          .advice = windows::load_wpcap().empty() ? std::string("as administrator: net start npcap")
                                                  : windows::load_wpcap()};
}

}  // namespace tracetcp
