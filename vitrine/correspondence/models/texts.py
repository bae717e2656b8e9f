"""The editable texts of the house."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from vitrine.kernel.languages import Language


class Text(models.Model):
    """An editable text of the house in one language: acknowledgement, signature, ..."""

    key = models.CharField(max_length=40)
    language = models.CharField(max_length=2, choices=Language.choices)
    subject = models.CharField(_("subject"), max_length=200, blank=True)
    body = models.TextField(_("text"))
    """Placeholders in braces: {number}, {name}, {hours}, {phone}; unknown ones stay."""

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["key", "language"], name="one_text_per_key_and_language"
            )
        ]

    def __str__(self) -> str:
        return f"{self.key} ({self.language})"
