"""Question types are rows that the manager edits; old tickets keep theirs (S-11)."""

from django.db import IntegrityError, transaction

from vitrine.accounts.models import Account
from vitrine.directory.models import Service
from vitrine.journal.actions import record
from vitrine.tickets.errors import CodeInUse
from vitrine.tickets.models import QuestionType


@transaction.atomic
def create_question_type(
    code: str,
    *,
    name_fr: str,
    name_nl: str,
    name_de: str,
    name_en: str,
    parent: QuestionType | None,
    is_key_request: bool,
    default_service: Service | None,
    by: Account,
) -> QuestionType:
    """A new type of the first level, or of the second under `parent`. Raises CodeInUse."""
    try:
        with transaction.atomic():
            kind = QuestionType.objects.create(
                code=code.strip(),
                name_fr=name_fr,
                name_nl=name_nl,
                name_de=name_de,
                name_en=name_en,
                parent=parent,
                is_key_request=is_key_request,
                default_service=default_service,
            )
    except IntegrityError as taken:
        raise CodeInUse from taken
    record("question_type.created", subject=kind, by=by, code=kind.code, name=name_fr)
    return kind


@transaction.atomic
def change_question_type(
    kind: QuestionType,
    *,
    name_fr: str,
    name_nl: str,
    name_de: str,
    name_en: str,
    is_key_request: bool,
    default_service: Service | None,
    is_active: bool,
    by: Account,
) -> QuestionType:
    """Change names, service, or whether it is offered; the code and the level stay."""
    row = QuestionType.objects.select_for_update().get(pk=kind.pk)
    row.name_fr, row.name_nl, row.name_de, row.name_en = name_fr, name_nl, name_de, name_en
    row.is_key_request = is_key_request
    row.default_service = default_service
    row.is_active = is_active
    row.save()
    record(
        "question_type.changed",
        subject=row,
        by=by,
        code=row.code,
        name=name_fr,
        is_active=is_active,
    )
    return row
