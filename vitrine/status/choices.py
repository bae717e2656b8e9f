"""The words for the state of the register and for who changes it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from vitrine.publication.bulletin import MaintenanceState, Phase, Position, SubReason

POSITIONS = {
    Position.WORKS: _("works"),
    Position.SLOWED: _("slowed or partly disturbed"),
    Position.INTERRUPTED: _("interrupted"),
}
"""Each of the three positions as the desk says it."""

SUB_REASONS = {
    SubReason.SLOW: _("slow"),
    SubReason.PARTIAL: _("some functions are disturbed"),
}

PHASES = {
    Phase.INVESTIGATING: _("we are looking for the cause"),
    Phase.IDENTIFIED: _("the cause is known"),
    Phase.MONITORING: _("repaired, being watched"),
    Phase.RESOLVED: _("resolved"),
}

MAINTENANCE_STATES = {
    MaintenanceState.ANNOUNCED: _("announced"),
    MaintenanceState.BEGUN: _("under way"),
    MaintenanceState.ENDED: _("ended"),
    MaintenanceState.CANCELLED: _("cancelled"),
}


class AttemptPurpose(models.TextChoices):
    """What somebody wanted to do with his key."""

    CHANGE = "change", _("change of the state")
    SIGN_IN = "sign_in", _("sign-in")
    ENROLMENT = "enrolment", _("enrolment of a key")


class ProposalSource(models.TextChoices):
    """Who proposes a change to a person."""

    PROBE = "probe", _("probe")
    SURGE = "surge", _("surge of tickets")
    MAINTENANCE = "maintenance", _("planned maintenance")
    OVERRUN = "overrun", _("expected end has passed")


class ProbeKind(models.TextChoices):
    """What a probe asks."""

    HTTP = "http", _("web page answers")
    TCP = "tcp", _("port answers")
    CERTIFICATE = "certificate", _("certificate is valid long enough")
