"""Puts each Ethernet frame with IPv4 of a pcap savefile into something else: KIND IN OUT. For
record.sh, where the kernel at hand has no such devices. Outer checksums are left out."""

import struct
import sys

MACS = bytes.fromhex("020000000002020000000001")


def ethernet(kind, payload):
    return MACS + struct.pack(">H", kind) + payload


def ipv4(protocol, payload):
    return (
        struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(payload), 7, 0x4000, 64, protocol, 0)
        + bytes([192, 0, 2, 1, 192, 0, 2, 2])
        + payload
    )


def ipv6(protocol, payload):
    ends = bytes.fromhex("20010db8" + "00" * 11 + "01" + "20010db8" + "00" * 11 + "02")
    return struct.pack(">IHBB", 0x60000000, len(payload), protocol, 64) + ends + payload


def udp(port, payload):
    return struct.pack(">HHHH", 49152, port, 8 + len(payload), 0) + payload


def label(value, bottom):
    return struct.pack(">I", value << 12 | bottom << 8 | 64)


LLC = bytes.fromhex("aaaa030000000800")
RADIOTAP = struct.pack("<BBHIBBHHhBB", 0, 0, 18, 0x0000482E, 0x10, 2, 2437, 0x00A0, -40, 0, 0)[:18]


def wifi(control, flags, qos, payload):
    return bytes([control, flags]) + bytes(22) + qos + LLC + payload


# What is made of a frame and of the IP packet in it, and the link type (pcap-linktype(7)).
KINDS = {
    "mpls": (1, lambda frame, packet: ethernet(0x8847, label(16, 0) + label(17, 1) + packet)),
    "pseudowire": (1, lambda frame, packet: ethernet(0x8847, label(18, 1) + bytes(4) + frame)),
    "ipip": (1, lambda frame, packet: ethernet(0x0800, ipv4(4, packet))),
    "gre": (1, lambda frame, packet: ethernet(0x0800, ipv4(47, bytes.fromhex("2000080000000007") + packet))),
    "gretap": (1, lambda frame, packet: ethernet(0x0800, ipv4(47, bytes.fromhex("00006558") + frame))),
    "erspan": (1, lambda frame, packet: ethernet(
        0x0800, ipv4(47, bytes.fromhex("100088be00000001" + "1001000100000000") + frame))),
    "vxlan": (1, lambda frame, packet: ethernet(
        0x0800, ipv4(17, udp(4789, bytes.fromhex("0800000000000500") + frame)))),
    "geneve": (1, lambda frame, packet: ethernet(
        0x0800, ipv4(17, udp(6081, bytes.fromhex("0100655800000500" + "00000000") + frame)))),
    "gtp": (1, lambda frame, packet: ethernet(
        0x0800, ipv4(17, udp(2152, struct.pack(">BBHI", 0x30, 255, len(packet), 9) + packet)))),
    "dslite": (1, lambda frame, packet: ethernet(0x86DD, ipv6(4, packet))),
    "wifi": (105, lambda frame, packet: wifi(0x08, 0x01, b"", packet)),
    "radiotap": (127, lambda frame, packet: RADIOTAP + wifi(0x88, 0x02, bytes(2), packet)),
    "nflog": (239, lambda frame, packet: (
        bytes.fromhex("02000005") + bytes.fromhex("0800010008000300")
        + struct.pack("<HH", 4 + len(packet), 9) + packet)),
    "mplsraw": (219, lambda frame, packet: label(16, 1) + packet),
    "raw": (101, lambda frame, packet: packet),
}


def main():
    link_type, wrap = KINDS[sys.argv[1]]
    with open(sys.argv[2], "rb") as file:
        capture = file.read()
    out, at = capture[:20] + struct.pack("<I", link_type), 24
    while at < len(capture):
        seconds, fraction, captured, length = struct.unpack_from("<4I", capture, at)
        frame = capture[at + 16 : at + 16 + captured]
        at += 16 + captured
        if frame[12:14] != b"\x08\x00":
            continue
        packet = wrap(frame, frame[14:])
        more = len(packet) - len(frame)
        out += struct.pack("<4I", seconds, fraction, len(packet), length + more) + packet
    with open(sys.argv[3], "wb") as file:
        file.write(out)


main()
