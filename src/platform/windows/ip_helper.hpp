#pragma once

// Those of Winsock have to come first.
// clang-format off
#include <winsock2.h>
#include <ws2tcpip.h>
#include <iphlpapi.h>
#include <netioapi.h>
// clang-format on

// A macro that they bring along.
#undef interface
