"""Which report a message is: by its parts (RFC 3464, 8098, 5965), else by its words."""

import re

from vitrine.channels.mail.parse.addresses import addresses, usable
from vitrine.channels.mail.parse.bounces.named import (
    ADDRESS,
    MAX_RECIPIENTS,
    address_in_verp,
    addresses_named,
    before_the_copy,
    copied_recipient,
    judged,
)
from vitrine.channels.mail.parse.bounces.verdicts import ENHANCED, is_telling
from vitrine.channels.mail.parse.bounces.wording import (
    BEGINS_LIKE_REPORT,
    DELAYED,
    DELAYED_SUBJECT,
    FAILED_SUBJECT,
    FAILED_TEXT,
    GREETING,
    ROBOT,
    ROBOT_NAME,
    SURELY_DELAYED,
    SURELY_ROBOT,
)
from vitrine.channels.mail.parse.headers import Headers, split_headers, words
from vitrine.channels.mail.parse.parsed import Address, FailedRecipient, Kind
from vitrine.channels.mail.parse.structure import Part, parts_of

Report = tuple[Kind | None, list[FailedRecipient]]
_RETURNED = ("message/rfc822", "text/rfc822-headers", "message/global", "message/rfc822-headers")
_STATUS_PARTS = ("message/delivery-status", "message/global-delivery", "message/x-delivery-status")
_NOT_FAILED = ("delayed", "delivered", "relayed", "expanded")
_NULL_PATHS = ("<>", "<MAILER-DAEMON>", "MAILER-DAEMON")
_CHALLENGE = re.compile(r"boxbe|waitlisted|challenge", re.IGNORECASE)
_ASKS = re.compile(r"\w[ \xa0\u202f]?\?(?:\s|$)")
"""A question: mail systems ask none, and those in web addresses have no blank behind them."""
_GROUP_END = re.compile(rb"\r?\n[ \t]*\r?\n")


def report_kind(
    headers: Headers, *, parts: list[Part], text: str, subject: str, sender: Address | None
) -> Report:
    """Which report this is, if any, and the recipients it is about. `text`: what is read."""
    by_robot = comes_from_robot(headers, sender=sender)
    types = {part.content_type for part in parts}
    if "message/feedback-report" in types or _is_old_complaint(headers, subject=subject):
        return Kind.COMPLAINT, []
    top = headers.first("content-type").lower()
    is_report = by_robot or "report" in top
    if is_report and any(each.startswith("message/disposition-not") for each in types):
        return _receipt(headers, parts=parts, text=text)
    statuses = [part for part in parts if part.content_type.startswith(_STATUS_PARTS)]
    if is_report and statuses:
        return _standard(headers, statuses=statuses, parts=parts, text=text)
    if by_robot and not ADDRESS.search(text) and (inner := _wrapped(parts)):
        return inner
    return _unusual(headers, parts=parts, text=text, subject=subject, sender=sender)


def comes_from_robot(headers: Headers, *, sender: Address | None) -> bool:
    """Whether a mail system may be speaking: by its address, name, or an empty envelope."""
    return is_unattended(headers) or _is_named_like_robot(headers, sender=sender)


def is_unattended(headers: Headers) -> bool:
    """Whether the message says that no person sent it: an empty envelope, or RFC 3834."""
    if headers.first("return-path").strip() in _NULL_PATHS:
        return True
    return headers.first("auto-submitted").partition(";")[0].strip().lower() not in ("", "no")


def robot(address: str) -> bool:
    """Whether an address is one of those from which mail systems speak."""
    return bool(ROBOT.match(address))


def _is_named_like_robot(headers: Headers, *, sender: Address | None) -> bool:
    if sender is None:
        return bool(ROBOT.match(headers.first("from").strip("\"'<> ")))
    return bool(robot(sender.address) or ROBOT_NAME.search(sender.name))


def _is_surely_robot(headers: Headers, *, sender: Address | None) -> bool:
    shown = sender.address if sender else headers.first("from").strip("\"'<> ")
    return bool(SURELY_ROBOT.match(shown))


def _is_old_complaint(headers: Headers, *, subject: str) -> bool:
    """The loops of AOL and Outlook.com, which have no report part."""
    sender = headers.first("from").lower()
    is_aol = subject.lower().startswith("email feedback report for ip") and "scomp@" in sender
    return is_aol or (subject.startswith("complaint about message from") and "hotmail" in sender)


def _wrapped(parts: list[Part]) -> Report | None:
    """A report that a gateway wrapped in another message."""
    wrapped = [part for part in parts if part.content_type in _RETURNED]
    if len(wrapped) != 1:
        return None
    inner, inside = parts_of(wrapped[0].content())
    statuses = [part for part in inside if part.content_type.startswith(_STATUS_PARTS)]
    return _standard(inner, statuses=statuses, parts=inside, text="") if statuses else None


def _receipt(headers: Headers, *, parts: list[Part], text: str) -> Report:
    """A disposition notification; a filter that refused for the recipient is a bounce."""
    notice = next(part for part in parts if part.content_type.startswith("message/disposition-not"))
    group = split_headers(notice.content()[:65536])[0]
    is_refused = "rejected" in headers.first("auto-submitted").lower() or (
        "automatic-action" in group.first("disposition").lower()
        and "automatically rejected" in text[:2000].lower()
    )
    if not is_refused:
        return Kind.RECEIPT, []
    found = _recipient(group)
    return Kind.BOUNCE, [judged(found, status="", diagnosis=text[:700])] if found else []


def _standard(headers: Headers, *, statuses: list[Part], parts: list[Part], text: str) -> Report:
    failed: dict[str, FailedRecipient] = {}
    actions: set[str] = set()
    for group in [group for part in statuses for group in _groups(part.content())]:
        action = group.first("action").partition("(")[0].partition(";")[0].strip().lower()
        status = (ENHANCED.search(group.first("status")) or [""])[0]
        if not action and not group.first("status"):
            continue
        if action in _NOT_FAILED or group.first("status").strip().startswith("2"):
            actions.add(action if action in _NOT_FAILED else "delivered")
            continue
        if _is_challenge(group):
            actions.add("challenge")
            continue
        actions.add("failed")
        if (found := _recipient(group)) and len(failed) < MAX_RECIPIENTS:
            diagnosis = _diagnosis(group, status=status, address=found, text=text)
            failed.setdefault(found.lower(), judged(found, status=status, diagnosis=diagnosis))
    if failed:
        return Kind.BOUNCE, list(failed.values())
    if "challenge" not in actions and ("failed" in actions or not actions):
        return _by_words(headers, parts=parts, text=text, is_certain="failed" in actions)
    is_notice = "delayed" in actions or "challenge" in actions
    return (Kind.AUTOMATIC if is_notice else Kind.RECEIPT), []


def _by_words(headers: Headers, *, parts: list[Part], text: str, is_certain: bool) -> Report:
    """A report whose groups name nobody: its text may."""
    if not is_certain and DELAYED.search(text[:2000]):
        return Kind.AUTOMATIC, []
    return Kind.BOUNCE, _recipients_in(headers, parts=parts, text=text, subject="")


def _is_challenge(group: Headers) -> bool:
    return bool(_CHALLENGE.search(group.first("diagnostic-code")[:300]))


def _groups(content: bytes) -> list[Headers]:
    """The groups of fields of a delivery status, which empty lines separate."""
    groups = _GROUP_END.split(content[: 512 * 1024].strip())
    return [split_headers(group)[0] for group in groups[: 2 * MAX_RECIPIENTS] if group.strip()]


def _recipient(group: Headers) -> str | None:
    """The recipient that we wrote to, else the one at which the message ended."""
    for name in ("original-recipient", "final-recipient", "x-actual-recipient"):
        value = words(group.first(name))
        address = usable(value.rpartition(";")[2].strip(" <>'\""))
        if address and "." in address.rpartition("@")[2]:
            return address
    return None


def _diagnosis(group: Headers, *, status: str, address: str, text: str) -> str:
    """What the other server said about `address`: in its group, else in the words beside.

    Words beside are not asked for when the status tells enough by itself.
    """
    said = words(group.first("diagnostic-code")).removeprefix("smtp;").strip()[:2000]
    comment = words(group.first("status")).partition("(")[2].rstrip(")")
    said = f"{said} {comment}".strip()
    if len(said) > 12 or is_telling(status):
        return said
    at = text.lower().find(address.lower())
    beside = text[max(0, at) : max(0, at) + 700] if at >= 0 else text[:1500]
    return f"{said} {before_the_copy(beside)}".strip()


def _unusual(
    headers: Headers, *, parts: list[Part], text: str, subject: str, sender: Address | None
) -> Report:
    """Reports of mail systems that never read RFC 3464."""
    named = [
        found for value in headers.every("x-failed-recipients") for found in ADDRESS.findall(value)
    ]
    is_robot = _is_surely_robot(headers, sender=sender)
    is_report = bool(named) or (is_robot and _returns(parts))
    if not is_report and not _is_report(headers, text=text, subject=subject, sender=sender):
        return (Kind.AUTOMATIC, []) if is_robot else (None, [])
    says_failed = bool(named or FAILED_SUBJECT.search(subject))
    if _is_delay(text, subject=subject, says_failed=says_failed):
        return Kind.AUTOMATIC, []
    failed = _recipients_in(headers, parts=parts, text=text, subject=subject)
    if named:
        by_address = {each.address.lower(): each for each in failed}
        said = before_the_copy(text)[:1500]
        failed = [
            by_address.get(each.lower()) or judged(each, status="", diagnosis=said)
            for each in dict.fromkeys(named)
        ]
    return Kind.BOUNCE, failed[:MAX_RECIPIENTS]


def _returns(parts: list[Part]) -> bool:
    """Whether a message is given back: surely a report, in whatever language."""
    return any(part.content_type in _RETURNED for part in parts)


def _is_report(headers: Headers, *, text: str, subject: str, sender: Address | None) -> bool:
    """Whether the words are those of a mail system, and not of a person who quotes one.

    The less the sender is surely a mail system, the more the words must say.
    """
    head = text[:2500]
    says_failed = bool(FAILED_SUBJECT.search(subject))
    if _is_surely_robot(headers, sender=sender):
        return says_failed or bool(FAILED_TEXT.search(head))
    if _is_named_like_robot(headers, sender=sender):
        if says_failed:
            return True
        if is_unattended(headers):
            return bool(FAILED_TEXT.search(head))
        read = head[:300] if headers.first("in-reply-to") else head
        return not GREETING.match(head) and bool(FAILED_TEXT.search(read))
    if not says_failed:
        return False
    if is_unattended(headers) and FAILED_TEXT.search(head):
        return True
    if headers.first("in-reply-to") or GREETING.match(head) or _ASKS.search(head[:1500]):
        return False
    own = sender.address.lower() if sender else ""
    named = (match[0].lower() for match in ADDRESS.finditer(text[:5000]))
    return any(each != own for each in named) and bool(BEGINS_LIKE_REPORT.search(head[:500]))


def _is_delay(text: str, *, subject: str, says_failed: bool) -> bool:
    if DELAYED_SUBJECT.search(subject) or SURELY_DELAYED.search(text[:3000]):
        return True
    return not says_failed and bool(DELAYED.search(f"{subject}\n{text[:3000]}"))


def _recipients_in(
    headers: Headers, *, parts: list[Part], text: str, subject: str
) -> list[FailedRecipient]:
    """The recipients by the words, by the envelope address, by the returned message."""
    own = [each for name in ("to", "from", "sender") for each in addresses(headers.first(name))]
    found = addresses_named(
        text, own=frozenset(each.address.lower() for each in own), subject=subject
    )
    if found:
        return found
    said = before_the_copy(text)[:1500] or subject
    for name in ("to", "delivered-to", "x-original-to"):
        if address := address_in_verp(headers.first(name)):
            return [judged(address, status="", diagnosis=said)]
    returned = [part for part in parts if part.content_type in _RETURNED]
    written = [split_headers(part.content()[:262144])[0].first("to") for part in returned[:1]]
    for value in (*written, copied_recipient(text)):
        inner = addresses(value)
        if len(inner) == 1:
            return [judged(inner[0].address, status="", diagnosis=said)]
    return []
