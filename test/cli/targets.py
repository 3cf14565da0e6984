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
for others in (["www.ebay.co.uk"], ["--audit", "hosts.txt"], ["--watch"], ["--paths"], ["--both"], ["--check"],
               ["--method", "link"], ["--baseline", "a.json"]):
    run = trace_list("192.168.0.1:21\n", *others)
    tap.equal(f"with {' '.join(others)}: usage", (run.returncode, run.stdout, "--targets" in run.stderr or others[0] == "--method"),
              (2, "", True))

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
