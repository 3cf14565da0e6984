"""Writes pcap savefiles as one pcapng file that has what readers trip over: OUT IN... For record.sh.
Each IN is a section of its own, every second one big-endian, with a resolution and an offset of time
of its own. In each there are two interfaces of different link type and snap length, blocks without
packets, one of them unknown, and one packet in an obsolete packet block. The draft is
draft-ietf-opsawg-pcapng."""

import struct
import sys

# if_tsresol, if_tsoffset in seconds.
CLOCKS = [(9, 0), (0x80 | 30, 1_000_000_000), (10, 1_500_000_000), (6, -7)]


def block(order, kind, body):
    body += bytes(-len(body) % 4)
    length = struct.pack(order + "I", 12 + len(body))
    return struct.pack(order + "I", kind) + length + body + length


def option(order, code, value):
    return struct.pack(order + "HH", code, len(value)) + value + bytes(-len(value) % 4)


def interface(order, link_type, snap_length, resolution, offset):
    options = option(order, 2, b"eth0") + option(order, 9, bytes([resolution]))
    if offset:
        options += option(order, 14, struct.pack(order + "q", offset))
    head = struct.pack(order + "HHI", link_type, 0, snap_length)
    return block(order, 1, head + options + option(order, 0, b""))


def section(order, path, resolution, offset):
    with open(path, "rb") as file:
        capture = file.read()
    magic, _, _, _, _, _, link_type = struct.unpack_from("<IHHIIII", capture)
    parts = 10**9 if magic == 0xA1B23C4D else 10**6
    head = struct.pack(order + "IHHq", 0x1A2B3C4D, 1, 0, -1)
    out = block(order, 0x0A0D0D0A, head + option(order, 4, b"pcapng.py") + option(order, 0, b""))
    out += interface(order, 0 if link_type else 1, 64, 6, 0)  # has no packets
    out += interface(order, link_type, 0, resolution, offset)
    out += block(order, 0x00000BAD, b"a custom block of one program" * 3)
    out += block(order, 4, struct.pack(order + "HH", 0, 0))  # name resolution
    at, number = 24, 0
    while at < len(capture):
        seconds, fraction, captured, length = struct.unpack_from("<4I", capture, at)
        frame = capture[at + 16 : at + 16 + captured]
        at += 16 + captured
        units = 2 ** (resolution - 128) if resolution & 0x80 else 10**resolution
        stamp = ((seconds - offset) * parts + fraction) * units // parts
        high, low = stamp >> 32, stamp & 0xFFFFFFFF
        if number == 1:
            head = struct.pack(order + "HHIIII", 1, 0xFFFF, high, low, captured, length)
            out += block(order, 2, head + frame)
        else:
            head = struct.pack(order + "IIIII", 1, high, low, captured, length)
            padded = frame + bytes(-len(frame) % 4)
            out += block(order, 6, head + padded + option(order, 1, b"a comment") + bytes(4))
        number += 1
    return out + block(order, 5, struct.pack(order + "III", 1, 0, 0))  # statistics


out = b""
for i, path in enumerate(sys.argv[2:]):
    out += section("<>"[i % 2], path, *CLOCKS[i % len(CLOCKS)])
with open(sys.argv[1], "wb") as file:
    file.write(out)
