"""Component tags: the signature is the contract."""

from typing import Literal

from django import template

register = template.Library()

Tone = Literal["calm", "good", "warn", "bad"]


@register.inclusion_tag("ui/badge.html")
def badge(text: str, *, tone: Tone = "calm") -> dict[str, str]:
    """A short word in a coloured outline."""
    return {"text": text, "tone": tone}
