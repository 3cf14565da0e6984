#!/usr/bin/env python3
"""Networks of hops, named by databases that MaxMind's own writer made. Prints TAP:
networks.py PROGRAM NETWORK DATABASE_WRITER"""

import json
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import tap  # noqa: E402

PROGRAM, NETWORK, WRITER = sys.argv[1:4]
HAS_WRITER = subprocess.run(["perl", "-MMaxMind::DB::Writer::Tree", "-e", "1"], stdin=subprocess.DEVNULL,
                            stderr=subprocess.DEVNULL, check=False).returncode == 0
if not HAS_WRITER:
    print("ok 1 - networks # SKIP libmaxmind-db-writer-perl is not installed\n1..1")
    sys.exit()
HOST = "www.ebay.co.uk"
# Hop 1 is 192.168.0.1, hops 2 and 3 are in one network, hop 4 and 5 in one with a hostile name, hops 6
# to 11 in none that is known, 12 to 15 (the target; hop 14 is silent) in one without a name.
NETWORKS = [
    ("192.168.0.0/16", 64500, "Home"),
    ("10.78.128.0/24", 64501, "Example Cable"),
    ("62.30.0.0/16", 64501, "Example Cable"),
    ("172.16.0.0/12", 64502, 'T\u00e9l\u00e9com \x1b[31m"x" <b>'),
    ("66.135.0.0/16", 4200000000, ""),
]
CLEAN = 'T?l?com ?[31m"x" <b>'
SHOWN = {1: "AS64500 Home", 2: "AS64501 Example Cable", 4: "AS64502 " + CLEAN, 12: "AS4200000000"}


# The same of IPv6: hop 1 in none, 2 and 3 in one each (3 is one of two routers), 4 and 5 in none, then the target.
NETWORK_6 = os.path.join(os.path.dirname(NETWORK), "ipv6.toml")
NETWORKS_6 = [
    ("2001:db8:0:1::/64", 64510, "Example Six"),
    ("2001:db8:0:a::/63", 64511, "Example Two Routers"),
    ("2001:db8:1::/48", 64512, "Example End"),
]
SHOWN_6 = {2: "AS64510 Example Six", 3: "AS64511 Example Two Routers", 6: "AS64512 Example End"}


def write_database(path, kind, networks=None):
    lines = "".join(f"{prefix}\t{number}\t{name}\n" for prefix, number, name in networks or NETWORKS)
    subprocess.run(["perl", WRITER, path, kind], input=lines.encode(), check=True)


def run(*arguments):
    return subprocess.run([PROGRAM, *arguments], stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, check=False)


def rows(text):
    return {int(line.split("\t")[0]): line for line in text.splitlines() if line[:1].isdigit()}


def differs_by_networks_only(plain, named):
    before, after = plain.splitlines(), named.splitlines()
    if len(before) != len(after):
        yield f"{len(after)} lines, not {len(before)}"
    for one, other in zip(before, after):
        number = one.split("\t")[0]
        network = SHOWN.get(int(number)) if number.isdigit() else None
        wanted = one + ("\t" + network if network else "")
        if other != wanted:
            yield f"{other!r}, not {wanted!r}"


def refuses(path, *words):
    done = run(HOST, "--sim", NETWORK, "--as-db", path)
    if done.returncode != 1:
        yield f"exit status {done.returncode}"
    if done.stdout or done.stderr.count("\n") != 1:
        yield f"printed {done.stdout!r}, and {done.stderr!r}"
    for word in (path, *words):
        if word not in done.stderr:
            yield f"{done.stderr!r} lacks {word!r}"


def of_json(text):
    for hop in json.loads(text)["hops"]:
        for probe in hop["probes"]:
            if probe["reply"] == "none":
                if "as" in probe:
                    yield f"silence at hop {hop['ttl']} has a network"
                continue
            ttl = hop["ttl"]
            wanted = ({"number": 64500, "name": "Home"} if ttl == 1 else
                      {"number": 64501, "name": "Example Cable"} if ttl in (2, 3) else
                      {"number": 64502, "name": CLEAN} if ttl in (4, 5) else
                      {"number": 4200000000} if ttl >= 12 else None)
            if probe.get("as") != wanted:
                yield f"hop {ttl}: {probe.get('as')}, not {wanted}"


def all_cases(folder):
    database = os.path.join(folder, "asn.mmdb")
    write_database(database, "ASN")
    with open(database, "rb") as file:
        content = file.read()

    def damaged(name, data):
        path = os.path.join(folder, name)
        with open(path, "wb") as file:
            file.write(data)
        return path

    done = run(HOST, "--sim", NETWORK, "--as-db", database)
    if "built without libmaxminddb" in done.stderr:
        tap.none("without libmaxminddb it says so", refuses(database, "libmaxminddb-dev"))
        return
    plain = run(HOST, "--sim", NETWORK).stdout
    tap.none("a line shows the network where it changes, at its end",
             differs_by_networks_only(plain, done.stdout))
    tap.equal("nothing goes to standard error", done.stderr, "")
    tap.equal("--no-as names none", run(HOST, "--sim", NETWORK, "--no-as").stdout, plain)
    condensed = run(HOST, "-c", "--sim", NETWORK, "--as-db", database).stdout
    tap.equal("condensed lines have it too", condensed.count("\tAS64501 Example Cable\n"), 1)
    tap.equal("a port scan has none",
              run("192.168.0.1", "-s", "20", "24", "--sim", NETWORK, "--as-db", database).stdout,
              run("192.168.0.1", "-s", "20", "24", "--sim", NETWORK).stdout)
    tap.none("JSON has number and name beside each answer",
             of_json(run(HOST, "--json", "--sim", NETWORK, "--as-db", database).stdout))

    capture, page = os.path.join(folder, "trace.pcap"), os.path.join(folder, "page.html")
    run(HOST, "-n", "--sim", NETWORK, "--write", capture, "--html", page, "--as-db", database)
    read = run("--read", capture, "-n", "--as-db", database).stdout
    tap.equal("captures have it", {ttl: row.split("\t")[-1] for ttl, row in rows(read).items()
                                   if row.split("\t")[-1].startswith("AS")}, SHOWN)
    with open(page, encoding="utf-8") as file:
        html = file.read()
    tap.none("the drawing on the page names each where it begins",
             [f"no {name}" for name in ("AS64500 Home", "AS64501 Example Cable", "AS4200000000")
              if html.count(f">{name}</text>") != 1])
    tap.none("nothing of a name is markup there", "<b>" if "<b>" in html else "")

    of_ipv6 = os.path.join(folder, "six.mmdb")
    write_database(of_ipv6, "ASN", NETWORKS_6)
    named = run("-6", "both:443", "-n", "-p", "1", "--sim", NETWORK_6, "--as-db", of_ipv6).stdout
    tap.equal("hops of IPv6 have theirs", {ttl: row.split("\t")[-1] for ttl, row in rows(named).items()
                                          if row.split("\t")[-1].startswith("AS")}, SHOWN_6)

    tap.none("a database that was cut off", refuses(damaged("cut.mmdb", content[:-300]), "damaged"))
    tap.none("one of which the middle is missing",
             refuses(damaged("hole.mmdb", content[:60] + content[-300:]), "damaged"))
    tap.none("an empty file", refuses(damaged("empty.mmdb", b""), "damaged"))
    tap.none("a file of another kind", refuses(NETWORK, "is no AS database"))
    tap.none("a file that is not there",
             refuses(os.path.join(folder, "none.mmdb"), "No such file"))
    tap.none("a folder", refuses(folder, "is not a file"))
    country = os.path.join(folder, "country.mmdb")
    write_database(country, "Country")
    tap.none("a database of something else",
             refuses(country, "Test-Country", "no numbers of autonomous systems"))


with tempfile.TemporaryDirectory() as scratch:
    all_cases(scratch)
tap.done()
