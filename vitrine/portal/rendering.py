"""One page of the portal, with what every page of it says about the desk."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from vitrine.publication.bulletin import Position
from vitrine.publication.moments import moment
from vitrine.publication.site import site_from
from vitrine.status.queries import banner, sentence, standing_bulletin


def render_page(
    request: HttpRequest, template: str, context: dict[str, Any] | None = None, *, status: int = 200
) -> HttpResponse:
    """The template with the address and the telephone number of the desk."""
    contact = {
        "address": settings.DESK_ADDRESS,
        "phone": settings.DESK_PHONE,
        "phone_link": settings.DESK_PHONE.replace(" ", ""),
        "state_page": site_from().url,
    }
    return render(request, template, {**contact, **(context or {})}, status=status)


TONES = {Position.WORKS: "good", Position.SLOWED: "warn", Position.INTERRUPTED: "bad"}
SHAPES = {"good": "circle-tick", "warn": "triangle", "bad": "circle-cross"}


def told(language: str) -> dict[str, Any]:
    """What is wrong with the register, for pages on which somebody is about to ask about it."""
    known = banner(language)
    if known is None:
        return {}
    end = moment(known.expected_end, language=language) if known.expected_end else ""
    tone = TONES[known.position]
    return {"told": known, "tone": tone, "shape": SHAPES[tone], "expected_end": end}


def calm(language: str) -> dict[str, Any]:
    """The sentence that everything works, for the page on which one looks first."""
    bulletin = standing_bulletin()
    is_calm = bulletin is not None and bulletin.position is Position.WORKS
    return {"calm": sentence(bulletin, language=language) if bulletin and is_calm else ""}
