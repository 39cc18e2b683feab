"""HTML without a parse error, unique ids, links that lead somewhere, no address outside the page; SVG that is XML.

usage: valid.py FILE..."""
import re
import sys
import warnings
import xml.etree.ElementTree as ET

import html5lib

warnings.simplefilter("ignore")


def check_html(path, text):
    parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"), namespaceHTMLElements=False)
    root = parser.parse(text)
    faults = [f"line {where[0]}: {code} {data}" for where, code, data in parser.errors]
    ids = [e.get("id") for e in root.iter() if e.get("id")]
    faults += [f"id {i} stands twice" for i in set(ids) if ids.count(i) > 1]
    for element in root.iter():
        href = element.get("href") or ""
        if href.startswith("#") and href[1:] not in ids:
            faults.append(f"{href} leads nowhere")
        elif href and not href.startswith(("#", "data:")):
            faults.append(f"{href} leaves the page")
        if element.get("src"):
            faults.append(f"{element.get('src')} is fetched")
        for name in ("aria-labelledby", "for"):
            faults += [f"{name} {i} is nobody" for i in (element.get(name) or "").split() if i not in ids]
        faults += [f"{a} is a handler in an attribute" for a in element.keys() if a.startswith("on")]
    for tag, least in (("title", 1), ("h1", 1), ("main", 1)):
        if len(list(root.iter(tag))) < least:
            faults.append(f"no {tag}")
    faults += [f"{u} is an address" for u in set(re.findall(r"https?://[^\s\"'<)]+", text)) if u != "http://www.w3.org/2000/svg"]
    return faults


def check_svg(path, text):
    root = ET.fromstring(text)
    names = [e.tag.split("}")[1] for e in root]
    return [f"no {n}" for n in ("title", "desc", "style") if n not in names] + ([] if root.get("role") == "img" else ["no role"])


bad = 0
for path in sys.argv[1:]:
    text = open(path, encoding="utf-8").read()
    for fault in (check_svg if path.endswith(".svg") else check_html)(path, text):
        print(f"{path}: {fault}")
        bad = 1
sys.exit(bad)
