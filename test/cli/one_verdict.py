#!/usr/bin/env python3
"""One verdict everywhere: every scenario through every output, held against each other. Prints TAP:
    one_verdict.py PROGRAM NETWORKS PCAPS [ONLY]
ONLY: the scenarios that have it in their name.

A scenario is a port of a host in a simulated network, or a capture. The outputs are read here as a
user reads them, and nothing is taken from the program's code. The rules:

 1. Text, -c, --matrix and --json of one run name the same state, TTL and address.
 2. The hops of --json bear its verdict out: who is named answered so, and nothing beyond says
    otherwise. The TTL of a rejection is that of the hop that rejects: where that answered
    time-exceeded, its own hop; its SYN had one TTL more.
 3. verdict.text names the state, the TTL and the address; of an answer that is said to be forged, or
    a proxy's, it does not say that the target gave it.
 4. Who answered, by verdict.answered_by, at and confidence, is what the finding of that kind says,
    and a finding about the end fits the state.
 5. Text prints the findings of --json that it prints at all with the same words and confidence, and
    no others.
 6. --expect holds for the state and for no other: open; closed, if the RST is not said to be forged;
    blocked, if silent or rejected or said to be forged. Nothing holds for what is not known.
 7. Neither the state nor --expect depends on --control.
 8. A scan (-s) and --paths of one path say what the trace says. Where paths end in different ways, that is the verdict.
 9. A recording of a run (--write, --read) gives what the run gave.
10. All ports of a host in one run: the rows and groups of --matrix, the summary of a terminal with
    its colours, and text name the end that --json has of each port, and a recording's --matrix too.
11. The page (--html) says the verdict in the words of JSON, and its badge and mark fit the end.
12. --audit decides the lines open, closed, blocked and reachable as the trace that it shows ends.
13. --watch begins with the verdict of a trace without comparison.
14. --both says of each family what the family's trace says.

The end is the state, and where verdict.answered_by is a proxy or a forged RST at least likely, that;
"accepted" is an open port of which a finding says that a hop or what is beyond it accepts.
"""

import concurrent.futures
import fcntl
import functools
import glob
import html
import json
import os
import pty
import re
import struct
import subprocess
import sys
import tempfile
import termios
import tomllib

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import network_files  # noqa: E402
import tap  # noqa: E402

PROGRAM, NETWORKS, PCAPS = sys.argv[1:4]
ONLY = sys.argv[4] if len(sys.argv) > 4 else ""
STATES = ("open", "closed", "rejected", "silent", "incomplete", "unknown")
ADDRESS = r"[0-9a-f]*[.:][0-9a-f.:]*[0-9a-f:]"

# --- runs -------------------------------------------------------------------------------------------


def run(*arguments):
    done = subprocess.run([PROGRAM, "-n", *arguments], stdin=subprocess.DEVNULL,
                          capture_output=True, text=True, timeout=120, check=False)
    return done.stdout, done.stderr, done.returncode


def objects(*arguments):
    out, err, status = run("--json", *arguments)
    if err and status not in (0, 1, 3):
        raise ValueError(f"{' '.join(arguments)}: {err}")
    return parts_of(out)


def parts_of(out):
    """The traces; what is none, such as a scan, is a summary."""
    parts = [json.loads(line) for line in out.splitlines()]
    return [part for part in parts if "summary" not in part]


def run_on_terminal(*arguments):
    """What stands on a wide terminal in the end, with colours."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 60, 300, 0, 0))
    env = {name: value for name, value in os.environ.items() if name not in ("NO_COLOR", "COLUMNS")}
    process = subprocess.Popen([PROGRAM, "-n", *arguments], stdin=subprocess.DEVNULL, stdout=slave,
                               stderr=subprocess.DEVNULL, env=env | {"TERM": "xterm-256color"})
    os.close(slave)
    data = b""
    try:
        while piece := os.read(master, 1 << 16):
            data += piece
    except OSError:  # all that had it open are gone (pty(7))
        pass
    os.close(master)
    process.wait()
    # What is shown for a while is erased before the rows of the summary.
    return data.decode().replace("\r\n", "\n").split("\x1b[J")[-1]


# --- what the outputs say of one port ----------------------------------------------------------------
# Each reader returns (state, TTL or None, address or None), as far as the output says.


def number(text):
    return None if text == "?" else int(text)


def said_by_json(trace):
    verdict = trace["verdict"]
    return verdict["state"], verdict.get("ttl"), verdict.get("from")


def said_by_text(lines):
    for line in lines:
        if match := re.match(rf"(\d+|\?)\tDestination Reached in .+ ms\. (Connection established to"
                             rf"|Port closed on) ({ADDRESS})$", line):
            state = "open" if match[2].startswith("Connection") else "closed"
            return state, number(match[1]), match[3]
        if match := re.match(rf"(\d+|\?)\tRST in .+ ms in the name of ({ADDRESS}), not from it\.$",
                             line):
            return "closed", number(match[1]), match[2]
        if match := re.match(rf"(\d+|\?)\t({ADDRESS}) reports: ", line):
            return "rejected", number(match[1]), match[2]
        if match := re.match(rf"Port \d+: (?:dropped|nothing answers) (?:behind|beyond|between) "
                             rf"hop (\d+) \(({ADDRESS})\)", line):
            return "silent", int(match[1]), match[2]
        if re.match(r"Port \d+: dropped (?:from the start|before)", line):
            return "silent", None, None
        if match := re.match(rf"(Nothing answers|The hop limit was reached)(?:.* hop (\d+)"
                             rf"(?: \(({ADDRESS})\))?.*)?\.$", line):
            state = "silent" if match[1].startswith("Nothing") else "incomplete"
            return state, match[2] and int(match[2]), match[3]
        if re.match(r"(Our SYNs? |None of )", line):
            return "unknown", None, None
    return None, None, None


def said_by_condensed(lines):
    for line in lines:
        line = line.partition("]  ")[2]
        if match := re.match(rf"(\d+|\?)\tDest\. in .+ ms\. Port (OPEN|CLOSED) on ({ADDRESS})$",
                             line):
            return match[2].lower(), number(match[1]), match[3]
        if match := re.match(rf"(\d+|\?)\tRST in .+ ms in the name of ({ADDRESS}), not from it\.$",
                             line):
            return "closed", number(match[1]), match[2]
        if match := re.match(rf"(\d+|\?)\t({ADDRESS}) reports: ", line):
            return "rejected", number(match[1]), match[2]
    return None, None, None


def said_by_fate(text):
    """Of a group of ports in a table: the end, its TTL and address."""
    for end, pattern in (
            ("open", "Open at hop (?P<ttl>\\d+|\\?)"),
            ("accepted", "Accepted (?:by hop (?P<ttl>\\d+)|on the way).* or beyond"),
            ("proxy", "Accepted (?:by hop (?P<ttl>\\d+)|on the way)"),
            ("closed", "Closed at hop (?P<ttl>\\d+|\\?)"),
            ("forged-reset", "Reset in the target's name (?:by hop (?P<ttl>\\d+)|on the way)"),
            ("rejected", "Rejected by()(?P<ttl>)"),
            ("silent", "Silent (?:after hop (?P<ttl>\\d+)|from the first hop on)"),
            ("incomplete", "(?:Hop limit reached|Interrupted)(?P<ttl>)"),
            ("unknown", "Unknown(?: beyond hop (?P<ttl>\\d+))?")):
        if match := re.match(pattern, text):
            ttl = match["ttl"]
            address = re.search(ADDRESS, text)
            return end, int(ttl) if ttl and ttl != "?" else None, address and address[0]
    return None, None, None


def said_by_matrix(lines, port):
    """The line for all ports that ended alike, and the mark in the port's row."""
    first, mark = 1, None
    said = None, None, None
    for line in lines:
        if match := re.match(r"port +(\d)", line):
            first = int(match[1])
        elif match := re.match(rf"{port} +([.*OPCRX]+)$", line):
            at = re.search("[OPCRX]", match[1])
            mark = (at[0], first + at.start()) if at else None
        elif (match := re.match(r"(\S.*): ([\d, -]+)$", line)) and port in ports_of(match[2]):
            said = said_by_fate(match[1])
    return *said, mark


SGR = r"\x1b\[([0-9;]*)m"


def said_by_summary(text):
    """Of each port in the summary of a terminal: the end, its TTL and address, and the colour."""
    said = {}
    for line in text.splitlines():
        plain = re.sub(SGR, "", line)
        if match := re.match(r"(\d[\d, -]*?) {2,}(\S.*)$", plain):
            colour = [code for code in re.findall(SGR, line) if code not in ("", "0")]
            for port in ports_of(match[1]):
                said[port] = (*said_by_fate(match[2]), colour and colour[0])
    return said


def ports_of(text):
    ports = set()
    for part in text.split(", "):
        low, _, high = part.partition("-")
        ports.update(range(int(low), int(high or low) + 1))
    return ports


# --- rules --------------------------------------------------------------------------------------------


def disagree(what, said, wanted):
    """Where both say something."""
    for name, one, other in zip(("state", "TTL", "address"), said, wanted):
        if one is not None and other is not None and one != other:
            yield f"{what}: {name} {one}, JSON says {other}"


def rule_1(trace, text, condensed, matrix):
    verdict = said_by_json(trace)
    state, ttl, address = verdict
    yield from disagree("text", said_by_text(text), verdict)
    if said_by_text(text)[0] is None:
        yield f"text has no verdict, JSON says {state}"
    told = said_by_condensed(condensed)
    yield from disagree("-c", told, verdict)
    if (told[0] is None) == (state in ("open", "closed", "rejected")):
        yield f"-c says {told[0]}, JSON says {state}"
    yield from rule_1_of_matrix(trace, matrix)


def rule_1_of_matrix(trace, matrix):
    *told, mark = said_by_matrix(matrix, trace["target"]["port"])
    end = end_of(trace)
    if told[0] == "rejected":  # the line does not name the hop
        told[1] = None
    yield from disagree("--matrix", told, end)
    if told[0] is None:
        yield f"--matrix has no line for it, JSON says {end}"
    ttl = trace["verdict"].get("ttl")
    shown = any(hop["ttl"] == ttl for hop in trace["hops"])
    # The table's head has the last digit of each TTL only.
    letter = MARKS.get(end[0])
    wanted = (letter, ttl % 10) if letter and shown else None
    if (mark and (mark[0], mark[1] % 10)) != wanted:
        yield f"--matrix marks {mark}, JSON says {end}"


def is_sure(confidence):
    return confidence != "not sure"


def end_of(trace):
    """As the heading says it: what ended the path, with its place."""
    verdict = trace["verdict"]
    state, by, at = verdict["state"], verdict["answered_by"], verdict.get("at", {})
    if (state, by) in (("open", "proxy"), ("closed", "forged-reset")) and \
            is_sure(verdict["confidence"]):
        return by, at.get("ttl"), at.get("address")
    if (state, by) == ("open", "unknown"):
        for finding in trace["findings"]:
            if is_sure(finding["confidence"]) and (finding["kind"] == "proxy" or (
                    finding["kind"] == "contradiction" and "ttl" in finding["at"])):
                return "accepted", finding["at"].get("ttl"), finding["at"].get("address")
    return said_by_json(trace)


MARKS = {"open": "O", "proxy": "P", "accepted": "P", "closed": "C", "forged-reset": "R",
         "rejected": "X"}


def answers(trace):
    """(TTL, reply, from) of all probes that were answered."""
    return [(hop["ttl"], probe["reply"], probe["from"]) for hop in trace["hops"]
            for probe in hop["probes"] if probe["reply"] != "none"]


def rule_2(trace):
    state, ttl, address = said_by_json(trace)
    seen = answers(trace)
    on_way = [(at, who) for at, reply, who in seen if reply == "time-exceeded"]
    if state in ("open", "closed"):
        # Flows of their own may take ways of different length: then the longer one expires there.
        several = len({who for at, who in on_way}) > len({at for at, who in on_way})
        last = ttl if several and ttl is not None else (ttl or 0) - 1
        if ttl is not None and any(at > last for at, who in on_way if who != address):
            yield f"{state} at {ttl}, but hops answer beyond: {on_way}"
        if seen and ttl is not None and seen[-1][0] == ttl and \
                not any(at == ttl and who == address for at, _, who in seen):
            yield f"{state} at {ttl} by {address}, but the hop shows {seen[-1]}"
        contradicted = any(f["kind"] == "contradiction" for f in trace["findings"])
        if state == "closed" and not contradicted and \
                any(reply == "syn-ack" for _, reply, _ in seen):
            yield "closed, but a SYN-ACK came"
    if state == "rejected":
        rejecters = [at for at, reply, who in seen if reply == "unreachable" and who == address]
        own = [at for at, who in on_way if who == address]
        if not rejecters:
            yield f"rejected by {address}, which no hop shows"
        elif own:
            if ttl != max(own):
                yield f"{address} rejects at {ttl}, but is hop {max(own)}"
        elif ttl not in (min(rejecters), min(rejecters) - 1):
            yield f"{address} rejects at {ttl}, but answered a SYN of TTL {min(rejecters)}"
    if state in ("silent", "incomplete", "unknown"):
        if on_way and (ttl, address) not in on_way:
            yield f"{state} after {ttl} ({address}), which the hops do not show"
        if on_way and ttl != max(at for at, _ in on_way):
            yield f"{state} after {ttl}, but a hop answers at {max(on_way)}"
        if not on_way and ttl is not None:
            yield f"{state} after {ttl}, but nothing answers"
        for _, reply, _ in seen:
            if reply in ("syn-ack",) and state == "silent":
                yield f"silent, but a {reply} came"


def rule_3(trace):
    verdict = trace["verdict"]
    state, ttl, address = said_by_json(trace)
    text = verdict["text"]
    is_sure = verdict["confidence"] != "not sure"
    by = verdict["answered_by"]
    words = {"open": "open|accepted", "closed": "closed|reset|RST", "rejected": "reject",
             "silent": "[Nn]othing answers|dropped", "incomplete": "hop limit|Interrupted|Ended",
             "unknown": "nothing is known"}[state]
    if not re.search(words, text):
        yield f"verdict.text of {state}: {text}"
    if address and state != "unknown" and address not in text:
        yield f"verdict.text does not name {address}: {text}"
    if by == "forged-reset" and is_sure:
        if "forged" not in text or re.search(r"closed on|closed by", text):
            yield f"verdict.text of a forged RST: {text}"
    elif "forged" in text:
        yield f"verdict.text says forged, answered_by {by}: {text}"
    if by == "proxy" and is_sure and re.search(r"open on", text):
        yield f"verdict.text of a proxy: {text}"
    if by == "target" and re.search("proxy|forged", text):
        yield f"verdict.text of the target: {text}"
    shown = re.search(r"(?:at hop |beyond hop |hop |, (?:at most )?)(\d+)(?: hops? away)?", text)
    at = verdict.get("at", {}).get("ttl")
    if shown and ttl is not None and int(shown[1]) not in (ttl, at):
        yield f"verdict.text names hop {shown[1]}, verdict.ttl is {ttl}: {text}"


def rule_4(trace):
    verdict = trace["verdict"]
    state, by, confidence = verdict["state"], verdict["answered_by"], verdict["confidence"]
    fits = {"open": ("target", "proxy", "unknown"), "rejected": ("router", "target"),
            "closed": ("target", "forged-reset", "unknown"), "silent": ("nobody",),
            "incomplete": ("nobody",), "unknown": ("nobody", "unknown")}
    if by not in fits[state]:
        yield f"{state} answered by {by}"
    found = {}
    for finding in trace["findings"]:
        found.setdefault(finding["kind"], []).append(finding)
    for kind in ("proxy", "forged-reset"):
        sure = [f for f in found.get(kind, []) if f["confidence"] != "not sure"]
        # A RST that the target's SYN-ACK contradicts is forged: that finding says so.
        contradicted = kind == "forged-reset" and "contradiction" in found
        if by == kind and not sure and not contradicted:
            yield f"answered by {kind}, but no finding says so"
        if by == kind and sure and all(f["at"] != verdict.get("at") for f in sure):
            yield f"answered by {kind} at {verdict.get('at')}, the finding says {sure[0]['at']}"
        if by == kind and sure and all(f["confidence"] != confidence for f in sure):
            yield f"answered by {kind}: {confidence}, the finding: {sure[0]['confidence']}"
        if sure and by == "target" and state == {"proxy": "open", "forged-reset": "closed"}[kind]:
            yield f"answered by the target, a finding says {kind}"
    for finding in found.get("rejected", []):
        if state == "rejected":
            if finding["at"] != verdict["at"] or finding["at"].get("ttl") != verdict.get("ttl"):
                yield f"rejected at {finding['at']}, verdict.ttl {verdict.get('ttl')}, " \
                      f"verdict.at {verdict['at']}"
    if state == "rejected" and "rejected" not in found:
        yield "rejected, but no finding says so"
    for finding in found.get("blocked", []):
        if state not in ("silent", "unknown"):
            yield f"{state}, but a finding says: {finding['text']}"
        if state == "silent" and finding["at"] and finding["at"].get("ttl") not in (
                None, verdict.get("ttl")):
            yield f"blocked at {finding['at']}, silent after {verdict.get('ttl')}"
    for finding in trace["findings"]:
        ttl = finding["at"].get("ttl")
        if ttl is not None and finding["kind"] in ("proxy", "forged-reset", "blocked", "rejected"):
            if f"hop {ttl}" not in finding["text"] and not re.search(
                    r"from the start|before hop|between hop", finding["text"]):
                yield f"{finding['kind']} at hop {ttl}: {finding['text']}"


TOLD = {"proxy", "forged-reset", "nat", "ttl-set", "blocked", "path-change", "some-paths",
        "contradiction", "stray-answer", "loop", "no-host"}


def rule_5(trace, text):
    port = trace["target"]["port"]
    lines = [line.removeprefix(f"Port {port}: ") for line in text
             if line.startswith(f"Port {port}: ")]
    unaccounted = list(lines)
    for finding in trace["findings"]:
        end = {"likely": " (likely).", "certain": "."}.get(finding["confidence"])
        whole = finding["text"] + (end or "")
        changed = f"{finding.get('field')} from {finding.get('sent')} to {finding.get('quoted')}"
        shown = [line for line in lines if line == whole or
                 (line.startswith("changed ") and changed in line)]
        unaccounted = [line for line in unaccounted if line not in shown]
        if end and finding["kind"] in TOLD and not shown:
            yield f"text lacks: {whole}"
        if not end and any(line.startswith(finding["text"]) for line in lines):
            yield f"not sure, but printed: {finding['text']}"
    for line in unaccounted:
        if not any(line.startswith("changed ") for _ in trace["findings"]):
            yield f"text says what JSON does not: {line}"


def holds(trace):
    """What --expect must hold for it."""
    end = end_of(trace)[0]
    return {"open": end in ("open", "proxy", "accepted"), "closed": end == "closed",
            "blocked": end in ("silent", "rejected", "forged-reset")}


def rule_6(traces, arguments):
    for expected in ("open", "closed", "blocked"):
        out, _, status = run("--json", "--expect", expected, *arguments)
        # It may know more than without: whether a RST is forged.
        told = parts_of(out)
        for one, other in zip(traces, told, strict=True):
            yield from disagree(f"--expect {expected}", said_by_json(other), said_by_json(one))
        known = [trace for trace in told if trace["verdict"]["state"] != "unknown"]
        wanted = 1 if len(known) < len(told) else 0
        if not all(holds(trace)[expected] for trace in known):
            wanted = 3
        if status != wanted:
            yield f"--expect {expected}: exit status {status}, not {wanted}, of " \
                  f"{[said_by_json(trace) for trace in traces][:5]}"


def rule_7(trace, arguments, controls, is_random):
    alone = {e: run("--expect", e, *arguments)[2] for e in ("open", "closed", "blocked")}
    for control in controls:
        compared = objects("--control", str(control), *arguments)[0]
        if not is_random:  # else it is another run
            yield from disagree(f"--control {control}", said_by_json(compared), said_by_json(trace))
        yield from rule_2(compared)
        yield from rule_3(compared)
        yield from rule_4(compared)
        text = run("--control", str(control), *arguments)[0].splitlines()
        yield from rule_5(compared, text)
        for expected, status in alone.items():
            other = run("--expect", expected, "--control", str(control), *arguments)[2]
            if other != status:
                yield f"--expect {expected}: {status}, with --control {control}: {other}"


def rule_8(trace, host, port, others):
    state, _, address = said_by_json(trace)
    scanned = objects(host, "-s", str(port), str(port), *others)[0]
    # A scan's one TTL may reach farther than the hop limit, and no hop of a silent one answers.
    same = state == scanned["verdict"]["state"] and (
        state == "silent" or address == scanned["verdict"].get("from"))
    # RST and SYN-ACK to one SYN: a scan takes what comes first, a trace the SYN-ACK.
    is_race = (state, scanned["verdict"]["state"]) == ("open", "closed")
    if not same and state != "incomplete" and not is_race:
        yield f"-s says {said_by_json(scanned)}, the trace {said_by_json(trace)}"
    yield from rule_3(scanned)
    line = run(host, "-s", str(port), str(port), *others)[0].splitlines()
    yield from disagree("-s in text", said_by_condensed(line), said_by_json(scanned))
    arguments = ["--paths", f"{host}:{port}", *others]
    all_paths = objects(*arguments)[0]
    if all_paths["paths"]["paths"] == 1:
        yield from disagree("--paths", said_by_json(all_paths), said_by_json(trace))
    text = run(*arguments)[0].splitlines()
    yield from rule_5(all_paths, text)
    yield from rule_4(all_paths)
    verdict = all_paths["verdict"]["text"]
    some = [f["text"] for f in all_paths["findings"] if f["kind"] == "some-paths"]
    if of_some_paths(all_paths) and not any(one in verdict for one in some):
        yield f"--paths: {some[0]!r} is the end, verdict.text is {verdict!r}"
    if all_paths["paths"]["paths"] == 1:
        told, ttl, address = said_by_text(text)
        yield from disagree("--paths in text", (told, ttl, address), said_by_json(all_paths))
        is_forged = any("in the name of" in line for line in text)
        if is_forged != (end_of(all_paths)[0] == "forged-reset"):
            yield f"--paths in text: {'a' if is_forged else 'no'} forged RST, JSON says " \
                  f"{end_of(all_paths)}"
    ends = {(o["reply"], o.get("ttl"), o.get("address")) for o in all_paths["paths"]["outcomes"]}
    for said in [said_by_text([line]) for line in text]:
        if said[0] in ("open", "closed", "rejected") and ends:
            reply = {"open": "syn-ack", "closed": "rst", "rejected": "unreachable"}[said[0]]
            if not any(e[0] == reply and e[2] == said[2] for e in ends):
                yield f"--paths prints {said}, its outcomes are {ends}"


def rule_9(trace, arguments):
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "run.pcap")
        written = objects("--write", file, *arguments)[0]
        yield from disagree("--write", said_by_json(written), said_by_json(trace))
        read = objects("--read", file)
        if len(read) != 1:
            yield f"--read finds {len(read)} traces in the recording of one"
            return
        for key in ("state", "ttl", "from", "text", "answered_by", "confidence", "at"):
            if read[0]["verdict"].get(key) != trace["verdict"].get(key):
                yield f"--read: verdict.{key} {read[0]['verdict'].get(key)}, the run " \
                      f"{trace['verdict'].get(key)}"
        told = [(f["kind"], f["confidence"], f["text"]) for f in trace["findings"]]
        if (found := [(f["kind"], f["confidence"], f["text"]) for f in read[0]["findings"]]) != told:
            yield f"--read: findings {found}, the run's {told}"


# ECMA-48, SGR
GREEN, YELLOW, RED = "32", "33", "31"
COLOURS = {"open": GREEN, "closed": YELLOW, "proxy": YELLOW, "accepted": YELLOW,
           "forged-reset": RED, "rejected": RED, "silent": RED, "incomplete": YELLOW,
           "unknown": YELLOW}


def of_some_paths(trace):
    return any(f["kind"] == "some-paths" and is_sure(f["confidence"]) for f in trace["findings"])


def rule_10(host, ports, others):
    arguments = [f"{host}:{','.join(map(str, sorted(ports)))}", *others]
    traces = objects(*arguments)
    matrix = run("--matrix", *arguments)[0].splitlines()
    summary = said_by_summary(run_on_terminal(*arguments))
    text = run(*arguments)[0].splitlines()
    for trace in traces:
        port, end = trace["target"]["port"], end_of(trace)
        yield from (f"{port}: {finding}" for finding in rule_1_of_matrix(trace, matrix))
        *told, colour = summary.get(port, (None, None, None, None))
        if told[0] == "rejected":
            told[1] = None
        yield from (f"{port}: {finding}" for finding in disagree("terminal", told, end))
        if told[0] is None:
            yield f"{port}: no row on the terminal, JSON says {end}"
        wanted = YELLOW if of_some_paths(trace) else COLOURS[end[0]]
        if colour != wanted:
            yield f"{port}: {end} has the colour {colour} on a terminal, not {wanted}"
        if end[0] in ("proxy", "forged-reset") and not any(
                is_of_port(line, port) and f"hop {end[1]}" in line for line in text):
            yield f"{port}: text does not say {end}"
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "run.pcap")
        run("--write", file, *arguments)
        read = run("--matrix", "--read", file)[0].splitlines()
    for trace in traces:
        yield from (f"{trace['target']['port']}, recorded: {finding}"
                    for finding in rule_1_of_matrix(trace, read))


def is_of_port(line, port):
    """A finding's line, as "Ports 135 and 137-139: ..."."""
    match = re.match(r"Ports? ([\d, and-]+): ", line)
    return bool(match) and port in ports_of(match[1].replace(" and ", ", "))


BADGES = {"proxy": "answered by a proxy", "accepted": "accepted on the way or beyond",
          "forged-reset": "reset on the way", "incomplete": "hop limit reached"}


def rule_11(trace, arguments):
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "run.html")
        run("--html", file, *arguments)
        with open(file, encoding="utf-8") as page:
            text = page.read()
    shown = re.search(r'<p class="verdict (\w+)"><span class="badge">(.*?)</span> (.*?)</p>', text)
    if not shown:
        yield "the page has no verdict"
        return
    end = end_of(trace)[0]
    badge = BADGES.get(end, end)
    wanted = badge + " on some paths" if of_some_paths(trace) else badge
    if shown[2] != wanted:
        yield f"the page's badge is {shown[2]!r}, JSON says {end}"
    if html.unescape(shown[3]) != trace["verdict"]["text"]:
        yield f"the page says {html.unescape(shown[3])!r}, JSON {trace['verdict']['text']!r}"
    tone = {GREEN: "good", YELLOW: "warn", RED: "bad"}[COLOURS[end]]
    tone = "warn" if of_some_paths(trace) else "plain" if end == "closed" else tone
    if shown[1] != tone:
        yield f"the page's verdict is {shown[1]}, the end {end}"
    letter = MARKS.get(end)
    marks = set(re.findall(r'<td class="m-\w+" title="hop \d+: [^"]*">([OPCRX])</td>', text))
    if marks and letter and letter not in marks:
        yield f"the page marks {marks}, the end is {end}"


def decided(trace):
    """What the audit may say of the rules, by the trace alone: True, False or None for unknown."""
    end, kinds = end_of(trace)[0], {f["kind"] for f in trace["findings"]}
    sure = {f["kind"] for f in trace["findings"] if is_sure(f["confidence"])}
    way = {"open": "open", "closed": "closed", "rejected": "blocked", "silent": "blocked"}.get(end)
    if end == "forged-reset" and "forged-reset" in sure:
        way = "blocked"
    elif "contradiction" in kinds and end != "silent":
        way = None
    return {rule: None if way is None else way == rule or (rule == "reachable" and way != "blocked")
            for rule in ("open", "closed", "blocked", "reachable")}


def rule_12(trace, host, port, others, is_random):
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "policy")
        with open(file, "w", encoding="utf-8") as policy:
            policy.write("".join(f"{rule} {host}:{port}\n"
                                 for rule in ("open", "closed", "blocked", "reachable")))
        out, _, status = run("--json", "--audit", file, *others)
    outcomes = set()
    for line in map(json.loads, out.splitlines()):
        if "rule" not in line:
            continue
        outcomes.add(line["outcome"])
        audited = line["trace"]
        if not is_random:
            yield from disagree("--audit", said_by_json(audited), said_by_json(trace))
        said = {"holds": True, "fails": False, "unknown": None}[line["outcome"]]
        wanted = decided(audited)[line["rule"].split()[0]]
        # Silence of one round is not decided, nor what other ports make suspicious.
        if said != wanted and said is not None:
            yield f"--audit: {line['rule']} {line['outcome']}, the end is {end_of(audited)}"
    wanted = 3 if "fails" in outcomes else 4 if "unknown" in outcomes else 0
    if status != wanted:
        yield f"--audit: exit status {status} of {outcomes}"


def rule_13(arguments):
    alone = objects("--no-control", *arguments)[0]
    out, _, _ = run("--json", "--watch", "--rounds", "1", *arguments)
    watched = json.loads(out.splitlines()[0])["trace"]
    yield from disagree("--watch", said_by_json(watched), said_by_json(alone))
    start = run("--watch", "--rounds", "1", *arguments)[0].splitlines()[0]
    if watched["verdict"]["text"] not in start:
        yield f"--watch begins with {start!r}, its JSON says {watched['verdict']['text']!r}"


def rule_14(name, ports, others):
    arguments = ["--both", f"{name}:{','.join(map(str, sorted(ports)))}", *others]
    *traces, both = objects(*arguments)
    ends = {(trace["target"]["address"], trace["target"]["port"]): end_of(trace)
            for trace in traces}
    text = run(*arguments)[0].splitlines()
    for pair in both["both"]["ports"]:
        for family in ("ipv4", "ipv6"):
            said = pair[family]
            end = ends[said["target"], pair["port"]]
            yield from (f"{pair['port']}: {finding}" for finding in disagree(
                "--both", (said["end"], said.get("ttl"), said.get("from")), end))
        if f"Port {pair['port']}: {pair['text']}." not in text:
            yield f"{pair['port']}: text of --both lacks {pair['text']!r}"


# --- scenarios ----------------------------------------------------------------------------------------


def ports_in(value):
    """All ports that occur in a part of a network file, a few of each range."""
    if isinstance(value, dict):
        skip = {"ttl", "mss", "window", "loss", "rtt", "rate", "burst", "mtu", "label", "quote",
                "chance", "delay", "mpls", "duplicate", "reorder", "with", "address", "gateway"}
        return set().union(*(ports_in(v) for k, v in value.items() if k not in skip), set())
    if isinstance(value, list):
        return set().union(*map(ports_in, value), set())
    if isinstance(value, bool) or value is None or isinstance(value, float):
        return set()
    if isinstance(value, int):
        return {value} if 0 < value < 65536 else set()
    match = re.fullmatch(r"(\d+)(?:-(\d+))?", str(value))
    return {int(match[1])} if match else set()


PORT_KEYS = ("open", "closed", "silent", "reject", "drop", "inject_reset", "proxy", "nat", "ports")


def scenarios():
    for file in sorted(glob.glob(os.path.join(NETWORKS, "*.toml"))):
        with open(file, "rb") as text:
            network = tomllib.load(text)
        rules = [{k: v for k, v in router.items() if k in PORT_KEYS}
                 for router in network.get("router", {}).values() if isinstance(router, dict)]
        of_routers = ports_in(rules) | ports_in([r.get("ports") for r in network.get("route", [])])
        for host in network.get("host", []):
            own = ports_in({k: v for k, v in host.items() if k in PORT_KEYS})
            ports = sorted(own | of_routers | {80, 4711})
            for address in network_files.addresses_of(host):
                yield file, host, address, list(dict.fromkeys(ports[:8] + ports[-2:]))


def check_port(file, host, port, ports):
    others = ["--sim", file]
    arguments = [f"{host}:{port}", *others]
    trace = objects(*arguments)[0]
    text = run(*arguments)[0].splitlines()
    yield from rule_1(trace, text, run("-c", *arguments)[0].splitlines(),
                      run("--matrix", *arguments)[0].splitlines())
    yield from rule_2(trace)
    yield from rule_3(trace)
    yield from rule_4(trace)
    yield from rule_5(trace, text)
    yield from rule_6([trace], arguments)
    with open(file) as network:
        is_random = "loss" in network.read()
    controls = [p for p in (80, 22, 4711) if p in ports and p != port]
    yield from rule_7(trace, arguments, controls[:2], is_random)
    yield from rule_8(trace, host, port, others)
    yield from rule_9(trace, arguments)
    yield from rule_11(trace, arguments)
    yield from rule_12(trace, host, port, others, is_random)
    if not is_random:
        yield from rule_13(arguments)


def check_host(file, host, address, ports):
    others = ["--sim", file]
    yield from rule_10(address, ports, others)
    families = {":" in one for one in network_files.addresses_of(host)}
    if len(families) == 2 and "name" in host:
        yield from rule_14(host["name"], ports, others)


FAR_APART = """
[router.gate]
address = "192.168.0.1"
[router.box]
address = "10.0.0.1"
reject = {ports = ["2000-2400"], with = "tcp-reset"}
[router.behind]
address = "10.0.0.2"
[[host]]
address = "198.51.100.1"
open = [22]
[[route]]
to = "198.51.100.1"
via = ["gate", "box", "behind"]
"""


def check_long_range():
    """The one port that shows whose RSTs the others get is traced long before the last of them."""
    with tempfile.TemporaryDirectory() as folder:
        file = os.path.join(folder, "network.toml")
        with open(file, "w", encoding="utf-8") as network:
            network.write(FAR_APART)
        ends = [(trace["target"]["port"], end_of(trace)[0])
                for trace in objects("198.51.100.1:22,2000-2400", "--sim", file)]
    wanted = [(22, "open"), *((port, "forged-reset") for port in range(2000, 2401))]
    yield from (f"{one}, not {other}" for one, other in zip(ends, wanted, strict=True)
                if one != other)


def check_capture(file):
    arguments = ["--read", file]
    traces = objects(*arguments)
    if not traces:
        return
    text = run(*arguments)[0]
    condensed = run("-c", *arguments)[0].splitlines()
    matrix = run("--matrix", *arguments)[0]
    texts = re.split(r"(?m)^(?=Tracing (?:route|all paths) to )", text)[1:]
    if len(texts) != len(traces):
        yield f"text has {len(texts)} traces, JSON {len(traces)}"
        return
    tables = {re.search(ADDRESS, t)[0]: t.splitlines()
              for t in re.split(r"(?m)^(?=Ports of )", matrix)[1:]}
    asked = {}
    for trace in traces:
        target = (trace["target"]["address"], trace["target"]["port"])
        asked[target] = asked.get(target, 0) + 1
    for trace, lines in zip(traces, texts):
        address, port = trace["target"]["address"], trace["target"]["port"]
        host = f"[{address}]" if ":" in address else address
        own = [line for line in condensed if line.startswith(f"[{host}:{port}]")]
        findings = [*rule_2(trace), *rule_3(trace), *rule_4(trace),
                    *rule_5(trace, lines.splitlines())]
        if asked[address, port] == 1:  # else lines can't be told apart
            findings += rule_1(trace, lines.splitlines(), own, tables[address])
        else:
            findings += disagree("text", said_by_text(lines.splitlines()), said_by_json(trace))
        yield from (f"{address}:{port}: {finding}" for finding in findings)
    yield from rule_6(traces, arguments)


def findings_of(check):
    try:
        return list(check())
    except (ValueError, KeyError, IndexError, AttributeError) as problem:
        return [f"{type(problem).__name__}: {problem}"]


def main():
    checks = []
    for file, host, address, ports in scenarios():
        checks.append((f"{os.path.basename(file)}: {address}, all ports",
                       functools.partial(check_host, file, host, address, ports)))
        for port in ports:
            checks.append((f"{os.path.basename(file)}: {address}:{port}",
                           functools.partial(check_port, file, address, port, ports)))
    checks.append(("a range of 401 ports behind one that tells", check_long_range))
    for file in sorted(glob.glob(os.path.join(PCAPS, "*.pcap"))):
        checks.append((os.path.basename(file), functools.partial(check_capture, file)))
    checks = [(name, check) for name, check in checks if ONLY in name]
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        results = pool.map(findings_of, [check for _, check in checks])
        for (name, _), findings in zip(checks, results):
            tap.none(name, findings)
    tap.done()


main()
