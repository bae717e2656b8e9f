"""Delivery reports: RFC 3464, and the shapes of MTAs that never read it."""

import re

from vitrine.channels.mail.parse.addresses import usable
from vitrine.channels.mail.parse.bodies import texts_of
from vitrine.channels.mail.parse.charsets import decoded
from vitrine.channels.mail.parse.headers import Headers, message_ids, split_headers, words
from vitrine.channels.mail.parse.parsed import FailedRecipient, Kind
from vitrine.channels.mail.parse.structure import Part

MAX_RECIPIENTS = 200
_TEXT_LOOKED_AT = 20_000

_ROBOT = re.compile(
    r"^(mailer-?daemon|postmaster|mail-?daemon|mail\.?delivery|mmdf|uucp|microsoftexchange\w*"
    r"|bounces?|post(office|_office)|double-bounce)\b",
    re.IGNORECASE,
)
_FAILED_SUBJECT = re.compile(
    r"""undeliver|not\ delivered|failure\ notice|returned\ mail|delivery\ (?:status|failure|failed
       |report|problem|error|has\ failed)|mail\ delivery\ (?:failed|failure|system|error)
       |delivery\ notification|mail\ system\ error|returned\ to\ sender|could\ not\ (?:be\ )?deliver
       |unzustellbar|nicht\ zugestellt|zustell(?:ung|fehler)|non\ remis|non\ distribu|[ée]chec\ de
       |onbestelbaar|niet\ (?:worden\ )?(?:afgeleverd|bezorgd)|message\ failed|nondeliverable
       |message\ you\ sent\ blocked|rejected""",
    re.VERBOSE | re.IGNORECASE,
)
_DELAYED = re.compile(
    r"""delayed|delay\b|warning:\s*(?:message|could\ not|mail)|still\ being\ retried
       |will\ (?:continue\ to|keep)\ try|not\ yet\ been\ delivered|retr(?:y|ied)\ until
       |verzögert|vertraagd|retard[ée]|will\ be\ retried|do\ not\ need\ to\ resend""",
    re.VERBOSE | re.IGNORECASE,
)
_FAILED_TEXT = re.compile(
    r"""permanent(?:ly)?\ (?:error|fail|fatal)|could\ not\ be\ delivered|couldn'?t\ be\ delivered
       |wasn'?t\ delivered|was\ not\ delivered|unable\ to\ deliver|not\ able\ to\ deliver
       |delivery\ (?:to\ the\ following|failed|has\ failed)|did\ not\ reach|undeliverable
       |following\ address(?:es|\(es\))?\ (?:failed|had)|user\ unknown|no\ such\ user
       |address\ not\ found|konnte\ nicht|n'a\ pas\ (?:pu|été)|kon\ niet|has\ been\ rejected
       |giving\ up|550[ -]""",
    re.VERBOSE | re.IGNORECASE,
)
_SOFT_WORDS = re.compile(
    r"""quota|mailbox\ (?:is\ )?full|over\ ?limit|too\ (?:large|big|many)|exceed|insufficient
       |storage|spam|policy|block(?:ed|\ list)|blacklist|reputation|greylist|throttl|rate\ limit
       |timed?\ ?out|expired|temporar|try\ again|later|refused\ to\ talk
       |connection\ (?:refused|lost)|virus|content\ (?:rejected|filter)|dmarc|spf\b
       |dkim|full\b|message\ size
       |voll\b|pleine|vol\b""",
    re.VERBOSE | re.IGNORECASE,
)
_HARD_WORDS = re.compile(
    r"""user\ unknown|unknown\ user|no\ such|does\ ?n[o']t\ exist|not\ exist|invalid\ (?:recipient
       |mailbox|address)|not\ found|no\ mailbox|unknown\ (?:recipient|address|host|domain|local)
       |unrouteable|mailbox\ unavailable|disabled|inactive|moved|host\ (?:or\ domain\ name\ )?not
       |bad\ (?:destination|address)|not\ (?:listed|a\ valid)|address\ rejected|recipient\ rejected
       |unbekannt|inconnu|onbekend|not\ accept|no\ longer|access\ denied\.?\ as""",
    re.VERBOSE | re.IGNORECASE,
)
_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_REPLY_CODE = re.compile(r"(?<![\d.])([45])[0-7]\d(?=[ \-])")
_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_ORIGINAL = re.compile(
    r"^\s*(?:-+\s*(?:this is a copy|below this line|original message|returned message|the body of)"
    r"|(?:return-path|received):\s)",
    re.IGNORECASE | re.MULTILINE,
)
_COPIED_ID = re.compile(r"^[ \t>]*message-id:[ \t]*(<[^<>\s]+>)", re.IGNORECASE | re.MULTILINE)
_SOFT_CODES = re.compile(r"[45]\.(?:2\.[2-4]|3\.|4\.[1257]|7\.|5\.3|6\.)|4\.")


def report_kind(
    headers: Headers, *, parts: list[Part], subject: str, is_from_robot: bool
) -> tuple[Kind | None, list[FailedRecipient]]:
    """Which report this is, if any, and the recipients it is about."""
    if any(part.content_type == "message/feedback-report" for part in parts):
        return Kind.COMPLAINT, []
    if any(part.content_type.startswith("message/disposition-not") for part in parts):
        return Kind.RECEIPT, []
    status = ("message/delivery-status", "message/global-delivery")
    if statuses := [part for part in parts if part.content_type.startswith(status)]:
        return _standard(statuses, parts=parts)
    text = texts_of([part for part in parts if part.content_type.startswith("text/")])[0]
    return _unusual(headers, text=text, subject=subject, is_from_robot=is_from_robot)


def robot(address: str) -> bool:
    """Whether an address is one of those from which mail systems speak."""
    return bool(_ROBOT.match(address))


def _standard(
    statuses: list[Part], *, parts: list[Part]
) -> tuple[Kind | None, list[FailedRecipient]]:
    failed: list[FailedRecipient] = []
    actions: set[str] = set()
    for group in [group for part in statuses for group in _groups(part.content())]:
        named = group.first("original-recipient") or group.first("final-recipient")
        action = group.first("action").lower().strip()
        if not named and not action:
            continue
        actions.add(action)
        status = (_STATUS.search(group.first("status")) or [""])[0]
        if action in ("delayed", "delivered", "relayed", "expanded") or status.startswith("2"):
            continue
        diagnosis = words(group.first("diagnostic-code"))[:500]
        found = _recipient(group)
        if found and len(failed) < MAX_RECIPIENTS:
            failed.append(_judged(found, status=status, diagnosis=diagnosis))
    if failed or "failed" in actions:
        return Kind.BOUNCE, failed
    if "delayed" in actions:
        return Kind.AUTOMATIC, []
    if actions:
        return Kind.RECEIPT, []
    text = texts_of([each for each in parts if each.content_type.startswith("text/")])[0]
    failed = _recipients_in(text)
    return (Kind.AUTOMATIC, []) if _DELAYED.search(text[:2000]) else (Kind.BOUNCE, failed)


def _groups(content: bytes) -> list[Headers]:
    """The groups of fields of a delivery status, which empty lines separate."""
    groups = re.split(rb"\r?\n[ \t]*\r?\n", content[: 512 * 1024].strip())
    return [split_headers(group)[0] for group in groups[: MAX_RECIPIENTS + 1]]


def _recipient(group: Headers) -> str | None:
    """The final recipient, else the original one."""
    for name in ("final-recipient", "original-recipient", "x-actual-recipient"):
        value = words(group.first(name))
        address = usable(value.rpartition(";")[2].strip(" <>"))
        if address:
            return address
    return None


def _unusual(
    headers: Headers, *, text: str, subject: str, is_from_robot: bool
) -> tuple[Kind | None, list[FailedRecipient]]:
    named = headers.every("x-failed-recipients")
    says_failed = bool(_FAILED_SUBJECT.search(subject))
    head = text[:_TEXT_LOOKED_AT]
    if not named and not (is_from_robot and (says_failed or _FAILED_TEXT.search(head))):
        return (Kind.AUTOMATIC, []) if is_from_robot else (None, [])
    if not named and _DELAYED.search(f"{subject}\n{head[:3000]}") and not says_failed:
        return Kind.AUTOMATIC, []
    failed = _recipients_in(text)
    known = {each.address for each in failed}
    for address in _ADDRESS.findall(" ".join(named)):
        if address not in known:
            failed.append(_judged(address, status="", diagnosis=head[:1000]))
    return Kind.BOUNCE, failed


def _recipients_in(text: str) -> list[FailedRecipient]:
    """The addresses that a report names before it copies the message, with what it says."""
    original = _ORIGINAL.search(text)
    head = text[: original.start() if original else _TEXT_LOOKED_AT][:_TEXT_LOOKED_AT]
    found: dict[str, FailedRecipient] = {}
    matches = list(_ADDRESS.finditer(head))
    for number, match in enumerate(matches[:MAX_RECIPIENTS]):
        address = match[0].lower()
        if robot(address) or address in found:
            continue
        stop = matches[number + 1].start() if number + 1 < len(matches) else len(head)
        said = head[match.end() : min(stop, match.end() + 600)]
        status = (_STATUS.search(said) or [""])[0]
        code = _REPLY_CODE.search(said)
        if status or code or _HARD_WORDS.search(said) or _SOFT_WORDS.search(said) or not found:
            made = _judged(match[0], status=status, diagnosis=said.strip() or head[:500])
            found[address] = made
    return list(found.values())


def _judged(address: str, *, status: str, diagnosis: str) -> FailedRecipient:
    """Hard or soft: by the enhanced code where it tells, by the words where not."""
    inner = _STATUS.search(diagnosis)
    if status in ("", "5.0.0", "4.0.0") and inner:
        status = inner[0]
    return FailedRecipient(
        address=address,
        status=status,
        permanent=_is_permanent(status, diagnosis=diagnosis),
        diagnosis=" ".join(diagnosis.split())[:500],
    )


def _is_permanent(status: str, *, diagnosis: str) -> bool:
    if status and status not in ("5.0.0", "5.5.0", "5.1.0", "4.0.0", "5.7.1"):
        return not _SOFT_CODES.match(status)
    if _HARD_WORDS.search(diagnosis):
        return True
    if _SOFT_WORDS.search(diagnosis) or status == "5.7.1":
        return False
    code = _REPLY_CODE.search(diagnosis)
    return code[1] == "5" if code else not status.startswith("4")


def returned_ids(parts: list[Part]) -> tuple[str, ...]:
    """The Message-IDs of the message that a report gives back, whole or its headers."""
    found: list[str] = []
    for part in parts:
        if part.content_type in ("message/rfc822", "text/rfc822-headers", "message/global"):
            headers, _body = split_headers(part.content()[: 256 * 1024])
            found += message_ids(headers.first("message-id"))
            found += message_ids(headers.first("references"))
    if not found:
        text = "\n".join(
            decoded(part.content()[: 256 * 1024])
            for part in parts[:10]
            if part.content_type == "text/plain"
        )
        for line in _COPIED_ID.findall(text)[:10]:
            found += message_ids(line)
    return tuple(dict.fromkeys(found))
