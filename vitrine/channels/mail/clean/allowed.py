"""Which elements and attributes of a stranger's page are kept. Everything else goes."""

VOID = frozenset({"br", "hr", "img", "wbr", "col"})
TABLE_PARTS = frozenset({"caption", "colgroup", "col", "thead", "tbody", "tfoot", "tr"})
CELLS = frozenset({"td", "th"})
BLOCKS = frozenset(
    {
        "address", "article", "aside", "blockquote", "center", "dd", "div", "dl", "dt",
        "figcaption", "figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr",
        "li", "main", "nav", "ol", "p", "pre", "section", "table", "ul",
    }
)  # fmt: skip
"""Elements that end an open paragraph."""
WORDS = frozenset(
    {
        "a", "abbr", "b", "big", "br", "cite", "code", "del", "dfn", "em", "font", "i", "img",
        "ins", "kbd", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "tt",
        "u", "var", "wbr",
    }
)  # fmt: skip
ELEMENTS = BLOCKS | WORDS | TABLE_PARTS | CELLS

RENAMED = {"body": "div"}
"""The body of the page becomes a block: its colours stay with its text."""

DROPPED_WITH_CONTENT = frozenset(
    {
        "script", "style", "title", "xmp", "iframe", "noembed", "noframes", "template", "svg",
        "math", "applet", "audio", "video", "canvas", "select", "plaintext", "xml",
    }
)  # fmt: skip

COMMON = frozenset({"style", "dir", "lang", "title", "align"})
ATTRIBUTES: dict[str, frozenset[str]] = {
    "a": frozenset({"href"}),
    "img": frozenset(
        {"src", "data-picture", "data-cid", "alt", "width", "height", "border", "hspace", "vspace"}
    ),
    "font": frozenset({"color", "face", "size"}),
    "table": frozenset({"width", "height", "border", "cellpadding", "cellspacing", "bgcolor"}),
    "tr": frozenset({"valign", "bgcolor", "height"}),
    "td": frozenset({"width", "height", "valign", "bgcolor", "colspan", "rowspan", "nowrap"}),
    "th": frozenset({"width", "height", "valign", "bgcolor", "colspan", "rowspan", "nowrap"}),
    "tbody": frozenset({"valign", "bgcolor"}),
    "thead": frozenset({"valign", "bgcolor"}),
    "tfoot": frozenset({"valign", "bgcolor"}),
    "col": frozenset({"width", "span"}),
    "colgroup": frozenset({"width", "span"}),
    "ol": frozenset({"start", "type"}),
    "ul": frozenset({"type"}),
    "li": frozenset({"value", "type"}),
    "hr": frozenset({"width", "size", "color"}),
}
"""Attributes of an element beside the common ones."""
