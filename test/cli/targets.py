#!/usr/bin/env python3
"""--targets in simulated networks: each target's result is that of a trace by itself, in the order of the list or as
traces end; what a line that fails costs, and what a malformed list does. Prints TAP:
    targets.py PROGRAM NETWORKS SCHEMA"""

import json
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, os.path.join(HERE, ".."))
sys.path.append("/usr/lib/python3/dist-packages")  # Debian's modules, where another interpreter comes first
import tap  # noqa: E402

PROGRAM, NETWORKS, SCHEMA = (os.path.realpath(path) for path in sys.argv[1:4])
SCRATCH = tempfile.TemporaryDirectory()
os.chdir(SCRATCH.name)


def program(*arguments, network, given=None):
    return subprocess.run([PROGRAM, *arguments, "--sim", os.path.join(NETWORKS, network + ".toml")],
                          input=given, capture_output=True, text=True, timeout=60, check=False)


def trace_list(text, *arguments, network="examples", name="hosts.txt"):
    """The finished run; the list is in a file of that name, or standard input for "-"."""
    if name != "-":
        with open(name, "w", encoding="utf-8") as file:
            file.write(text)
    return program("--targets", name, *arguments, network=network, given=text if name == "-" else None)


def documents(run):
    return [json.loads(line) for line in run.stdout.splitlines()]


def gist(document):
    """What a trace says, without times, which differ from run to run."""
    hops = {hop["ttl"]: sorted({probe.get("from", "-") for probe in hop["probes"]}) for hop in document["hops"]}
    verdict = {key: document["verdict"].get(key) for key in ("state", "ttl", "from", "answered_by", "confidence")}
    text = re.sub(r"[0-9.]+ ms", "T", document["verdict"]["text"])
    names = sorted({probe["name"] for hop in document["hops"] for probe in hop["probes"] if "name" in probe})
    return {"target": document["target"], "method": document["method"], "hops": hops, "verdict": verdict, "text": text,
            "findings": [one["kind"] for one in document["findings"]], "names": names,
            "control": document.get("control", {}).get("port")}


def alone(target, *arguments, network):
    return [gist(one) for one in documents(program(target, "--json", *arguments, network=network))]


LISTS = {
    "examples": ["www.ebay.co.uk", "ftp.cdrom.com:80", "ftp.cdrom.com:21", "192.168.0.1:21-23", "www.ebay.co.uk:135,139"],
    "rejects": ["guarded:80", "guarded:25,137"],
    "forged_reset": ["wanted:443"],
    "ipv6": ["both:25", "six:80,81", "[2001:db8:1::1]:25"],
}

# --- each result is that of a single trace ---

for network, targets in LISTS.items():
    for options in ([], ["-F"], ["-p", "1"]):
        for target in targets:
            got = [gist(one) for one in documents(trace_list(target + "\n", "--json", *options, network=network))]
            got.sort(key=lambda one: one["target"]["port"])
            tap.equal(" ".join([network, target, *options, "is as by itself"]), got,
                      alone(target, *options, network=network))

# Hosts that the list names once, side by side.
for network, targets in {"examples": ["www.ebay.co.uk:135", "192.168.0.1:22", "ftp.cdrom.com:80"],
                         "ipv6": ["both:25", "six:80", "[2001:db8:1::1]:25"]}.items():
    for options in ([], ["-F"], ["-p", "1"]):
        run = trace_list("\n".join(targets), "--json", *options, network=network)
        by_line = {one["line"]: gist(one) for one in documents(run)}
        tap.equal(" ".join([network, *options, "all side by side are as by themselves"]), by_line,
                  {i + 1: alone(target, *options, network=network)[0] for i, target in enumerate(targets)})
        tap.equal(" ".join([network, *options, "exit status and errors"]), (run.returncode, run.stderr), (0, ""))

# --- order ---

LIST = "\n# comment\nwww.ebay.co.uk:135\n192.168.0.1:21,22\nftp.cdrom.com:80   # a proxy\n"
headers = re.findall(r"^Tracing route to (\S+).* on port (\d+)$", trace_list(LIST).stdout, re.M)
WANTED = [("66.135.192.41", "135"), ("192.168.0.1", "21"), ("192.168.0.1", "22"), ("207.250.14.6", "80")]
tap.equal("text is in the order of the list", headers, WANTED)
tap.equal("the same from standard input", trace_list(LIST, name="-").stdout, trace_list(LIST).stdout)
lines = [one["line"] for one in documents(trace_list(LIST, "--json"))]
tap.equal("--json: each has its line", sorted(lines), [3, 4, 4, 5])
tap.equal("--json: as they end, the silent port last", lines[-1], 3)
condensed = trace_list(LIST, "-c", "-n").stdout
tap.equal("-c: blocks in the order of the list",
          list(dict.fromkeys(re.findall(r"^\[([^]]+)\]", condensed, re.M))), [":".join(one) for one in WANTED])
again = trace_list(LIST, "--json", "--seed", "7")
tap.equal("a seed repeats the run", again.stdout, trace_list(LIST, "--json", "--seed", "7").stdout)

# --- ports ---

tap.equal("-r: of lines that name none",
          sorted(one["target"]["port"] for one in documents(trace_list("192.168.0.1\n", "--json", "-r", "21", "23"))),
          [21, 22, 23])
repeated = trace_list("192.168.0.1:21-23\n192.168.0.1:22,24\n192.168.0.1:21\n", "--json", "-n")
tap.equal("a port that a line before named is left out",
          sorted((one["line"], one["target"]["port"]) for one in documents(repeated)),
          [(1, 21), (1, 22), (1, 23), (2, 24)])
matrix = trace_list("192.168.0.1:21,22\nwww.ebay.co.uk:80,135\n", "--matrix", "-n").stdout
tap.equal("--matrix: a table for each line",
          [line.split()[2].rstrip(",") for line in matrix.splitlines() if line.startswith("Ports of")],
          ["192.168.0.1", "66.135.192.41"])
tap.equal("--matrix: rows in order", re.findall(r"^(\d+) ", matrix, re.M), ["21", "22", "80", "135"])
scan = trace_list("192.168.0.1\nwww.ebay.co.uk:80\n", "-s", "20", "24", "--open").stdout
tap.equal("-s and --open: the open ports", re.findall(r"^\[([^]]+)\].*OPEN", scan, re.M),
          ["192.168.0.1:21", "192.168.0.1:23", "66.135.192.41:80"])
control = trace_list("ftp.cdrom.com:80\n", "--json", "--control", "21")
tap.equal("--control: as by itself", [gist(one) for one in documents(control)],
          alone("ftp.cdrom.com:80", "--control", "21", network="examples"))
tap.equal("ports of one host are compared, wherever the list has them",
          [one["kind"] for one in documents(trace_list("ftp.cdrom.com:80\n192.168.0.1:21\nftp.cdrom.com:21\n", "--json"))
           if one["target"]["port"] == 80 for one in one["findings"]],
          [one for one in alone("ftp.cdrom.com:21,80", network="examples")[1]["findings"]])

# --- what fails ---

failing = trace_list("192.168.0.1:21\nnosuch.example:80\n192.168.0.1:23\n", "--json")
tap.equal("a target that fails costs its own line", sorted(one["line"] for one in documents(failing)), [1, 3])
tap.equal("exit status 1, and the line is named",
          (failing.returncode, bool(re.fullmatch(r"tracetcp: hosts\.txt, line 2: .*nosuch\.example.*\n", failing.stderr))),
          (1, True))
many = trace_list("".join(f"nosuch{i}.example\n" for i in range(200)) + "192.168.0.1:21\n", "--json")
tap.equal("also where very many fail", [one["line"] for one in documents(many)], [201])
expected = trace_list("192.168.0.1:21\n192.168.0.1:22\n", "--expect", "open")
tap.equal("--expect: of all", (expected.returncode, "port 22 of 192.168.0.1" in expected.stderr), (3, True))
family = trace_list("192.168.0.1:21\n[2001:db8::1]:80\n", "-4", "--json")
tap.equal("-4: an IPv6 address fails", (family.returncode, [one["line"] for one in documents(family)]), (1, [1]))
for what, text, wanted in (("a malformed line", "192.168.0.1:21\n192.168.0.1:99999\n", "hosts.txt, line 2: "),
                           ("two words", "192.168.0.1 21\n", "hosts.txt, line 1: "),
                           ("an empty list", "# nothing\n", "hosts.txt names no target")):
    run = trace_list(text, "--json")
    tap.equal(f"{what}: exit status 2, nothing is traced",
              (run.returncode, run.stdout, len(run.stderr.splitlines()), wanted in run.stderr), (2, "", 1, True))
for others in (["www.ebay.co.uk"], ["--audit", "hosts.txt"], ["--paths"], ["--both"], ["--check"],
               ["--method", "link"], ["--baseline", "a.json"]):
    run = trace_list("192.168.0.1:21\n", *others)
    tap.equal(f"with {' '.join(others)}: usage", (run.returncode, run.stdout, "--targets" in run.stderr or others[0] == "--method"),
              (2, "", True))

watched = trace_list("192.168.0.1:21\n192.168.0.1:22,23\n", "--watch", "--rounds", "3", "--json")
rounds = [(one["trace"]["line"], one["trace"]["target"]["port"], one["round"]) for one in map(json.loads, watched.stdout.splitlines())
          if "round" in one and "trace" in one]
tap.equal("a watch of a list: the rounds of each port, with its line",
          (watched.returncode, sorted(rounds)),
          (0, [(line, port, number) for line, port in ((1, 21), (2, 22), (2, 23)) for number in (1, 2, 3)]))
watched = trace_list("192.168.0.1:21\nno-such-host.example:22\n", "--watch", "--rounds", "2")
tap.equal("a host that is not known costs its line", (watched.returncode, "line 2: " in watched.stderr, "\tstart\t" in watched.stdout),
          (1, True, True))

# --- shards ---

LONG = "".join(f"host{i}.example:80\nHOST{i}.example:443\n" for i in range(300))
whole = trace_list(LONG).stderr.splitlines()  # no such names: each line is an error that has its number
parts = [trace_list(LONG, "--shard", f"{i}/7").stderr.splitlines() for i in range(1, 8)]
tap.equal("--shard: each line is in one part", sorted(line for part in parts for line in part), sorted(whole))
tap.equal("--shard: all parts have some", [i for i, part in enumerate(parts, 1) if not 40 <= len(part) <= 140], [])
numbers = [{int(re.search(r"line (\d+)", line)[1]) for line in part} for part in parts]
tap.equal("--shard: lines of one host stay together, whatever its case",
          [part for part in numbers if any((line + 1 if line % 2 else line - 1) not in part for line in part)], [])
moved = [trace_list("new.example\n" + LONG, "--shard", f"{i}/7").stderr.splitlines() for i in range(1, 8)]
tap.equal("--shard: a new line moves no other",
          [i for i, part in enumerate(moved)
           if {int(re.search(r"line (\d+)", line)[1]) - 1 for line in part if "new.example" not in line} != numbers[i]], [])
piped = trace_list(LONG, "--shard", "3/7", name="-").stderr.replace("standard input", "hosts.txt").splitlines()
tap.equal("--shard: the same of standard input", piped, parts[2])
empty = [trace_list("192.168.0.1:21\n", "--json", "--shard", f"{i}/4") for i in range(1, 5)]
tap.equal("--shard: an empty part is no error", sorted((run.returncode, len(documents(run)), run.stderr) for run in empty),
          [(0, 0, "")] * 3 + [(0, 1, "")])
for wrong in ("0/3", "4/3", "3", "a/b", "1/0", "1/2/3", ""):
    run = trace_list("192.168.0.1:21\n", "--shard", wrong)
    tap.equal(f"--shard {wrong}: usage", (run.returncode, len(run.stderr.splitlines()), "--shard" in run.stderr), (2, 1, True))
run = program("192.168.0.1:21", "--shard", "1/2", network="examples")
tap.equal("--shard without a list: usage", (run.returncode, "--targets" in run.stderr), (2, True))

# --- merging ---

MERGE = os.path.join(HERE, "../../scripts/merge-shards")
SOME = "".join(f"192.168.0.1:{port}\n" for port in (21, 22, 23)) + "www.ebay.co.uk:80,443\nftp.cdrom.com:21\nguest:1\n"
for number in range(1, 5):
    with open(f"results.{number}-of-4.json", "w", encoding="utf-8") as file:
        file.write(trace_list(SOME, "--json", "--shard", f"{number}/4").stdout)


def merge(*files):
    return subprocess.run([sys.executable, MERGE, *files], capture_output=True, text=True, check=False, timeout=60)


ALL = [f"results.{number}-of-4.json" for number in (3, 1, 4, 2)]
together = sorted(documents(trace_list(SOME, "--json")), key=lambda one: (one["line"], one["target"]["port"]))
merged = documents(merge(*ALL))
tap.equal("merged shards are in the order of the list",
          [(one["line"], one["target"]["port"]) for one in merged],
          [(1, 21), (2, 22), (3, 23), (4, 80), (4, 443), (5, 21)])
tap.equal("and are as one machine's", [gist(one) for one in merged], [gist(one) for one in together])
os.mkdir("again")
with open("results.1-of-4.json", encoding="utf-8") as file, open("again/results.1-of-4.json", "w", encoding="utf-8") as copy:
    copy.write(file.read())
full = max(ALL, key=os.path.getsize)
with open(full, encoding="utf-8") as file:
    content = file.read()
with open("cut.2-of-2.json", "w", encoding="utf-8") as cut, open("cut.1-of-2.json", "w", encoding="utf-8") as whole:
    cut.write(content[:-20])
    whole.write("")
with open("same.1-of-2.json", "w", encoding="utf-8") as one, open("same.2-of-2.json", "w", encoding="utf-8") as other:
    one.write(content)
    other.write(content)
for what, files, wanted in (("a missing shard", ALL[1:], "shard.* missing: 3"),
                            ("a shard that is there twice", [*ALL, "again/results.1-of-4.json"], "shard 1 is there twice"),
                            ("a file that is cut off", ["cut.1-of-2.json", "cut.2-of-2.json"], "cut.2-of-2.json, line .* cut off"),
                            ("files of different lists", ["same.1-of-2.json", "same.2-of-2.json"], "not of one list"),
                            ("other numbers of shards", [ALL[0], "cut.1-of-2.json"], "different numbers")):
    refused = merge(*files)
    tap.equal(f"{what} is refused", (refused.returncode, refused.stdout, bool(re.search(wanted, refused.stderr))),
              (1, "", True))

# --- files ---

written = trace_list(LIST, "--json", "--no-control", "--write", "run.pcap")
back = documents(subprocess.run([PROGRAM, "--json", "-n", "--read", "run.pcap"], capture_output=True, text=True,
                                check=True, timeout=60))
tap.equal("--write: read back, each has its verdict",
          sorted((one["target"]["address"], one["target"]["port"], one["verdict"]["state"]) for one in back),
          sorted((one["target"]["address"], one["target"]["port"], one["verdict"]["state"]) for one in documents(written)))
trace_list(LIST, "--html", "page.html")
with open("page.html", encoding="utf-8") as page:
    content = page.read()
tap.equal("--html: all are on the page", [f"{address}:{port}" for address, port in WANTED if f"{address}" not in content], [])
try:
    import jsonschema
    with open(SCHEMA, encoding="utf-8") as text:
        schema = json.load(text)
    validator = jsonschema.Draft202012Validator({**schema, "oneOf": [{"$ref": "#/$defs/trace"}]})
    tap.none("--json: as the schema says", [error.message[:300] for one in documents(again)
                                           for error in validator.iter_errors(one)])
except ImportError:
    tap.skip("--json: as the schema says", "python3-jsonschema is not installed")

tap.done()
