"""What is not public and needs no key: whose a component is, and the comments that are offered."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.text import slugify

from vitrine.accounts.models import Account
from vitrine.journal.actions import record
from vitrine.kernel.clock import now
from vitrine.publication.bulletin import Position, Texts
from vitrine.status.actions.console import export_for_console
from vitrine.status.errors import InvalidComment
from vitrine.status.models import CommentTemplate, Component
from vitrine.status.rules.comments import faults_of

RESERVED = frozenset({"keep", "none", "own", "at"})
"""Choices of the form of a change: no comment may be called so."""


@transaction.atomic
def describe_component(
    component: Component, *, owner: str, user_groups: Sequence[str], by: Account
) -> Component:
    """Say which unit is responsible for `component`, and whom it concerns; nothing public."""
    component = Component.objects.select_for_update().get(pk=component.pk)
    component.owner = owner.strip()
    component.user_groups = list(dict.fromkeys(each.strip() for each in user_groups if each))
    component.save(update_fields=["owner", "user_groups"])
    record(
        "status.component_described",
        subject=component,
        by=by,
        owner=component.owner,
        user_groups=component.user_groups,
    )
    return component


@transaction.atomic
def keep_template(
    template: CommentTemplate | None,
    *,
    texts: Texts,
    positions: Sequence[Position | str],
    is_offered: bool = True,
    by: Account,
) -> CommentTemplate:
    """A new comment to choose from, another form of `template`, or one no longer offered.

    texts      language -> text with the slots {time} and {day}; the legal languages at least
    positions  for which it is offered; none: for all
    Raises InvalidComment. The emergency console knows it at once.
    """
    for language, fault in faults_of(texts):
        raise InvalidComment(fault, language=language)
    if template is None:
        last = CommentTemplate.objects.order_by("order").last()
        made = CommentTemplate(code=_free_code(texts), order=last.order + 1 if last else 0)
    else:
        made = CommentTemplate.objects.select_for_update().get(pk=template.pk)
    made.texts = {language: text for language, text in texts.items() if text}
    made.positions = [str(each) for each in positions]
    made.retired_at = None if is_offered else (made.retired_at or now())
    made.save()
    record(
        "status.template_kept",
        subject=made,
        by=by,
        texts=made.texts,
        positions=made.positions,
        is_offered=is_offered,
    )
    transaction.on_commit(export_for_console)
    return made


def _free_code(texts: Texts) -> str:
    """A code made of the French words that no other comment has."""
    stem = slugify(texts["fr"])[:30].strip("-") or "comment"
    taken = set(CommentTemplate.objects.values_list("code", flat=True)) | RESERVED
    number = 1
    code = stem
    while code in taken:
        number += 1
        code = f"{stem}-{number}"
    return code
