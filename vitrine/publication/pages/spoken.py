"""Positions, phases and effects in words."""

from collections.abc import Callable

from vitrine.publication.bulletin import Component, MaintenanceState, Phase, Position, SubReason

Gettext = Callable[[str], str]


def position_word(position: Position, sub_reason: SubReason, *, gettext: Gettext) -> str:
    """The position of a component in two words."""
    if position is Position.WORKS:
        return gettext("works normally")
    if position is Position.INTERRUPTED:
        return gettext("interrupted")
    return gettext("slow") if sub_reason is SubReason.SLOW else gettext("partly disrupted")


def component_word(component: Component, *, gettext: Gettext) -> str:
    """The same for a component as it is."""
    return position_word(component.position, component.sub_reason, gettext=gettext)


def step_word(position: Position, *, gettext: Gettext) -> str:
    """A step of the scale of three."""
    return {
        Position.WORKS: gettext("Works normally"),
        Position.SLOWED: gettext("Disrupted"),
        Position.INTERRUPTED: gettext("Interrupted"),
    }[position]


def effect_sentence(effect: Position, *, gettext: Gettext) -> str:
    """What a maintenance makes its users expect."""
    return {
        Position.WORKS: gettext("No effect is expected."),
        Position.SLOWED: gettext("Slow answers or disruptions are expected."),
        Position.INTERRUPTED: gettext("An interruption is expected."),
    }[effect]


def phase_word(phase: Phase, *, gettext: Gettext) -> str:
    """How far the repair is."""
    return {
        Phase.INVESTIGATING: gettext("Being investigated"),
        Phase.IDENTIFIED: gettext("Cause identified"),
        Phase.MONITORING: gettext("Being monitored"),
        Phase.RESOLVED: gettext("Back to normal"),
    }[phase]


def maintenance_word(state: MaintenanceState, *, gettext: Gettext) -> str:
    """What became of a maintenance."""
    return {
        MaintenanceState.ANNOUNCED: gettext("Planned"),
        MaintenanceState.BEGUN: gettext("Under way"),
        MaintenanceState.ENDED: gettext("Finished"),
        MaintenanceState.CANCELLED: gettext("Cancelled"),
    }[state]
