"""What a refusal means: which kind, for good or not, and whether we are only too fast. Pure."""

import re
from dataclasses import dataclass

from vitrine.correspondence.choices import FailureClass

_STATUS = re.compile(r"(?<![\d.])([245])\.(\d{1,3})\.(\d{1,3})(?![\d.])")
_AMBIGUOUS = re.compile(r"[45]\.(?:1\.10|4\.1)$")
_CODE = re.compile(r"(?<![\d.])([45])([0-7]\d)(?![\d.])")

_BY_STATUS: dict[tuple[int, int], FailureClass] = {
    (1, 0): FailureClass.NO_MAILBOX,
    (1, 1): FailureClass.NO_MAILBOX,
    (1, 2): FailureClass.NO_DOMAIN,
    (1, 3): FailureClass.NO_MAILBOX,
    (1, 6): FailureClass.NO_MAILBOX,
    (1, 7): FailureClass.NOT_ALLOWED,
    (1, 8): FailureClass.NOT_ALLOWED,
    (1, 10): FailureClass.NO_DOMAIN,
    (2, 1): FailureClass.NO_MAILBOX,
    (2, 2): FailureClass.FULL,
    (2, 3): FailureClass.TOO_LARGE,
    (3, 4): FailureClass.TOO_LARGE,
    (4, 4): FailureClass.NO_DOMAIN,
    (4, 7): FailureClass.AWAY,
    (4, 1): FailureClass.AWAY,
    (6, 7): FailureClass.UNWRITABLE,
    (7, 8): FailureClass.NOT_ALLOWED,
}
_BY_WORDS: tuple[tuple[FailureClass, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(words, re.IGNORECASE | re.VERBOSE))
    for kind, words in (
        (
            FailureClass.SPAM,
            r"""\bspam|unsolicited|junk\ mail|\bbulk\b|\bblock(?:ed|list)|blacklist|denylist|\bRBL\b
            |spamhaus|reputation|unwanted|content\ (?:rejected|filter)|virus|malware|phish""",
        ),
        (
            FailureClass.NOT_ALLOWED,
            r"""relay(?:ing)?\ (?:access\ )?(?:denied|not)|relaying|not\ permitted\ to\ relay
            |authentication\ (?:required|failed|credentials)
            |sender\ (?:address\ )?(?:rejected|denied)
            |must\ issue\ a\ starttls|not\ owned\ by""",
        ),
        (
            FailureClass.FULL,
            r"""quota|(?:mail)?box\ (?:is\ )?full|over\ ?limit|insufficient\ (?:system\ )?storage
            |not\ enough\ space|\bvoll\b|\bpleine\b|\bvol\b""",
        ),
        (
            FailureClass.TOO_LARGE,
            r"""too\ (?:large|big)|message\ size|size\ (?:limit|exceed)
            |exceeds?\ (?:the\ )?(?:fixed|max)""",
        ),
        (
            FailureClass.NO_DOMAIN,
            r"""(?:domain|host)(?:\ name)?\ (?:is\ )?(?:not\ found|unknown|does\ ?n[o']t\ exist)
            |unknown\ (?:domain|host)|unrouteable|no\ (?:such\ domain|mx|mail\ server)|null\ ?mx
            |host\ or\ domain\ name\ not\ found|does\ not\ (?:accept|receive)\ mail""",
        ),
        (
            FailureClass.NO_MAILBOX,
            r"""user\ unknown|unknown\ (?:user|recipient|mailbox|address|local)|no\ such|not\ exist
            |does\ ?n[o']t\ exist|invalid\ (?:recipient|mailbox|address|user)|no\ mailbox|disabled
            |inactive|mailbox\ unavailable|recipient\ (?:address\ )?(?:rejected|not\ found)
            |address\ rejected|not\ found|no\ longer|unbekannt|inconnu|onbekend|bestaat\ niet""",
        ),
        (FailureClass.AWAY, r"timed?\ ?out|connection\ (?:refused|lost|reset)|expired|retry\ time"),
        (FailureClass.POLICY, r"policy|dmarc|\bspf\b|\bdkim\b|not\ authori[sz]ed|access\ denied"),
    )
)
_THROTTLED = re.compile(
    r"""throttl|rate\ ?limit|too\ (?:many|much|fast)|try\ (?:again|later)\ .*slow|slow\ down
    |exceeded\ .*(?:rate|connections|messages)|connection\ (?:rate|frequency)|temporarily\ deferred
    |4\.7\.(?:28|500|550)|unusual\ rate""",
    re.IGNORECASE | re.VERBOSE,
)


@dataclass(frozen=True)
class Meaning:
    """What somebody's refusal means to us."""

    kind: FailureClass
    is_temporary: bool
    is_throttled: bool = False
    """We are too fast for the domain: it counts as no attempt."""


def meaning_of(words: str, *, code: int | None = None) -> Meaning:
    """What the answer of a server means.

    code  the SMTP code; None: it is looked for in `words`
    """
    if code is None:
        found = _CODE.search(words)
        code = int(found[1] + found[2]) if found else None
    status = _STATUS.search(words)
    is_temporary = code < 500 if code is not None else bool(status and status[1] == "4")
    throttled = is_temporary and (code == 421 or bool(_THROTTLED.search(words)))
    return Meaning(_kind_of(words, status=status, code=code), is_temporary, throttled)


def _kind_of(words: str, *, status: re.Match[str] | None, code: int | None) -> FailureClass:
    # A security status (x.7.y) covers everything from spam to a missing mailbox: words first.
    # So do 5.1.10 (null MX) and 5.4.1 (no answer), which large providers use for a missing one.
    is_vague = status is None or status[2] in ("0", "7", "5") or _AMBIGUOUS.match(status[0])
    if not is_vague and status is not None:
        kind = _BY_STATUS.get((int(status[2]), int(status[3])))
        if kind is not None:
            return kind
    for kind, pattern in _BY_WORDS:
        if pattern.search(words):
            return kind
    if status is not None:
        known = _BY_STATUS.get((int(status[2]), int(status[3])))
        return known or (FailureClass.POLICY if status[2] == "7" else FailureClass.OTHER)
    if code == 552:
        return FailureClass.FULL
    return FailureClass.OTHER
