#!/usr/bin/env python3
"""A network of many targets in the simulator's words, and lists of them.
    many_network.py tree HOSTS DIRECTORY        HOSTS of them, 12 to 20 hops away, 1 to 80 ms
    many_network.py flat HOSTS DIRECTORY        the same, all 16 hops away behind the same routers
    many_network.py ports HOPS DIRECTORY [limit=RATE] [drop=TTL [each=N]]
                                                one host behind HOPS - 1 routers, which answer RATE times a second; the
                                                one at TTL drops ports 1 to 5000, or each N-th of them
Writes network.toml, and of many hosts targets (port 80 of each), of a tree policy (1,000 rules about 50 hosts).

The tree: three routers that all ways share, 5 behind them, 25 behind those, two hops each; then a chain for each ten
hosts, which ends in a router of their own. Router r3 drops port 25."""

import os
import sys

ROUND_TRIP = 80  # ms, of the farthest host


def router(name, number, rtt, more=""):
    return f'[router.{name}]\naddress = "10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"\nrtt = {rtt:.2f}\n{more}'


def tree(hosts, directory):
    text = ['source = "192.168.0.2"\n']
    number = 0
    known = set()

    def add(name, ttl, length, more=""):
        nonlocal number
        if name in known:
            return name
        known.add(name)
        number += 1
        text.append(router(name, number, 1 + (ROUND_TRIP - 2) * ttl / length, more))
        return name

    targets = []
    for host in range(hosts):
        group = host // 10
        length = 12 + group % 9
        via = [add(f"r{ttl}", ttl, 20, "drop = [25]\n" if ttl == 3 else "") for ttl in (1, 2, 3)]
        via += [add(f"a{group % 5}t{ttl}", ttl, 20) for ttl in (4, 5)]
        via += [add(f"b{group % 25}t{ttl}", ttl, 20) for ttl in (6, 7)]
        via += [add(f"c{group}t{ttl}", ttl, 20) for ttl in range(8, length)]
        address = f"198.{18 + (host >> 16)}.{host >> 8 & 255}.{host & 255}"
        targets.append(address)
        text.append(f'[[host]]\naddress = "{address}"\nopen = [80, "1000-1099"]\nclosed = [2000]\n')
        names = ", ".join(f'"{name}"' for name in via)
        text.append(f'[[route]]\nto = "{address}"\nvia = [{names}]\nrtt = {1 + (ROUND_TRIP - 2) * length / 20:.2f}\n')
    write(directory, "network.toml", "".join(text))
    write(directory, "targets", "".join(f"{target}:80\n" for target in targets))
    write(directory, "policy", "".join(
        f"{'open' if port < 1018 else 'closed' if port == 1018 else 'blocked'} {target}:"
        f"{port if port < 1018 else 2000 if port == 1018 else 25}\n"
        for target in targets[::max(1, hosts // 50)][:50] for port in range(1000, 1020)))


def flat(hosts, directory):
    names = ", ".join(f'"r{ttl}"' for ttl in range(1, 16))
    text = ['source = "192.168.0.2"\n', *(router(f"r{ttl}", ttl, 5 * ttl) for ttl in range(1, 16))]
    text.append('[[host]]\naddress = "198.18.0.0/15"\nopen = [80]\n')
    text.append(f'[[route]]\nto = "198.18.0.0/15"\nvia = [{names}]\nrtt = {ROUND_TRIP}\n')
    write(directory, "network.toml", "".join(text))
    write(directory, "targets", "".join(f"198.{18 + (host >> 16)}.{host >> 8 & 255}.{host & 255}:80\n" for host in range(hosts)))


def ports(hops, directory, limit=0, drop=0, each=1):
    text = ['source = "192.168.0.2"\n']
    names = ", ".join(f'"r{ttl}"' for ttl in range(1, hops))
    for ttl in range(1, hops):
        more = f"icmp_limit = {{rate = {limit}, burst = {min(limit, 50)}}}\n" if limit else ""
        if ttl == drop:
            dropped = '"1-5000"' if each == 1 else ", ".join(str(port) for port in range(each, 5001, each))
            more += f"drop = [{dropped}]\n"
        text.append(router(f"r{ttl}", ttl, 1 + (ROUND_TRIP - 2) * ttl / hops, more))
    text.append('[[host]]\naddress = "198.18.0.1"\nopen = ["1-65535"]\n')
    text.append(f'[[route]]\nto = "198.18.0.1"\nvia = [{names}]\nrtt = {ROUND_TRIP}\n')
    write(directory, "network.toml", "".join(text))


def write(directory, name, text):
    with open(os.path.join(directory, name), "w", encoding="utf-8") as file:
        file.write(text)


os.makedirs(sys.argv[3], exist_ok=True)
if sys.argv[1] == "tree":
    tree(int(sys.argv[2]), sys.argv[3])
elif sys.argv[1] == "flat":
    flat(int(sys.argv[2]), sys.argv[3])
else:
    ports(int(sys.argv[2]), sys.argv[3], **{key: int(value) for key, value in (word.split("=") for word in sys.argv[4:])})
