"""The language of a text, from its small words. Four languages, no model, no network.

Small words (articles, pronouns, forms of politeness) make up about half of a running
text and hardly ever belong to two of the four languages; the few that do count less.
"""

import re

from vitrine.kernel.languages import Language

_WORDS: dict[Language, str] = {
    Language.FR: """
        le la les un une des du au aux et est sont ne pas plus que qui quoi dont où je tu il
        elle nous vous ils elles mon ma mes notre nos votre vos son sa ses leur ce cet cette
        ces pour par avec sans sur sous dans chez vers mais ou donc car si être avoir ai as a
        avons avez ont été suis êtes sommes peut peux pouvez pouvons bonjour merci madame
        monsieur salutations cordialement veuillez demande accès clé clef commune depuis
        toujours bien très aussi comme quand comment pourquoi quel quelle faire fait plait
        plaît reçu erreur ainsi afin lors j'ai n'est c'est d'une d'un qu'il l'accès
    """,
    Language.NL: """
        de het een en is zijn was waren niet geen dat die deze dit wie wat waar ik jij je u hij
        zij ze wij we jullie mijn uw ons onze hun haar met zonder voor van naar bij op aan uit
        om over onder door tegen maar of want dus als kan kunt kunnen moet moeten wordt worden
        heeft hebben heb had hallo dag beste geachte mevrouw meneer dank bedankt groeten
        vriendelijke alvast graag gemeente toegang sleutel aanvraag vraag sinds nog ook zeer
        heel wel hoe waarom welke wanneer er te ben bent zou zouden mij mogen gelieve volgende
    """,
    Language.DE: """
        der die das den dem des ein eine einen einem einer und ist sind war waren nicht kein
        keine dass daß wer was wo ich du er sie es wir ihr mein meine ihre ihren ihrem unser
        unsere mit ohne für von nach bei auf an aus um über unter durch gegen aber oder denn
        also wenn kann können muss müssen wird werden hat haben habe hatte hallo guten tag
        sehr geehrte geehrter damen herren frau herr dank danke grüße grüßen freundlichen
        gemeinde zugang schlüssel anfrage frage seit noch auch wie warum welche wann zu zum
        zur im am bin bitte mir mich uns möchte dieser diese dieses folgende bereits
    """,
    Language.EN: """
        the a an and is are was were not no that this these those who what where i you he she
        it we they my your our their his her with without for from to at on in of by over
        under but or because so if can could must should will would has have had hello dear
        hi thanks thank regards sincerely kind please request access key municipality since
        still also very how why which when there be been am do does did don't i'm me us any
    """,
}
_LANGUAGES_OF: dict[str, list[Language]] = {}
for _language, _words in _WORDS.items():
    for _word in set(_words.split()):
        _LANGUAGES_OF.setdefault(_word, []).append(_language)

_TOKEN = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_LETTERS = ((Language.DE, "ß"), (Language.DE, "ü"), (Language.FR, "ç"), (Language.FR, "œ"))
_ENOUGH = 1.5
_LEAD = 1.35


def detect(text: str) -> Language | None:
    """The language of `text`, judged by its first 4 000 characters; None when unsure."""
    sample = text[:4000].lower().replace("’", "'")
    scores = dict.fromkeys(Language, 0.0)
    for word in _TOKEN.findall(sample):
        languages = _LANGUAGES_OF.get(word) or _LANGUAGES_OF.get(word.partition("'")[2], [])
        for language in languages:
            scores[language] += 1 / len(languages) ** 2
    for language, letter in _LETTERS:
        scores[language] += min(sample.count(letter), 2) * 0.5
    best, second = sorted(Language, key=lambda language: -scores[language])[:2]
    is_clear = scores[best] >= _ENOUGH and scores[best] >= _LEAD * scores[second]
    return best if is_clear else None
