#!/usr/bin/env python3
"""What a watch costs, in simulated networks: CPU time and memory of 24 hours, of 1,000 targets, and how soon the first
path is on the screen. A command of its own, as it takes minutes:  test/bench/watch.py [PROGRAM]

CPU times have the simulator's share in them, but not what the kernel takes to capture packets."""

import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import tempfile
import termios
import time

PROGRAM = os.path.realpath(sys.argv[1] if len(sys.argv) > 1 else "build/src/cli/tracetcp")
ROUTERS = 15
RTT = 34  # ms


def network(targets):
    via = ", ".join(f'"r{hop}"' for hop in range(1, ROUTERS + 1))
    text = "".join(f'[router.r{hop}]\naddress = "10.1.{hop}.1"\nrtt = {2 * hop}\n' for hop in range(1, ROUTERS + 1))
    for address in targets:
        text += f'[[host]]\naddress = "{address}"\nopen = [80]\n[[route]]\nto = "{address}"\nvia = [{via}]\nrtt = {RTT}\n'
    return text


def run(*arguments):
    """CPU time in seconds and the most memory in KiB."""
    with subprocess.Popen([PROGRAM, "-n", *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL) as process:
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = status
    if status != 0:
        sys.exit(f"{PROGRAM} failed: {status}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss


def first_path(*arguments):
    """Seconds until the target stands on a screen of 80 columns and 24 rows."""
    child, terminal = pty.fork()
    if child == 0:
        os.environ["TERM"] = "xterm-256color"
        os.execv(PROGRAM, [PROGRAM, "-n", *arguments])
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    began = time.monotonic()
    shown = b""
    while not re.search(rb"198\.18\.0\.1[^:]", shown) and time.monotonic() - began < 20:
        if select.select([terminal], [], [], 1)[0]:
            shown += os.read(terminal, 65536)
    taken = time.monotonic() - began
    os.write(terminal, b"q")
    os.waitpid(child, 0)
    return taken


with tempfile.TemporaryDirectory() as folder:
    one, many, names = (os.path.join(folder, name) for name in ("one.toml", "many.toml", "targets"))
    addresses = [f"198.18.{i // 250}.{i % 250 + 1}" for i in range(1000)]
    for path, text in ((one, network(addresses[:1])), (many, network(addresses)),
                       (names, "".join(f"{address}:80\n" for address in addresses))):
        with open(path, "w") as file:
            file.write(text)
    for rounds in (1000, 86400):
        seconds, memory = run("198.18.0.1", "--watch", "--rounds", str(rounds), "--sim", one)
        print(f"one port, {ROUTERS + 1} hops, {rounds} rounds, one a second: {seconds / rounds:.3%} of a core, {memory} KiB",
              flush=True)
    for rounds in (20, 100):
        seconds, memory = run("--targets", names, "--watch", "--every", "30", "--rounds", str(rounds), "--sim", many)
        print(f"1,000 targets every 30 s, {rounds} rounds: {seconds / (30 * rounds):.3%} of a core, {memory} KiB", flush=True)
    times = sorted(first_path("198.18.0.1", "--watch", "--sim", one) for _ in range(9))
    print(f"the path on the screen, {RTT} ms long: after {times[4] * 1000:.0f} ms (median of 9), {times[-1] * 1000:.0f} at most")
