#!/usr/bin/env python3
"""The report on a terminal: columns, colours that mean something, hops that fill as answers come, and
a pipe that sees nothing of all this. Prints TAP:  terminal.py PROGRAM NETWORKS

The program writes to a pseudo-terminal of a given size; a Screen makes of its bytes what a terminal
would. The networks are simulated, so no answer comes late."""

import fcntl
import os
import pty
import re
import struct
import subprocess
import sys
import termios

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import tap  # noqa: E402

PROGRAM, NETWORKS = sys.argv[1:3]
HERE = os.path.dirname(os.path.abspath(__file__))
ROWS = 60


def network(name):
    return ["--sim", os.path.join(NETWORKS, name + ".toml")]


EBAY = ["www.ebay.co.uk", *network("examples")]
BLOCKED = ["www.ebay.co.uk:135", *network("examples")]
PROXY = ["ftp.cdrom.com:80", "--control", "21", *network("examples")]

# ECMA-48, SGR
GREEN, RED, YELLOW, MAGENTA, BOLD, FAINT = "32", "31", "33", "35", "1", "2"


class Screen:
    """Rows of (character, colour), as far as the program's sequences go; others are findings."""

    def __init__(self, width):
        self.width, self.rows, self.row, self.column, self.colour = width, [[]], 0, 0, ""
        self.findings, self.sequences, self.highest = [], 0, 0
        self.seen, self.kept = [], []  # before each erasure: all lines, and those that stay

    def feed(self, text):
        for part in re.findall(r"\x1b\[[0-9;]*[A-Za-z]|\x1b.|.", text, re.DOTALL):
            if part.startswith("\x1b"):
                self.sequences += 1
                self.obey(part)
            elif part == "\r":
                self.column = 0
            elif part == "\n":
                self.row += 1
                if self.row == len(self.rows):
                    self.rows.append([])
            else:
                self.put(part)

    def obey(self, sequence):
        number, kind = sequence[2:-1], sequence[-1]
        if kind == "m":
            self.colour = "" if number in ("", "0") else number
        elif kind == "A":
            self.row -= int(number)
            self.highest = max(self.highest, int(number))
            if self.row < 0:
                self.findings.append(f"{-self.row} lines above the first")
        elif kind == "J" and number == "":
            self.seen.append(self.lines())
            self.kept.append(self.lines()[:self.row])
            del self.rows[self.row + 1:]
            del self.rows[self.row][self.column:]
        else:
            self.findings.append(f"unknown sequence {sequence!r}")

    def put(self, character):
        row = self.rows[self.row]
        row.extend([(" ", "")] * (self.column - len(row)))
        row[self.column:self.column + 1] = [(character, self.colour)]
        self.column += 1
        if self.column > self.width:
            self.findings.append(f"longer than {self.width}: {self.lines()[self.row]!r}")

    def lines(self):
        return ["".join(character for character, _ in row) for row in self.rows]

    def coloured(self, colour):
        """The pieces of text that have that colour."""
        pieces = []
        for row in self.rows:
            before = None
            for character, own in row:
                if own == colour and before == colour:
                    pieces[-1] += character
                elif own == colour:
                    pieces.append(character)
                before = own
        return pieces


def clean_environment(**more):
    env = {name: value for name, value in os.environ.items()
           if name not in ("NO_COLOR", "COLUMNS", "TERM")}
    return env | {"TERM": "xterm-256color"} | more


def bytes_on_terminal(arguments, width, rows=ROWS, **env):
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", rows, width, 0, 0))
    process = subprocess.Popen([PROGRAM, *arguments], stdin=subprocess.DEVNULL, stdout=slave,
                               stderr=subprocess.PIPE, env=clean_environment(**env))
    os.close(slave)
    data = b""
    try:
        while piece := os.read(master, 1 << 16):
            data += piece
    except OSError:  # all that had it open are gone (pty(7))
        pass
    os.close(master)
    process.communicate()
    return data.decode()


def on_terminal(arguments, width, **env):
    screen = Screen(width)
    screen.feed(bytes_on_terminal(arguments, width, **env))
    return screen


def in_pipe(arguments, **env):
    return subprocess.run([PROGRAM, *arguments], stdin=subprocess.DEVNULL, capture_output=True,
                          text=True, check=False, env=clean_environment(**env)).stdout


def words(lines):
    return [" ".join(line.split()) for line in lines if line.strip()]


def differs(what, got, wanted):
    return "" if got == wanted else f"{what}: {got!r}, not {wanted!r}"


def has(pieces, wanted):
    if not any(wanted in piece for piece in pieces):
        yield f"{wanted!r} is not among {pieces}"


# --- columns ---------------------------------------------------------------------------------------


def begins(lines, pattern):
    """The columns where the first match of each row begins."""
    return {match.start() for line in lines for match in [re.search(pattern, line)] if match}


def columns(width):
    screen = on_terminal(EBAY, width)
    yield from screen.findings
    lines = screen.lines()
    rows = [line for line in lines if re.match(r"\d+ +\d+ ms", line)]
    yield differs("rows", len(rows), 13)
    for what, pattern in (("addresses", r"\d+\.\d+\.\d+\.\d+"), ("names", r"\[")):
        yield differs(f"where {what} begin", len(begins(rows, pattern)), 1)
    yield differs("blanks at the end of lines", [line for line in lines if line.endswith(" ")], [])
    yield differs("tabs", "\t" in "".join(lines), False)


def says_what_a_pipe_says(arguments, width):
    screen = on_terminal(arguments, width)
    yield from screen.findings
    yield differs("words", words(screen.lines()), words(in_pipe(arguments).splitlines()))


def narrow(width):
    """Where names are cut and sentences broken no line is longer, and no other word is lost."""
    screen = on_terminal(PROXY + ["-n"], width)
    yield from screen.findings
    yield differs("words", " ".join(words(screen.lines())),
                  " ".join(words(in_pipe(PROXY + ["-n"]).splitlines())))
    screen = on_terminal(EBAY, width)
    yield from screen.findings
    if width < 80:
        return
    names = [line for line in screen.lines() if "[dcr2" in line]
    yield differs("a name with room", [name.endswith("cw.net]") for name in names], [True])


tap.none("80 columns", columns(80))
tap.none("200 columns", columns(200))
tap.none("a terminal says what a pipe says", says_what_a_pipe_says(EBAY, 200))
tap.none("of a blocked port as well", says_what_a_pipe_says(BLOCKED, 200))
tap.none("of all paths as well",
         says_what_a_pipe_says(["balanced", "--paths", *network("ecmp")], 200))
tap.none("of several ports as well",
         says_what_a_pipe_says([*EBAY, "-n", "-r", "79", "81", "-m", "4", "--verbose"], 200))
tap.none("80 columns are enough for names", narrow(80))
tap.none("60 columns cut them", narrow(60))
tap.none("40 columns", on_terminal(EBAY, 40).findings)
tap.equal("with fewer nothing is written anew, as lines are longer",
          on_terminal(EBAY, 30).highest, 0)
tap.none("ten probes a hop", on_terminal([*EBAY, "-p", "10"], 80).findings)

# --- several ports ---------------------------------------------------------------------------------

PORTS = [*EBAY, "-n", "-r", "133", "138", "-m", "5"]
SUMMARY = """
Tracing routes to 66.135.192.41 [www.ebay.co.uk] on ports 133-138
Over a maximum of 5 hops.
133-134, 136  Hop limit reached
135           Silent after hop 2 (10.78.128.1)
137-138       Silent after hop 1 (192.168.0.1)
Each port's trace: --verbose, or -c for short lines.
Port 135: dropped behind hop 2 (10.78.128.1); port 133 gets an answer from hop 3
  (62.30.193.33).
Ports 137-138: dropped behind hop 1 (192.168.0.1); port 133 gets an answer from
  hop 2 (10.78.128.1).
""".splitlines() + [""]


def ports_have_rows():
    screen = on_terminal(PORTS, 80)
    yield from screen.findings
    yield differs("text", screen.lines(), SUMMARY)
    yield from has(screen.coloured(RED), "Silent after hop 2 (10.78.128.1)")
    seen = "\n".join("\n".join(lines) for lines in screen.seen)
    if not re.search(r"^[1-5] of 6 ports traced$", seen, re.MULTILINE):
        yield "never how far it is"
    list_of_ports = [EBAY[0] + ":133,134,135-138", *EBAY[1:], "-n", "-m", "5"]
    yield differs("a list", on_terminal(list_of_ports, 80).lines(), SUMMARY)


def rows_are_those_of_the_matrix(width):
    """Which ports end where, out of a form that programs read, and no port is lost in a narrow row."""
    asked = [EBAY[0] + ":20-30,40,50,60,70,80,90,133-138", *EBAY[1:], "-n"]
    screen = on_terminal(asked, width)
    yield from screen.findings
    groups = re.findall(r"^([A-Z][^:]*): ([\d, -]+)$", in_pipe([*asked, "--matrix"]), re.MULTILINE)
    yield differs("groups of the matrix", len(groups) > 2, True)
    lines = screen.lines()
    end = next(i for i, line in enumerate(lines) if line.startswith("Each port's trace"))
    rows = []
    for line in lines[next(i for i, line in enumerate(lines) if line.startswith("Over")) + 1:end]:
        ports, fate = line[:width // 3 + 2].strip(), line[width // 3 + 2:].strip()
        if fate and not line[width // 3 + 2:].startswith(" "):
            rows.append(([], []))
        rows[-1][0].append(ports)
        rows[-1][1].append(fate)
    got = [(" ".join(" ".join(fate).split()), " ".join(" ".join(ports).split()))
           for ports, fate in rows]
    yield differs("rows", got, groups)


tap.none("several ports have a row for all that end alike", ports_have_rows())
tap.none("as a matrix has them", rows_are_those_of_the_matrix(60))
tap.none("as a matrix has them on 100 columns", rows_are_those_of_the_matrix(100))

# --- hops that fill --------------------------------------------------------------------------------


def fills():
    screen = on_terminal(EBAY, 80)
    seen = ["\n".join(lines) for lines in screen.seen]
    partly = [text for text in seen if re.search(r"^1 +\d+ ms +192\.168", text, re.MULTILINE)
              or re.search(r"^1 +\d+ ms +\. ", text, re.MULTILINE)]
    if not partly:
        yield "never the first hop with its first answer alone"
    if not any(re.search(r"^waiting for hops? \d", text, re.MULTILINE) for text in seen):
        yield "never what is waited for"
    yield differs("the last line", [line for line in screen.lines() if line][-1], "Trace Complete.")
    yield differs("in the end", [line for line in screen.lines() if "waiting" in line], [])
    final = screen.lines()
    yield differs("printed lines that changed later",
                  [kept for kept in screen.kept if final[:len(kept)] != kept], [])
    yield differs("whether lines were printed one after the other",
                  len({len(kept) for kept in screen.kept}) > 10, True)


def short_terminal():
    """More hops than lines: what has scrolled away can't be erased, so it is not written yet."""
    rows = 8
    screen = Screen(80)
    screen.feed(bytes_on_terminal(EBAY, 80, rows))
    yield from screen.findings
    if not 0 < screen.highest < rows:
        yield f"{screen.highest} lines up, of {rows}"
    yield differs("text", screen.lines(), on_terminal(EBAY, 80).lines())


def paths_fill():
    """Of all paths hops are printed while the search goes on, and what it has cost so far is shown."""
    screen = on_terminal(["balanced", "--paths", *network("ecmp")], 80)
    yield from screen.findings
    searching = [lines for lines in screen.seen
                 if re.search(r"^looking for all paths behind hop [1-9]\d*: \d+ flows, \d+ SYNs$",
                              "\n".join(lines), re.MULTILINE)]
    yield differs("whether the search is shown", len(searching) > 1, True)
    yield differs("whether hops were printed while it went on",
                  any(re.match(r"1 +\d+ ms", line) for lines, kept in zip(screen.seen, screen.kept)
                      if lines in searching for line in kept), True)
    final = screen.lines()
    yield differs("printed lines that changed later",
                  [kept for kept in screen.kept if final[:len(kept)] != kept], [])
    yield differs("in the end", [line for line in final if "looking" in line], [])


tap.none("all paths are printed as they are found", paths_fill())
tap.none("hops fill as answers come, and what is waited for goes in the end", fills())
tap.none("a terminal with fewer lines than hops", short_terminal())

# --- colours ---------------------------------------------------------------------------------------


def colours():
    screen = on_terminal(EBAY, 100)
    yield from has(screen.coloured(GREEN), "Connection established to 66.135.192.41")
    # Hop 7 answers after 12 ms, hop 8 not before 164 ms; from there on times are alike.
    yield differs("slow", screen.coloured(YELLOW), ["182 ms", "164 ms", "164 ms"])
    yield differs("faint", screen.coloured(FAINT), ["*", "*", "*", "Request timed out."])
    yield differs("red", screen.coloured(RED), [])
    screen = on_terminal(BLOCKED, 100)
    yield from has(screen.coloured(RED), "Port 135: dropped behind ")
    yield from has(screen.coloured(BOLD), "hop 2 (10.78.128.1)")
    screen = on_terminal(PROXY, 100)
    yield from has(screen.coloured(YELLOW), "Destination Reached")
    yield from has(screen.coloured(BOLD), "hop 5")


def loss():
    """Gaps of a hop that answers are magenta, those of one that is silent are faint."""
    screen = on_terminal(["lossy", "-n", "-p", "6", *network("lossy")], 100)
    rows = [line for line in screen.lines() if re.match(r"\d+ +[\d*]", line)]
    partly = sum(row.count("*") for row in rows if " ms" in row)
    yield differs("whether something was lost", partly > 0, True)
    yield differs("magenta", len(screen.coloured(MAGENTA)), partly)
    yield differs("faint", [piece for piece in screen.coloured(FAINT) if piece == "*"],
                  ["*"] * sum(row.count("*") for row in rows if " ms" not in row))


tap.none("verdict, place, slow and silent hops", colours())
tap.none("loss", loss())


def without(arguments, **env):
    screen = on_terminal(arguments, 100, **env)
    for colour in (GREEN, RED, YELLOW, MAGENTA, BOLD, FAINT):
        yield differs(f"colour {colour}", screen.coloured(colour), [])
    yield differs("text", screen.lines(), on_terminal(EBAY, 100).lines())


tap.none("NO_COLOR", without(EBAY, NO_COLOR="1"))
tap.none("--color never", without([*EBAY, "--color", "never"]))
tap.equal("an empty NO_COLOR is none (no-color.org)",
          bool(on_terminal(EBAY, 100, NO_COLOR="").coloured(GREEN)), True)
tap.equal("--color always wins over NO_COLOR",
          bool(on_terminal([*EBAY, "--color", "always"], 100, NO_COLOR="1").coloured(GREEN)), True)
tap.equal("no sequence at all on a dumb terminal", on_terminal(EBAY, 100, TERM="dumb").sequences, 0)

# --- what is made for programs ---------------------------------------------------------------------

with open(os.path.join(HERE, "expected", "ebay.txt"), encoding="utf-8") as file:
    EXPECTED = file.read()
tap.equal("a pipe gets what it always got", in_pipe(EBAY), EXPECTED)
tap.equal("whatever the variables say", in_pipe(EBAY, COLUMNS="40", TERM="dumb"), EXPECTED)
tap.equal("and with --color never", in_pipe([*EBAY, "--color", "never"]), EXPECTED)


def forced():
    text = in_pipe([*EBAY, "--color", "always"], COLUMNS="100")
    yield differs("sequences", set(re.findall(r"\x1b\[[0-9]*([A-Za-z])", text)), {"m"})
    screen = Screen(100)
    screen.feed(text.replace("\n", "\r\n"))
    yield from screen.findings
    yield differs("lines", screen.lines(), on_terminal(EBAY, 100).lines())


tap.none("--color always is for pagers: columns and colours, nothing written anew", forced())
for option in ("-c", "--json", "--matrix"):
    tap.equal(f"{option} is the same on a terminal",
              bytes_on_terminal([*EBAY, "-n", option], 60).replace("\r\n", "\n"),
              in_pipe([*EBAY, "-n", option]))
    tap.equal(f"{option} is the same for several ports",
              bytes_on_terminal([*PORTS, option], 60).replace("\r\n", "\n"),
              in_pipe([*PORTS, option]))
tap.equal("an unknown time for colours", subprocess.run(
    [PROGRAM, *EBAY, "--color", "sometimes"], capture_output=True, check=False).returncode, 2)
tap.done()
