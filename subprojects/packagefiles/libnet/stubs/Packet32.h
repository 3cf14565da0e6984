/* In place of that of Npcap's SDK, of which nothing is used where no device is opened. */
#ifndef TRACETCP_PACKET32_H
#define TRACETCP_PACKET32_H
#include <winsock2.h>
#include <ws2tcpip.h>
#include <windows.h>

typedef void *LPADAPTER;
#endif
