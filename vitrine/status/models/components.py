"""The parts of the register, and the texts about them."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from vitrine.accounts.models import Account
from vitrine.kernel.languages import NamedInLanguages


class Component(NamedInLanguages):
    """A part of the register whose position is told; its position stands in the bulletin."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    """Stable for ever."""
    owner = models.CharField(_("responsible unit"), max_length=120, blank=True)
    user_groups = models.JSONField(_("user groups concerned"), default=list, blank=True)
    """Names of those who will be told, until they are groups of their own."""
    order = models.PositiveSmallIntegerField(_("place in the list"), default=0)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["order", "code"]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=Q(code__regex=r"^[a-z0-9-]{1,40}$"), name="a_component_code_is_plain"
            ),
        ]

    def __str__(self) -> str:
        return self.code

    @property
    def names(self) -> dict[str, str]:
        """The name in each language that has one."""
        named = {code: getattr(self, f"name_{code}") for code in ("fr", "nl", "de", "en")}
        return {code: name for code, name in named.items() if name}


class SentenceRevision(models.Model):
    """All official sentences as they were from one moment on; never changed, only followed."""

    number = models.PositiveIntegerField(primary_key=True)
    texts = models.JSONField()
    """Key of `publication.bulletin.Sentences` -> language -> text."""
    note = models.CharField(max_length=200, blank=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Account, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering: ClassVar[list[str]] = ["-number"]

    def __str__(self) -> str:
        return f"revision {self.number}"


class CommentTemplate(models.Model):
    """A comment in four languages, chosen at once; slots: {time}, {day}."""

    code = models.SlugField(_("code"), max_length=40, unique=True)
    texts = models.JSONField()
    """Language -> text."""
    positions = ArrayField(models.CharField(max_length=16), default=list)
    """For which positions it is offered; empty: for all."""
    order = models.PositiveSmallIntegerField(_("place in the list"), default=0)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["order", "code"]

    def __str__(self) -> str:
        return self.code
