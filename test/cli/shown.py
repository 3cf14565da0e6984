#!/usr/bin/env python3
"""What README and docs show of the program is what it prints. Prints TAP:  shown.py PROGRAM ROOT PAGE...

A command with --sim that stands in a page behind "$ tracetcp" is run in ROOT; the lines below it, as far
as they are set in as it is, must be what it prints: "..." stands for lines that are left out, and blanks
for tabs, as a terminal shows them."""

import os
import re
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), ".."))
import tap  # noqa: E402

PROGRAM, ROOT = map(os.path.realpath, sys.argv[1:3])
COMMAND = re.compile(r"( +)\$ (tracetcp .* --sim .*|cat \S+)$")


def words(line):
    return line.split()


def examples_of(page):
    """Each command with the lines that are shown of it."""
    with open(page, encoding="utf-8") as file:
        lines = file.read().splitlines()
    for at, line in enumerate(lines):
        if not (match := COMMAND.match(line)):
            continue
        shown = []
        for below in lines[at + 1:]:
            is_outside = below.strip() and not below.startswith(match[1])
            if is_outside or below.startswith(match[1] + "$ "):
                break
            shown.append(below.removeprefix(match[1]))
        yield match[2], [line for line in shown if line.strip()]


def missing(shown, printed):
    """The first shown line that does not come where it should."""
    at, may_skip = 0, True
    for line in shown:
        if line == ["..."]:
            may_skip = True
            continue
        found = [i for i in range(at, len(printed)) if printed[i] == line]
        if not found or (found[0] != at and not may_skip):
            return f"{' '.join(line)!r} is not printed there; printed is {printed[at:at + 1]}"
        at, may_skip = found[0] + 1, False
    return ""


def check(command, shown):
    path = os.path.dirname(PROGRAM) + os.pathsep + os.environ["PATH"]
    done = subprocess.run(["bash", "-c", command], cwd=ROOT, stdin=subprocess.DEVNULL,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=60,
                          env=os.environ | {"PATH": path}, check=False)
    printed = [words(line) for line in done.stdout.splitlines() if line.strip()]
    return missing([words(line) for line in shown], printed)


def check_page(page, folder):
    for command, shown in examples_of(page):
        if command.startswith("cat "):  # the reader makes that file
            file = os.path.join(folder, command.removeprefix("cat "))
            with open(file, "w", encoding="utf-8") as made:
                made.write("\n".join(shown) + "\n")
            continue
        if not shown or re.search(r"--write|--html", command):
            continue
        for name in os.listdir(folder):
            command = command.replace(f" {name} ", f" {os.path.join(folder, name)} ")
        tap.none(f"{os.path.basename(page)}: {command}", check(command, shown))


def main():
    with tempfile.TemporaryDirectory() as folder:
        for page in sys.argv[3:]:
            check_page(page, folder)
    tap.done()


main()
