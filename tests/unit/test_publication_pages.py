"""What the pages of the public say, and what they weigh."""

import base64
import gzip
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path

import brotli
import pytest

from tests.bulletins import AT, SENTENCES, a_bulletin, a_maintenance, an_interruption
from vitrine.publication import moments
from vitrine.publication.bulletin import MaintenanceState, Position, Sentences
from vitrine.publication.errors import SentenceMissing
from vitrine.publication.pages import assets
from vitrine.publication.reading import check_sentences
from vitrine.publication.site import Site
from vitrine.publication.tree import files_of
from vitrine.publication.words import LANGUAGES, catalogue

SITE = Site(
    directory=Path("/nowhere"),
    url="https://status.register.example/",
    others=("https://b.register.example/",),
)
MOST_BYTES = 14 * 1024


class Reader(HTMLParser):
    """The text of a page as a reader gets it, by element; and each element with its attributes."""

    def __init__(self):
        super().__init__()
        self.text, self.elements, self.skipping = [], [], 0

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        self.skipping += tag in ("script", "style")

    def handle_endtag(self, tag):
        self.skipping -= tag in ("script", "style")

    def handle_data(self, text):
        if not self.skipping:
            self.text.append(text)


def page(bulletin, language="de", *, path="index.html", at=AT, site=SITE):
    files = files_of(bulletin, event=None, at=at, edition=0, site=site)
    return files[f"{language}/{path}"].decode()


def read(text):
    reader = Reader()
    reader.feed(text)
    return reader


def words(text):
    return re.sub(r"\s+", " ", " ".join(read(text).text)).replace("\xa0", " ")


@pytest.mark.parametrize("position", Position)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_weighs_at_most_fourteen_kilobytes(position, language):
    text = page(a_bulletin(position), language).encode()
    assert len(gzip.compress(text, 6)) <= MOST_BYTES
    assert len(brotli.compress(text, quality=5)) <= MOST_BYTES


@pytest.mark.parametrize("position", Position)
def test_only_the_sentence_that_holds_stands_in_the_page(position):
    bulletin = a_bulletin(position)
    key = {"works": "works", "slowed": "slowed.partial", "interrupted": "interrupted"}[position]
    for language in LANGUAGES:
        text = page(bulletin, language)
        assert SENTENCES[key][language] in text
        for other in SENTENCES.keys() - {key, "overrun"}:
            assert SENTENCES[other][language] not in text
        # The inactive steps of the scale are no text that somebody could quote.
        assert ">Interrupted<" not in text


def test_a_page_loads_nothing_from_anywhere():
    for language in LANGUAGES:
        for name, attributes in read(page(a_bulletin(), language)).elements:
            assert "src" not in attributes
            if name == "link":
                assert not attributes["href"].startswith(("http", "//"))
            assert not any(key.startswith("on") or key == "style" for key in attributes)


def test_the_policy_allows_exactly_the_style_and_the_script_of_the_page():
    text = page(a_bulletin())
    policy = next(
        attributes["content"]
        for name, attributes in read(text).elements
        if attributes.get("http-equiv") == "Content-Security-Policy"
    )
    for name in ("style", "script"):
        [content] = re.findall(rf"<{name}>(.*?)</{name}>", text, re.DOTALL)
        digest = base64.b64encode(sha256(content.encode()).digest()).decode()
        assert f"{name}-src 'sha256-{digest}'" in policy
    assert "default-src 'none'" in policy
    assert "connect-src 'self' https://b.register.example/;" in policy
    assert "unsafe" not in policy


def test_the_region_that_is_announced_is_there_from_the_start():
    elements = read(page(a_bulletin())).elements
    assert [name for name, each in elements if each.get("role") == "status"] == ["p"]
    assert [name for name, each in elements if each.get("role") == "alert"] == ["p"]


def test_each_language_is_marked_and_linked_in_its_own():
    for language in LANGUAGES:
        elements = read(page(a_bulletin(), language)).elements
        assert elements[0] == ("html", {"lang": language})
        marked = [(name, each) for name, each in elements if "hreflang" in each]
        linked = {each["hreflang"]: each for name, each in marked if name == "a"}
        assert set(linked) == set(LANGUAGES) - {language}
        assert all(each["lang"] == code for code, each in linked.items())
        alternates = {each["hreflang"] for name, each in marked if name == "link"}
        assert alternates == set(LANGUAGES)


def test_a_comment_without_translation_is_shown_as_what_it_is():
    bulletin = a_bulletin(Position.SLOWED, comments={"fr": "Lenteurs par adresse."})
    text = page(bulletin, "de")
    assert '<span class="comment" lang="fr">Lenteurs par adresse.</span>' in text
    assert "liegt noch nicht auf Deutsch vor" in words(text)
    assert "liegt noch nicht" not in words(page(a_bulletin(Position.SLOWED), "de"))


def test_expected_end_and_since_are_written_out_with_day_and_zone():
    text = words(page(a_bulletin(Position.SLOWED), "de"))
    assert (
        "Behebung voraussichtlich bis Montag, 23. November 2026, 11.30 Uhr (belgische Zeit)" in text
    )
    assert "Seit Montag, 23. November 2026, 10.12 Uhr (belgische Zeit)" in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_end_of_a_day_is_never_told_as_midnight(language):
    end = datetime(2026, 11, 23, 23, 0, tzinfo=UTC)  # midnight in Brussels
    text = words(page(a_bulletin(Position.SLOWED, expected_end=end), language))
    told = moments.moment(end - timedelta(minutes=1), language=language).replace("\xa0", " ")
    assert told in text
    assert "23" in told
    assert moments.day(end, language=language) not in text


def test_when_the_expected_end_has_passed_the_page_says_so():
    bulletin = a_bulletin(Position.INTERRUPTED)
    later = page(bulletin, "nl", at=AT + timedelta(hours=2))
    assert SENTENCES["overrun"]["nl"] in words(later)
    assert SENTENCES["overrun"]["nl"] not in words(page(bulletin, "nl"))


def test_planned_maintenance_tells_window_duration_effect_and_calendar():
    text = page(a_bulletin(), "de")
    told = words(text)
    assert "Samstag, 28. November 2026, 20.00 Uhr bis 22.00 Uhr (belgische Zeit)" in told
    assert "Voraussichtliche Dauer: 2 Std." in told
    assert "Es ist mit einer Unterbrechung zu rechnen." in told
    assert 'href="maintenance/cards-1-register.example.ics"' in text


def test_a_cancelled_maintenance_is_told_until_its_window_is_over():
    gone = a_maintenance(state=MaintenanceState.CANCELLED)
    bulletin = a_bulletin(maintenances=(gone,))
    assert "Abgesagt" in words(page(bulletin, "de"))
    assert "Abgesagt" not in words(page(bulletin, "de", at=gone.ends_at))


def test_what_somebody_typed_is_never_markup():
    evil = "<script>alert(1)</script>\"'><img src=x onerror=y>"
    texts = dict.fromkeys(LANGUAGES, evil)
    bulletin = a_bulletin(
        Position.INTERRUPTED,
        comments=texts,
        register_names=texts,
        interruptions=(replace(an_interruption(), meanwhile=texts, review=texts),),
        maintenances=(a_maintenance(titles=texts, texts=texts, uid="../../etc/<x>"),),
        desk={"phone": evil, "mail": evil, "url": "javascript:alert(1)"},
    )
    files = files_of(bulletin, event=None, at=AT, edition=0, site=SITE)
    for path, content in files.items():
        assert ".." not in path.split("/")
        if path.endswith((".html", ".svg")):
            text = content.decode()
            assert "<img" not in text, path
            assert text.count("<script>") <= 1, path
            assert "javascript:" not in text, path


def test_a_missing_official_sentence_stops_the_publication():
    for key in SENTENCES:
        for language in ("fr", "nl", "de"):
            texts = {name: dict(each) for name, each in SENTENCES.items()}
            texts[key][language] = " "
            with pytest.raises(SentenceMissing, match=re.escape(f"{key} ({language})")):
                check_sentences(a_bulletin(sentences=Sentences(revision=2, texts=texts)))


def test_a_missing_english_sentence_is_said_in_another_language():
    texts = {name: {k: v for k, v in each.items() if k != "en"} for name, each in SENTENCES.items()}
    bulletin = a_bulletin(sentences=Sentences(revision=2, texts=texts))
    check_sentences(bulletin)
    assert f'lang="fr">{SENTENCES["works"]["fr"]}' in page(bulletin, "en")


def test_without_catalogues_the_pages_are_in_english(monkeypatch, tmp_path):
    monkeypatch.setattr("vitrine.publication.words.CATALOGUES", tmp_path)
    catalogue.cache_clear()
    try:
        assert "Planned maintenance" in words(page(a_bulletin(), "de"))
        (tmp_path / "de" / "LC_MESSAGES").mkdir(parents=True)
        (tmp_path / "de" / "LC_MESSAGES" / "django.mo").write_bytes(b"broken")
        catalogue.cache_clear()
        assert "Planned maintenance" in words(page(a_bulletin(), "de"))
    finally:
        catalogue.cache_clear()


def test_every_language_speaks_its_own_words():
    heads = {code: words(page(a_bulletin(Position.SLOWED), code)) for code in LANGUAGES}
    for code, word in {"fr": "Maintenance planifiée", "nl": "Gepland onderhoud",
                       "de": "Geplante Wartung", "en": "Planned maintenance"}.items():  # fmt: skip
        assert [each for each, text in heads.items() if word in text] == [code]


def test_history_tells_ninety_days_interruptions_and_availability():
    text = page(a_bulletin(Position.SLOWED), "de", path="history.html")
    told = words(text)
    assert text.count("<rect") == 3 * 90
    assert "Tage mit einer Störung: 1. Tage mit einer Unterbrechung: 1." in told
    assert "99,873 %" in told
    assert "Dauer: 2 Std. 5 Min." in told
    assert 'href="interruption/2026-0006.html"' in text
    assert "A disk was full" in words(
        page(a_bulletin(Position.SLOWED), "de", path="interruption/2026-0006.html")
    )


def test_scripts_hold_no_sentence():
    for name in ("page.js", "embed.js", "system-status.js"):
        strings = re.findall(r"[\"'`]([^\"'`\n]*)[\"'`]", assets.source(name))
        assert not [each for each in strings if re.search(r"[a-z]{3,} [a-z]{3,} [a-z]{3,}", each)]
