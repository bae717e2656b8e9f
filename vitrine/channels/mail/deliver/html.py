"""The HTML twin of a text: plain, readable in light and dark, with its language. Pure.

No picture, no style of its own but a little space: the reader's program decides the rest.
"""

import re
from html import escape

_LINK = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]]")
_BLANK_LINES = re.compile(r"\n[ \t]*\n+")
_PAGE = """\
<!doctype html>
<html lang="{language}" dir="ltr">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<title>{title}</title>
</head>
<body style="margin:0;padding:16px;font-family:Arial,Helvetica,sans-serif;font-size:16px;\
line-height:1.5">
<div style="max-width:42em">
{body}
</div>
</body>
</html>
"""
_QUOTE = """\
<div class="gmail_quote">
<p style="margin:24px 0 8px">{heading}</p>
<blockquote type="cite" class="gmail_quote" lang="{language}" \
style="margin:0;padding:0 0 0 12px;border-left:2px solid #888888">
{words}
</blockquote>
</div>"""
_SIGNATURE = """\
<div style="margin-top:24px;padding-top:12px;border-top:1px solid #888888">
{words}
</div>"""


def page(
    text: str,
    *,
    title: str,
    language: str,
    signature: str = "",
    quote: tuple[str, str, str] | None = None,
) -> str:
    """The page of a message.

    signature  who is able to inform; blank: none
    quote      heading, text and language of what is answered; programs fold it away
    """
    parts = [_paragraphs(text)]
    if signature:
        parts.append(_SIGNATURE.format(words=_paragraphs(signature)))
    if quote:
        heading, words, quoted_language = quote
        parts.append(
            _QUOTE.format(
                heading=escape(heading), words=_paragraphs(words), language=escape(quoted_language)
            )
        )
    return _PAGE.format(language=escape(language), title=escape(title), body="\n".join(parts))


def _paragraphs(text: str) -> str:
    blocks = [block.strip("\n") for block in _BLANK_LINES.split(text.strip())]
    return "\n".join(
        f'<p style="margin:0 0 16px">{_line_ends(block)}</p>' for block in blocks if block
    )


def _line_ends(block: str) -> str:
    return "<br>\n".join(_linked(line) for line in block.split("\n"))


def _linked(line: str) -> str:
    """One line, safe, with its addresses of pages as links that show where they lead."""
    parts, shown = [], 0
    for match in _LINK.finditer(line):
        href = escape(match[0])
        parts += [escape(line[shown : match.start()]), f'<a href="{href}">{href}</a>']
        shown = match.end()
    return "".join([*parts, escape(line[shown:])])
