#!/usr/bin/env python3
"""Signals and readers that are slow, stopped or gone, with real processes: what is known is printed,
JSON is whole, and the exit status says how it ended. Prints TAP:  signals.py PROGRAM NETWORKS

Nothing is timed: each step waits until its condition holds, or fails at the deadline. The sim links
need no privileges; a trace that must last is one of many probes to a port that is silent."""

import fcntl
import json
import os
import pty
import re
import signal
import struct
import subprocess
import sys
import termios
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import tap  # noqa: E402

PROGRAM, NETWORKS = sys.argv[1:3]
EXAMPLES = os.path.join(NETWORKS, "examples.toml")
ECMP = os.path.join(NETWORKS, "ecmp.toml")
DEADLINE = 60  # seconds; only a failure takes so long

# A minute at least: 253 hops are asked 1000 times each, most of them in vain.
LONG = ["-n", "--probes", "1000", "-m", "255", "--sim", EXAMPLES]
SILENT = ["www.ebay.co.uk:135"]
SCAN = ["192.168.0.1", "-s", "1", "20000", "--sim", EXAMPLES]  # more than a pipe holds


class Failure(Exception):
    pass


def wait_until(condition, what):
    end = time.monotonic() + DEADLINE
    while not condition():
        if time.monotonic() > end:
            raise Failure(f"waited in vain: {what}")
        time.sleep(0.01)  # between two looks at the condition


class Run:
    """The program with its outputs as pipes, which are read when the test says so."""

    def __init__(self, arguments, ignored=(), program=(PROGRAM,), **more):
        def dispose():
            for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
                signal.signal(number, signal.SIG_IGN if number in ignored else signal.SIG_DFL)

        self.idle = self.used = 0
        self.taken_over = None  # ticks that it had used when it was first seen with its signals
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | more
        self.process = subprocess.Popen(
            [*program, *arguments], stdin=subprocess.DEVNULL, preexec_fn=dispose, **pipes)

    def kill(self, number=signal.SIGINT):
        os.kill(self.process.pid, number)

    def is_over(self):
        return self.process.poll() is not None

    def is_ready(self):
        """It has taken its signals over, and has been at work since: what it used to start does not
        count, which is much more with a sanitizer."""
        with open(f"/proc/{self.process.pid}/status") as status:
            caught = int(re.search(r"SigCgt:\s*(\w+)", status.read()).group(1), 16)
        used = self.state()[1]
        if self.taken_over is None and caught >> (signal.SIGTERM - 1) & 1:
            self.taken_over = used
        return self.taken_over is not None and used >= self.taken_over + 20

    def is_done_but_for_its_reader(self):
        """It has printed something, and all of it sleeps: the run is over, in virtual time, which
        never waits."""
        state, used = self.state()
        self.idle = self.idle + 1 if used == self.used and state == "S" and self.unread() else 0
        self.used = used
        return self.idle == 20

    def unread(self):
        size = fcntl.ioctl(self.process.stdout, termios.FIONREAD, struct.pack("i", 0))
        return struct.unpack("i", size)[0]

    def state(self):
        """Of its main thread, and the ticks of time that it has used."""
        with open(f"/proc/{self.process.pid}/stat") as stat:
            fields = stat.read().rsplit(")", 1)[1].split()
        return fields[0], int(fields[11]) + int(fields[12])

    def finish(self):
        """Reads all that comes; returns the lines, the errors and the exit status."""
        try:
            out, err = self.process.communicate(timeout=DEADLINE)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise Failure("it does not end") from None
        return out.decode().splitlines(), err.decode(), self.process.returncode


def case(name, test):
    try:
        tap.none(name, list(test()))
    except Failure as failure:
        tap.none(name, str(failure))


def differs(what, got, wanted):
    if got != wanted:
        yield f"{what}: {got!r}, not {wanted!r}"


def objects(lines):
    """The traces, each of which must be whole."""
    return [json.loads(line) for line in lines]


# --- what is known is printed ----------------------------------------------------------------------


def interrupted_trace(number):
    run = Run(SILENT + LONG)
    wait_until(run.is_ready, "the trace begins")
    run.kill(number)
    lines, err, status = run.finish()
    yield from differs("exit status", status, 130)
    yield from differs("standard error", err, "")
    if not any(line.startswith("1\t") for line in lines):
        yield "the first hop is missing"
    yield from differs("last line", lines[-1], "Trace interrupted.")


for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    case(f"{number.name}: a trace", lambda number=number: interrupted_trace(number))


def interrupted_json(arguments, count):
    run = Run(arguments + ["--json"] + LONG)
    wait_until(run.is_ready, "the trace begins")
    run.kill()
    lines, err, status = run.finish()
    traces = objects(lines)
    yield from differs("exit status", status, 130)
    yield from differs("standard error", err, "")
    if len(traces) < count:
        yield f"{len(traces)} objects, not {count}"
    for trace in traces[:1]:
        yield from differs("interrupted", trace.get("interrupted"), True)
        yield from differs("state", trace["verdict"]["state"], "incomplete")
        if not trace["verdict"]["text"].startswith("Interrupted"):
            yield trace["verdict"]["text"]


case("JSON: a trace", lambda: interrupted_json(SILENT, 1))
case("JSON: several ports", lambda: interrupted_json(["www.ebay.co.uk", "-r", "135", "140", "-F"], 2))
case("JSON: the trace of a control port is an object of the trace that it was for",
     lambda: interrupted_json(["www.ebay.co.uk", "--control", "135"], 1))
case("JSON: all paths", lambda: interrupted_json(SILENT + ["--paths"], 1))


def interrupted_matrix():
    run = Run(["www.ebay.co.uk", "-r", "135", "140", "--matrix"] + LONG)
    wait_until(run.is_ready, "the traces begin")
    run.kill()
    lines, _, status = run.finish()
    yield from differs("exit status", status, 130)
    if not any(line.startswith("Interrupted: 135") for line in lines):
        yield f"no line of interrupted ports in {lines[-3:]}"


case("a matrix", interrupted_matrix)

# --- readers ----------------------------------------------------------------------------------------


def slow_reader(arguments, number):
    run = Run(arguments)
    wait_until(run.is_done_but_for_its_reader, "the reader is behind")
    run.kill(number)
    lines, err, status = run.finish()
    yield from differs("exit status", status, 130)
    yield from differs("standard error", err, "")
    # In virtual time all was known long before the signal came.
    yield from differs("lines", len(lines), 20000)
    if "--json" in arguments:
        yield from differs("last port", objects(lines)[-1]["target"]["port"], 20000)


case("a slow reader gets all that is known", lambda: slow_reader(SCAN, signal.SIGINT))
case("a slow reader gets all JSON that is known",
     lambda: slow_reader(SCAN + ["--json"], signal.SIGTERM))


def stopped_reader(number):
    run = Run(SCAN)
    wait_until(run.is_done_but_for_its_reader, "the reader is behind")

    def ends():
        if not run.is_over():
            run.kill(number)
        return run.is_over()

    wait_until(ends, "a second signal ends it")
    yield from differs("exit status", run.process.returncode, 130)
    run.finish()


case("a second Ctrl-C ends it where the reader has stopped", lambda: stopped_reader(signal.SIGINT))
case("a second SIGTERM does, too", lambda: stopped_reader(signal.SIGTERM))


def stopped_terminal():
    """A terminal holds some kilobytes; whoever stops it by Ctrl-S reads nothing from then on."""
    master, slave = pty.openpty()
    run = Run(SCAN, stdout=slave)
    os.close(slave)
    run.process.stdout = open(os.dup(master), "rb", buffering=0)  # for what is unread
    wait_until(run.is_done_but_for_its_reader, "the reader is behind")
    run.kill()
    text = b""
    while True:  # it goes on reading
        try:
            piece = os.read(master, 65536)
        except OSError:  # the program has gone
            break
        if not piece:
            break
        text += piece
    status = run.process.wait(timeout=DEADLINE)
    yield from differs("exit status", status, 130)
    yield from differs("lines", len(text.splitlines()), 20000)


case("a terminal that was stopped shows all that is known", stopped_terminal)


def signalled_twice_at_once():
    """As timeout(1) does it: its child, then the whole group."""
    run = Run(SCAN)
    wait_until(run.is_done_but_for_its_reader, "the reader is behind")
    run.kill()
    run.kill(signal.SIGTERM)
    lines, _, status = run.finish()
    yield from differs("exit status", status, 130)
    yield from differs("lines", len(lines), 20000)


case("two signals at once are one request", signalled_twice_at_once)

# --- signals that are ignored -----------------------------------------------------------------------


def ignored(number, program=(PROGRAM,)):
    run = Run(SCAN, ignored=[number], program=program)
    wait_until(run.is_done_but_for_its_reader, "the reader is behind")
    run.kill(number)
    lines, err, status = run.finish()
    yield from differs("exit status", status, 0)
    yield from differs("lines", len(lines), 20000)
    if "nterrupted" in err + "".join(lines):
        yield "it says that it was interrupted"


case("SIGINT that was ignored at start stays so", lambda: ignored(signal.SIGINT))
case("SIGHUP that was ignored at start stays so", lambda: ignored(signal.SIGHUP))
case("nohup", lambda: ignored(signal.SIGHUP, ("nohup", PROGRAM)))

# --- standard output that can't be written ----------------------------------------------------------


def unwritable(arguments, wanted, shell):
    done = subprocess.run(["bash", "-c", f'"$0" "$@" {shell}', PROGRAM, *arguments],
                          capture_output=True, text=True, timeout=DEADLINE, check=False)
    yield from differs("exit status", done.returncode, 1)
    yield from differs("lines on standard error", done.stderr.count("\n"), 1)
    if not re.search(wanted, done.stderr):
        yield f"{done.stderr!r} does not match {wanted}"


TRACE = ["www.ebay.co.uk", "-n", "--sim", EXAMPLES]
for name, arguments in {
        "a trace": TRACE, "JSON": TRACE + ["--json"], "condensed": TRACE + ["-c"],
        "a matrix": TRACE + ["-r", "80", "81", "--matrix"], "a scan": SCAN,
        "all paths": ["balanced", "-n", "--paths", "--sim", ECMP],
        "the help": ["--help"], "the version": ["-v"]}.items():
    case(f"closed standard output: {name}",
         lambda arguments=arguments: unwritable(arguments, "standard output is closed", ">&-"))
    case(f"full disk: {name}",
         lambda arguments=arguments: unwritable(
             arguments, "cannot write the report to standard output: No space left", "> /dev/full"))


def gone_reader(arguments, is_ignored):
    """What head(1) does once it has its lines."""
    trap = "trap '' PIPE; " if is_ignored else ""
    script = f'{trap}"$0" "$@" | head -n 1; echo "status ${{PIPESTATUS[0]}}"'
    done = subprocess.run(["bash", "-c", script, PROGRAM, *arguments], capture_output=True,
                          text=True, timeout=DEADLINE, restore_signals=True, check=False)
    yield from differs("exit status", done.stdout.splitlines()[-1], "status 1")
    yield from differs("lines on standard error", done.stderr.count("\n"), int(is_ignored))


case("a reader that goes away ends it without a word", lambda: gone_reader(SCAN, False))
case("unless SIGPIPE was ignored at start", lambda: gone_reader(SCAN, True))


def gone_reader_and_interrupted():
    run = Run(SCAN)
    wait_until(run.is_done_but_for_its_reader, "the reader is behind")
    run.kill()
    run.process.stdout.close()  # Ctrl-C ends the whole pipeline
    run.process.stdout = open(os.devnull, "rb")
    _, err, status = run.finish()
    yield from differs("exit status", status, 130)
    yield from differs("standard error", err, "")


case("Ctrl-C that ends the reader, too, is an interruption", gone_reader_and_interrupted)

tap.done()
