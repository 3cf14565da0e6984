#!/usr/bin/env python3
"""A watch as its user meets it: how it ends, what its JSON has, that its memory stays the same. Prints TAP:
watch.py PROGRAM NETWORKS

The networks are simulated, so a thousand rounds take no time; nothing is timed."""

import json
import os
import signal
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import tap  # noqa: E402

PROGRAM, NETWORKS = sys.argv[1:3]
DEADLINE = 60  # seconds; only a failure takes so long


def watch(host, network, *options):
    return [PROGRAM, "-n", host, "--watch", *options, "--sim", os.path.join(NETWORKS, network + ".toml")]


def run(command):
    return subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=DEADLINE, check=False)


def most_memory(rounds):
    """Of such a watch, in KiB."""
    process = subprocess.Popen(watch("lossy:81", "lossy", "--rounds", str(rounds)),
                               stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = status
    return usage.ru_maxrss


def ends_by(number):
    """What a watch without end prints, and how it ends, when it gets that signal after its first line."""
    process = subprocess.Popen(watch("www.ebay.co.uk", "examples"), stdin=subprocess.DEVNULL,
                               stdout=subprocess.PIPE, text=True)
    first = process.stdout.readline()
    process.send_signal(number)
    rest, _ = process.communicate(timeout=DEADLINE)
    return first, rest.splitlines(), process.returncode


for number in (signal.SIGINT, signal.SIGTERM):
    first, rest, status = ends_by(number)
    tap.equal(f"{number.name}: the exit status", status, 130)
    tap.equal(f"{number.name}: the first line", first.split("\t")[1], "start")
    tap.equal(f"{number.name}: the figures of 15 hops below their names",
              [row.split("\t")[0] for row in rest if "\t" in row],
              ["Hop", *map(str, range(1, 16))])

done = run(watch("www.ebay.co.uk", "examples", "--json", "--rounds", "12"))
lines = [json.loads(line) for line in done.stdout.splitlines()]
tap.equal("an object for each round", [line["round"] for line in lines], list(range(1, 13)))
tap.equal("of one flow", {line["trace"]["source"]["port"] for line in lines}, {40001})
starts = [line["trace"]["started"][17:19] for line in lines]
tap.equal("one a second", starts, [f"{second:02}" for second in range(12)])
tap.equal("SYNs of a round: one a hop, and 15 beyond in the first, which does not know the path",
          [line["trace"]["syns_sent"] for line in lines[1:]], [15] * 11)
tap.equal("figures of the target", [lines[-1]["hops"][14]["total"][key] for key in ("asked", "answered", "max_ms")],
          [12, 12, 170])
tap.equal("the standard output of a watch that ends has nothing on standard error", done.stderr, "")

lossy = run(watch("lossy:80", "lossy", "--json", "--rounds", "300")).stdout.splitlines()
events = [line for line in map(json.loads, lossy) if "event" in line]
tap.equal("loss is an event", events[0]["event"], "loss")
tap.equal("of loss no other verdict is made", [event for event in events if event["event"] == "verdict"], [])
tap.equal("nor another path", [event for event in events if event["event"] == "path"], [])
tap.equal("the hop that answers every other time limits its answers",
          [event["text"].startswith("Finding: hop 5 (10.0.0.4) limits") for event in events
           if event["event"] == "finding"], [True])

lines = [json.loads(line) for line in
         run(watch("www.ebay.co.uk:80,135", "examples", "--json", "--rounds", "4")).stdout.splitlines()]
tap.equal("of several ports each has its rounds, in their order",
          {port: [line["round"] for line in lines if line["trace"]["target"]["port"] == port] for port in (80, 135)},
          {80: [1, 2, 3, 4], 135: [1, 2, 3, 4]})
tap.equal("and its own verdict", {(line["trace"]["target"]["port"], line["trace"]["verdict"]["state"]) for line in lines},
          {(80, "open"), (135, "silent")})
tap.equal("and one flow", len({(line["trace"]["target"]["port"], line["trace"]["source"]["port"]) for line in lines}), 2)

with tempfile.TemporaryDirectory() as folder:
    capture = os.path.join(folder, "watch.pcap")
    host = ("66.135.192.41:80,135", "examples")
    live = run(watch(*host, "--rounds", "30", "--write", capture)).stdout.splitlines()
    replayed = run([PROGRAM, "-n", "--watch", "--read", capture])
    tap.equal("a replay of its packets has the same figures", replayed.stdout.splitlines()[2:], live[2:])
    tap.equal("and the same answers", sorted(line.split("\t")[1:] for line in replayed.stdout.splitlines()[:2]),
              sorted(line.split("\t")[1:] for line in live[:2]))
    tap.equal("of both ports by turns", [line.split("\t")[1] for line in live[:2]], ["start", "start"])
    chosen = run([PROGRAM, "-n", "66.135.192.41:135", "--watch", "--read", capture]).stdout.splitlines()
    tap.equal("a host and port choose from it", [line.split("\t")[:1] for line in chosen[1:]], [["Hop"], ["1"], ["2"]])
    nothing = run([PROGRAM, "-n", "192.0.2.77", "--watch", "--read", capture])
    tap.equal("of which there is none: one line", (nothing.returncode, nothing.stdout, nothing.stderr.count("\n")), (1, "", 1))

few, many = most_memory(1000), most_memory(6000)
tap.none("6,000 rounds take no more memory than 1,000", f"{few} KiB, then {many} KiB" if many > few + 1024 else "")
tap.done()
