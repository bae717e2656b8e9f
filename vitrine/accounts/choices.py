"""The words for who somebody is to the desk."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What an account may do (S-01). An account may have several roles."""

    PROJECT_LEADER = "project_leader", _("project leader")
    MANAGER = "manager", _("call-centre manager")
    SUPERVISOR = "supervisor", _("supervisor")
    CALL_TAKER = "call_taker", _("call taker")
    SECOND_LINE = "second_line", _("second line")
    EXTERNAL_RELATIONS = "external_relations", _("external relations")
    STATUS_EDITOR = "status_editor", _("status editor")
    AUDITOR = "auditor", _("auditor")
    ADMINISTRATOR = "administrator", _("administrator")


DESK_ROLES = frozenset({Role.PROJECT_LEADER, Role.MANAGER, Role.SUPERVISOR, Role.CALL_TAKER})
"""Those who see and work every ticket."""


class Level(models.IntegerChoices):
    """How well somebody speaks a language."""

    BASIC = 1, _("basic")
    FLUENT = 2, _("fluent")
    NATIVE = 3, _("native")
