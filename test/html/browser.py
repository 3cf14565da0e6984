#!/usr/bin/env python3
"""Pages of --html in a real Chromium, without a network: nothing on the console, the verdict and the
drawing in its document, wide and narrow, light and dark, and on paper. Prints TAP:
browser.py PROGRAM NETWORKS [FOLDER], which keeps pages, pictures and PDFs in FOLDER"""

import os
import re
import shutil
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [HERE, os.path.join(HERE, "..")]
import tap  # noqa: E402
from page import Page  # noqa: E402

PROGRAM, NETWORKS = (os.path.realpath(path) for path in sys.argv[1:3])
SCRATCH = tempfile.TemporaryDirectory()
FOLDER = sys.argv[3] if len(sys.argv) > 3 else SCRATCH.name
BROWSER = shutil.which("chromium")
if BROWSER is None:
    print("ok 1 - browser # SKIP chromium is not installed (apt install chromium)\n1..1")
    sys.exit()

FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic",
         "--no-first-run", "--disable-background-networking", "--disable-component-update",
         "--disable-sync", "--hide-scrollbars", "--enable-logging=stderr", "--virtual-time-budget=2000"]


def browse(page, *flags):
    """Standard output and what the page put on the console."""
    with tempfile.TemporaryDirectory() as profile:
        done = subprocess.run([BROWSER, *FLAGS, f"--user-data-dir={profile}", *flags,
                               "file://" + page],
                              stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=100)
    # On a slow machine Chromium reports on the fonts of its own pages, chrome://, too.
    lines = [line for line in done.stderr.splitlines() if ":CONSOLE" in line]
    return done.stdout, [line for line in lines if "chrome://" not in line]


def page_of(name, *arguments):
    path = os.path.join(FOLDER, name + ".html")
    subprocess.run([PROGRAM, *arguments, "--html", path, "--force"], stdout=subprocess.DEVNULL,
                   check=False)
    return path


def network(name):
    return ["--sim", os.path.join(NETWORKS, name + ".toml")]


def shows(name, path, *texts):
    document, console = browse(path, "--dump-dom")
    tap.none(f"{name}: nothing on the console", console)
    page = Page(document)
    tap.none(f"{name}: the browser shows what is on the page",
             [f"misses {text!r}" for text in texts if text not in page.text])
    kinds = {tag for tag, _ in page.tags}
    tap.none(f"{name}: drawings are drawings", [] if {"svg", "circle"} <= kinds else sorted(kinds))
    tap.none(f"{name}: no script came to be", "script" if "script" in kinds else "")


def pictures(name, path):
    for view, flags in {"wide": ["--window-size=1280,1600"], "narrow": ["--window-size=375,1600"],
                        "dark": ["--window-size=1280,1600", "--force-dark-mode"]}.items():
        picture = os.path.join(FOLDER, f"{name}-{view}.png")
        browse(path, f"--screenshot={picture}", *flags)
        tap.equal(f"{name}: a picture, {view}", os.path.exists(picture), True)
    paper = os.path.join(FOLDER, name + ".pdf")
    browse(path, f"--print-to-pdf={paper}", "--no-pdf-header-footer")
    with open(paper, "rb") as file:
        printed = file.read()
    sheets = re.findall(rb"/Type\s*/Page\b", printed)
    tap.none(f"{name}: on paper", [] if printed.startswith(b"%PDF") and sheets else ["no sheets"])


opened = page_of("open", "www.ebay.co.uk", *network("examples"))
shows("open", opened, "Port 80 is open on 66.135.192.41, 15 hops away", "wintermute")
pictures("open", opened)
shows("hostile names", page_of("hostile", "198.51.100.1", "--sim",
                               os.path.join(HERE, "hostile.toml")), "198.51.100.1")
tap.done()
