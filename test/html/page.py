"""A page of --html as the tests look at it, read by Python's own parser."""

import html.parser
import re

VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source",
        "track", "wbr"}
# Attributes that make a browser fetch something, or run it.
FETCHING = {"src", "srcset", "poster", "data", "action", "formaction", "background", "xlink:href",
            "ping", "style"}
# Of SVG, written so that they close themselves.
SELF_CLOSED = {"rect", "path", "line", "circle"}


class Page(html.parser.HTMLParser):
    def __init__(self, text):
        super().__init__(convert_charrefs=True)
        self.raw = text
        self.open = []
        self.faults = []
        self.tags = []
        self.ids = []
        self.links = []
        self.texts = []
        self.rows = {}  # text of each row that has an id
        self.feed(text)
        self.close()
        self.text = " ".join(" ".join(self.texts).split())
        if self.open:
            self.faults.append(f"not closed: {self.open}")

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        self.tags.append((tag, values))
        for name, value in attributes:
            if name.startswith("on") or name in FETCHING:
                self.faults.append(f"<{tag}> has {name}={value!r}")
        if "id" in values:
            self.ids.append(values["id"])
        if "href" in values:
            self.links.append(values["href"])
        if tag not in VOID:
            self.open.append((tag, values.get("id")))

    def handle_startendtag(self, tag, attributes):
        self.handle_starttag(tag, attributes)
        if tag not in VOID:
            self.open.pop()
        if tag not in VOID | SELF_CLOSED:
            self.faults.append(f"<{tag}/> is no element that closes itself")

    def handle_endtag(self, tag):
        if not self.open or self.open[-1][0] != tag:
            self.faults.append(f"</{tag}> closes {self.open[-1:]}")
            return
        self.open.pop()

    def handle_data(self, text):
        if self.open and self.open[-1][0] == "style":
            return
        self.texts.append(text)
        for tag, name in self.open:
            if tag == "tr" and name:
                self.rows[name] = self.rows.get(name, "") + text

    def all_faults(self):
        faults = list(self.faults)
        names = {tag for tag, _ in self.tags}
        faults += [f"has <{tag}>" for tag in names & {"script", "iframe", "img", "link", "object",
                                                      "embed", "base", "form", "foreignobject"}]
        if len(set(self.ids)) != len(self.ids):
            faults.append("two elements have one id")
        ids = set(self.ids)
        for link in self.links:
            if link.startswith("data:application/vnd.tcpdump.pcap;base64,"):
                continue
            if not link.startswith("#"):
                faults.append(f"leads away: {link[:80]}")
            elif link[1:] not in ids:
                faults.append(f"leads nowhere: {link}")
        if re.search(r"url\s*\(|@import", self.raw):
            faults.append("the style sheet loads something")
        if dict(self.tags).get("html", {}).get("lang") != "en":
            faults.append("no language")
        if not self.raw.startswith("<!DOCTYPE html>"):
            faults.append("no doctype")
        return faults
