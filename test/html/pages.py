#!/usr/bin/env python3
"""--html in simulated networks and on captures: what is on the page, that all its links lead to
something on it, what the Nu HTML checker says of it, and what becomes of the file. Prints TAP:
pages.py PROGRAM NETWORKS PCAPS CHECKER [FOLDER], which keeps the pages in FOLDER
CHECKER is the vnu.jar of the npm package vnu-jar, which scripts/test installs."""

import base64
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..")]
import tap  # noqa: E402
from page import Page  # noqa: E402

PROGRAM, NETWORKS, PCAPS, CHECKER = (os.path.realpath(path) for path in sys.argv[1:5])
SCRATCH = tempfile.TemporaryDirectory()
FOLDER = sys.argv[5] if len(sys.argv) > 5 else SCRATCH.name


def network(name):
    return ["--sim", os.path.join(NETWORKS, name + ".toml")]


def run(*arguments):
    return subprocess.run([PROGRAM, *arguments], stdin=subprocess.DEVNULL, capture_output=True,
                          text=True)


def page_of(name, *arguments, status=0):
    """The page that these arguments make, which is checked for what must hold of every page."""
    path = os.path.join(FOLDER, name + ".html")
    with_page = run(*arguments, "--html", path, "--force")
    without = run(*arguments)
    tap.equal(f"{name}: exit status", with_page.returncode, status)
    tap.equal(f"{name}: what is printed is the same", with_page.stdout, without.stdout)
    tap.equal(f"{name}: standard error is the same", with_page.stderr, without.stderr)
    with open(path, encoding="utf-8") as file:
        page = Page(file.read())
    tap.none(f"{name}: well-formed, closed in itself", page.all_faults())
    return page


def has(name, page, *texts):
    tap.none(name, [f"misses {text!r}" for text in texts if text not in page.text])


def evidence_of(arguments):
    """What the JSON of the same run names as evidence: port and probe."""
    lines = [json.loads(line) for line in run(*arguments, "--json").stdout.splitlines()]
    return [(seen["port"], seen["ttl"], seen["text"]) for trace in lines
            for finding in trace["findings"] for seen in finding["evidence"]]


# --- what a trace is -----------------------------------------------------------------------------

page = page_of("open", "www.ebay.co.uk", *network("examples"))
has("open: the verdict's sentence, names, times, command and version", page,
    "Port 80 is open on 66.135.192.41, 15 hops away, in 170 ms.", "wintermute", "170 ms",
    "tracetcp www.ebay.co.uk --sim", "2003-08-19 00:00:00 UTC", "192.168.0.2, port 40001",
    run("--version").stdout.splitlines()[0])
trace = json.loads(run("www.ebay.co.uk", *network("examples"), "--json").stdout)
answers = sum(probe["reply"] != "none" for hop in trace["hops"] for probe in hop["probes"])
dots = sum(tag == "circle" for tag, _ in page.tags)
tap.equal("open: a dot for every answer", dots, answers)
probes = [name for name in page.ids if name.startswith("t1-p")]
tap.none("open: a row for every probe of the report",
         [f"probe {probe['probe']}" for hop in trace["hops"] for probe in hop["probes"]
          if f"t1-p{probe['probe']}" not in probes])
tap.none("open: at most 300 kB",
         "" if len(page.raw.encode()) <= 300_000 else f"{len(page.raw.encode())} bytes")

# By itself it is compared with port 443, by a SYN at hop 15 and one at the hop before, which is silent.
control = trace["control"]
tap.equal("open: the comparison", [control["port"], [hop["ttl"] for hop in control["hops"]]],
          [443, [15]])
has("open: what the other port answers", page,
    "Port 443, to compare with TTL Answer RTT 15 SYN-ACK from 66.135.192.41")


def syns_on(page):
    return [int(syns) for syns in re.findall(r"SYNs sent (\d+)", page.text)]


tap.equal("open: the SYNs of both are counted", syns_on(page), [trace["syns_sent"]])
blocked = ["www.ebay.co.uk:135", *network("examples")]
page = page_of("blocked", *blocked)
trace = json.loads(run(*blocked, "--json").stdout)
tap.equal("blocked: so are those of a whole path, once", syns_on(page), [trace["syns_sent"]])
has("blocked: that path has a part of its own", page, "(to compare with)")

page = page_of("addresses", "shop.example", *network("addresses"))
has("several addresses: which one is traced of which", page,
    "shop.example has 3 addresses: 198.51.100.7 (traced), 198.51.100.3, 198.51.100.5.")

# The longest usual trace: 30 hops, three probes each, all but the last answered.
long_path = os.path.join(SCRATCH.name, "long.toml")
with open(long_path, "w", encoding="utf-8") as file:
    via = ", ".join(f'"10.0.{i}.1"' for i in range(29))
    file.write('[[host]]\naddress = "198.51.100.1"\nopen = [80]\n[[route]]\nto = "198.51.100.1"\n'
               f"via = [{via}]\n")
page = page_of("long", "198.51.100.1", "--sim", long_path)
tap.none("30 hops: at most 300 kB",
         "" if len(page.raw.encode()) <= 300_000 else f"{len(page.raw.encode())} bytes")

# --- findings, with evidence that leads to probes -------------------------------------------------

proxied = ["ftp.cdrom.com:http", "--control", "21", *network("examples")]
page = page_of("proxy", *proxied)
has("proxy: says who answers", page, "accepted by a proxy at hop 5", "port 21 is answered 17 hops")
wanted = evidence_of(proxied)
links = [link[1:] for link in page.links if link.startswith("#t")]
tap.none("proxy: there is evidence, and the page tells all of it",
         ["none"] * (not wanted) + [text for _, _, text in wanted if text not in page.text])
# The SYN-ACK with TTL 60 is that of port 80 at hop 5; the row that it leads to says so.
first = next(link for link in links if "-p" in link)
tap.none("proxy: evidence leads to the very probe",
         "" if "SYN-ACK from 207.250.14.6" in page.rows[first] else page.rows[first])
has("proxy: the trace to compare with is there too", page, "Port 21: open (to compare with)")

page = page_of("translated", "198.51.100.1:22", "-n", *network("nat"))
has("NAT: the field, sent and quoted", page, "source address changed from 192.168.0.2 to "
    "203.0.113.99 between hop 2 (10.0.0.1) and hop 3 (10.0.0.2)", "3 fields changed")
marked = [tag for tag, values in page.tags if tag == "tr" and values.get("class") == "differs"]
# Of three fields, at hops 3 and 4, by three probes each; the target's SYN-ACK quotes nothing.
tap.equal("NAT: differences are marked, by each answer", len(marked), 3 * 2 * 3)

page = page_of("forged", "wanted", "-n", "-r", "441", "444", "--control", "80",
               *network("forged_reset"))
has("several ports: what they tell of each other", page,
    "Ports 441-442, 444: dropped behind hop 4 (10.0.0.3)", "Port 443: a RST is forged at hop 2")
blocked = [values for tag, values in page.tags if "blocked" in values.get("class", "").split()]
tap.none("several ports: the blocked way is drawn", "" if blocked else "no such line")

targets = os.path.join(FOLDER, "targets")
with open(targets, "w", encoding="utf-8") as lines:
    lines.write("www.ebay.co.uk:135\nftp.cdrom.com:80\n")
page = page_of("targets", "--targets", targets, "-n", *network("examples"))
has("several targets: a heading, and each verdict names its target", page, "several targets",
    "66.135.192.41: Port 135: dropped behind hop 2 (10.78.128.1)",
    "207.250.14.6: Port 80: accepted by a proxy at hop 5")

page = page_of("paths", "half-blocked", "-n", "--paths", *network("ecmp"))
has("all paths: both of them", page, "2 paths to 198.51.100.3:80", "10.5.0.1", "10.6.0.1",
    "dropped behind hop 2 (10.6.0.1) on 1 of 2 paths", "open on some paths")

page = page_of("rejected", "guarded:25", "-n", *network("rejects"))
has("rejected: by whom and why", page, "Port 25: rejected by hop 2")

page = page_of("matrix", "www.ebay.co.uk", "-n", "-r", "133", "138", "-m", "5", "--matrix",
               *network("examples"))
has("ports: what they have in common", page, "Silent after hop 2 (10.78.128.1) 135",
    "Silent after hop 1 (192.168.0.1) 137-138", "Hop limit reached 133-134, 136")

# --- many -----------------------------------------------------------------------------------------

page = page_of("scan", "192.168.0.1", "-s", "1", "20000", *network("examples"))
has("a scan of many ports: open ones, and what is left out", page, "(192.168.0.1) 21, 23, 80",
    "more traces have no row here", "19000 not on this page")
tap.none("a scan of many ports: bounded",
         "" if len(page.raw) < 1_000_000 else f"{len(page.raw)} characters")

page = page_of("many", "--read", os.path.join(PCAPS, "lab-ports.pcap"), "-n")
has("a capture: where it was read from", page, "lab-ports.pcap", "Read from")
page = page_of("office", "--read", os.path.join(PCAPS, "office.pcap.gz"), "-n")
has("a capture: what is no trace", page, "Beside the traces", "connection failed")
empty = os.path.join(SCRATCH.name, "empty.pcap")
run("198.51.100.1", "-n", *network("nat"), "-m", "1", "-p", "1", "--write", empty)
with open(empty, "r+b") as file:
    file.truncate(24)
page = page_of("nothing", "--read", empty, status=1)
has("a capture without traces", page, "Nothing was traced.")

# --- text from elsewhere --------------------------------------------------------------------------

page = page_of("hostile", "198.51.100.1", "--sim", os.path.join(HERE, "hostile.toml"))
has("hostile names are text", page, "<script>document.title='owned'</script>",
    "\" onmouseover=\"alert(1)\" x='", "&lt;b&gt;</title></style></svg><img src=x")

# --- what others say of it ------------------------------------------------------------------------


def checked(*pages):
    """What the Nu HTML checker finds in these files."""
    done = subprocess.run(["java", "-jar", CHECKER, "--format", "json", *pages],
                          stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    return [f"{os.path.basename(one['url'])}, line {one['lastLine']}: {one['message']}"
            for one in json.loads(done.stderr)["messages"]]


NAME = "the Nu HTML checker has nothing to say of these pages"
if shutil.which("java") is None:
    tap.skip(NAME, "java is not installed (apt install default-jre-headless)")
elif not os.path.exists(CHECKER):
    tap.skip(NAME, "vnu-jar is not installed (npm install --prefix build-npm vnu-jar)")
else:
    pages = [os.path.join(FOLDER, name) for name in sorted(os.listdir(FOLDER))
             if name.endswith(".html")]
    tap.equal("there are pages to check", len(pages) > 10, True)
    tap.none(NAME, checked(*pages))
    wrong = os.path.join(SCRATCH.name, "wrong.html")
    with open(wrong, "w", encoding="utf-8") as file:
        file.write("<!DOCTYPE html><html lang=en><title>one</title><p id=a><p id=a>")
    tap.equal("it sees an id that is there twice",
              any("Duplicate ID" in message for message in checked(wrong)), True)
    os.unlink(wrong)

# --- the file -------------------------------------------------------------------------------------

path = os.path.join(SCRATCH.name, "one.html")
quick = ["198.51.100.1:22", "-n", *network("nat")]
made = run(*quick, "--html", path)
tap.equal("a new file: exit status", made.returncode, 0)
with open(path, encoding="utf-8") as file:
    before = file.read()
again = run("198.51.100.1:23", "-n", *network("nat"), "--html", path)
tap.equal("a file that is there: exit status", again.returncode, 2)
tap.equal("a file that is there: message", again.stderr,
          f"tracetcp: {path} is there already; give another name, or --force to overwrite it\n")
with open(path, encoding="utf-8") as file:
    tap.equal("a file that is there: stays", file.read(), before)
with open(path, "a", encoding="utf-8") as file:
    file.write("x" * 1_000_000)
run(*quick, "--html", path, "--force")
with open(path, encoding="utf-8") as file:
    tap.equal("--force: nothing is left of what was there",
              file.read().replace(" --force", ""), before)
full = run(*quick, "--html", "/dev/full", "--force")
tap.equal("full disk: exit status", full.returncode, 1)
tap.equal("full disk: message", full.stderr,
          "tracetcp: cannot write /dev/full: No space left on device\n")
tap.equal("full disk: the whole report", full.stdout, made.stdout)

other = os.path.join(SCRATCH.name, "other.html")
failed = run(*quick, "--html", other, "--write", path)
tap.equal("a recording that is there: exit status", failed.returncode, 2)
tap.equal("a recording that is there: no page is left", os.path.exists(other), False)
missing = run("--read", os.path.join(SCRATCH.name, "nosuch.pcap"), "--html", other)
tap.equal("a capture that is not there: exit status", missing.returncode, 1)
tap.equal("a capture that is not there: no page is left", os.path.exists(other), False)
for name, arguments in {
    "the same file twice": [*quick, "--html", other, "--write", other],
    "standard output": [*quick, "--html", "-"],
    "--force alone": [*quick, "--force"],
    "--check": ["--check", "--html", other],
}.items():
    tap.equal(f"{name}: exit status", run(*arguments).returncode, 2)

# The recording of the run itself, as it was written.
capture = os.path.join(SCRATCH.name, "own.pcap")
run(*quick, "--html", other, "--write", capture)
with open(capture, "rb") as file:
    recorded = file.read()


def downloads(path):
    with open(path, encoding="utf-8") as file:
        page = Page(file.read())
    return [base64.b64decode(link.split(",")[1]) for link in page.links if link.startswith("data:")]


tap.equal("--write: the capture can be had from the page", downloads(other) == [recorded], True)
run("--read", capture, "-n", "--html", other, "--force")
tap.equal("--read: a recording of ours too", downloads(other) == [recorded], True)
run("--read", os.path.join(PCAPS, "peer-mtr.pcap"), "-n", "--html", other, "--force")
tap.equal("--read: a capture of others' traffic is not handed on", downloads(other), [])

# --- interrupted ----------------------------------------------------------------------------------


def interrupted_page():
    """Of a trace that would last minutes: it is told to stop once its header is printed."""
    os.unlink(other)
    process = subprocess.Popen(
        [PROGRAM, "www.ebay.co.uk:135", "-n", "--probes", "1000", "-m", "255",
         *network("examples"), "--html", other],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True)
    for line in process.stdout:
        if line.startswith("Over a maximum"):
            break
    process.send_signal(signal.SIGINT)
    process.communicate()
    tap.equal("Ctrl-C: exit status", process.returncode, 130)
    with open(other, encoding="utf-8") as file:
        return Page(file.read())


page = interrupted_page()
tap.none("Ctrl-C: the page is whole", page.all_faults())
tap.none("Ctrl-C: bounded, whatever the number of probes",
         "" if len(page.raw) < 2_000_000 else f"{len(page.raw)} characters")
has("Ctrl-C: what is known is on it", page, "The run was interrupted", "interrupted")

tap.done()
