"""Copies of mail headers, and the rules and lines that programs put above them."""

import re

_DIVIDER = re.compile(
    r"""^\s*[>*]?\s*(?:
      [-_=*]{2,}\s*(?:original|oorspronkelijk\w*|origine(?:el|le)|ursprüngliche|urspr\.
        |message\ d['’e ]\s*origin\w*
        |message\ (?:original|initial)|(?:e-?)?mail\ original|courrier\ original
          |mensaje\ original|messaggio\ originale
        |mensagem\ original|wiadomość\ oryginalna|oryginalna\ wiadomość|oprindelig|opprinnelig
          |original\w*|ursprungligt
        |alkuperäinen|původní|eredeti|исходное|reply\ message|antwort|réponse|début|原始邮件
          |quoted\ message|in\ reply\ to
        )[^\n]{0,60}?[-_=*]{2,}
    )\s*$""",
    re.VERBOSE | re.IGNORECASE,
)
_FORWARD = re.compile(
    r"""^\s*[>*]?\s*(?:
      [-_=]{2,}\s*(?:forwarded|weitergeleitete?|doorgestuurd\w*|message\ (?:transféré|réexpédié)
        |mensaje\ reenviado
        |messaggio\ inoltrato|mensagem\ encaminhada|begin\ forwarded|videresendt|vidarebefordrat
          |przekazana|transféré)
        \b[^\n]{0,80}?[-_=]{2,}
      | (?:begin\ forwarded\ message|début\ du\ message\ (?:transféré|réexpédié)
        |begin\ doorgestuurd\ bericht
        |anfang\ der\ weitergeleiteten\ (?:nachricht|e-?mail)|inizio\ messaggio\ inoltrato
          |inicio\ del\ mensaje\ reenviado)\s*:
    )\s*$""",
    re.VERBOSE | re.IGNORECASE,
)
_FIELD = re.compile(
    r"""^[\s|]*[*_]{0,2}(?:
      (?P<sender>From|De|Van|Von|Da|Fra|Från|Od|Expéditeur|Afzender|Absender|Remitente|Lähettäjä
        |Feladó|От|发件人|寄件者|差出人|보낸\ ?사람)
     |(?P<date>Sent|Date|Envoyé(?:e)?(?:\ le)?|Verzonden|Gesendet|Datum|Verstuurd|Fecha|Data
       |Enviado(?:\ el|\ em)?|Inviato|Sendt|Skickat|Dato|Wysłano|Odesláno
       |Отправлено|发送时间|日期|送信日時)
     |(?P<other>To|À|A|Aan|An|Para|Til|Till|Do|Komu|Pour|Cc|Kopie|Copie(?:\ à)?|Subject|Objet
       |Onderwerp|Betreff|Sujet|Oggetto|Asunto|Assunto|Ämne|Emne|Temat|Předmět
       |Reply-To|Répondre\ à|Antwort\ an|Importance|Priorité|Urgentie|Wichtigkeit|Sender
         |Organization|Attachments|Bijlagen|Anlagen|Pièces\ jointes
       |Destinataire|收件人|主题|抄送|宛先|件名)
    )[*_]{0,2}[\s\xa0]?[:：][*_]{0,2}(?P<value>.*)$""",
    re.VERBOSE | re.IGNORECASE,
)
_ANY_FIELD = re.compile(r"^[\s|]*[*_]{0,2}[^\s:：>][^:：\n]{0,24}[:：]\s*\S")
_UNDERLINE = re.compile(r"^\s*[_-]{10,}\s*$")
_MESSAGE_OF = re.compile(r"^\s*>?\s*Message du\s?:?\s?\d.{0,40}$", re.IGNORECASE)
_RULE = re.compile(r"^\s*[-_=*]{5,}\s*$")
_INSTANT = re.compile(
    r"^\s*(?:\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|\d{4}-\d\d-\d\d)\s+\d{1,2}[:.]\d\d(?::\d\d)?"
    r"(?:\s?[ap]m)?(?:\s[A-Z]{1,4})?\s*$",
    re.IGNORECASE,
)
_GROUPWISE = re.compile(r"^>{3}\s.{2,200}\d.{0,40}>{3}\s*$")
_WITHOUT_WORDS = re.compile(r"^[\d\s./-]*$")
_NOTES_TO = ("to", "a", "à", "an", "aan", "pour")
_NOTES_SUBJECT = ("subject", "objet", "betreff", "thema", "onderwerp", "sujet")
_YEAR = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)")


def is_forward_mark(line: str) -> bool:
    """Whether what follows was passed on, and so is what the sender wants to show."""
    return bool(_FORWARD.match(line))


def starts_block(lines: list[str], *, number: int) -> bool:
    """Whether a quoted message begins at `number`: a divider, or a copy of mail headers."""
    line = lines[number]
    if _DIVIDER.match(line) or _MESSAGE_OF.match(line) or is_groupwise_mark(line):
        return True
    if _UNDERLINE.match(line):
        return _is_header_block(lines, number=_next_text(lines, number=number + 1))
    return _is_header_block(lines, number=number) or _is_notes_block(lines, number=number)


def is_groupwise_mark(line: str) -> bool:
    """Whether GroupWise put this above a message: `>>> Ana <a@x.example> 16.11.2026 09:12 >>>`."""
    return bool(_GROUPWISE.match(line))


def is_rule(line: str) -> bool:
    """Whether this is only a line drawn above a quotation."""
    return bool(_RULE.match(line) or _MESSAGE_OF.match(line))


def _next_text(lines: list[str], *, number: int) -> int:
    """The next line within three that is not blank."""
    return next(
        (at for at in range(number, number + 3) if at < len(lines) and lines[at].strip()), number
    )


def _is_header_block(lines: list[str], *, number: int) -> bool:
    """Whether a copy of mail headers begins here: a sender, and two more fields near it."""
    if number >= len(lines) or len(lines[number]) > 400:
        return False
    first = _FIELD.match(lines[number])
    if first is None or first["other"]:
        return _is_foreign_block(lines, number=number)
    near = [_FIELD.match(line[:400]) for line in _block(lines, number=number)]
    kinds = [
        match.lastgroup if match.lastgroup != "value" else _kind(match) for match in near if match
    ]
    if "sender" not in kinds or len(kinds) < 3:
        return _is_foreign_block(lines, number=number) or _is_lone_sender(lines, number=number)
    return len(set(kinds)) >= 2 and not _is_list_of_a_person(lines, number=number, near=near)


def _is_list_of_a_person(
    lines: list[str], *, number: int, near: list[re.Match[str] | None]
) -> bool:
    """Whether somebody wrote `From: house 1`, `To: house 9`, `Date: 1.1.2026` himself.

    Programs tell an address, a day or month by its name, the time of day, or the subject.
    """
    if any(match and match[0].lower().strip(" *_|").startswith(_NOTES_SUBJECT) for match in near):
        return False
    dates = [match["value"] for match in near if match and _kind(match) == "date"]
    if not dates or any("@" in line for line in lines[number : number + 12]):
        return False
    return all(_WITHOUT_WORDS.match(value) for value in dates)


def _is_notes_block(lines: list[str], *, number: int) -> bool:
    """Lotus Notes: a name, below it an instant, `To` and `Subject` on lines of their own."""
    if number + 4 > len(lines) or not _INSTANT.match(lines[number + 1][:80]):
        return False
    fields = [line.strip().lower() for line in lines[number + 2 : number + 16] if len(line) < 20]
    return any(field in _NOTES_TO for field in fields[:3]) and any(
        field in _NOTES_SUBJECT for field in fields
    )


def _kind(match: re.Match[str]) -> str:
    return next(name for name in ("sender", "date", "other") if match[name])


def _block(lines: list[str], *, number: int) -> list[str]:
    """At most 12 lines up to the first text that is no field; single blank lines are passed."""
    found: list[str] = []
    for line in lines[number : number + 12]:
        if line.strip() and not _FIELD.match(line[:400]) and len(found) > 5:
            break
        found.append(line)
    return found


def _is_lone_sender(lines: list[str], *, number: int) -> bool:
    """`From: Ana <ana@x.example>` after an empty line, with a date or subject in the next two."""
    match = _FIELD.match(lines[number])
    if match is None or not match["sender"] or "@" not in match["value"]:
        return False
    after = [_FIELD.match(line[:400]) for line in lines[number + 1 : number + 4]]
    return any(each and not each["sender"] for each in after)


def _is_foreign_block(lines: list[str], *, number: int) -> bool:
    """The same in a language that we do not know: three fields, an address and a year."""
    if number and lines[number - 1].strip():
        return False
    block = lines[number : number + 4]
    if (
        not _ANY_FIELD.match(block[0][:400])
        or len([line for line in block if _ANY_FIELD.match(line[:400])]) < 3
    ):
        return False
    joined = "\n".join(block)
    return bool("@" in joined and _YEAR.search(joined))
