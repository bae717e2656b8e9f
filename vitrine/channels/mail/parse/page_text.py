"""HTML as text, without a parser: a scanner that is linear and never raises."""

import re
from dataclasses import dataclass
from html import unescape

from vitrine.channels.mail.parse.page_marks import Marks
from vitrine.kernel.text import without_controls

MAX_PAGE = 2_000_000
"""Characters; nobody reads more, and the original is kept."""

_OPENING = re.compile(r"<(?=[a-zA-Z/!?])")
_TAG = re.compile(r"<(/?)([a-zA-Z][\w:.-]{0,40})((?:[^<>\"']|\"[^\"<>]*\"|'[^'<>]*'|[\"'])*)>?")
_HREF = re.compile(r"""href\s*=\s*("[^"]*"|'[^']*'|[^\s>]+)""", re.IGNORECASE)
_ALT = re.compile(r"""\balt\s*=\s*("[^"]*"|'[^']*')""", re.IGNORECASE)
_WHITE = re.compile(r"[ \t\r\n\f]+")
_INDENT = re.compile(
    r"border:\s*(?:none|medium none|0)\b(?![^\"']*border-left:\s*solid)", re.IGNORECASE
)
_BLANKS = re.compile(r"\n{3,}")
_SKIPPED = {"script", "style", "title", "template", "svg", "math", "object", "iframe"}
_PARAGRAPHS = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "table", "ul", "ol", "dl", "blockquote"}
_PARAGRAPHS |= {"pre", "hr"}
_LINES = {"div", "tr", "li", "dt", "dd", "section", "article", "header", "footer", "address"}
_LINES |= {"center", "form"}
_KNOWN = _PARAGRAPHS | _LINES | {"br", "a", "img", "td", "th"}
_CLOSINGS = {name: re.compile(rf"</{name}\b[^>]*>?", re.IGNORECASE) for name in _SKIPPED}


@dataclass(frozen=True)
class PageText:
    """A page as text.

    new_until   the length of what stands before a quotation or signature that the mail
                program marked in its markup; None when nothing is marked, or when the
                sender wrote between or below the quoted lines
    """

    text: str
    new_until: int | None = None


def text_of(html: str) -> str:
    """What a person reads in `html`: paragraphs, lists, link targets, quotes with `> `."""
    return read_page(html).text


def read_page(html: str) -> PageText:
    """`html` as text, and how much of it is new. Only the first `MAX_PAGE` characters are read."""
    html = html[:MAX_PAGE]
    page = _Page()
    position = 0
    while opening := _OPENING.search(html, position):
        if opening.start() > position:
            page.write(html[position : opening.start()])
        position = _after_tag(html, opening=opening.start(), page=page)
    page.write(html[position:])
    return page.finished()


def _after_tag(html: str, *, opening: int, page: "_Page") -> int:
    """Deal with what begins at `<` and return where reading goes on."""
    if html[opening + 1] in "!?":
        end = "-->" if html.startswith("<!--", opening) else ">"
        stop = html.find(end, opening + 2)
        return len(html) if stop < 0 else stop + len(end)
    match = _TAG.match(html, opening)
    if match is None:
        page.write("<")
        return opening + 1
    name = match[2].lower()
    if name in _SKIPPED and not match[1]:
        closing = _CLOSINGS[name].search(html, match.end())
        is_lost = name in ("script", "style") and not closing
        return closing.end() if closing else len(html) if is_lost else match.end()
    if name not in _KNOWN:
        return match.end()
    if match[1]:
        page.close(name)
    else:
        page.open(name, attributes=match[3])
    return match.end()


class _Page:
    """The text while it is being written."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.line: list[str] = []
        self.quotes = 0
        self.preformatted = 0
        self.links: list[tuple[str, int]] = []
        self.indents: list[bool] = []
        self.marks = Marks()

    def write(self, markup: str) -> None:
        """Add text; white space counts once, except in `pre`."""
        if not markup:
            return
        text = unescape(markup).replace("\xa0", " ") if "&" in markup else markup
        if self.preformatted:
            first, *others = text.split("\n")
            self.line.append(first)
            for other in others:
                self.end_line()
                self.line.append(other)
            return
        flat = _WHITE.sub(" ", text)
        if flat.startswith(" ") and (not self.line or self.line[-1].endswith(" ")):
            flat = flat[1:]
        if flat:
            self.line.append(flat)

    def end_line(self) -> None:
        """Begin a new line, also when this one is empty."""
        text = "".join(self.line).rstrip()
        mark = "> " * min(self.quotes, 20)
        self.lines.append(f"{mark}{text}".rstrip() if text or mark else "")
        self.line = []

    def break_line(self) -> None:
        """Begin a new line unless this one is empty."""
        if "".join(self.line).strip():
            self.end_line()

    def _separate(self, name: str) -> None:
        """A line ends here, or a paragraph."""
        if name in _PARAGRAPHS or name in _LINES:
            self.break_line()
            if name in _PARAGRAPHS and self.lines and self.lines[-1].strip("> "):
                self.end_line()

    def open(self, name: str, *, attributes: str) -> None:
        """A start tag."""
        self._separate(name)
        self.marks.open(name, attributes=attributes, line=len(self.lines) + bool(self.line))
        if name == "br":
            self.end_line()
        elif name == "blockquote":
            self.indents.append(bool(_INDENT.search(attributes)))
            self.quotes += not self.indents[-1]
        elif name == "pre":
            self.preformatted += 1
        elif name == "li":
            self.line.append("- ")
        elif name == "a":
            self.links.append((_attribute(_HREF, attributes), len(self.line)))
        elif name == "img":
            self.write(_attribute(_ALT, attributes))

    def close(self, name: str) -> None:
        """An end tag."""
        if name == "a" and self.links:
            self._end_link(*self.links.pop())
        if name == "blockquote" and self.indents:
            self.break_line()
            self.quotes = max(0, self.quotes - (not self.indents.pop()))
        self._separate(name)
        self.marks.close(name, line=len(self.lines) + bool(self.line))
        if name in ("td", "th"):
            self.line.append(" ")
        elif name == "pre":
            self.preformatted = max(0, self.preformatted - 1)

    def _end_link(self, target: str, begin: int) -> None:
        shown = "".join(self.line[begin:]).strip()
        address = target.removeprefix("mailto:")
        if target.startswith(("http://", "https://", "mailto:")) and address not in shown:
            plain = re.sub(r"^https?://|/$", "", address)
            if plain != re.sub(r"^https?://|/$", "", shown):
                self.line.append(f" <{address}>")

    def finished(self) -> PageText:
        """Everything written, without more than one empty line in a row."""
        self.break_line()
        cut = self.marks.new_until(self.lines)
        if cut is not None:
            before, after = _tidied(self.lines[:cut]), _tidied(self.lines[cut:])
            if before and after:
                return PageText(f"{before}\n\n{after}", new_until=len(before))
        return PageText(_tidied(self.lines))


def _tidied(lines: list[str]) -> str:
    return _BLANKS.sub("\n\n", without_controls("\n".join(lines))).strip("\n")


def _attribute(pattern: re.Pattern[str], attributes: str) -> str:
    match = pattern.search(attributes[:4000])
    return unescape(match[1].strip("\"'")).strip() if match else ""
