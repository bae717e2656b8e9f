"""Organisations, persons and the services that have a second line."""

from typing import Any, ClassVar

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from vitrine.accounts.models import Account
from vitrine.directory.choices import LanguageRegime, PersonKind
from vitrine.kernel.languages import Language, NamedInLanguages


class Category(NamedInLanguages):
    """A kind of organisation: COM municipality, POL police, ... (domain section 1.2)."""

    code = models.CharField(_("code"), max_length=8, unique=True)
    is_private = models.BooleanField(_("answered as a private person"), default=False)
    """True for citizens and companies: the language they used, not a regime, decides."""

    class Meta:
        ordering: ClassVar[list[str]] = ["code"]

    def __str__(self) -> str:
        return self.code


class MunicipalityList(models.Model):
    """A list of municipalities that was imported: the register follows the newest one."""

    in_force_from = models.DateField()
    imported_at = models.DateTimeField()
    imported_by = models.ForeignKey(
        Account, models.PROTECT, null=True, blank=True, related_name="+"
    )
    """None: from the command line."""
    digest = models.CharField(max_length=64)
    """sha256 of the file, in hexadecimal."""
    count = models.PositiveIntegerField()

    class Meta:
        ordering: ClassVar[list[str]] = ["in_force_from", "id"]

    def __str__(self) -> str:
        return f"{self.in_force_from:%Y-%m-%d} ({self.count})"


class Organisation(NamedInLanguages):
    """An organisation with validity dates; never deleted, only closed or merged."""

    code = models.CharField(_("code"), max_length=20)
    """NIS code of a municipality, else a code of our own; unique per category."""
    category = models.ForeignKey(Category, models.PROTECT, related_name="organisations")
    language_regime = models.CharField(
        _("legal language regime"), max_length=8, choices=LanguageRegime.choices, blank=True
    )
    region_code = models.CharField(_("region"), max_length=8, blank=True)
    province_code = models.CharField(_("province"), max_length=8, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=8, blank=True)
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    """None: since before our records."""
    valid_to = models.DateField(_("valid to"), null=True, blank=True)
    """The first day on which it no longer exists; None: it exists."""
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged_from"
    )
    last_list = models.ForeignKey(
        MunicipalityList, models.PROTECT, null=True, blank=True, related_name="+"
    )
    """The newest list in which it stands; None: entered by hand."""

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(
                fields=["category", "code"], name="one_organisation_per_code_in_a_category"
            ),
            models.CheckConstraint(
                condition=Q(valid_to__isnull=True)
                | Q(valid_from__isnull=True)
                | Q(valid_to__gt=F("valid_from")),
                name="an_organisation_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | Q(valid_to__isnull=False),
                name="a_merged_organisation_has_an_end",
            ),
            models.CheckConstraint(
                condition=Q(merged_into__isnull=True) | ~Q(merged_into=F("id")),
                name="no_organisation_merges_into_itself",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["postal_code"], name="organisation_postal_code"),
        ]

    def __str__(self) -> str:
        return self.name_fr


class OrganisationDomain(models.Model):
    """A mail domain that belongs to one organisation: unknown senders there join it."""

    organisation = models.ForeignKey(Organisation, models.CASCADE, related_name="domains")
    domain = models.CharField(max_length=190)

    class Meta:
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(Lower("domain"), name="one_organisation_per_mail_domain"),
        ]

    def __str__(self) -> str:
        return self.domain


class Person(models.Model):
    """Somebody who asks; with an organisation, or private."""

    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(max_length=8, choices=PersonKind.choices, default=PersonKind.HUMAN)
    language = models.CharField(_("language"), max_length=2, choices=Language.choices, blank=True)
    """Blank: not known yet."""
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="persons"
    )
    function = models.CharField(_("function"), max_length=120, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            GinIndex(
                OpClass(Func(F("name"), function="vitrine_unaccent"), name="gin_trgm_ops"),
                name="person_name_trigrams",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class MailAddress(models.Model):
    """A mail address of a person; an address belongs to one person."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="mail_addresses")
    address = models.CharField(_("e-mail address"), max_length=254)
    is_primary = models.BooleanField(default=False)
    unreachable_since = models.DateTimeField(null=True)
    """When mail to it came back for good; None: it is of use. Mail from it undoes this."""
    unreachable_because = models.CharField(max_length=500, blank=True)
    """What the other side said."""

    class Meta:
        ordering: ClassVar[list[str]] = ["-is_primary", "id"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(Lower("address"), name="one_person_per_mail_address"),
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(is_primary=True),
                name="one_primary_mail_address_per_person",
            ),
        ]
        indexes: ClassVar[list[models.Index]] = [
            GinIndex(OpClass(Lower("address"), name="gin_trgm_ops"), name="mail_address_trigrams"),
        ]

    def __str__(self) -> str:
        return self.address


class PhoneNumber(models.Model):
    """A telephone number of a person in E.164; several persons may share one."""

    person = models.ForeignKey(Person, models.CASCADE, related_name="phone_numbers")
    number = models.CharField(_("telephone"), max_length=32)
    """E.164, such as `+3225550100`, with `;ext=12` where there is an extension."""

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]
        constraints: ClassVar[list[Any]] = [
            models.UniqueConstraint(fields=["person", "number"], name="a_person_has_a_number_once"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["number"], name="phone_number_lookup"),
            GinIndex(OpClass("number", name="gin_trgm_ops"), name="phone_number_trigrams"),
        ]

    def __str__(self) -> str:
        return self.number


class Service(NamedInLanguages):
    """An office with a second line: a designated person and a deputy (S-16)."""

    code = models.CharField(_("code"), max_length=20, unique=True)
    designated = models.ForeignKey(
        Account, models.PROTECT, null=True, blank=True, related_name="designated_for"
    )
    deputy = models.ForeignKey(
        Account, models.PROTECT, null=True, blank=True, related_name="deputy_for"
    )
    answer_within = models.DurationField(_("answer within"))
    """Working time that the second line has before the ticket returns to the desk."""
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["code"]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=Q(deputy__isnull=True)
                | Q(designated__isnull=True)
                | ~Q(deputy=F("designated")),
                name="a_deputy_is_somebody_else",
            ),
        ]

    def __str__(self) -> str:
        return self.code


class Absence(models.Model):
    """Days on which an account is away, both included; no reason is stored."""

    account = models.ForeignKey(Account, models.CASCADE, related_name="absences")
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))

    class Meta:
        ordering: ClassVar[list[str]] = ["first_day"]
        constraints: ClassVar[list[Any]] = [
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")), name="an_absence_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.first_day}-{self.last_day}"
