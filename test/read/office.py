"""Writes a pcap savefile as an office's uplink might have it, of raw IP with microseconds: OUT. For
record.sh. A trace with a program's own connection to the same port beside it, connections that fail
and one that does not, a scan, a sweep and a flood. test/read/summaries.sh says what is to be read."""

import struct
import sys

records = []
FIN, SYN, RST, ACK = 1, 2, 4, 16


def address(text):
    return bytes(int(part) for part in text.split("."))


def checksum(data):
    total = sum(struct.unpack(f">{len(data) // 2}H", data))
    while total > 0xFFFF:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF


def ip(source, target, protocol, payload, ttl, ident):
    head = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(payload), ident, 0x4000, ttl, protocol, 0)
    ends = address(source) + address(target)
    return head[:10] + struct.pack(">H", checksum(head + ends)) + ends + payload


def tcp(source, target, ports, sequence, acknowledgement, flags, ttl, ident=0):
    head = struct.pack(">HHIIBBHHH", *ports, sequence, acknowledgement, 0x50, flags, 64240, 0, 0)
    pseudo = address(source) + address(target) + struct.pack(">HH", 6, len(head))
    head = head[:16] + struct.pack(">H", checksum(pseudo + head)) + head[18:]
    return ip(source, target, 6, head, ttl, ident)


def icmp(source, target, kind, code, quoted):
    quote = quoted[:8] + b"\x01\x06\0\0" + quoted[12:28]
    quote = quote[:10] + struct.pack(">H", checksum(quote[:20])) + quote[12:]
    head = struct.pack(">BBHI", kind, code, 0, 0) + quote
    head = head[:2] + struct.pack(">H", checksum(head)) + head[4:]
    return ip(source, target, 1, head, 60, 0)


def add(time, packet):
    records.append((round(time * 1e6), packet))


ident = 1000


def attempt(start, source, port, target, target_port, isn, times=(0,), ttl=64):
    """SYNs of one connection; returns the last one."""
    global ident
    for time in times:
        ident += 7
        syn = tcp(source, target, (port, target_port), isn, 0, SYN, ttl, ident % 65536)
        add(start + time, syn)
    return syn


def answer(time, source, port, target, target_port, isn, flags):
    add(time, tcp(target, source, (target_port, port), 77 if flags & SYN else 0, isn + 1, flags, 58))


CLIENT, SERVER, SCANNER = "192.0.2.10", "198.51.100.1", "192.0.2.66"

# A trace in the manner of tcptraceroute: an IP id a probe.
for ttl in range(1, 7):
    syn = tcp(CLIENT, SERVER, (50000, 443), 5000, 0, SYN, ttl, ttl)
    add(10 + ttl, syn)
    if ttl < 6:
        add(10 + ttl + 0.004 * ttl, icmp(f"10.0.0.{ttl}", CLIENT, 11, 0, syn))
answer(16.030, CLIENT, 50000, SERVER, 443, 5000, SYN | ACK)
add(16.0301, tcp(CLIENT, SERVER, (50000, 443), 5001, 0, RST, 64))
# Meanwhile a browser on the same machine fails to connect to the same port.
attempt(11.5, CLIENT, 40001, SERVER, 443, 9000, (0, 1, 3, 7))
attempt(12.7, CLIENT, 40002, SERVER, 443, 9900, (0, 1, 3, 7))

# Connections that fail: dropped, refused, rejected by a router.
attempt(20, CLIENT, 41000, "198.51.100.2", 25, 100, (0, 1, 3, 7, 15, 31))
for i in range(3):
    source = f"192.0.2.{20 + i}"
    attempt(30 + i, source, 42000, "198.51.100.3", 8080, 200)
    answer(30 + i + 0.01, source, 42000, "198.51.100.3", 8080, 200, RST | ACK)
add(40.02, icmp("10.0.0.2", CLIENT, 3, 13, attempt(40, CLIENT, 43000, "198.51.100.3", 23, 300)))

# One that does not, and the next to the same port fails.
attempt(50, CLIENT, 44000, "198.51.100.6", 443, 400)
answer(50.01, CLIENT, 44000, "198.51.100.6", 443, 400, SYN | ACK)
add(50.0101, tcp(CLIENT, "198.51.100.6", (44000, 443), 401, 78, ACK, 64))
add(50.5, tcp(CLIENT, "198.51.100.6", (44000, 443), 401, 78, FIN | ACK, 64))
attempt(51, CLIENT, 44001, "198.51.100.6", 443, 500, (0, 1, 3))

# A scan of 200 ports: 22 and 80 are open, every tenth is silent.
for port in range(1, 201):
    start = 60 + port * 0.001
    attempt(start, SCANNER, 45000, "198.51.100.4", port, 600)
    if port in (22, 80):
        answer(start + 0.002, SCANNER, 45000, "198.51.100.4", port, 600, SYN | ACK)
        add(start + 0.0021, tcp(SCANNER, "198.51.100.4", (45000, port), 601, 0, RST, 64))
    elif port % 10:
        answer(start + 0.002, SCANNER, 45000, "198.51.100.4", port, 600, RST | ACK)

# A sweep of 100 hosts, none of which is there.
for host in range(1, 101):
    attempt(70 + host * 0.001, SCANNER, 46000, f"203.0.113.{host}", 22, 700)

# A flood with forged sources and TTLs.
for i in range(1500):
    ttl = 30 + i * 37 % 220
    attempt(80 + i * 0.0001, f"10.9.{i // 250}.{i % 250}", 1024 + i, "198.51.100.5", 80, i, (0,), ttl)

records.sort(key=lambda record: record[0])
with open(sys.argv[1], "wb") as file:
    file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 65535, 101))
    for micro, packet in records:
        micro += 1_700_000_000 * 10**6
        file.write(struct.pack("<4I", micro // 10**6, micro % 10**6, len(packet), len(packet)))
        file.write(packet)
