// The functions of libpcap, which look each other up in wpcap.dll: Npcap may not be packed with
// another program, and all that needs no packets works without it.
#include "platform/windows/wpcap.hpp"

#include "platform/windows/text.hpp"

#include <pcap/pcap.h>
#include <windows.h>

#include <array>
#include <utility>

namespace tracetcp::windows {
namespace {

/// Npcap's own folder first: it also has that name in System32 where another program put an older
/// WinPcap. Of System32 and not of the working directory, which anybody may write to.
HMODULE open_wpcap() {
  std::array<wchar_t, MAX_PATH> system{};
  const UINT size = GetSystemDirectoryW(system.data(), static_cast<UINT>(system.size()));
  if (size == 0 || size >= system.size()) return nullptr;
  const std::wstring folder(system.data(), size);
  // With the altered path Packet.dll is looked for beside wpcap.dll.
  HMODULE found = LoadLibraryExW((folder + L"\\Npcap\\wpcap.dll").c_str(), nullptr,
                                 LOAD_WITH_ALTERED_SEARCH_PATH);
  if (found == nullptr) {
    found = LoadLibraryExW(L"wpcap.dll", nullptr, LOAD_LIBRARY_SEARCH_SYSTEM32);
  }
  return found;
}

HMODULE wpcap() {
  static const HMODULE library = open_wpcap();
  return library;
}

/// One function of it.
template <class Function>
class Call;

template <class Result, class... Parameters>
class Call<Result(Parameters...)> {
 public:
  explicit Call(const char* name)
      : function_(wpcap() == nullptr
                      ? nullptr
                      : reinterpret_cast<Result (*)(Parameters...)>(
                            reinterpret_cast<void*>(GetProcAddress(wpcap(), name)))) {}

  /// `otherwise`: what it is where this wpcap.dll has no such function.
  Result operator()(Result otherwise, Parameters... parameters) const {
    return function_ == nullptr ? otherwise : function_(parameters...);
  }

 private:
  Result (*function_)(Parameters...);
};

template <class... Parameters>
class Call<void(Parameters...)> {
 public:
  explicit Call(const char* name)
      : function_(wpcap() == nullptr
                      ? nullptr
                      : reinterpret_cast<void (*)(Parameters...)>(
                            reinterpret_cast<void*>(GetProcAddress(wpcap(), name)))) {}

  void operator()(Parameters... parameters) const {
    if (function_ != nullptr) function_(parameters...);
  }

 private:
  void (*function_)(Parameters...);
};

}  // namespace

std::string load_wpcap() {
  if (wpcap() != nullptr) return "";
  return "Npcap is not there; install it from https://npcap.com (--sim and --read work without it)";
}

}  // namespace tracetcp::windows

using tracetcp::windows::Call;

extern "C" {

pcap_t* pcap_create(const char* device, char* message) {
  static const Call<decltype(pcap_create)> call("pcap_create");
  return call(nullptr, device, message);
}

int pcap_set_snaplen(pcap_t* pcap, int length) {
  static const Call<decltype(pcap_set_snaplen)> call("pcap_set_snaplen");
  return call(PCAP_ERROR, pcap, length);
}

int pcap_set_buffer_size(pcap_t* pcap, int size) {
  static const Call<decltype(pcap_set_buffer_size)> call("pcap_set_buffer_size");
  return call(PCAP_ERROR, pcap, size);
}

int pcap_set_timeout(pcap_t* pcap, int ms) {
  static const Call<decltype(pcap_set_timeout)> call("pcap_set_timeout");
  return call(PCAP_ERROR, pcap, ms);
}

// Not in Wine 8.
int pcap_set_immediate_mode(pcap_t* pcap, int on) {
  static const Call<decltype(pcap_set_immediate_mode)> call("pcap_set_immediate_mode");
  return call(0, pcap, on);
}

int pcap_set_tstamp_precision(pcap_t* pcap, int precision) {
  static const Call<decltype(pcap_set_tstamp_precision)> call("pcap_set_tstamp_precision");
  return call(PCAP_ERROR_TSTAMP_PRECISION_NOTSUP, pcap, precision);
}

int pcap_get_tstamp_precision(pcap_t* pcap) {
  static const Call<decltype(pcap_get_tstamp_precision)> call("pcap_get_tstamp_precision");
  return call(PCAP_TSTAMP_PRECISION_MICRO, pcap);
}

int pcap_activate(pcap_t* pcap) {
  static const Call<decltype(pcap_activate)> call("pcap_activate");
  return call(PCAP_ERROR, pcap);
}

int pcap_datalink(pcap_t* pcap) {
  static const Call<decltype(pcap_datalink)> call("pcap_datalink");
  return call(PCAP_ERROR, pcap);
}

int pcap_compile(pcap_t* pcap, bpf_program* program, const char* text, int optimize,
                 bpf_u_int32 netmask) {
  static const Call<decltype(pcap_compile)> call("pcap_compile");
  return call(PCAP_ERROR, pcap, program, text, optimize, netmask);
}

int pcap_setfilter(pcap_t* pcap, bpf_program* program) {
  static const Call<decltype(pcap_setfilter)> call("pcap_setfilter");
  return call(PCAP_ERROR, pcap, program);
}

void pcap_freecode(bpf_program* program) {
  static const Call<decltype(pcap_freecode)> call("pcap_freecode");
  call(program);
}

int pcap_dispatch(pcap_t* pcap, int count, pcap_handler handler, u_char* user) {
  static const Call<decltype(pcap_dispatch)> call("pcap_dispatch");
  return call(PCAP_ERROR, pcap, count, handler, user);
}

void pcap_breakloop(pcap_t* pcap) {
  static const Call<decltype(pcap_breakloop)> call("pcap_breakloop");
  call(pcap);
}

int pcap_sendpacket(pcap_t* pcap, const u_char* bytes, int size) {
  static const Call<decltype(pcap_sendpacket)> call("pcap_sendpacket");
  return call(PCAP_ERROR, pcap, bytes, size);
}

int pcap_setnonblock(pcap_t* pcap, int on, char* message) {
  static const Call<decltype(pcap_setnonblock)> call("pcap_setnonblock");
  return call(PCAP_ERROR, pcap, on, message);
}

int pcap_stats(pcap_t* pcap, pcap_stat* counts) {
  static const Call<decltype(pcap_stats)> call("pcap_stats");
  return call(PCAP_ERROR, pcap, counts);
}

char* pcap_geterr(pcap_t* pcap) {
  static const Call<decltype(pcap_geterr)> call("pcap_geterr");
  static std::array<char, 32> missing{"this wpcap.dll lacks it"};
  return call(missing.data(), pcap);
}

void pcap_close(pcap_t* pcap) {
  static const Call<decltype(pcap_close)> call("pcap_close");
  call(pcap);
}

const char* pcap_lib_version() {
  static const Call<decltype(pcap_lib_version)> call("pcap_lib_version");
  return call("");
}

const char* pcap_datalink_val_to_name(int number) {
  static const Call<decltype(pcap_datalink_val_to_name)> call("pcap_datalink_val_to_name");
  return call(nullptr, number);
}

const char* pcap_datalink_val_to_description(int number) {
  static const Call<decltype(pcap_datalink_val_to_description)> call(
      "pcap_datalink_val_to_description");
  return call(nullptr, number);
}

}  // extern "C"
