"""What requests are about."""

from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from vitrine.directory.models import Service
from vitrine.kernel.languages import NamedInLanguages


class QuestionType(NamedInLanguages):
    """What a request is about, two levels (domain section 1.3); editable, never deleted."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children"
    )
    is_key_request = models.BooleanField(_("key request"), default=False)
    """Excluded from charts 2 and 3 by default."""
    default_service = models.ForeignKey(
        Service, models.PROTECT, null=True, blank=True, related_name="+"
    )
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["code"]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=Q(parent__isnull=True) | ~Q(parent=F("id")),
                name="no_question_type_is_its_own_parent",
            )
        ]

    def __str__(self) -> str:
        return self.code
