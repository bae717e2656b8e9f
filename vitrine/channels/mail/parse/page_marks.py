"""Where mail programs mark in their markup that a quotation or a signature begins.

Gmail, Outlook, Yahoo, Proton, Thunderbird, Apple, Zimbra and others name the element;
blockquotes need no mark, for their lines are read with `> `.
"""

import re
from dataclasses import dataclass, field

from vitrine.channels.mail.parse.quotes.blocks import is_forward_mark

_ALL_BELOW = re.compile(
    r"""(?:id|class|name)\s*=\s*["']?[^"'>]{0,200}?\b(?:x_)*(?:divRplyFwdMsg|appendonsend
      |OutlookMessageHeader
       |mail-editor-reference-message-container|ms-outlook-mobile-reference-message|reply-intro
         |OLK_SRC_BODY_SECTION
       |replyWithHeaders?|zwchr|stopSpelling|originbody_|ForwardMessageHeader|compose_reply_header)
     |border-top:\s*(?:solid\ )?\#?(?:e1e1e1|b5c4df)
     |data-marker\s*=\s*["']?__(?:HEADERS|QUOTED_TEXT)__""",
    re.VERBOSE | re.IGNORECASE,
)
_CONTAINER = re.compile(
    r"""(?:id|class)\s*=\s*["']?[^"'>]{0,200}?\b(?:x_)*(?:gmail_quote(?:_container)?|gmail_attr
      |moz-cite-prefix
       |yahoo_quoted|yahoo-quoted|yQTDBase|protonmail_quote|tutanota_quote|zmail_extra|mail_quote
         |quote-header
       |moz-forward-container|mailbox_signature_quote|ms-outlook-reply|cbl_quoted|sfr_quote
         |iOSMailQuote|qt)\b""",
    re.VERBOSE | re.IGNORECASE,
)
_SIGNATURE = re.compile(
    r"""(?:id|class|data-smartmail)\s*=\s*["']?[^"'>]{0,200}?\b(?:x_)*(?:gmail_signature
      |moz-signature|AppleMailSignature
       |Signature|ms-outlook-mobile-signature|protonmail_signature_block|mobile-signature
         |yahoo-signature)\b""",
    re.VERBOSE | re.IGNORECASE,
)
_READ = 400


@dataclass
class Marks:
    """The lines at which marked elements begin and end, noted while a page is read."""

    quote: int | None = None
    is_all_below: bool = False
    signature: int | None = None
    signature_end: int | None = None
    _name: str = ""
    _depth: int = 0
    _seen: set[str] = field(default_factory=set)

    def open(self, name: str, *, attributes: str, line: int) -> None:
        """A start tag: note it when a program marks a quotation or signature with it."""
        if self._depth and name == self._name:
            self._depth += 1
        if len(attributes) < 6:
            return
        attributes = attributes[:_READ]
        if self.quote is None:
            if _ALL_BELOW.search(attributes):
                self.quote, self.is_all_below = line, True
            elif _CONTAINER.search(attributes):
                self.quote = line
            elif _SIGNATURE.search(attributes):
                self.signature, self.signature_end = line, None
                self._name, self._depth = name, 1

    def close(self, name: str, *, line: int) -> None:
        """An end tag: the signature may end with it."""
        if self._depth and name == self._name:
            self._depth -= 1
            if not self._depth and self.signature_end is None:
                self.signature_end = line

    def new_until(self, lines: list[str]) -> int | None:
        """The line before which everything is new; None: there is no mark to go by."""
        end = self.quote
        if end is not None and not self._is_only_quoted(lines[end:]):
            return None
        below = len(lines) if end is None else end
        if self.signature is not None and self.signature < below:
            after = below if self.signature_end is None else self.signature_end
            if not any(line.strip() for line in lines[after:below]):
                return self.signature
        return end

    def _is_only_quoted(self, lines: list[str]) -> bool:
        """Whether nothing of the sender stands between or below the quoted lines."""
        first = next((line for line in lines if line.strip()), "")
        if is_forward_mark(first):
            return False
        if self.is_all_below:
            return True
        quoted = next((at for at, line in enumerate(lines) if line.startswith(">")), None)
        if quoted is None:
            return True
        return all(not line.strip() or line.startswith(">") for line in lines[quoted:])
