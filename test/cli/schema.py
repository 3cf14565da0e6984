#!/usr/bin/env python3
"""Every line of --json is as docs/tracetcp.schema.json says: a key that is not documented there fails. Prints TAP:
    schema.py PROGRAM FINDINGS SCHEMA NETWORKS PCAPS CASES

What is held against it: the cases of cases.txt, ports of each host in each simulated network with and without --paths
and --control, --read of each capture, among them those that the engine is replayed on, and --check; and what FINDINGS
prints, which has a finding of each form.
"""

import concurrent.futures
import glob
import json
import os
import subprocess
import sys
import tomllib

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import network_files  # noqa: E402
import tap  # noqa: E402

try:
    import jsonschema
except ImportError:
    tap.skip("JSON Schema", "python3-jsonschema is not installed")
    tap.done()

PROGRAM, FINDINGS, SCHEMA, NETWORKS, PCAPS, CASES = map(os.path.realpath, sys.argv[1:7])
os.chdir(os.path.dirname(CASES))
PORTS = (22, 25, 80, 135, 443, 4711)
OTHER_FORMS = {"-c", "--condensed", "--matrix", "--verbose", "--html", "--help", "-?", "-v", "--version", "--precise"}

with open(SCHEMA) as text:
    schema = json.load(text)
jsonschema.Draft202012Validator.check_schema(schema)


def part(name):
    return jsonschema.Draft202012Validator({**schema, "oneOf": [{"$ref": f"#/$defs/{name}"}]})


VALIDATORS = {name: part(name) for name in ("trace", "summary", "check", "audit", "comparison", "both", "round", "event")}
KIND_BY_KEY = {"event": "event", "round": "round", "summary": "summary", "machine": "check", "rule": "audit", "changes": "comparison", "both": "both"}
forms = set()  # of findings that came
kinds = set()  # of evidence


def findings_of(line):
    """What in a line is not as the schema says."""
    value = json.loads(line)
    for finding in value.get("findings", []):
        forms.add(finding["form"])
        kinds.update(one["seen"] for one in finding["evidence"])
    kind = next((kind for key, kind in KIND_BY_KEY.items() if key in value), "trace")
    for error in VALIDATORS[kind].iter_errors(value):
        error = jsonschema.exceptions.best_match([error])
        yield f"{'/'.join(map(str, error.absolute_path))}: {error.message[:300]}"


def check(command):
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True,
                          timeout=120, check=False)
    lines = done.stdout.splitlines()
    if not lines:
        return [f"no output: {done.stderr}"]
    return list(dict.fromkeys(finding for line in lines for finding in findings_of(line)))


def cases_of_command_line():
    with open(CASES) as text:
        for line in text:
            fields = [field.strip() for field in line.split("|")]
            if len(fields) != 4 or line.startswith("#") or fields[1] != "0":
                continue
            words = fields[3].replace("NETWORK", os.path.join(NETWORKS, "examples.toml")).split()
            joined = [word for word in words if word.startswith("-") and word[1:2].isalpha() and "c" in word]
            if "--sim" in words and not joined and not OTHER_FORMS & set(words):
                yield fields[0], [PROGRAM, "--json", *words]


def cases_of_networks():
    program = [PROGRAM, "--json", "-n"]
    for file in sorted(glob.glob(os.path.join(NETWORKS, "*.toml"))):
        with open(file, "rb") as text:
            network = tomllib.load(text)
        for host in network.get("host", []):
            for address in network_files.addresses_of(host):
                name = f"{os.path.basename(file)} {address}"
                for port in PORTS:
                    yield f"{name}:{port}", [*program, f"{address}:{port}", "--sim", file]
                yield f"{name}:80 --paths", [*program, "--paths", f"{address}:80", "--sim", file]
                yield f"{name}:135 --control 80", [*program, "--control", "80", f"{address}:135", "--sim", file]


def cases_of_captures():
    for file in sorted(glob.glob(os.path.join(PCAPS, "*.pcap*"))):
        yield f"--read {os.path.basename(file)}", [PROGRAM, "--json", "-n", "--read", file]


def cases_of_changes():
    """Captures of one kind of port by several programs, so that much is otherwise."""
    files = sorted(glob.glob(os.path.join(PCAPS, "*-butskoy.pcap")))
    for file in files:
        yield f"--compare {os.path.basename(file)}", [PROGRAM, "--json", "--compare", file, file]


def cases_of_watches():
    for host, file in (("www.ebay.co.uk:135", "examples"), ("lossy", "lossy"), ("lossy:81", "lossy")):
        yield f"--watch {host}", [PROGRAM, "--json", "-n", "--watch", "--rounds", "60", host, "--sim",
                                  os.path.join(NETWORKS, file + ".toml")]


cases = [*cases_of_watches(), *cases_of_changes(), *cases_of_command_line(), *cases_of_networks(), *cases_of_captures(),
         ("--check", [PROGRAM, "--json", "--check", "127.0.0.1"]), ("each finding", [FINDINGS])]
with concurrent.futures.ThreadPoolExecutor(2) as pool:
    for (name, _), wrong in zip(cases, pool.map(check, [command for _, command in cases])):
        tap.none(name, wrong)



def documented(name, key):
    return {one["properties"][key]["const"] for one in schema["$defs"][name]["oneOf"]}


tap.equal("forms of findings", sorted(forms), sorted(documented("finding", "form")))
tap.equal("kinds of evidence", sorted(kinds), sorted(documented("observation", "seen")))
tap.done()
