"""prose.py OUT: text that people wrote, from Debian's packages of documentation.

Packages are fetched by `apt-get download` and unpacked, not installed. Markup is taken off, white space becomes one blank, and
characters are dropped of which Python, Rust and the engines differ whether they are letters or what their lower case is, so that one
answer binds all.
"""

import gzip
import html
import os
import re
import subprocess
import sys
import tempfile
import unicodedata
from pathlib import Path

PACKAGES = """
    linux-doc-6.1 python3.11-doc debian-handbook bible-kjv-text dict-wn dict-gcide dict-jargon dict-foldoc
    manpages manpages-dev manpages-de manpages-fr manpages-es manpages-ru manpages-pl
    fortunes miscfiles anarchism developers-reference debian-policy
""".split()

MARKUP = re.compile(r"<(script|style|svg)\b.*?</\1>|<[^>]*>", re.DOTALL)
ROFF = re.compile(r"\\f.|\\\(..|\\[&/,|^]")
#: What the kernel's documentation may take, so that one subject isn't all of it.
LARGEST = 60_000_000


def main(out):
    with tempfile.TemporaryDirectory() as folder:
        unpack(Path(folder))
        part = Path(f"{out}.part")
        with part.open("w", encoding="utf-8", newline="\n") as to:
            for package in sorted(PACKAGES):
                written = 0
                for path in sorted(files(Path(folder, "tree", package))):
                    if written < LARGEST:
                        written += to.write(clean(read(path)))
        part.rename(out)


def unpack(folder):
    tree = folder / "tree"
    tree.mkdir()
    for package in PACKAGES:
        fetch = ["apt-get", "download", "--quiet=2", "--option=APT::Sandbox::User=root", package]
        subprocess.run(fetch, cwd=folder, check=True)
        (deb,) = folder.glob(f"{package}_*.deb")
        subprocess.run(["dpkg-deb", "--extract", deb, tree / package], check=True)


def files(tree):
    for folder, _, names in os.walk(tree):
        for name in names:
            path = Path(folder, name)
            if not path.is_symlink() and kind(path):
                yield path


def kind(path):
    name = path.name.removesuffix(".gz").removesuffix(".dz")
    if name.endswith(".html"):
        return "html"
    if "man" in path.parts:
        return "roff"
    if name.endswith((".txt", ".rst", ".text", ".dict")) or "fortunes" in path.parts:
        return "text"
    return None


def read(path):
    opened = gzip.open if path.suffix in {".gz", ".dz"} else open
    with opened(path, "rb") as file:
        content = file.read()
    try:
        text = content.decode()
    except UnicodeDecodeError:
        text = content.decode("latin-1")
    match kind(path):
        case "html":
            return html.unescape(MARKUP.sub(" ", text))
        case "roff":
            lines = (line for line in text.splitlines() if not line.startswith((".", "'")))
            return ROFF.sub("", "\n".join(lines))
    return text


def clean(text):
    text = unicodedata.normalize("NFC", text).translate(CHARACTERS)
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "".join(line + "\n" for line in lines if line)


class Characters(dict):
    """What each character becomes, found out when it is first met."""

    def __missing__(self, code):
        self[code] = becomes(chr(code))
        return self[code]


def becomes(character):
    category = unicodedata.category(character)
    if character == "\n":
        return character
    if character.isspace() or category[0] == "Z":
        return " "
    disputed = "ªºΣ" "ẞİı"
    if category[0] in "MC" or category in {"Nl", "No", "Lm"} or character in disputed:
        return ""
    if len(character.lower()) != 1 or "①" <= character <= "⓿" or character > "\uffff":
        return ""
    return character


CHARACTERS = Characters()

if __name__ == "__main__":
    main(*sys.argv[1:])
