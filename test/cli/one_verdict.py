#!/usr/bin/env python3
"""One verdict everywhere: every scenario through every output, held against each other. Prints TAP:
    one_verdict.py PROGRAM NETWORKS PCAPS

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
 8. A scan (-s) and --paths of one path say what the trace says.
 9. A recording of a run (--write, --read) gives what the run gave.
"""

import concurrent.futures
import functools
import glob
import json
import os
import re
import subprocess
import sys
import tempfile
import tomllib

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import network_files  # noqa: E402
import tap  # noqa: E402

PROGRAM, NETWORKS, PCAPS = sys.argv[1:4]
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


def said_by_matrix(lines, port):
    """The line for all ports that ended alike, and the mark in the port's row."""
    first, mark = 1, None
    state = ttl = address = None
    for line in lines:
        if match := re.match(r"port +(\d)", line):
            first = int(match[1])
        elif match := re.match(rf"{port} +([.*OCX]+)$", line):
            at = re.search("[OCX]", match[1])
            mark = (at[0], first + at.start()) if at else None
        elif match := re.match(rf"(Open|Closed|Silent|Rejected|Hop limit|Interrupted|Unknown)\b(.*?)"
                               rf"(?:\(({ADDRESS})\))?(?: \([^)]*\))?: ([\d, -]+)$", line):
            if port not in ports_of(match[4]):
                continue
            state = match[1].lower().replace("hop limit", "incomplete")
            ttl = re.search(r"hop (\d+)", match[2])
            ttl = ttl and int(ttl[1])
            address = match[3] or (re.search(ADDRESS, match[2]) or [None])[0]
    return state, ttl, address, mark


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
    *told, mark = said_by_matrix(matrix, trace["target"]["port"])
    yield from disagree("--matrix", told, verdict)
    if told[0] is None:
        yield f"--matrix has no line for it, JSON says {state}"
    letter = {"open": "O", "closed": "C", "rejected": "X"}.get(state)
    shown = any(hop["ttl"] == ttl for hop in trace["hops"])
    # The table's head has the last digit of each TTL only.
    wanted = (letter, ttl % 10) if letter and shown else None
    if (mark and (mark[0], mark[1] % 10)) != wanted:
        yield f"--matrix marks {mark}, JSON says {verdict}"


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
    state, forged = trace["verdict"]["state"], trace["verdict"]["answered_by"] == "forged-reset"
    return {"open": state == "open", "closed": state == "closed" and not forged,
            "blocked": state in ("silent", "rejected") or forged}


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
                yield file, address, list(dict.fromkeys(ports[:8] + ports[-2:]))


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
    for file, host, ports in scenarios():
        for port in ports:
            checks.append((f"{os.path.basename(file)}: {host}:{port}",
                           functools.partial(check_port, file, host, port, ports)))
    for file in sorted(glob.glob(os.path.join(PCAPS, "*.pcap"))):
        checks.append((os.path.basename(file), functools.partial(check_capture, file)))
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        results = pool.map(findings_of, [check for _, check in checks])
        for (name, _), findings in zip(checks, results):
            tap.none(name, findings)
    tap.done()


main()
