"""HTML made inert."""

import nh3

from vitrine.kernel.text import without_controls


def inert(html: str) -> str:
    """`html` that cannot do anything: no script, style, form, frame or remote picture."""
    return nh3.clean(
        without_controls(html),
        attribute_filter=_kept_attribute,
        url_schemes={"http", "https", "mailto", "tel", "cid"},
        link_rel="noopener noreferrer nofollow",
    )


def _kept_attribute(element: str, attribute: str, value: str) -> str | None:
    if element == "img" and attribute == "src":
        return value if value.strip().lower().startswith("cid:") else None
    return None if attribute == "srcset" else value
