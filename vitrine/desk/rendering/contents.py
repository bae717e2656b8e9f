"""What a message carries besides its words: a signature, a cipher, invitations; in sentences."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from vitrine.desk.rendering.senders import Remark
from vitrine.kernel.clock import BRUSSELS


def remarks_on_contents(kept: Mapping[str, object]) -> list[Remark]:
    """The sentences for what the arrival keeps; none when the message is only words and files."""
    found = _seal(str(kept.get("seal", "")), kind=str(kept.get("seal_kind", "")))
    invitations = kept.get("invitations")
    for one in invitations if isinstance(invitations, list) else []:
        found.append(Remark(_invitation(one), "calendar", ""))
    return found


def _seal(seal: str, *, kind: str) -> list[Remark]:
    if seal == "signed":
        words = _("Signed message (%(kind)s); the signature was not checked.")
        return [Remark(words % {"kind": kind}, "key", "")]
    if seal == "encrypted":
        words = _(
            "Encrypted message (%(kind)s): only the key of the addressee opens it. "
            "Its files are kept."
        )
        return [Remark(words % {"kind": kind}, "lock", "warn")]
    return []


def _invitation(one: Mapping[str, object]) -> str:
    """What, when, where, who: in Brussels time unless the zone is not known."""
    what = str(one.get("what") or "…")
    parts = [_heading(str(one.get("method", ""))) % {"what": what}, _when(one), one.get("where")]
    if organiser := one.get("organiser"):
        parts.append(_("organised by %(name)s") % {"name": organiser})
    if people := _people(one):
        parts.append(_("invited: %(names)s") % {"names": people})
    return " · ".join(str(part) for part in parts if part)


def _heading(method: str) -> str:
    if method == "CANCEL":
        return _("Invitation withdrawn: %(what)s")
    if method in ("REPLY", "COUNTER", "DECLINECOUNTER"):
        return _("Answer to an invitation: %(what)s")
    return _("Invitation: %(what)s")


def _people(one: Mapping[str, object]) -> str:
    names = one.get("people")
    listed = ", ".join(str(name) for name in names) if isinstance(names, list) else ""
    more = one.get("more_people")
    if listed and isinstance(more, int) and more:
        listed += " " + ngettext("and %(count)d other", "and %(count)d others", more) % {
            "count": more
        }
    return listed


def _when(one: Mapping[str, object]) -> str:
    begins, ends = (_wall(str(one.get(name, ""))) for name in ("begins", "ends"))
    if begins is None:
        return ""
    if one.get("is_all_day"):
        last = begins.date() if ends is None or ends <= begins else ends.date() - timedelta(days=1)
        return _days(begins.date(), last=last)
    text = _moment(begins)
    if ends is not None and ends > begins:
        is_same = ends.date() == begins.date()
        text += " – " + (f"{ends:%H:%M}" if is_same else _moment(ends))
    zone = str(one.get("zone", ""))
    is_known = "+" in str(one.get("begins", ""))
    return text if is_known or not zone else f"{text} ({zone})"


def _moment(at: datetime) -> str:
    return f"{date_format(at, 'DATE_FORMAT')} {at:%H:%M}"


def _days(first: date, *, last: date) -> str:
    text = date_format(first, "DATE_FORMAT")
    return text if last <= first else f"{text} – {date_format(last, 'DATE_FORMAT')}"


def _wall(written: str) -> datetime | None:
    """An instant as the clocks of Brussels show it; what has no zone stays as it is."""
    if not written:
        return None
    try:
        at = datetime.fromisoformat(written)
        return at.astimezone(BRUSSELS).replace(tzinfo=None) if at.tzinfo else at
    except (ValueError, OverflowError):
        return None  # the first day there is, or the last
