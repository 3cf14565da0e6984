#!/usr/bin/env python3
"""The metrics of a watch, by Prometheus's own tools: promtool checks what is served and what docs/ has for it, a real
Prometheus scrapes a watch and answers every expression of the dashboard. Prints TAP:  metrics.py PROGRAM NETWORKS DOCS

Nothing is timed: each step waits until its condition holds, or fails at the deadline."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import tap  # noqa: E402

PROGRAM, NETWORKS, DOCS = map(os.path.realpath, sys.argv[1:4])
HERE = os.path.dirname(os.path.abspath(__file__))
DEADLINE = 120  # seconds; only a failure takes so long


def wait_for(what, condition):
    """What the condition returns once that is true."""
    end = time.monotonic() + DEADLINE
    while True:
        found = condition()
        if found:
            return found
        if time.monotonic() > end:
            raise AssertionError(f"waited in vain for {what}")
        time.sleep(0.05)  # between two looks


def get(url):
    with urllib.request.urlopen(url, timeout=DEADLINE) as answer:
        return answer.read().decode()


def status_of(url):
    try:
        with urllib.request.urlopen(url, timeout=DEADLINE) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code


class Watch:
    """Of a host of a simulated network, in real time; its metrics are on any free port."""

    def __init__(self, host, network, *options):
        self.process = subprocess.Popen(
            [PROGRAM, "-n", host, "--watch", "--every", "0.5", *options, "--sim",
             os.path.join(NETWORKS, network + ".toml")],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        line = self.process.stderr.readline()
        self.url = re.sub(r"^tracetcp: metrics at ", "", line.strip())

    def metrics(self):
        return get(self.url)

    def value(self, series):
        found = re.search(rf"^{re.escape(series)} (\S+)$", self.metrics(), re.MULTILINE)
        return float(found.group(1)) if found else None

    def end(self):
        self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=DEADLINE)
        return self.process.returncode


def tool(*command, **options):
    return subprocess.run(command, capture_output=True, text=True, timeout=DEADLINE, check=False, **options)


def complaints(done):
    return "" if done.returncode == 0 and not done.stderr.strip() else done.stdout + done.stderr


def target(**more):
    labels = {"target": "lossy", "port": "80"} | more
    return "{" + ",".join(f'{name}="{value}"' for name, value in labels.items()) + "}"


def served():
    watch = Watch("lossy:80", "lossy", "--metrics", "0")
    try:
        wait_for("four rounds", lambda: (watch.value("tracetcp_rounds_total" + target()) or 0) >= 4)
        text = watch.metrics()
        open_series = f'tracetcp_port_state{target(state="open")}'
        tap.equal("the port is open", watch.value(open_series), 1)
        tap.equal("and nothing else", sum(float(line.split()[-1]) for line in text.splitlines()
                                          if line.startswith("tracetcp_port_state{")), 1)
        tap.equal("the answer is the target's",
                  'answered_by="target"' in "".join(re.findall(r"^tracetcp_answer_info.*$", text, re.MULTILINE)), True)
        asked, answered = (sum(float(line.split()[-1]) for line in text.splitlines()
                               if line.startswith(f"tracetcp_hop_{what}_total") and 'ttl="1"' in line)
                           for what in ("probes", "replies"))
        tap.none("a hop gives no more answers than it is asked for", f"{answered} of {asked}" if answered > asked else "")
        tap.equal("it was asked", asked >= 4, True)
        tap.equal("only loopback is listened on", watch.url.startswith("http://127.0.0.1:"), True)
        tap.equal("nothing else is served", status_of(watch.url.replace("/metrics", "/")), 404)
        if shutil.which("promtool"):
            tap.none("promtool check metrics", complaints(tool("promtool", "check", "metrics", input=text)))
        else:
            tap.skip("promtool check metrics", "promtool is not installed")
    finally:
        status = watch.end()
    tap.equal("SIGTERM ends it", status, 130)


def of_list():
    """Of each target of a list the figures of its port, but none of hops."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as targets:
        targets.write("lossy:80\nlossy:81\n")
        targets.flush()
        watch = Watch(f"--targets={targets.name}", "lossy", "--metrics", "0")
        try:
            series = ["tracetcp_rounds_total" + target(port=port) for port in ("80", "81")]
            wait_for("two rounds of each", lambda: all((watch.value(one) or 0) >= 2 for one in series))
            text = watch.metrics()
            tap.equal("no series of hops", "tracetcp_hop_" in text, False)
            tap.equal("each port has its state",
                      [watch.value(f'tracetcp_port_state{target(port=port, state=state)}')
                       for port, state in (("80", "open"), ("81", "closed"))], [1, 1])
        finally:
            status = watch.end()
    tap.equal("SIGTERM ends it", status, 130)


def ipv6():
    watch = Watch("lossy:80", "lossy", "--metrics", "[::1]:0")
    try:
        if watch.url.startswith("http://[::1]:"):
            tap.equal("IPv6", "tracetcp_build_info" in watch.metrics(), True)
        else:  # by Debian 12's civetweb
            tap.none("where there is no IPv6 it says so", "" if "built without IPv6" in watch.url else watch.url)
    finally:
        watch.end()


def taken():
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = tool(PROGRAM, "-n", "lossy:80", "--watch", "--metrics", str(port), "--sim", os.path.join(NETWORKS, "lossy.toml"))
    tap.equal("a port that is in use is one line", (done.returncode, done.stdout, done.stderr.count("\n")), (1, "", 1))
    tap.none("which names it", "" if f"cannot listen on 127.0.0.1:{port}: the port is in use" in done.stderr else done.stderr)


def expressions():
    """Of the dashboard, for all its targets."""
    with open(os.path.join(DOCS, "prometheus", "dashboard.json")) as file:
        dashboard = json.load(file)
    for panel in dashboard["panels"]:
        for one in panel["targets"]:
            yield panel["title"], (one["expr"].replace("$target", ".*").replace("$port", ".*")
                                   .replace("$__rate_interval", "1m").replace("$__range", "1h"))


class Prometheus:
    """A real one, that scrapes that address each second; configured as docs/ says."""

    def __init__(self, address):
        self.folder = tempfile.mkdtemp()
        for name in ("scrape.yml", "alerts.yml"):
            shutil.copy(os.path.join(DOCS, "prometheus", name), self.folder)
        path = os.path.join(self.folder, "scrape.yml")
        with open(path) as file:
            text = file.read()
        changed = text.replace("127.0.0.1:9464", address).replace("scrape_interval: 15s", "scrape_interval: 1s")
        tap.equal("the scrape config names where the example in docs/watch.md listens", text.count("127.0.0.1:9464"), 1)
        with open(path, "w") as file:
            file.write(changed)
        self.log = os.path.join(self.folder, "log")
        with open(self.log, "w") as log:
            self.process = subprocess.Popen(
                ["prometheus", f"--config.file={path}", f"--storage.tsdb.path={self.folder}/data",
                 "--web.listen-address=127.0.0.1:0"], stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self.address = wait_for("Prometheus to listen", self.listening)
        wait_for("Prometheus to be ready", lambda: status_of(f"http://{self.address}/-/ready") == 200)

    def listening(self):
        with open(self.log) as log:
            found = re.search(r'msg="Listening on" address=(127\.0\.0\.1:[1-9]\d*)', log.read())
        return found and found.group(1)

    def result(self, expression):
        asked = urllib.parse.urlencode({"query": expression})
        return json.loads(get(f"http://{self.address}/api/v1/query?{asked}"))["data"]["result"]

    def end(self):
        self.process.terminate()
        self.process.wait(timeout=DEADLINE)
        shutil.rmtree(self.folder)


def queried():
    watch = Watch("lossy:80", "lossy", "--metrics", "0")
    prometheus = None
    try:
        prometheus = Prometheus(re.sub(r"^http://|/metrics$", "", watch.url))
        count = 0
        for title, expression in expressions():
            count += 1
            try:
                wait_for(f"an answer to {expression}", lambda: prometheus.result(expression))
                failure = ""
            except AssertionError as error:
                failure = str(error)
            tap.none(f"the dashboard's {title!r} has data ({count})", failure)
        rules = json.loads(get(f"http://{prometheus.address}/api/v1/rules"))["data"]["groups"][0]["rules"]
        tap.equal("all alert rules can be evaluated", [rule["name"] for rule in rules if rule["health"] == "err"], [])
    finally:
        if prometheus:
            prometheus.end()
        watch.end()


served()
of_list()
ipv6()
taken()
if shutil.which("promtool") and shutil.which("prometheus"):
    files = os.path.join(DOCS, "prometheus")
    tap.none("promtool check config", complaints(tool("promtool", "check", "config", os.path.join(files, "scrape.yml"))))
    tap.none("promtool check rules", complaints(tool("promtool", "check", "rules", os.path.join(files, "alerts.yml"))))
    tap.none("promtool test rules", complaints(tool("promtool", "test", "rules", os.path.join(HERE, "alerts_test.yml"))))
    queried()
else:
    tap.skip("what Prometheus says", "prometheus is not installed")
tap.done()
