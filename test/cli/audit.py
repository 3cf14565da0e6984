#!/usr/bin/env python3
"""--audit in simulated networks: what becomes of each line, exit statuses, JSON, JUnit by a stock parser and by a
schema, the page, and what a malformed policy does. Prints TAP:
    audit.py PROGRAM NETWORKS SCHEMA JUNIT_SCHEMA

What is true of a port stands in the network's file: of rejects.toml, 25 is rejected and 6000 reset by 10.0.0.1, 137 is
dropped behind 192.168.0.1, and the host answers 80 and 81 itself."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(HERE, ".."), os.path.join(HERE, "../html")]
sys.path.append("/usr/lib/python3/dist-packages")  # Debian's modules, where another interpreter comes first
import tap  # noqa: E402
from page import Page  # noqa: E402

PROGRAM, NETWORKS, SCHEMA, JUNIT_SCHEMA = (os.path.realpath(path) for path in sys.argv[1:5])
SCRATCH = tempfile.TemporaryDirectory()
os.chdir(SCRATCH.name)

POLICY = """# What this office lets out.
open      guarded:80
reachable guarded:80,81
closed    guarded:81 at 198.51.100.1

blocked   guarded:25 at 10.0.0.1     # by the firewall
blocked   guarded:137-139 at 192.168.0.1
blocked   guarded:6000
blocked   guarded:137 at 10.0.0.1
open      guarded:25
closed    guarded:6000
blocked   guarded:80
"""
HOLD = {2, 3, 4, 6, 7, 8}
FAIL = {9, 10, 11, 12}


def audit(policy, *arguments, network="rejects", name="p.policy"):
    """The finished run; the policy is in a file of that name, or standard input for "-"."""
    given = None
    if name == "-":
        given = policy
    else:
        with open(name, "w", encoding="utf-8") as file:
            file.write(policy)
    return subprocess.run([PROGRAM, "--audit", name, "--sim", os.path.join(NETWORKS, network + ".toml"), *arguments],
                          input=given, capture_output=True, text=True, timeout=60, check=False)


def rows(run):
    """Of each line its outcome."""
    parts = [row.split("\t") for row in run.stdout.splitlines()[:-1]]
    return {int(part[0]): part[1] for part in parts}


def reason(run, line):
    return next(row.split("\t")[3] for row in run.stdout.splitlines() if row.startswith(f"{line}\t"))


def outcomes(policy, *arguments, **network):
    run = audit(policy, *arguments, **network)
    return [row.split("\t")[1] for row in run.stdout.splitlines()[:-1]], run.returncode


# --- what becomes of the lines ---

run = audit(POLICY)
tap.equal("each line has its outcome", rows(run),
          {line: "holds" if line in HOLD else "does not hold" for line in sorted(HOLD | FAIL)})
tap.equal("a line does not hold: exit status 3", (run.returncode, run.stderr), (3, ""))
tap.equal("the lines are counted", run.stdout.splitlines()[-1], "Of 10 lines 6 hold, 4 do not hold, 0 can't be decided.")
tap.none("where and why: hop and address", [
    f"line {line}: {reason(run, line)}" for line, wanted in {
        6: r"rejected by hop 2 \(10\.0\.0\.1\): administratively prohibited",
        7: r"^3 of 3 ports: Port 137: dropped behind hop 1 \(192\.168\.0\.1\)",
        8: r"the RST is forged at hop 2 \(10\.0\.0\.1\)",
        9: r"behind hop 1 \(192\.168\.0\.1\).* That is not at 10\.0\.0\.1\.$",
        11: r"the RST is forged at hop 2 \(10\.0\.0\.1\)"}.items() if not re.search(wanted, reason(run, line))])
for options in (["-p", "1"], ["-F"], ["--tag", "isn"], ["--no-control"]):
    tap.equal(f"the same with {' '.join(options)}", rows(audit(POLICY, *options)), rows(run))
tap.equal("the same from standard input", rows(audit(POLICY, name="-")), rows(run))
tap.equal("the same with CRLF", rows(audit(POLICY.replace("\n", "\r\n"))), rows(run))

HOLDING = "".join(POLICY.splitlines(True)[line - 1] for line in sorted(HOLD))
tap.equal("all hold: exit status 0", outcomes(HOLDING), (["holds"] * 6, 0))
tap.equal("hops are left: can't tell, exit status 4",
          outcomes("open www.ebay.co.uk:80\nblocked www.ebay.co.uk:80\n", "-m", "5", network="examples"),
          (["cannot tell"] * 2, 4))
tap.equal("no such host costs its own lines: exit status 1",
          outcomes("open nosuch.example:80\nopen guarded:80\nblocked nosuch.example:25\n"),
          (["cannot tell", "holds", "cannot tell"], 1))
tap.equal("what does not hold outweighs that", outcomes("open nosuch.example:80\nblocked guarded:80\n"),
          (["cannot tell", "does not hold"], 3))
tap.equal("what could not be done outweighs what can't be told",
          outcomes("open nosuch.example:80\nopen www.ebay.co.uk:80\n", "-m", "5", network="examples"),
          (["cannot tell"] * 2, 1))
tap.equal("a RST beside a SYN that goes on is a block",
          outcomes("blocked wanted:443 at 10.0.0.1\nopen wanted:443\nopen wanted:22\n", network="forged_reset"),
          (["holds", "does not hold", "holds"], 3))
tap.equal("a proxy shows nothing of the target",
          outcomes("open ftp.cdrom.com:80\nblocked ftp.cdrom.com:80\nopen ftp.cdrom.com:21\n", network="examples"),
          (["cannot tell", "cannot tell", "holds"], 4))
# Port 80 of ftp.cdrom.com is a proxy's, which only another port of that host shows.
tap.equal("a port alone, and nothing to compare it with",
          outcomes("blocked 207.250.14.6:80\n", "--no-control", network="examples"), (["does not hold"], 3))
tap.equal("the same beside a rule that names its host", outcomes("blocked 207.250.14.6:80\nopen ftp.cdrom.com:21\n",
                                                                 "--no-control", network="examples"),
          (["cannot tell", "holds"], 4))
order = audit("open www.ebay.co.uk:80\nopen 192.168.0.1:21\nopen www.ebay.co.uk:81\n", network="examples")
tap.equal("lines are in the order of the policy", list(rows(order)), [1, 2, 3])

# --- JSON ---

documents = [json.loads(line) for line in audit(POLICY, "--json").stdout.splitlines()]
tap.equal("--json: an object for each line", {one["line"]: one["outcome"] for one in documents},
          {line: "holds" if line in HOLD else "fails" for line in sorted(HOLD | FAIL)})
tap.equal("--json: the rule as it stands", documents[3]["rule"], "blocked guarded:25 at 10.0.0.1")
tap.equal("--json: the sentence", documents[3]["text"], reason(run, 6))
tap.equal("--json: the trace", (documents[3]["trace"]["target"]["port"], documents[3]["trace"]["verdict"]["state"]),
          (25, "rejected"))
tap.equal("--json: the ports of a line",
          [documents[4]["trace"]["target"]["port"], *(other["port"] for other in documents[4]["others"])],
          [137, 138, 139])
alone = subprocess.run([PROGRAM, "--json", "-n", "guarded:25", "--no-control", "--sim",
                        os.path.join(NETWORKS, "rejects.toml")], capture_output=True, text=True, check=True)
only = json.loads(audit("blocked guarded:25\n", "--json", "--no-control").stdout)
tap.equal("--json: the trace is that of --json", only["trace"], json.loads(alone.stdout))
failed = json.loads(audit("open nosuch.example:80\n", "--json").stdout)
tap.equal("--json: what could not be traced", (failed["outcome"], "trace" in failed, "nosuch.example" in failed["error"]),
          ("unknown", False, True))
try:
    import jsonschema
    with open(SCHEMA, encoding="utf-8") as text:
        schema = json.load(text)
    validator = jsonschema.Draft202012Validator({**schema, "oneOf": [{"$ref": "#/$defs/audit"}]})
    tap.none("--json: as the schema says", [error.message[:300] for one in [*documents, failed]
                                           for error in validator.iter_errors(one)])
except ImportError:
    tap.skip("--json: as the schema says", "python3-jsonschema is not installed")

# --- JUnit ---

MIXED = POLICY + "open nosuch.example:80 # <&\">\n"
mixed = audit(MIXED, "--junit", "report.xml")
tap.equal("--junit: what is printed is the same", mixed.stdout, audit(MIXED).stdout)
try:
    import junitparser
    report = junitparser.JUnitXml.fromfile("report.xml")
    suites = list(report)
    cases = list(suites[0])
    tap.equal("--junit: one suite, a case for each line", (len(suites), len(cases)), (1, 11))
    tap.equal("--junit: its counts", (report.tests, report.failures, report.errors), (11, 4, 1))
    tap.equal("--junit: what does not hold is a failure, what can't be told an error",
              [type(case.result[0]).__name__ if case.result else "" for case in cases],
              [""] * 6 + ["Failure"] * 4 + ["Error"])
    tap.equal("--junit: names", cases[3].name, "line 6: blocked guarded:25 at 10.0.0.1")
    tap.equal("--junit: reasons", cases[6].result[0].message, reason(mixed, 9))
except ImportError:
    tap.skip("--junit by junitparser", "python3-junitparser is not installed")
if shutil.which("xmllint"):
    checked = subprocess.run(["xmllint", "--noout", "--schema", JUNIT_SCHEMA, "report.xml"], capture_output=True,
                             text=True, check=False)
    tap.none("--junit: as the schema says", "" if checked.returncode == 0 else checked.stderr)
else:
    tap.skip("--junit: as the schema says", "libxml2-utils is not installed")
tap.equal("--junit: a file that is there stays", audit(MIXED, "--junit", "report.xml").returncode, 2)
tap.equal("--junit: but not with --force", audit(MIXED, "--junit", "report.xml", "--force").returncode, 3)

# --- the page ---

paged = audit(MIXED, "--html", "page.html")
tap.equal("--html: what is printed is the same", (paged.stdout, paged.returncode), (mixed.stdout, 3))
with open("page.html", encoding="utf-8") as file:
    page = Page(file.read())
tap.none("--html: well-formed, closed in itself", page.all_faults())
tap.none("--html: rules, outcomes and reasons", [f"misses {text!r}" for text in (
    "Rules", "6 of 11 rules", "4 of 11 rules", "1 of 11 rules", "blocked guarded:25 at 10.0.0.1", "does not hold",
    reason(mixed, 9)) if text not in page.text])

# --- a malformed policy ---

for name, line, wanted in (("a word", "blokced guarded:25", "blokced"), ("no port", "open guarded", "no port"),
                           ("a port", "open guarded:70000", "70000"), ("a place", "open guarded:80 at there", "there"),
                           ("too much", "open guarded:80 at 10.0.0.1 now", "now"),
                           ("IPv6 without brackets", "open 2001:db8::1:80", "[2001:db8::1]:80")):
    bad = audit(POLICY + line + "\n", "--junit", "none.xml", "--html", "none.html")
    tap.equal(f"{name} that is wrong: exit status, output, files",
              (bad.returncode, bad.stdout, os.path.exists("none.xml"), os.path.exists("none.html")),
              (2, "", False, False))
    tap.none(f"{name} that is wrong: one line with its number", "" if re.fullmatch(
        r"tracetcp: p\.policy, line 13: .*" + re.escape(wanted) + ".*\n", bad.stderr) else bad.stderr)
tap.equal("a policy without a rule", audit("# nothing\n").returncode, 2)
gone = subprocess.run([PROGRAM, "--audit", "nosuch.policy"], capture_output=True, text=True, check=False)
tap.equal("a policy that is not there", (gone.returncode, gone.stderr),
          (1, "tracetcp: cannot read nosuch.policy: No such file or directory\n"))

# --- a terminal ---

coloured = audit(POLICY, "--color", "always").stdout
tap.none("--color always: a colour for each outcome", [
    f"misses {text!r}" for text in ("\x1b[32mholds\x1b[0m", "\x1b[31mdoes not hold\x1b[0m") if text not in coloured])
os.environ["COLUMNS"] = "60"
tap.none("--color always: no line is longer than there is room", [
    line for line in re.sub("\x1b\\[[0-9;]*m", "", audit(POLICY, "--color", "always").stdout).splitlines()
    if len(line) > 60])
tap.done()
