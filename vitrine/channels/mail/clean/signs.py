"""Signs that nobody sees and that change what is seen: controls and directional overrides."""

import re

_MISLEADING = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # controls
    "\u202a-\u202e\u2066-\u2069\u061c\u200e\u200f"  # directional overrides, isolates and marks
    "\u2028\u2029\ufeff\ufff9-\ufffb\ufffe\uffff"  # separators, byte order mark, annotations
    "\U000e0000-\U000e007f"  # tags
    "\ud800-\udfff]"  # lone surrogates
)


def without_misleading_signs(text: str) -> str:
    """`text` in the order and with the signs that its reader sees; line ends are line feeds."""
    return _MISLEADING.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
