"""Mixed mails as a register gets them, made from templates, with what must become of each.

Everything is fictitious. `first_mails` come out of the blue; `later_mails` refer to what
became of them (replies, bounces), so they are made when those have been handled.
"""

import random
import uuid
from dataclasses import dataclass, field
from email.message import EmailMessage

SUBJECTS = {
    "de": ("Zugang gesperrt", "Frage zur Straßenliste", "Änderung eines Haushalts"),
    "fr": ("Accès bloqué", "Question sur la liste des rues", "Changement de ménage"),
    "nl": ("Toegang geblokkeerd", "Vraag over de stratenlijst", "Wijziging van een gezin"),
    "en": ("Access blocked", "Question about the list of streets", "Change of a household"),
}
TEXTS = {
    "de": "Guten Tag,\n\nwir können uns seit heute nicht mehr anmelden. Was sollen wir tun?\n",
    "fr": "Bonjour,\n\nnous ne pouvons plus nous connecter depuis ce matin. Que faire ?\n",
    "nl": "Goedendag,\n\nwij kunnen ons sinds vandaag niet meer aanmelden. Wat moeten wij doen?\n",
    "en": "Good morning,\n\nwe cannot sign in since this morning. What should we do?\n",
}
KINDS = (
    *("person",) * 10,
    *("file",) * 3,
    *("html",) * 2,
    *("list", "automatic", "broken", "twice"),
)
"""How often each kind comes among the first mails."""


@dataclass
class Mail:
    """A mail to send, and its outcome."""

    number: int
    kind: str
    sender: str
    raw: bytes
    outcome: str
    envelope_from: str = ""
    is_acknowledged: bool = False
    message_id: str = ""
    in_reply_to: str = ""

    def __post_init__(self):
        self.envelope_from = self.sender if self.envelope_from == "" else self.envelope_from


@dataclass
class Post:
    """What was made so far; the same seed makes the same mails."""

    seed: int
    domain: str = "people.example"
    made: int = 0
    luck: random.Random = field(init=False)

    def __post_init__(self):
        self.luck = random.Random(self.seed)

    def first_mails(self, count):
        """`count` mails of mixed kinds."""
        return [self.one(self.luck.choice(KINDS)) for _ in range(count)]

    def message(self, *, to="helpdesk@register.example", **headers):
        """A plain message of a person who has never written before."""
        self.made += 1
        language = self.luck.choice(sorted(TEXTS))
        sender = f"person{self.seed}-{self.made}@town{self.made % 97}.{self.domain}"
        message = EmailMessage()
        message["From"] = f"Person {self.made} <{sender}>"
        message["To"] = to
        message["Subject"] = f"{self.luck.choice(SUBJECTS[language])} {self.made}"
        message["Message-ID"] = f"<{uuid.UUID(int=self.luck.getrandbits(128))}@{self.domain}>"
        for name, value in headers.items():
            message[name.replace("_", "-")] = value
        message.set_content(f"{TEXTS[language]}\nPerson {self.made}\n")
        return message, sender

    def one(self, kind):
        """A mail of one kind."""
        message, sender = self.message()
        outcome, is_acknowledged = "ticket", True
        if kind == "file":
            content = self.luck.randbytes(self.luck.randrange(100, 60_000))
            message.add_attachment(content, "application", "pdf", filename="Beschluß.pdf")
        elif kind == "html":
            message.add_alternative(f"<p>{message.get_content()}</p>", subtype="html")
        elif kind == "list":
            message["List-Id"] = "<streets.lists.example>"
            message["Precedence"] = "list"
            is_acknowledged = False
        elif kind == "automatic":
            message["Auto-Submitted"] = "auto-replied"
            outcome, is_acknowledged = "automatic", False
        elif kind == "broken":
            del message["From"]
            message["From"] = ";"  # and no envelope sender: there is nobody to answer
            outcome, is_acknowledged = "quarantined", False
        return Mail(
            number=self.made,
            kind=kind,
            sender=sender,
            raw=message.as_bytes(),
            outcome=outcome,
            envelope_from="<>" if kind == "broken" else "",
            is_acknowledged=is_acknowledged,
            message_id=str(message["Message-ID"]),
        )

    def reply(self, mail, *, to_message):
        """`mail`'s sender writes again, in reply to `to_message` (a Message-ID)."""
        message, _sender = self.message(
            In_Reply_To=to_message, References=f"{mail.message_id} {to_message}"
        )
        message.replace_header("From", f"Person <{mail.sender}>")
        return Mail(
            number=self.made,
            kind="reply",
            sender=mail.sender,
            raw=message.as_bytes(),
            outcome="entry",
            message_id=str(message["Message-ID"]),
            in_reply_to=mail.message_id,
        )

    def bounce(self, mail, *, of_message):
        """A mail server could not deliver `of_message` to `mail`'s sender."""
        self.made += 1
        message_id = f"<{uuid.UUID(int=self.luck.getrandbits(128))}@mx.{self.domain}>"
        raw = BOUNCE.format(
            message_id=message_id, domain=self.domain, address=mail.sender, original=of_message
        )
        return Mail(
            number=self.made,
            kind="bounce",
            sender=f"MAILER-DAEMON@mx.{self.domain}",
            raw=raw.encode(),
            outcome="bounce",
            envelope_from="<>",
            message_id=message_id,
            in_reply_to=mail.message_id,
        )


BOUNCE = """\
From: Mail Delivery System <MAILER-DAEMON@mx.{domain}>
To: helpdesk@register.example
Subject: Undelivered Mail Returned to Sender
Message-ID: {message_id}
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="parts"

--parts
Content-Type: text/plain

<{address}>: host mx.{domain} said: 550 5.1.1 User unknown

--parts
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.{domain}

Final-Recipient: rfc822; {address}
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 User unknown

--parts
Content-Type: text/rfc822-headers

From: helpdesk@register.example
To: {address}
Subject: Re
Message-ID: {original}

--parts--
"""
