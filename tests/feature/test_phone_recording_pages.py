"""Recordings of phrases at the desk: uploaded, listened to, replaced, removed, printed to read."""

import re
from array import array
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import translation

from tests.cast import World
from tests.threads import all_at_once
from tests.unit.test_loudness import file_of, good, tone
from vitrine.desk.forms.phone_recordings import MAX_FILES
from vitrine.telephony import queries
from vitrine.telephony.actions import REFUSALS, take_recording
from vitrine.telephony.models import PhraseRecording
from vitrine.telephony.rules.phrases import LANGUAGES, sound_name, text
from vitrine.telephony.rules.recordings import LARGEST_FILE, Fault

ALL, WELCOME = "/desk/phone/set-up/recordings/", "/desk/phone/set-up/recordings/de/welcome/"
SEVERAL, SCRIPT = f"{ALL}several/?in=de", f"{ALL}script/"
GOOD, LONG = file_of(good(0.3)), file_of(good(0.9))
LOUD = array("h", (max(-32767, min(32767, 3 * one)) for one in tone(level=0.9, seconds=0.5)))
UNUSABLE = {
    Fault.NOT_WAVE: b"ID3" + b"\0" * 4000,
    Fault.RATE: file_of(array("h", [0] * 8000), rate=11025),
    Fault.TOO_LARGE: b"RIFF" + bytes(LARGEST_FILE),
    Fault.TOO_LONG: file_of(array("h", [0] * 8000 * 61), rate=8000),
    Fault.TOO_SHORT: file_of(array("h", [0] * 100), rate=8000),
    Fault.SILENT: file_of(array("h", [0] * 8000), rate=8000),
    Fault.CLIPPED: file_of(LOUD),
}


@pytest.fixture(autouse=True)
def english(client: Client, world: World) -> None:
    """Sofie reads English and is signed in."""
    world.sofie.ui_language = "en"
    world.sofie.save()
    client.force_login(world.sofie)


def wav(content: bytes, *, name: str = "recording.wav") -> SimpleUploadedFile:
    """A file as a browser sends it."""
    return SimpleUploadedFile(name, content, content_type="audio/wav")


def sent(client: Client, content: bytes = GOOD, *, at: str = WELCOME, **more: object) -> str:
    """What the page says when a recording was sent."""
    response = client.post(at, {"recording": wav(content), **more}, follow=True)
    return unescape(response.content.decode())


def shown(client: Client, address: str) -> str:
    """A page in plain words."""
    response = client.get(address)
    assert response.status_code == 200
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", response.content.decode())))


def test_a_recording_is_uploaded_and_listened_to(client: Client, world: World) -> None:
    said = sent(client)

    assert "The recording is kept" in said
    row = PhraseRecording.objects.get()
    assert row.recorded_by == world.sofie
    words = shown(client, WELCOME)
    assert "Replace the recording" in words
    assert f"Recorded by {world.sofie.name}" in words
    assert "−23.0 LUFS" in words
    listed = shown(client, f"{ALL}?in=de")
    count = len(queries.said_in("de"))
    assert f"1 of {count} phrases are recorded in German" in listed
    answer = client.get(reverse("desk:phone-recording-sound", args=[row.pk]))
    assert (answer.headers["Content-Type"], answer.content) == ("audio/wav", bytes(row.content))


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (file_of(tone(level=0.02, seconds=0.5)), "it was made louder"),
        (file_of(tone(level=0.9, seconds=0.5)), "it was made quieter"),
        (file_of(array("h", bytes(2 * 60000)) + good(0.5)), "silence before and after"),
    ],
)
def test_what_is_put_right_is_said(client: Client, content: bytes, words: str) -> None:
    assert words in sent(client, content)
    assert PhraseRecording.objects.get().loudness == pytest.approx(-23.0, abs=0.1)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("fault", [one for one in Fault if one in REFUSALS])
def test_each_refusal_is_a_sentence_in_the_language_of_the_reader(
    client: Client, world: World, fault: Fault, language: str
) -> None:
    world.sofie.ui_language = language
    world.sofie.save()

    response = client.post(WELCOME, {"recording": wav(UNUSABLE[fault])})

    assert response.status_code == 422
    with translation.override(language):
        sentence = str(REFUSALS[fault])
    assert sentence in unescape(response.content.decode())
    assert not PhraseRecording.objects.exists()


def test_every_refusal_is_another_sentence_in_each_language() -> None:
    assert set(UNUSABLE) == set(REFUSALS)
    for fault, sentence in REFUSALS.items():
        said = set()
        for language in LANGUAGES:
            with translation.override(language):
                said.add(str(sentence))
        assert len(said) == len(LANGUAGES), fault


@pytest.mark.parametrize("sends", [{}, {"recording": wav(b"")}, {"recording": "words"}])
def test_no_file_or_an_empty_one_is_asked_for_again(client: Client, sends: dict) -> None:
    response = client.post(WELCOME, sends)

    assert response.status_code == 422
    assert 'aria-invalid="true"' in response.content.decode()
    assert not PhraseRecording.objects.exists()


@pytest.mark.parametrize(
    "address", [f"{ALL}xx/welcome/", f"{ALL}de/nothing/", f"{ALL}de/pause/", f"{ALL}de/own-0/"]
)
def test_what_the_telephone_does_not_say_has_no_page(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404
    assert client.post(address, {"recording": wav(GOOD)}).status_code == 404
    assert client.get(f"{address}machine/").status_code == 404


@pytest.mark.parametrize("who", ["bruno", "dora", "iris", "stan", "rita"])
def test_who_does_not_set_the_telephone_up_finds_nothing(
    client: Client, world: World, who: str
) -> None:
    row = take_recording("welcome", language="de", content=GOOD, by=None).row
    client.force_login(getattr(world, who))

    for address in (ALL, WELCOME, SCRIPT, f"{ALL}{row.pk}/sound/", f"{WELCOME}machine/"):
        assert client.get(address).status_code == 404
    assert client.post(WELCOME, {"recording": wav(LONG)}).status_code == 404
    assert client.post(SEVERAL, {"recordings": wav(LONG, name="welcome.wav")}).status_code == 404
    assert client.post(f"{ALL}{row.pk}/removal/").status_code == 404
    assert PhraseRecording.objects.get() == row


def test_a_recording_is_removed_and_the_machine_says_it_again(client: Client) -> None:
    sent(client)
    row = PhraseRecording.objects.get()
    assert f"{ALL}{row.pk}/removal/" in client.get(WELCOME).content.decode()

    response = client.post(f"{ALL}{row.pk}/removal/", follow=True)

    assert response.redirect_chain[-1][0] == WELCOME
    assert "was removed" in response.content.decode()
    assert not PhraseRecording.objects.exists()
    assert client.post(f"{ALL}{row.pk}/removal/").status_code == 404


def test_who_did_not_see_the_newest_recording_is_told(client: Client) -> None:
    sent(client)

    said = sent(client, LONG, seen="0")

    assert "A colleague has changed this recording meanwhile" in said
    assert "Replace the recording" in said
    assert PhraseRecording.objects.get().seconds < 0.5


@pytest.mark.django_db(transaction=True)
def test_of_several_who_upload_at_once_one_is_heard_and_the_others_are_told(
    world: World,
) -> None:
    def work(number: int) -> int:
        browser = Client()
        browser.force_login(world.sofie)
        content = file_of(good(0.3 + number / 10))
        return browser.post(WELCOME, {"recording": wav(content), "seen": "0"}).status_code

    assert sorted(all_at_once(work, of=range(3))) == [302, 422, 422]
    assert PhraseRecording.objects.count() == 1


def test_a_recording_of_an_earlier_text_is_shown_as_out_of_date(client: Client) -> None:
    sent(client)
    PhraseRecording.objects.update(text="Guten Tag von früher.")

    assert "1 recording is out of date" in shown(client, f"{ALL}?in=de")
    assert "recording out of date" in shown(client, f"{ALL}?in=de&heard=outdated")
    words = shown(client, WELCOME)
    assert "Guten Tag von früher." in words
    assert "Record it" in words
    sent(client, LONG)
    assert PhraseRecording.objects.get().text == text("welcome", language="de")


def test_a_recording_of_what_the_menu_lacks_now_is_listed_apart(client: Client) -> None:
    sent(client)
    PhraseRecording.objects.update(text="Ein Thema von früher.", key="own-0123456789abcdef")

    assert "Not said any more Recordings of texts" in shown(client, f"{ALL}?in=de")
    row = PhraseRecording.objects.get()
    response = client.post(f"{ALL}{row.pk}/removal/")
    assert response.headers["Location"] == f"{ALL}?in=de"


def test_phrases_are_found_by_words_part_and_state(client: Client) -> None:
    sent(client)
    recorded = shown(client, f"{ALL}?in=de&heard=recorded")
    assert text("welcome", language="de") in recorded
    assert text("goodbye", language="de") not in recorded
    assert "siebzehn" in shown(client, f"{ALL}?in=de&part=numbers&q=SIEB")
    assert "No phrase is like that." in shown(client, f"{ALL}?in=de&part=days&q=Helpdesk")
    for odd in ("heard=x", "part=x", "page=x", "page=-1", "page=99999", "page=9999", "in=xx"):
        assert client.get(f"{ALL}?{odd}").status_code == 200


def test_every_phrase_is_on_one_page_of_the_list(client: Client) -> None:
    said = queries.said_in("nl")
    found: list[str] = []
    address = f"{ALL}?in=nl"
    while address:
        page = client.get(address).content.decode()
        found += [unescape(one) for one in re.findall(r'row"><a [^>]*>([^<]+)<', page)]
        later = re.search(r'<a href="([^"]+)" rel="next"', page)
        address = ALL + unescape(later[1]).removeprefix(ALL) if later else ""
    assert found == [one.text for one in said]


def test_several_are_taken_or_refused_each_by_itself(client: Client) -> None:
    files = [
        wav(GOOD, name="welcome-de.wav"),
        wav(LONG, name="012_Goodbye.WAV"),
        wav(UNUSABLE[Fault.CLIPPED], name="place-de (1).wav"),
        wav(GOOD, name="wait-fr.wav"),
        wav(GOOD, name="holiday.wav"),
        wav(UNUSABLE[Fault.TOO_LARGE], name="next.wav"),
        wav(b"", name="at.wav"),
    ]
    response = client.post(SEVERAL, {"recordings": files})

    assert response.status_code == 200
    assert {row.key for row in PhraseRecording.objects.all()} == {"welcome", "goodbye"}
    said = unescape(response.content.decode())
    for words in (
        str(REFUSALS[Fault.CLIPPED]),
        str(REFUSALS[Fault.TOO_LARGE]),
        str(REFUSALS[Fault.NOT_WAVE]),
        "Its name is that of no phrase in German; welcome-de.wav would be one.",
    ):
        assert words in said
    assert said.count('aria-label="refused"') == 5
    assert said.count('aria-label="kept"') == 2


@pytest.mark.parametrize("count", [0, MAX_FILES + 1, 304])
def test_too_many_files_or_none_are_asked_for_again(client: Client, count: int) -> None:
    files = [wav(b"x", name=f"{one}.wav") for one in range(count)]
    response = client.post(SEVERAL, {"recordings": files})

    assert response.status_code == 422
    assert not PhraseRecording.objects.exists()


def test_the_script_says_what_lacks_a_recording_and_how_each_file_is_called(
    client: Client,
) -> None:
    sent(client)

    words = shown(client, f"{SCRIPT}?in=de")
    assert text("goodbye", language="de") in words
    assert "goodbye-de.wav" in words
    assert text("welcome", language="de") not in words
    assert text("welcome", language="de") in shown(client, f"{SCRIPT}?in=de&all=1")


@pytest.mark.parametrize(
    ("asked", "status", "part"),
    [
        ("bytes=0-3", 206, slice(0, 4)),
        ("bytes=10-", 206, slice(10, None)),
        ("bytes=-4", 206, slice(-4, None)),
        ("bytes=0-99999999", 206, slice(0, None)),
        ("bytes=99999999-", 416, slice(0, 0)),
        ("bytes=-0", 416, slice(0, 0)),
        ("bytes=5-2", 200, slice(0, None)),
        ("bytes=-", 200, slice(0, None)),
        ("bytes=0-1,4-5", 200, slice(0, None)),
        ("lines=0-1", 200, slice(0, None)),
    ],
)
def test_a_player_gets_the_part_that_it_asks_for(
    client: Client, asked: str, status: int, part: slice
) -> None:
    row = take_recording("welcome", language="de", content=GOOD, by=None).row
    whole = bytes(row.content)

    answer = client.get(f"{ALL}{row.pk}/sound/", headers={"Range": asked})

    assert (answer.status_code, answer.content) == (status, whole[part])
    assert answer.headers["Accept-Ranges"] == "bytes"
    if status == 206:
        asked_for = range(len(whole))[part]
        where = f"bytes {asked_for[0]}-{asked_for[-1]}/{len(whole)}"
        assert answer.headers["Content-Range"] == where


def test_the_machine_is_heard_where_this_computer_has_its_sounds(
    client: Client, settings: object, tmp_path
) -> None:
    settings.SOUNDS = tmp_path  # type: ignore[attr-defined]
    assert client.get(f"{WELCOME}machine/").status_code == 404
    assert f"{WELCOME}machine/" not in client.get(f"{ALL}?in=de").content.decode()
    name = sound_name(text("welcome", language="de"), language="de")
    file = tmp_path / "made" / "de" / f"{name}.wav"
    file.parent.mkdir(parents=True)
    file.write_bytes(GOOD)

    assert client.get(f"{WELCOME}machine/").content == GOOD
    assert f"{WELCOME}machine/" in client.get(f"{ALL}?in=de").content.decode()
