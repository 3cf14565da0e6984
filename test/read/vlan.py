"""Puts an IEEE 802.1Q tag (VLAN 5) into each frame of a pcap savefile: IN OUT. For record.sh."""

import struct
import sys

with open(sys.argv[1], "rb") as file:
    capture = file.read()
out, at = capture[:24], 24
while at < len(capture):
    seconds, fraction, captured, length = struct.unpack_from("<4I", capture, at)
    frame = capture[at + 16 : at + 16 + captured]
    out += struct.pack("<4I", seconds, fraction, captured + 4, length + 4)
    out += frame[:12] + bytes.fromhex("81000005") + frame[12:]
    at += 16 + captured
with open(sys.argv[2], "wb") as file:
    file.write(out)
