"""Which addresses a report names in its words: the failing ones, not those beside them."""

import re
from dataclasses import dataclass

from vitrine.channels.mail.parse.bounces.verdicts import ENHANCED, REPLY_CODE, is_permanent
from vitrine.channels.mail.parse.parsed import FailedRecipient

MAX_RECIPIENTS = 200
MAX_READ = 20_000
"""Characters of a report that are read before the copy of the message."""
_MAX_ADDRESSES = 400
_MAX_SAID = 700
_MAX_GENERAL = 2000
"""Characters of what a report says before any address, for those of which it says no more."""

ADDRESS = re.compile(r"[\w.!#$%&*+/=?^`{|}~'-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}")
_ORIGINAL = re.compile(
    r"""^[ \t>|*]*(?:
      [-=_*|]*\s*(?:this\ is\ a\ copy\ of|below\ this\ line|(?:(?:start\ of|the|your|old)\ )?
          (?:original|returned|unsent|rejected|undelivered|bounced|failed|old)\ (?:message
            |mail)\b(?!\ (?:was|is|has|could))
        |a\ copy\ of\ (?:the|your)|here\ is\ a\ copy|the\ body\ of|message\ (?:text|header|body
          |headers)\b
        |the\ header\ of|included\ is\ a\ copy|forwarded\ message|text\ of\ message
          |start\ of\ message
        |unsent\ message|received\ message\ header|the\ (?:full
          |first)\ [^\n]{0,40}\ of\ the\ message
        |message\ originale?\b|oorspronkelijk\ bericht|ursprüngliche\ nachricht|copie\ du\ message
        |kopie\ (?:van|der)\b|message\ d.origine|originalnachricht|bericht\ volgt)
      |(?:return-path|received|x-originating-ip|dkim-signature|mime-version|message-id)\ ?:\ ?
    )""",
    re.VERBOSE | re.IGNORECASE | re.MULTILINE,
)
_NOT_FAILING_BEFORE = re.compile(
    r"""(?:(?<!generated\ )\bfrom|\bde|\bvon|\bvan|sender|absender|afzender|expéditeur
      |reply[- ]to|contact|mailto
      |write\ to
       |e-?mail\ (?:us|me)?\ ?(?:at|to)?|please\ (?:send|forward|reply|mail)[^\n]{0,40}
         |help[^\n]{0,30}\ (?:at|to)
       |mail\ from|send\ (?:a\ |an\ )?(?:mail|message|e-?mail|it|this)[^\n]{0,30}\ to|message-id
         |report(?:ed)?\ to
       |accepting\ (?:mail|messages?)\ from|(?:that\ |message\ )?you\ sent\ from|on\ behalf\ of
         |an\ email
       |expanded\ from:?|return-path|(?:postmaster|administrator)\ (?:at|of)
         |in\ case\ of\ [^\n]{0,40}
       |mail\ system\ at|questions[^\n]{0,40})\s*[:=(]?\s*[("'<\[]*(?:smtp:|mailto:)?$""",
    re.VERBOSE | re.IGNORECASE,
)
_FAILING_BEFORE = re.compile(
    r"""(?:rcpt\ to|recipients?(?:\(s\))?(?:\ (?:was|is|are))?|\bto|\ban|\baan|à|destinataires?
      |empfänger|ontvangers?|user
       |address(?:es|\(es\))?(?:\ is)?|adress?e[ns]?|account|mailbox|utilisateur
         |addressed(?:\ to)?,?|generated\ from|deliver(?:ed|y)?\ [^\n]{0,30}to
       |mailbox\ \S+\ size|unknown|exceeds\ allowed\ size|failed|failure|undeliverable|for|für
         |pour|voor|local|concerning
       |following\ (?:user|recipient|address)[^\n]{0,20})\s*[:=]?\s*[("'<\[]*(?:smtp:|mailto:
         |rfc822;\ ?)?$""",
    re.VERBOSE | re.IGNORECASE,
)
_ALONE = re.compile(r"^[\s>|*•\-\d.)]*[<\"'(\[]*$")
_ALONE_AFTER = re.compile(r"^[>\"')\]]*\s*(?:[:;,.]|\.\.\.|\(|<|-+|\bon\b|$)", re.IGNORECASE)
_TO_FIELD = re.compile(r"\s*(?:to|an|à|aan|a|cc)\s*:", re.IGNORECASE)
_COPIED_TO = re.compile(r"^[ \t>|]*to\s?:[ \t]*(\S[^\n]{0,300})", re.IGNORECASE | re.MULTILINE)
_SUBJECT_FIELD = re.compile(
    r"^\s*(?:subject|betreff|onderwerp|objet|sujet)\s*:", re.IGNORECASE | re.MULTILINE
)
_ROBOTS = re.compile(
    r"(?:mailer-?daemon|postmaster|mdaemon|noreply|no-reply|abuse|hostmaster|double-bounce)\b",
    re.IGNORECASE,
)
_VERP = re.compile(r"[+-]([^+=@\s]{1,64})(?:=|--at--)([\w-]+(?:\.[\w-]+)+)@")
_X400 = re.compile(r".*(?:smtp|rfc822|rfc-822)[=:]", re.IGNORECASE)


@dataclass(frozen=True)
class _Named:
    address: str
    said: str
    strength: int


def addresses_named(text: str, *, own: frozenset[str], subject: str = "") -> list[FailedRecipient]:
    """The failing addresses in `text`, each judged by what is said about it.

    `own`: addresses of the report itself (To, From, Sender), in lower case; they are taken
    only when nothing else stands there.
    """
    head = before_the_copy(text)
    named = _candidates(head)
    others = [each for each in named if each.address.lower() not in own]
    best = max((each.strength for each in others), default=0)
    chosen = [each for each in others if each.strength == best] if best else others[:1]
    general = f"{head[:_MAX_GENERAL]}\n{subject}"
    made: dict[str, FailedRecipient] = {}
    for each in chosen:
        key = each.address.lower()
        if key not in made and len(made) < MAX_RECIPIENTS:
            said = each.said if _says_something(each.said) else general
            made[key] = judged(each.address, status="", diagnosis=said)
    return list(made.values())


def before_the_copy(text: str) -> str:
    """`text` up to the copy of the returned message, at most `MAX_READ` characters."""
    head = text[:MAX_READ]
    original = next((each for each in _ORIGINAL.finditer(head) if each.start() > 20), None)
    return head[: original.start()] if original else head


def copied_recipient(text: str) -> str:
    """The To field of the message that is copied below the words of a report; or blank."""
    match = _COPIED_TO.search(text, len(before_the_copy(text)), 4 * MAX_READ)
    return match[1] if match else ""


def _candidates(head: str) -> list[_Named]:
    matches = [
        each for _n, each in zip(range(_MAX_ADDRESSES), ADDRESS.finditer(head), strict=False)
    ]
    named: list[_Named] = []
    for number, match in enumerate(matches):
        address = _cleaned(match[0])
        if not address or _ROBOTS.match(address):
            continue
        stop = next(
            (each.start() for each in matches[number + 1 :][:8] if _cleaned(each[0]) != address),
            len(head),
        )
        said = head[match.end() : min(stop, match.end() + _MAX_SAID)]
        strength = _strength(head, match=match, said=said)
        if strength >= 0:
            line = head[head.rfind("\n", 0, match.start()) + 1 : match.start()]
            named.append(_Named(address, f"{line[-200:]} {said}".strip(), strength))
    return named


def _cleaned(address: str) -> str:
    """Without what X.400 or a quotation mark put before it; blank when it is only a trace."""
    plain = _X400.sub("", address).strip("'`*|")
    local, _at, domain = plain.rpartition("@")
    is_verp = bool(re.search(r"-bounces?\b|bounces?[+-]|=", local))
    return "" if is_verp or not local or "." not in domain.strip(".") else plain.rstrip(".")


def _strength(head: str, *, match: re.Match[str], said: str) -> int:
    """3: alone on its line or named as a recipient; 1: words of failure beside; -1: another's."""
    line_begin = head.rfind("\n", 0, match.start()) + 1
    before = head[max(line_begin, match.start() - 120) : match.start()]
    line_end = head.find("\n", match.end())
    after = head[match.end() : line_end if line_end >= 0 else len(head)]
    is_alone = bool(_ALONE.match(before) and _ALONE_AFTER.match(after))
    if is_alone:
        return 3
    if _NOT_FAILING_BEFORE.search(before):
        return -1
    if _X400.match(match[0]):
        return 3
    if _TO_FIELD.match(before) and _SUBJECT_FIELD.search(head[match.end() : match.end() + 300]):
        return 1  # the fields of our own message, told again
    if _FAILING_BEFORE.search(before):
        return 3 if _says_something(said[:300]) or not after.strip(" >.:\"')") else 2
    return 2 if _says_something(f"{before} {after}") else 0


def _says_something(said: str) -> bool:
    """Whether these words tell why: a code, or what is wrong. Asked often, so by plain words."""
    low = said[:400].lower()
    return any(word in low for word in _WHY) or bool(ENHANCED.search(low) or REPLY_CODE.search(low))


_WHY = (
    *("unknown", "quota", "full", "exceed", "not found", "not exist", "not valid", "not known"),
    *(
        "not a ",
        "not listed",
        "not active",
        "not accept",
        "doesn't",
        "does not",
        "don't",
        "no such",
    ),
    *("no mail", "no user", "no account", "invalid", "reject", "refus", "denied", "disabled"),
    *("unavailable", "moved", "inactive", "spam", "block", "policy", "too large", "too big"),
    *("expired", "timed out", "timeout", "fail", "couldn't", "could not", "unable", "cannot"),
    *("undeliver", "inconnu", "introuvable", "pleine", "onbekend", "bestaat", " vol", "unbekannt"),
    *(" voll", "nicht", "impossible", "error", "isn't", "restricted", "rout", "no longer"),
    *("niet ", "existe", "répertori", " mx ", "retry", "has left", "closed"),
)


def judged(address: str, *, status: str, diagnosis: str) -> FailedRecipient:
    """A failed recipient, hard or soft by code and words; a vague code gives way to a clear one."""
    if not status or status[1:] in (".0.0", ".5.0"):
        status = _first_clear(diagnosis) or status
    return FailedRecipient(
        address=address,
        status=status,
        permanent=is_permanent(status, diagnosis=" ".join(diagnosis.split())),
        diagnosis=" ".join(diagnosis.split())[:500],
    )


def _first_clear(diagnosis: str) -> str:
    """The first enhanced code that is not one of the vague ones; else the first; else blank."""
    found: list[str] = ENHANCED.findall(diagnosis[:3000])
    return next((code for code in found if code[1:] != ".0.0"), (*found, "")[0])


def address_in_verp(value: str) -> str:
    """The address hidden in an envelope address such as `b+ana=x.example@y.example`; or blank."""
    match = _VERP.search(value)
    return f"{match[1]}@{match[2].lower()}" if match else ""
