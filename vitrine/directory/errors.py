"""What the directory refuses. `sentence` says why to the person, in the active language."""

from django.utils.translation import gettext as _


class DirectoryError(Exception):
    """Nothing has changed. `sentence` is for the person, translated when it was raised."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class NobodyInSecondLine(DirectoryError):
    """Neither the designated person nor the deputy of a service is there."""

    @property
    def reason(self) -> str:
        """Who is absent until when, as a sentence."""
        return self.sentence


class NameMissing(DirectoryError):
    """A person, organisation or service has no name."""

    def __init__(self) -> None:
        super().__init__(_("Give a name."))


class AddressTaken(DirectoryError):
    """The mail address belongs to another person."""

    def __init__(self, *, address: str, owner: str) -> None:
        super().__init__(
            _("%(address)s is already the address of %(owner)s.")
            % {"address": address, "owner": owner}
        )


class NotAMailAddress(DirectoryError):
    """The text is no mail address."""

    def __init__(self, *, address: str) -> None:
        super().__init__(_("“%(address)s” is not an e-mail address.") % {"address": address})


class NotAPhoneNumber(DirectoryError):
    """The text is no telephone number that can exist."""

    def __init__(self, *, number: str) -> None:
        super().__init__(_("“%(number)s” is not a telephone number.") % {"number": number})


class CodeTaken(DirectoryError):
    """An organisation of the category, or a service, has the code already."""

    def __init__(self, *, code: str) -> None:
        super().__init__(_("The code %(code)s is already in use.") % {"code": code})


class DomainTaken(DirectoryError):
    """The mail domain belongs to another organisation, or to everybody."""

    def __init__(self, *, domain: str) -> None:
        super().__init__(
            _("The mail domain %(domain)s cannot belong to this organisation.") % {"domain": domain}
        )


class CannotMergeOrganisation(DirectoryError):
    """An organisation cannot merge into itself, into one that has ended, or twice."""

    def __init__(self) -> None:
        super().__init__(
            _("An organisation merges once, into another organisation that still exists.")
        )


class EndsBeforeItBegins(DirectoryError):
    """A last day lies before the first."""

    def __init__(self) -> None:
        super().__init__(_("The last day lies before the first day."))


class SamePersonTwice(DirectoryError):
    """The deputy of a service is its designated person."""

    def __init__(self) -> None:
        super().__init__(_("The deputy must be somebody else than the designated person."))


class UnreadableList(DirectoryError):
    """A list of municipalities cannot be imported; `sentence` names the line and the fault."""

    def __init__(self, fault: object, **facts: object) -> None:
        """`fault` is the label of a `choices.ListFault`, `facts` what it leaves open."""
        super().__init__(str(fault) % facts)
