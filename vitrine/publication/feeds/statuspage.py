"""JSON in the shape of the Statuspage API v2, which most monitors and chat programs read.

Ours stands in `x_...` keys. Positions: works = none, operational; slowed = minor, and
degraded_performance or partial_outage; interrupted = critical, major_outage.
"""

import json
from datetime import datetime
from typing import Any

from vitrine.publication import reading
from vitrine.publication.addresses import interruption_page
from vitrine.publication.bulletin import (
    Component,
    Interruption,
    Maintenance,
    MaintenanceState,
    Phase,
    Position,
    SubReason,
    Update,
)
from vitrine.publication.events import instant
from vitrine.publication.pages import spoken
from vitrine.publication.pages.frame import Telling
from vitrine.publication.pages.incident import title_of
from vitrine.publication.words import said_in

Json = dict[str, Any]

PAGE = "vitrine"
INDICATORS = {
    Position.WORKS: "none",
    Position.SLOWED: "minor",
    Position.INTERRUPTED: "critical",
}
MAINTENANCE = {
    MaintenanceState.ANNOUNCED: "scheduled",
    MaintenanceState.BEGUN: "in_progress",
    MaintenanceState.ENDED: "completed",
}


def files(telling: Telling) -> dict[str, bytes]:
    """The eight files, below `api/v2/`."""
    bulletin, at = telling.bulletin, telling.at
    found = [incident(each, telling) for each in bulletin.interruptions]
    unresolved = [each for each in found if each["status"] != "resolved"]
    told = [each for each in bulletin.maintenances if each.state in MAINTENANCE]
    upcoming = [maintenance(m, telling) for m in told if reading.is_to_come(m, at=at)]
    active = [maintenance(m, telling) for m in told if reading.is_present(m)]
    parts: dict[str, Json] = {
        "summary": {
            "components": components(telling),
            "incidents": unresolved,
            "scheduled_maintenances": active + upcoming,
            "status": status(telling),
        },
        "status": {"status": status(telling)},
        "components": {"components": components(telling)},
        "incidents": {"incidents": found},
        "incidents/unresolved": {"incidents": unresolved},
        "scheduled-maintenances": {
            "scheduled_maintenances": [maintenance(each, telling) for each in told]
        },
        "scheduled-maintenances/upcoming": {"scheduled_maintenances": upcoming},
        "scheduled-maintenances/active": {"scheduled_maintenances": active},
    }
    top = {"page": page(telling)}
    return {
        f"api/v2/{name}.json": json.dumps(
            top | part, ensure_ascii=False, separators=(",", ":")
        ).encode()
        for name, part in parts.items()
    }


def written(at: datetime | None) -> str | None:
    """To the millisecond, as Statuspage writes it."""
    return f"{instant(at)[:23]}Z" if at else None


def page(telling: Telling) -> Json:
    """Whose state this is, and which version."""
    bulletin, language = telling.bulletin, telling.language
    return {
        "id": PAGE,
        "name": telling.register,
        "url": f"{telling.site.absolute}{language}/index.html",
        "time_zone": "Europe/Brussels",
        "updated_at": written(bulletin.published_at),
        "x_lang": language,
        "x_version": bulletin.version,
        "x_edition": telling.edition,
        "x_published_at": instant(bulletin.published_at),
        "x_expected_end": instant(bulletin.expected_end) if bulletin.expected_end else None,
        "x_comment": said_in(bulletin.comments, language).text or None,
    }


def status(telling: Telling) -> Json:
    """Of the whole."""
    return {
        "indicator": INDICATORS[telling.bulletin.position],
        "description": reading.sentence(telling.bulletin, language=telling.language).text,
    }


def component_status(position: Position, sub_reason: SubReason) -> str:
    """Of one component."""
    if position is Position.WORKS:
        return "operational"
    if position is Position.INTERRUPTED:
        return "major_outage"
    return "degraded_performance" if sub_reason is SubReason.SLOW else "partial_outage"


def components(telling: Telling) -> list[Json]:
    """All of them; what is under maintenance says so unless something worse is known."""
    under = {
        code
        for each in telling.bulletin.maintenances
        if reading.is_present(each)
        for code in each.components
    }
    found = sorted(telling.bulletin.components, key=lambda each: (each.order, each.code))
    return [
        component(each, telling, place=place, is_maintained=each.code in under)
        for place, each in enumerate(found, start=1)
    ]


def component(
    each: Component, telling: Telling, *, place: int = 1, is_maintained: bool = False
) -> Json:
    """One component."""
    state = component_status(each.position, each.sub_reason)
    return {
        "id": each.code,
        "name": telling.plain(each.names),
        "status": "under_maintenance" if is_maintained and state == "operational" else state,
        "created_at": written(each.since),
        "updated_at": written(each.since),
        "position": place,
        "description": None,
        "showcase": False,
        "start_date": None,
        "group_id": None,
        "page_id": PAGE,
        "group": False,
        "only_show_if_degraded": False,
        "x_position": each.position.value,
    }


def named(codes: tuple[str, ...], telling: Telling) -> list[Json]:
    """Those components that something is about."""
    return [component(each, telling) for each in telling.bulletin.components if each.code in codes]


def incident(interruption: Interruption, telling: Telling) -> Json:
    """An interruption; `resolved` exactly when it has ended."""
    updates = sorted(interruption.updates, key=lambda each: each.at)
    told = [update(each, number, interruption=interruption, telling=telling)
            for number, each in enumerate(updates, start=1)]  # fmt: skip
    last = updates[-1].phase if updates else Phase.INVESTIGATING
    if interruption.ended_at is None and last is Phase.RESOLVED:
        last = Phase.MONITORING
    monitoring = [each.at for each in updates if each.phase is Phase.MONITORING]
    address = interruption_page(interruption.code)
    return {
        "id": interruption.code,
        "name": title_of(interruption, telling),
        "status": "resolved" if interruption.ended_at else last.value,
        "created_at": written(interruption.began_at),
        "updated_at": written(max([interruption.began_at, *(each.at for each in updates)])),
        "monitoring_at": written(monitoring[0]) if monitoring else None,
        "resolved_at": written(interruption.ended_at),
        "impact": INDICATORS[interruption.worst],
        "shortlink": f"{telling.site.absolute}{telling.language}/{address}",
        "started_at": written(interruption.began_at),
        "page_id": PAGE,
        "incident_updates": told[::-1],
        "components": named(interruption.components, telling),
        "x_expected_end": written(interruption.expected_end),
        "x_meanwhile": said_in(interruption.meanwhile, telling.language).text or None,
        "x_review": said_in(interruption.review, telling.language).text or None,
    }


def update(each: Update, number: int, *, interruption: Interruption, telling: Telling) -> Json:
    """A line of the timeline; without a comment the phase is what there is to say."""
    comment = said_in(each.comments, telling.language).text
    return {
        "id": f"{interruption.code}-{number}",
        "status": each.phase.value,
        "body": comment or spoken.phase_word(each.phase, gettext=telling.gettext),
        "incident_id": interruption.code,
        "created_at": written(each.at),
        "updated_at": written(each.at),
        "display_at": written(each.at),
        "affected_components": None,
        "deliver_notifications": False,
        "custom_tweet": None,
        "tweet_id": None,
        "x_version": each.version,
    }


def maintenance(each: Maintenance, telling: Telling) -> Json:
    """A planned maintenance that was not cancelled: the shape has no word for that."""
    state = MAINTENANCE[each.state]
    body = said_in(each.texts, telling.language).text
    said = {
        "id": f"{each.uid}-{each.sequence}",
        "status": state,
        "body": body or spoken.effect_sentence(each.effect, gettext=telling.gettext),
        "incident_id": each.uid,
        "created_at": written(each.changed_at),
        "updated_at": written(each.changed_at),
        "display_at": written(each.changed_at),
        "affected_components": None,
        "deliver_notifications": False,
        "custom_tweet": None,
        "tweet_id": None,
    }
    return {
        "id": each.uid,
        "name": said_in(each.titles, telling.language).text,
        "status": state,
        "created_at": written(each.announced_at),
        "updated_at": written(each.changed_at),
        "monitoring_at": None,
        "resolved_at": written(each.ended_at),
        "impact": "maintenance",
        "shortlink": f"{telling.site.absolute}{telling.language}/index.html",
        "started_at": written(each.began_at or each.starts_at),
        "page_id": PAGE,
        "incident_updates": [said],
        "components": named(each.components, telling),
        "scheduled_for": written(each.starts_at),
        "scheduled_until": written(each.ends_at),
        "x_effect": each.effect.value,
    }
