"""The texts of the house until somebody edits them: four languages, official wording.

Keys are the kinds of promise plus `signature` (with a named handler) and `desk`
(without). Narrow no-break spaces before French double signs are meant.
"""

from vitrine.kernel.languages import Language

Wording = tuple[str, str]
"""Subject and body."""

ACKNOWLEDGEMENT: dict[Language, Wording] = {
    Language.FR: (
        "Votre demande {number}",
        """\
Madame, Monsieur,

Nous avons bien reçu votre demande. Elle porte le numéro {number}.

{opening}
Vous pouvez nous joindre {hours}, les jours ouvrables.

Pour compléter votre demande, répondez simplement à ce message en conservant son objet.
N'indiquez ni numéro de Registre national ni mot de passe dans un e-mail.""",
    ),
    Language.NL: (
        "Uw vraag {number}",
        """\
Geachte mevrouw, geachte heer,

Wij hebben uw vraag goed ontvangen. Zij heeft het nummer {number}.

{opening}
U kunt ons bereiken {hours}, op werkdagen.

Wilt u iets toevoegen? Beantwoord dan dit bericht en laat het onderwerp staan.
Vermeld geen rijksregisternummer en geen wachtwoord in een e-mail.""",
    ),
    Language.DE: (
        "Ihre Anfrage {number}",
        """\
Sehr geehrte Damen und Herren,

wir haben Ihre Anfrage erhalten. Sie trägt die Nummer {number}.

{opening}
Sie erreichen uns an Werktagen: {hours}.

Möchten Sie etwas hinzufügen, so antworten Sie auf diese Nachricht und lassen den Betreff stehen.
Geben Sie in einer E-Mail weder eine Nationalregisternummer noch ein Passwort an.""",
    ),
    Language.EN: (
        "Your request {number}",
        """\
Dear Sir or Madam,

We have received your request. Its number is {number}.

{opening}
You can reach us on working days: {hours}.

To add something, reply to this message and keep its subject.
Please do not put a National Register number or a password in an e-mail.""",
    ),
}
ANSWER: dict[Language, Wording] = {
    Language.FR: (
        "Réponse à votre demande {number}",
        """\
{text}

Votre demande porte le numéro {number}. Une question sur cette réponse ? Répondez à ce message.""",
    ),
    Language.NL: (
        "Antwoord op uw vraag {number}",
        """\
{text}

Uw vraag heeft het nummer {number}. Een vraag over dit antwoord? Beantwoord dit bericht.""",
    ),
    Language.DE: (
        "Antwort auf Ihre Anfrage {number}",
        """\
{text}

Ihre Anfrage trägt die Nummer {number}. Eine Rückfrage? Antworten Sie auf diese Nachricht.""",
    ),
    Language.EN: (
        "Answer to your request {number}",
        """\
{text}

The number of your request is {number}. A question about this answer? Reply to this message.""",
    ),
}
LETTER: dict[Language, Wording] = {
    Language.FR: (
        "Votre demande {number} du {day}",
        """\
Madame, Monsieur,

{text}

Votre demande porte le numéro {number}. Veuillez le mentionner si vous nous répondez.

Nous vous prions d'agréer, Madame, Monsieur, l'expression de nos salutations distinguées.""",
    ),
    Language.NL: (
        "Uw vraag {number} van {day}",
        """\
Geachte mevrouw, geachte heer,

{text}

Uw vraag heeft het nummer {number}. Vermeld het als u ons antwoordt.

Met de meeste hoogachting,""",
    ),
    Language.DE: (
        "Ihre Anfrage {number} vom {day}",
        """\
Sehr geehrte Damen und Herren,

{text}

Ihre Anfrage trägt die Nummer {number}. Geben Sie sie bitte an, wenn Sie uns antworten.

Mit freundlichen Grüßen""",
    ),
    Language.EN: (
        "Your request {number} of {day}",
        """\
Dear Sir or Madam,

{text}

The number of your request is {number}. Please quote it when you answer us.

Yours faithfully,""",
    ),
}
PROMISED_DATE: dict[Language, Wording] = {
    Language.FR: ("", "Vous recevrez une réponse au plus tard le {date}."),
    Language.NL: ("", "U krijgt een antwoord uiterlijk op {date}."),
    Language.DE: ("", "Sie erhalten spätestens am {date} eine Antwort."),
    Language.EN: ("", "You will have an answer by {date} at the latest."),
}
PROGRESS: dict[Language, Wording] = {
    Language.FR: (
        "Votre demande {number} : suivi",
        """\
Madame, Monsieur,

Votre demande {number} est en cours de traitement.

{text}""",
    ),
    Language.NL: (
        "Uw vraag {number}: stand van zaken",
        """\
Geachte mevrouw, geachte heer,

Uw vraag {number} is in behandeling.

{text}""",
    ),
    Language.DE: (
        "Ihre Anfrage {number}: Stand der Bearbeitung",
        """\
Sehr geehrte Damen und Herren,

Ihre Anfrage {number} ist in Bearbeitung.

{text}""",
    ),
    Language.EN: (
        "Your request {number}: progress",
        """\
Dear Sir or Madam,

Your request {number} is in progress.

{text}""",
    ),
}
DELEGATION: dict[Language, Wording] = {
    Language.FR: (
        "Demande {number} transmise à la deuxième ligne",
        """\
Bonjour,

Le centre d'assistance vous transmet la demande {number}.

{text}

Répondez dans Vitrine : le centre d'assistance en reste le gardien et transmet votre réponse.""",
    ),
    Language.NL: (
        "Vraag {number} doorgegeven aan de tweede lijn",
        """\
Beste collega,

De helpdesk geeft u vraag {number} door.

{text}

Antwoord in Vitrine: de helpdesk blijft de vraag opvolgen en bezorgt uw antwoord.""",
    ),
    Language.DE: (
        "Anfrage {number} an die zweite Ebene weitergeleitet",
        """\
Guten Tag,

der Helpdesk leitet die Anfrage {number} an Sie weiter.

{text}

Antworten Sie in Vitrine: Der Helpdesk verfolgt die Anfrage weiter und übermittelt Ihre Antwort.""",
    ),
    Language.EN: (
        "Request {number} handed over to the second line",
        """\
Hello,

The help desk hands request {number} over to you.

{text}

Please answer in Vitrine: the help desk keeps watch over the request and passes your answer on.""",
    ),
}
COLLEAGUE: dict[Language, Wording] = {
    Language.FR: (
        "Appel pour vous : {caller}",
        """\
Bonjour,

{caller} vous a appelé(e) {moment} ; le centre d'assistance a pris l'appel en votre absence.

{text}

Numéro : {number}
Demande : {ticket}

Confirmez dans Vitrine que vous avez lu ce message.""",
    ),
    Language.NL: (
        "Oproep voor u: {caller}",
        """\
Beste collega,

{caller} heeft u gebeld {moment}; de helpdesk nam de oproep aan tijdens uw afwezigheid.

{text}

Nummer: {number}
Vraag: {ticket}

Bevestig in Vitrine dat u dit bericht gelezen hebt.""",
    ),
    Language.DE: (
        "Anruf für Sie: {caller}",
        """\
Guten Tag,

{caller} hat Sie {moment} angerufen; der Helpdesk hat den Anruf in Ihrer Abwesenheit angenommen.

{text}

Nummer: {number}
Anfrage: {ticket}

Bitte bestätigen Sie in Vitrine, dass Sie diese Nachricht gelesen haben.""",
    ),
    Language.EN: (
        "Call for you: {caller}",
        """\
Hello,

{caller} called you {moment}; the help desk took the call while you were away.

{text}

Number: {number}
Request: {ticket}

Please confirm in Vitrine that you have read this message.""",
    ),
}
SIGNATURE: dict[Language, Wording] = {
    Language.FR: (
        "",
        """\
Personne en mesure de vous informer :
{handler}""",
    ),
    Language.NL: (
        "",
        """\
Persoon die u kan inlichten:
{handler}""",
    ),
    Language.DE: (
        "",
        """\
Auskunft erteilt:
{handler}""",
    ),
    Language.EN: (
        "",
        """\
Person able to inform you:
{handler}""",
    ),
}
DESK: dict[Language, Wording] = {
    Language.FR: (
        "",
        """\
Centre d'assistance du Registre national
Tél. {phone} – {address}
Ouvert {hours}""",
    ),
    Language.NL: (
        "",
        """\
Helpdesk van het Rijksregister
Tel. {phone} – {address}
Open {hours}""",
    ),
    Language.DE: (
        "",
        """\
Helpdesk des Nationalregisters
Tel. {phone} – {address}
Geöffnet: {hours}""",
    ),
    Language.EN: (
        "",
        """\
Help desk of the National Register
Tel. {phone} – {address}
Open {hours}""",
    ),
}
BUILT_IN: dict[str, dict[Language, Wording]] = {
    "acknowledgement": ACKNOWLEDGEMENT,
    "answer": ANSWER,
    "letter": LETTER,
    "progress": PROGRESS,
    "delegation": DELEGATION,
    "colleague": COLLEAGUE,
    "promised_date": PROMISED_DATE,
    "signature": SIGNATURE,
    "desk": DESK,
}
