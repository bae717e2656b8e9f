"""The comments that are offered, with their slots filled."""

from datetime import datetime

from vitrine.accounts.models import Account
from vitrine.publication.bulletin import Texts
from vitrine.status.access import templates_for
from vitrine.status.models import CommentTemplate
from vitrine.status.rules.comments import filled


def comment_choices(account: Account, *, language: str) -> list[tuple[str, str, list[str]]]:
    """Code, words in `language` and positions of each comment that is offered."""
    return [
        (each.code, _readable(each.texts.get(language) or each.texts["fr"]), each.positions)
        for each in templates_for(account)
    ]


def _readable(text: str) -> str:
    """`text` with dots where a time will stand."""
    return text.replace("{time}", "…").replace("{day}", "…")


def filled_comment(template: CommentTemplate, *, end: datetime | None) -> Texts | None:
    """The comment in all its languages; None when it speaks of an end that nobody gave."""
    texts = {}
    for language, text in template.texts.items():
        if "{time}" in text or "{day}" in text:
            if end is None:
                return None
            text = filled(text, end=end, language=language)
        texts[language] = text
    return texts
