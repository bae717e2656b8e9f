"""Component tags: the signature is the contract, and there is no other way to draw a part."""

from typing import Any, Literal

from django import template
from django.conf import settings
from django.forms import BaseForm, BoundField
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.utils.translation import get_language
from django.utils.translation import gettext as _

register = template.Library()

Tone = Literal["calm", "act", "good", "warn", "bad"]
TONE_ICONS = {"calm": "bell", "act": "arrow", "good": "circle-tick", "warn": "triangle"}
LANGUAGE_NAMES = {"fr": "Français", "nl": "Nederlands", "de": "Deutsch", "en": "English"}
THEMES = ("light", "dark")
ACCOUNT_HOME = "/account/"
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)


@register.simple_tag
def icon(name: str, *, label: str = "") -> SafeString:
    """A drawing of `ui/icons.svg`; hidden from assistive technology unless it has a label."""
    href = f"{static('ui/icons.svg')}#{name}"
    if label:
        return format_html(
            '<svg class="icon" role="img" aria-label="{}"><use href="{}"/></svg>', label, href
        )
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}"/></svg>', href)


@register.inclusion_tag("ui/badge.html")
def badge(text: str, *, tone: Tone = "calm", icon: str = "") -> dict[str, str]:
    """A short word in a coloured outline; `act` means: it is yours."""
    return {"text": text, "tone": tone, "icon_name": icon}


@register.inclusion_tag("ui/notice.html")
def notice(text: str, *, tone: Tone = "calm", title: str = "") -> dict[str, str]:
    """A sentence in a box with the shape of its tone: tick, triangle, cross."""
    shape = TONE_ICONS.get(tone, "circle-cross")
    return {"text": text, "tone": tone, "title": title, "icon_name": shape}


@register.simple_block_tag
def panel(content: str, *, title: str = "", id: str = "", extra: str = "") -> str:
    """A box with an optional heading: `{% panel title=title %} ... {% endpanel %}`."""
    values = {"content": content, "title": title, "id": id, "extra": extra}
    values["heading_id"] = f"{id or slugify(title)}-heading"
    return render_to_string("ui/panel.html", values)


@register.simple_tag
def key(text: str) -> SafeString:
    """A key of the keyboard, shown where it acts."""
    return format_html("<kbd>{}</kbd>", text)


@register.simple_tag
def letters(language: str) -> SafeString:
    """A language as FR, NL, DE or EN, with its name for the pointer and for the ear."""
    name = dict(settings.LANGUAGES).get(language, language)
    return format_html('<abbr class="letters" title="{}">{}</abbr>', _(str(name)), language.upper())


@register.simple_tag
def avatar(initials: str) -> SafeString:
    """At most two letters in a circle; the name stands beside it."""
    return format_html('<span class="avatar" aria-hidden="true">{}</span>', initials[:2])


@register.inclusion_tag("ui/empty.html")
def empty(text: str, *, next: str = "", href: str = "", icon: str = "inbox") -> dict[str, str]:  # noqa: A002
    """What an empty list says: what is not there, and the next step."""
    return {"text": text, "next": next, "href": href, "icon_name": icon}


@register.inclusion_tag("ui/field.html")
def field(bound: BoundField) -> dict[str, BoundField]:
    """One field with label, help and error, as `{{ form }}` draws it."""
    return {"field": bound}


@register.inclusion_tag("ui/error_summary.html")
def error_summary(form: BaseForm) -> dict[str, BaseForm]:
    """Everything that is wrong with a form, each with a link to its field."""
    return {"form": form}


@register.inclusion_tag("ui/language_switch.html", takes_context=True)
def language_switch(context: template.Context, *, form: str = "") -> dict[str, Any]:
    """The four languages; with `form` (its id) the words typed there travel along."""
    request: HttpRequest | None = context.get("request")
    query = request.GET.copy() if request else None
    choices = []
    for code, name in LANGUAGE_NAMES.items():
        if query is not None:
            query["language"] = code
        href = f"?{query.urlencode()}" if query is not None else f"?language={code}"
        current = code == get_language()
        choices.append(
            {
                "code": code,
                "name": name,
                "letters": code.upper(),
                "href": href,
                "is_current": current,
            }
        )
    return {"choices": choices, "form": form}


@register.inclusion_tag("ui/menu_item.html", takes_context=True)
def menu_item(
    context: template.Context, url_name: str, title: str, *, icon: str
) -> dict[str, object]:
    """A place in a menu; marked when we are there or below."""
    request: HttpRequest = context["request"]
    href = reverse(url_name)
    here = request.path == href or (href != ACCOUNT_HOME and request.path.startswith(href))
    return {"href": href, "title": title, "icon_name": icon, "is_current": here}


@register.filter
def without_placeholder(bound: BoundField) -> BoundField:
    """The field without a grey word inside: a label says it, and stays when one types."""
    bound.field.widget.attrs.pop("placeholder", None)
    return bound


@register.filter
def browser_name(user_agent: str) -> str:
    """`Firefox, Windows` for what a browser says of itself; its first words when unknown."""
    browser = next((name for mark, name in BROWSERS if mark in user_agent), "")
    system = next((name for mark, name in SYSTEMS if mark in user_agent), "")
    known = ", ".join(filter(None, [browser, system]))
    return known or user_agent[:60] or _("Unknown browser")


@register.inclusion_tag("ui/theme_switch.html")
def theme_switch() -> dict[str, str]:
    """Light, dark or as the system; kept in a cookie, needs scripts."""
    return {}


@register.simple_tag(takes_context=True)
def chosen_theme(context: template.Context) -> SafeString:
    """The attribute of `<html>` for the theme that this browser chose."""
    request: HttpRequest | None = context.get("request")
    theme = request.COOKIES.get("theme") if request else None
    return format_html(' data-theme="{}"', theme) if theme in THEMES else SafeString("")


@register.inclusion_tag("ui/contact_block.html")
def contact_block() -> dict[str, str]:
    """How to reach the desk, on every public page."""
    phone = getattr(settings, "DESK_PHONE", "")
    return {
        "address": settings.DESK_ADDRESS,
        "phone": phone,
        "phone_link": phone.replace(" ", ""),
    }
