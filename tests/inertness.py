"""Whether a page does nothing: read again by a parser that knows nothing of our cleaner."""

import re
from html.parser import HTMLParser
from pathlib import Path

ATTACKS = [
    line.replace("\\x20", " ")
    for line in (Path(__file__).parent / "captured/attacks.txt").read_text().split("\n")
    if line
]
"""One known attack a line."""


def words(text: str) -> list[str]:
    """The words of `text`."""
    return text.split()


ELEMENTS = frozenset(
    words(
        "a abbr address article aside b big blockquote br caption center cite code col"
        " colgroup dd del"
        " dfn div dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i img"
        " ins kbd li"
        " main nav ol p pre q s samp section small span strike strong sub sup table tbody"
        " td tfoot th"
        " thead tr tt u ul var wbr"
    )
)
ATTRIBUTES = frozenset(
    words(
        "style dir lang title align href target rel data-picture data-cid alt width height"
        " border hspace"
        " vspace color face size cellpadding cellspacing bgcolor valign colspan rowspan nowrap span"
        " start type value"
    )
)
LINK = re.compile(r"(?:https?://[^\s/\"'<>]|mailto:|tel:)[^\s\"'<>]*")
STYLE = re.compile(r"[a-z-]+: [\w#%., ()+-]+(?:; [a-z-]+: [\w#%., ()+-]+)*")
FUNCTION = re.compile(r"([\w-]+)\(")
MOVES = re.compile(
    r"(?:^|; )(?:position|top|left|right|bottom|inset|transform|z-index|opacity|visibility|"
    r"animation|unicode-bidi|behavior|-[\w-]+)\b"
)
UNSEEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.faults: list[str] = []

    def handle_starttag(self, tag, attrs):
        if re.search(r"[<>]", (self.get_starttag_text() or "<>")[1:-1]):
            self.faults.append("a value with a sign of a tag")
        if tag not in ELEMENTS:
            self.faults.append(f"element {tag}")
        for name, value in attrs:
            self.faults += attribute_faults(name, value or "")

    def handle_comment(self, text):
        self.faults.append(f"comment {text}")

    def handle_decl(self, text):
        self.faults.append(f"declaration {text}")

    handle_pi = unknown_decl = handle_decl


def attribute_faults(name: str, value: str) -> list[str]:
    """What is wrong with an attribute, in words; empty when it does nothing."""
    faults = []
    if name not in ATTRIBUTES:
        faults.append(f"attribute {name}")
    if name == "href" and not LINK.fullmatch(value):
        faults.append(f"link {value}")
    if name == "data-picture" and not value.startswith(("http://", "https://")):
        faults.append(f"picture {value}")
    if name == "style":
        if not STYLE.fullmatch(value):
            faults.append(f"style {value}")
        if set(FUNCTION.findall(value)) - {"rgba"} or MOVES.search(value):
            faults.append(f"style {value}")
        sizes = [float(size) for size in re.findall(r"[\d.]+", value)]
        if any(size > 2000 for size in sizes) or re.search(r"(?<![\w-])-\d", value):
            faults.append(f"size {value}")
    return faults


def faults_of(html: str) -> list[str]:
    """Everything in `html` that could do something, or change how it reads; empty: inert."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    faults = reader.faults
    if UNSEEN.search(html):
        faults.append("a sign that nobody sees")
    return faults
