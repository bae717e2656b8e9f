"""What a sorting rule does to a message, in words."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _

from vitrine.kernel.languages import Language
from vitrine.tickets.choices import Impact, Urgency


def effect_words(facts: Mapping[str, Any]) -> list[str]:
    """What a rule does or did, from names and numbers by the name of the setting."""
    words = []
    for name, pattern in (
        ("question_type", _("question type %(value)s")),
        ("service", _("suggests %(value)s")),
        ("owner", _("goes to %(value)s")),
        ("impact", _("impact: %(value)s")),
        ("urgency", _("urgency: %(value)s")),
        ("language", _("language %(value)s")),
        ("next_action", _("next action: %(value)s")),
    ):
        if value := facts.get(name):
            words.append(pattern % {"value": readable(name, value)})
    if facts.get("no_acknowledgement"):
        words.append(_("no acknowledgement"))
    if facts.get("is_spam"):
        words.append(_("spam"))
    return words


def readable(name: str, value: Any) -> str:
    """A number or code of a setting by its name."""
    if name == "impact" and value in Impact.values:
        return str(Impact(value).label)
    if name == "urgency" and value in Urgency.values:
        return str(Urgency(value).label)
    if name == "language" and value in Language.values:
        return str(Language(value).label)
    return str(value)
