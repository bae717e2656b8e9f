"""Accounts: who may sign in, with which roles and spoken languages."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from vitrine.accounts.choices import DESK_ROLES, Level, Role
from vitrine.kernel.languages import Language
from vitrine.kernel.text import initials


class AccountQuerySet(BaseUserManager["Account"]):
    """Django asks this class for accounts by their natural key."""

    def get_by_natural_key(self, username: str | None) -> "Account":
        """The account whose address is `username`, whatever its case."""
        return self.get(email__iexact=username)


class Account(AbstractBaseUser):
    """Somebody who signs in. Written only by `accounts.actions`."""

    email = models.EmailField(_("e-mail address"), max_length=254, unique=True)
    name = models.CharField(_("name"), max_length=120)
    function = models.CharField(_("function"), max_length=120, blank=True)
    phone = models.CharField(_("telephone"), max_length=32, blank=True)
    roles = ArrayField(models.CharField(max_length=24, choices=Role.choices), default=list)
    ui_language = models.CharField(
        _("interface language"), max_length=2, choices=Language.choices, default=Language.FR
    )
    is_active = models.BooleanField(_("active"), default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[AccountQuerySet] = AccountQuerySet()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(Lower("email"), name="one_account_per_email_address"),
        ]

    def __str__(self) -> str:
        return self.name

    def has_role(self, *roles: str) -> bool:
        """Whether the account has at least one of `roles`."""
        return any(role in self.roles for role in roles)

    @property
    def works_at_desk(self) -> bool:
        """Whether the account sees and works every ticket."""
        return self.has_role(*DESK_ROLES)

    @property
    def initials(self) -> str:
        """At most two letters for an avatar."""
        return initials(self.name)


class SpokenLanguage(models.Model):
    """A language that an account answers in, with its level (S-02)."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="spoken_languages")
    language = models.CharField(max_length=2, choices=Language.choices)
    level = models.PositiveSmallIntegerField(choices=Level.choices, default=Level.FLUENT)

    class Meta:
        ordering: ClassVar[list[str]] = ["-level", "language"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["account", "language"], name="one_level_per_spoken_language"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.language} ({self.level})"
