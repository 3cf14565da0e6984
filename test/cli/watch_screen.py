#!/usr/bin/env python3
"""The live screen of a watch in a real terminal (tmux): what stands on it after each key, and that the terminal is as
before however the program ends. Prints TAP:  watch_screen.py PROGRAM NETWORKS

Nothing is timed: each step waits until its condition holds, or fails at the deadline."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import tap  # noqa: E402

PROGRAM, NETWORKS = map(os.path.realpath, sys.argv[1:3])
DEADLINE = 60  # seconds; only a failure takes so long
if not shutil.which("tmux"):
    tap.skip("the live screen", "tmux is not installed")
    tap.done()


class Terminal:
    """One of tmux, of that size, with a shell in it."""

    def __init__(self, columns, rows, **variables):
        self.folder = tempfile.mkdtemp()
        environment = {name: value for name, value in os.environ.items()
                       if name not in ("TMUX", "NO_COLOR", "TMUX_TMPDIR")}
        environment |= {"LC_ALL": "C.UTF-8", "TERM": "xterm-256color", "TMUX_TMPDIR": self.folder}
        self.environment = environment | variables
        settings = os.path.join(self.folder, "rc")
        with open(settings, "w") as text:
            text.write("PS1='shell$ '\n")
        self.tmux("-u", "-f", "/dev/null", "new-session", "-d", "-x", str(columns), "-y", str(rows),
                  f"bash --noprofile --rcfile {settings}")
        self.wait(r"^shell\$")

    def tmux(self, *words):
        return subprocess.run(["tmux", *words], env=self.environment, capture_output=True, text=True, check=True).stdout

    def screen(self, *more):
        return self.tmux("capture-pane", "-p", *more)

    def keys(self, *keys):
        self.tmux("send-keys", *keys)

    def type(self, text):
        self.tmux("send-keys", "-l", text)
        self.keys("Enter")

    def start(self, host="www.ebay.co.uk", network="examples", *options):
        self.type("clear; " + " ".join([PROGRAM, host, "--watch", *options, "--sim",
                                        os.path.join(NETWORKS, network + ".toml")]))

    def process(self):
        shell = self.tmux("display-message", "-p", "#{pane_pid}").strip()
        found = subprocess.run(["ps", "-o", "pid=", "--ppid", shell], capture_output=True, text=True, check=False)
        return found.stdout.split()[0]

    def wait(self, pattern, absent=None):
        """What stands on the screen once it has the one and has not the other."""
        end = time.monotonic() + DEADLINE
        while True:
            shown = self.screen()
            if re.search(pattern, shown, re.MULTILINE) and not (absent and re.search(absent, shown, re.MULTILINE)):
                return shown
            if time.monotonic() > end:
                raise AssertionError(f"waited in vain for {pattern!r}:\n{shown}")
            time.sleep(0.02)  # between two looks at the screen

    def modes(self):
        """How the terminal behaves, by its own word, and whether the alternate screen is in use."""
        self.type("clear; stty -a | tr ';' '\\n' | grep -E 'icanon|echo ' ; echo status $? of stty")
        shown = self.wait(r"^status 0 of stty")
        return (" icanon" in shown or shown.startswith("icanon"), "-echo " not in shown,
                self.tmux("display-message", "-p", "#{alternate_on} #{cursor_flag}").strip())

    def close(self):
        subprocess.run(["tmux", "kill-server"], env=self.environment, capture_output=True, check=False)
        shutil.rmtree(self.folder)


AS_BEFORE = (True, True, "0 1")


def case(name, columns, rows, steps, **variables):
    terminal = Terminal(columns, rows, **variables)
    try:
        steps(terminal)
        tap.none(name, "")
    except AssertionError as error:
        tap.none(name, str(error))
    finally:
        terminal.close()


def check(condition, what):
    if not condition:
        raise AssertionError(what)


def each_key(terminal):
    terminal.start()
    shown = terminal.wait(r"round [2-9]")
    lines = shown.splitlines()
    check("tracetcp www.ebay.co.uk:80  simulated  round " in lines[0], shown)
    check(lines[1].startswith("Port 80 is open on 66.135.192.41, 15 hops away"), shown)
    check(re.search(r"^  1 +0 % +\d+ +\d+ +\d+  wintermute", shown, re.MULTILINE), shown)
    check(re.search(r"^ 14 +100 % +- +- +-  \*.*x", shown, re.MULTILINE), shown)
    check(lines[23].startswith("q quit p pause"), shown)
    terminal.keys("n")
    terminal.wait(r"^  1 .*  192\.168\.0\.1 ")
    terminal.keys("n")
    terminal.keys("n")
    terminal.wait(r"^  1 .*  wintermute")
    terminal.keys("d")
    terminal.wait(r"^Hop 1$")
    terminal.keys("Down")
    shown = terminal.wait(r"^Hop 2$")
    check("10.78.128.1" in shown and "time-exceeded from 10.78.128.1" in shown, shown)
    terminal.keys("Up")
    terminal.wait(r"^Hop 1$")
    terminal.keys("d")
    terminal.wait(r"^hop ")
    terminal.keys("e")
    terminal.wait(r"^No event so far\.")
    terminal.keys("?")
    terminal.wait(r"^p +pause, go on")
    terminal.keys("?")
    terminal.wait(r"^hop ")
    terminal.keys("p")
    shown = terminal.wait("PAUSED")
    terminal.keys("r")
    terminal.wait("The figures begin anew")
    terminal.keys("p")
    terminal.wait(r"round \d+", absent="PAUSED")
    terminal.keys("q")
    terminal.wait(r"^shell\$")
    check(re.search(r"^Hop\s+Loss", terminal.screen("-S", "-"), re.MULTILINE), "the figures are not printed in the end")
    check(terminal.modes() == AS_BEFORE, f"the terminal is not as before: {terminal.modes()}")


def ports(terminal):
    """One strip a port: where 135 dies 80 lives."""
    terminal.start("www.ebay.co.uk:80,135")
    shown = terminal.wait(r"round [5-9]")
    check("tracetcp www.ebay.co.uk:80,135 " in shown.splitlines()[0], shown)
    check(re.search(r"^> +80  Port 80 is open on 66\.135\.192\.41, 15 hops away", shown, re.MULTILINE), shown)
    check(re.search(r"^ +135  Nothing answers beyond hop 2 ", shown, re.MULTILINE), shown)
    check(re.search(r"^hop .* >80 open +135 silent$", shown, re.MULTILINE), shown)
    check(re.search(r"^  2 +0 % .* [^x ]{3,} +[^x ]{3,} *$", shown, re.MULTILINE), shown)
    check(re.search(r"^  3 +0 % .* [^x ]{3,} +x{3,} *$", shown, re.MULTILINE), shown)
    check(re.search(r"^ 15 +0 % .* www\.ebay\.co\.uk +[^x ]{3,}", shown, re.MULTILINE), shown)
    terminal.keys("Right")
    shown = terminal.wait(r"^> +135 ")
    check(re.search(r"^  3 +100 % ", shown, re.MULTILINE), shown)
    terminal.keys("d")
    terminal.wait(r"^Hop 1, port 135$")
    terminal.keys("d")
    terminal.keys("Left")
    terminal.wait(r"^> +80 ")
    terminal.keys("q")
    terminal.wait(r"^shell\$")
    check("www.ebay.co.uk:135" in terminal.screen("-S", "-"), "the figures of both ports are printed in the end")


def saves(terminal):
    """Key s, and what was saved, watched again with its keys."""
    capture = os.path.join(terminal.folder, "c.pcap")
    terminal.start("66.135.192.41:80", "examples", "-n", "--write", capture)
    terminal.wait(r"s save")
    terminal.wait(r"round [2-9]")
    terminal.keys("s")
    shown = terminal.wait(r"has all [1-9]\d* packets until now")
    check(os.path.getsize(capture) > 1000, "nothing is in the file")
    terminal.keys("q")
    terminal.wait(r"^shell\$")
    # A longer one, at once.
    os.remove(capture)
    done = subprocess.run([PROGRAM, "-n", "66.135.192.41:80,135", "--watch", "--rounds", "100", "--write", capture,
                           "--sim", os.path.join(NETWORKS, "examples.toml")],
                          stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False)
    check(done.returncode == 0, "the capture could not be made")
    terminal.type(f"clear; {PROGRAM} -n --watch --read {capture}; echo ended by $?")
    terminal.wait(r"round [1-9].* of 0:01:\d\d, speed 1$")
    terminal.keys("p")
    terminal.wait("PAUSED")
    for _ in range(3):
        terminal.keys("Right")
    shown = terminal.wait(r"round 3\d .* 0:00:3\d of ")
    check(re.search(r"^  3 +0 % .* x{3,} *$", shown, re.MULTILINE), shown)
    terminal.keys("Left")
    terminal.wait(r"round 2\d .* 0:00:2\d of ")
    terminal.keys("+")
    terminal.wait(r", speed 2$")
    terminal.keys("-")
    terminal.wait(r", speed 1$")
    terminal.keys("Tab")
    terminal.wait(r"^> +135 ")
    terminal.keys("d")
    terminal.wait(r"^Hop 1, port 135$")
    terminal.wait(r"^  last round: time-exceeded from 192\.168\.0\.1 in \d+ ms, TTL 255$")
    terminal.keys("d")
    terminal.keys("p")
    for _ in range(9):
        terminal.keys("+")
    terminal.wait(r"round 100 ")
    terminal.keys("q")
    terminal.wait(r"^ended by 0$")


def listed(terminal):
    """The targets of a list, one row each, and the hops of one."""
    targets = os.path.join(terminal.folder, "targets")
    with open(targets, "w") as text:
        text.write("www.ebay.co.uk:80\nwww.ebay.co.uk:135\n")
    terminal.type(f"clear; {PROGRAM} -n --watch --targets {targets} --sim {NETWORKS}/examples.toml")
    terminal.wait(r"^www\.ebay\.co\.uk:80 +15 +0 % +\d+ +open ")
    terminal.wait(r"^www\.ebay\.co\.uk:135 +2 .* silent")
    terminal.keys("Down")
    terminal.keys("Enter")
    shown = terminal.wait(r"^www\.ebay\.co\.uk:135: Nothing answers beyond hop 2 ")
    check(re.search(r"^  2 +0 %", shown, re.MULTILINE) and not re.search(r"^  3 ", shown, re.MULTILINE), shown)
    terminal.keys("Enter")
    terminal.wait(r"^target ")
    terminal.keys("q")
    terminal.wait(r"^shell\$")


def ends(terminal, wanted, end):
    terminal.type(f"{PROGRAM} www.ebay.co.uk --watch --sim {NETWORKS}/examples.toml; echo ended by $?")
    terminal.wait(r"round [1-9]")
    end(terminal)
    terminal.wait(rf"^ended by {wanted}$")
    check(terminal.modes() == AS_BEFORE, f"the terminal is not as before: {terminal.modes()}")


def stopped(terminal):
    terminal.start()
    terminal.wait(r"round [1-9]")
    terminal.keys("C-z")
    terminal.wait(r"Stopped")
    check(terminal.modes() == AS_BEFORE, f"the terminal is not as before: {terminal.modes()}")
    terminal.type("fg")
    terminal.wait(r"round [1-9]")
    terminal.wait(r"^q quit")
    terminal.keys("q")
    terminal.wait(r"^15\s+0 %")


def resized(terminal):
    terminal.start()
    terminal.wait(r"^q quit")
    for columns, rows in ((60, 15), (200, 50)):
        terminal.tmux("resize-window", "-x", str(columns), "-y", str(rows))
        end = time.monotonic() + DEADLINE
        while not re.search(r"^q quit", "".join(terminal.screen().splitlines()[rows - 1:rows])):
            check(time.monotonic() < end, terminal.screen())
            time.sleep(0.02)  # between two looks at the screen
    terminal.wait(r"^hop .* jitter")


def small(terminal):
    terminal.start()
    shown = terminal.wait(r"round [2-9]")
    check(re.search(r"^  1 +0 %", shown, re.MULTILINE), shown)
    check(shown.splitlines()[14].startswith("q quit"), shown)
    for _ in range(14):
        terminal.keys("Down")
    terminal.wait(r"^ 15 +0 %")


def coloured(wanted):
    def steps(terminal):
        terminal.start()
        terminal.wait(r"round [2-9]")
        shown = terminal.screen("-e")
        check(("\x1b[32m" in shown) == wanted, repr(shown[:600]))
    return steps


def events(terminal):
    terminal.start("lossy", "lossy", "--every", "0.5", "-n")
    shown = terminal.wait(r"^\d\d:\d\d:\d\d loss +Loss began")
    check("LOSS" in shown.splitlines()[0], shown)


case("each key changes what stands on the screen", 80, 24, each_key)
case("ports stand side by side", 100, 30, ports)
case("packets are saved, and replayed with seek and speed", 100, 30, saves)
case("a list has a row for each target", 100, 30, listed)
case("q ends it with status 0", 80, 24, lambda t: ends(t, 0, lambda t: t.keys("q")))
case("Ctrl-C ends it with status 130", 80, 24, lambda t: ends(t, 130, lambda t: t.keys("C-c")))
case("a crash leaves the terminal as before", 80, 24,
     lambda t: ends(t, 139, lambda t: os.kill(int(t.process()), 11)))
case("Ctrl-Z stops it, fg goes on", 80, 24, stopped)
case("60 columns and 15 rows have room", 60, 15, small)
case("it follows the size of the terminal", 80, 24, resized)
case("colours", 80, 24, coloured(True))
case("NO_COLOR", 80, 24, coloured(False), NO_COLOR="1")
case("events are on the screen as they come", 100, 30, events)
tap.done()
