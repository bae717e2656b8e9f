"""Planned maintenance: announced, changed, begun, ended, cancelled.

    maintenance  {"action": "announce" | "change" | "begin" | "end" | "cancel", "uid": ...,
                  for announce and change: "components": [code], "titles", "texts":
                  {language: text}, "effect": position, "starts_at", "ends_at": instants;
                  for begin and end: "position": what a `position` change says, or absent}

`begin` and `end` may move components in the same signed change, so that the page never says
"works" while the planned work interrupts. The sequence of the calendar entry grows with what a
calendar shows: `change` and `cancel`.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from vitrine.publication.bulletin import Bulletin, Maintenance, MaintenanceState, Position
from vitrine.publication.events import Json
from vitrine.publication.meaning.asked import (
    NAME_CHARACTERS,
    TEXT_CHARACTERS,
    codes,
    mapping,
    moment,
    only,
    texts,
)
from vitrine.publication.meaning.interruptions import positioned
from vitrine.publication.refusals import Refused

UID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,99}")
PLANNED = ("components", "titles", "texts", "effect", "starts_at", "ends_at")
SLACK = timedelta(minutes=10)
"""A start that lies so little in the past is "now": forms speak in minutes."""
OVER = (MaintenanceState.ENDED, MaintenanceState.CANCELLED)


def maintained(bulletin: Bulletin, body: Json, *, at: datetime, version: int) -> Bulletin:
    """A step of a planned maintenance. Raises Refused."""
    action, uid = body.get("action"), body.get("uid")
    if not isinstance(uid, str) or not UID.fullmatch(uid):
        raise Refused("malformed", about="uid")
    known = {each.uid: each for each in bulletin.maintenances}
    if action == "announce":
        if uid in known:
            raise Refused("maintenance-taken", about=uid)
        made = announced(bulletin, body, uid=uid, at=at)
    else:
        if uid not in known:
            raise Refused("unknown-maintenance", about=uid)
        made = stepped(bulletin, body, maintenance=known[uid], at=at)
    moved = bulletin
    if "position" in body:
        moved = also_positioned(bulletin, body["position"], at=at, version=version)
    known[uid] = made
    ordered = sorted(known.values(), key=lambda each: (each.starts_at, each.uid))
    return replace(moved, maintenances=tuple(ordered))


def planned_in(body: Json, *, known: set[str]) -> dict[str, Any]:
    """What `body` says of the plan, by the name of its field. Raises Refused."""
    read: dict[str, Callable[[object], object]] = {
        "components": lambda value: codes(value, known=known),
        "titles": lambda value: texts(value, at_most=NAME_CHARACTERS, name="titles"),
        "texts": lambda value: texts(value, at_most=TEXT_CHARACTERS, name="texts"),
        "effect": effect,
        "starts_at": lambda value: moment(value, name="starts_at"),
        "ends_at": lambda value: moment(value, name="ends_at"),
    }
    return {key: read[key](body[key]) for key in PLANNED if key in body}


def announced(bulletin: Bulletin, body: Json, *, uid: str, at: datetime) -> Maintenance:
    """A new window. Raises Refused."""
    only(body, "action", "uid", *PLANNED)
    known = {component.code for component in bulletin.components}
    planned = {"texts": {}, **planned_in(body, known=known)}
    if missing := [key for key in PLANNED if key not in planned]:
        raise Refused("malformed", about=missing[0])
    made = Maintenance(uid=uid, announced_at=at, changed_at=at, **planned)
    if not made.titles:
        raise Refused("malformed", about="titles")
    if made.starts_at < at - SLACK:
        raise Refused("maintenance-past")
    check_window(made, at=at)
    return made


def check_window(maintenance: Maintenance, *, at: datetime) -> None:
    """Check that the window is one, and not over. Raises Refused."""
    if maintenance.ends_at <= maintenance.starts_at:
        raise Refused("ends-before-start")
    if maintenance.ends_at <= at:
        raise Refused("maintenance-past")


def effect(value: object) -> Position:
    """What is to be expected. Raises Refused."""
    try:
        return Position(str(value))
    except ValueError:
        raise Refused("unknown-position") from None


def stepped(
    bulletin: Bulletin, body: Json, *, maintenance: Maintenance, at: datetime
) -> Maintenance:
    """`maintenance` after a step that is not the first. Raises Refused."""
    if maintenance.state in OVER:
        raise Refused("maintenance-over", about=maintenance.uid)
    has_begun = maintenance.state is MaintenanceState.BEGUN
    match body.get("action"):
        case "change":
            only(body, "action", "uid", *PLANNED)
            return changed(bulletin, body, maintenance=maintenance, at=at)
        case "begin" | "cancel" if has_begun:
            raise Refused("already-begun", about=maintenance.uid)
        case "end" if not has_begun:
            raise Refused("not-begun", about=maintenance.uid)
        case "begin" | "end" | "cancel" as action:
            only(body, "action", "uid", *(("position",) if action != "cancel" else ()))
            return closed_or_begun(maintenance, action=action, at=at)
    raise Refused("malformed", about="action")


def closed_or_begun(maintenance: Maintenance, *, action: str, at: datetime) -> Maintenance:
    """`maintenance` begun, ended or cancelled."""
    if action == "begin":
        return replace(maintenance, state=MaintenanceState.BEGUN, began_at=at, changed_at=at)
    if action == "end":
        return replace(maintenance, state=MaintenanceState.ENDED, ended_at=at, changed_at=at)
    return replace(
        maintenance,
        state=MaintenanceState.CANCELLED,
        sequence=maintenance.sequence + 1,
        changed_at=at,
    )


def changed(
    bulletin: Bulletin, body: Json, *, maintenance: Maintenance, at: datetime
) -> Maintenance:
    """`maintenance` as it is planned now. Raises Refused."""
    known = {component.code for component in bulletin.components} | set(maintenance.components)
    planned = planned_in(body, known=known)
    made = replace(maintenance, **planned)
    if made == maintenance:
        raise Refused("nothing-changes")
    if not made.titles:
        raise Refused("malformed", about="titles")
    if made.starts_at != maintenance.starts_at:
        if maintenance.state is MaintenanceState.BEGUN:
            raise Refused("already-begun", about=maintenance.uid)
        if made.starts_at < at - SLACK:
            raise Refused("maintenance-past")
    check_window(made, at=at)
    return replace(made, sequence=maintenance.sequence + 1, changed_at=at)


def also_positioned(bulletin: Bulletin, body: object, *, at: datetime, version: int) -> Bulletin:
    """The positions that come with the step; that they stand there already is no fault."""
    try:
        return positioned(bulletin, mapping(body, name="position"), at=at, version=version)
    except Refused as refused:
        if refused.code == "nothing-changes":
            return bulletin
        raise
