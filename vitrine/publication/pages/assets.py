"""Style and script of the pages, in the pages themselves: one request, and a policy by hash."""

import base64
import re
from hashlib import sha256
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "static"


def source(name: str) -> str:
    """An asset without the comments and indentation that only its writers need."""
    text = (FOLDER / name).read_text(encoding="utf-8")
    if name.endswith(".js"):
        text = re.sub(r"^\s*//.*\n", "", text, flags=re.MULTILINE)
        return re.sub(r"^\s+", "", text, flags=re.MULTILINE).rstrip()
    return text.replace("\n", "").strip()


def hashed(text: str) -> str:
    """How a content security policy names an inline script or style."""
    return f"'sha256-{base64.b64encode(sha256(text.encode()).digest()).decode()}'"


PAGE_CSS = source("page.css")
PAGE_JS = source("page.js")
EMBED_CSS = source("embed.css")
EMBED_JS = source("embed.js")
COMPONENT_JS = source("system-status.js")


def policy(*, style: str, script: str = "", connect: tuple[str, ...] = ()) -> str:
    """The content security policy of a page: nothing but this style, this script, these hosts."""
    rules = ["default-src 'none'", f"style-src {hashed(style)}", "img-src 'self' data:"]
    if script:
        hosts = " ".join(("'self'", *connect))
        rules += [f"script-src {hashed(script)}", f"connect-src {hosts}"]
    return "; ".join([*rules, "base-uri 'none'", "form-action 'none'"])
