"""What editors keep about the state: components, comments to choose from, keys in the history."""

from hashlib import sha256

import pytest
from django.test import Client

from tests.feature.status_scene import INTERRUPTED, PASSWORD, WORKS, editor
from vitrine.journal.models import Entry
from vitrine.kernel.clock import now
from vitrine.publication.encoding import event_from
from vitrine.publication.events import challenge_of
from vitrine.status.actions import check_chain, keep_template, revoke_key
from vitrine.status.actions.console import set_aside
from vitrine.status.errors import InvalidComment, Refused
from vitrine.status.models import (
    CommentTemplate,
    Component,
    Event,
    PreparedChange,
    PublishedTarget,
    SecurityKey,
    SetAside,
)
from vitrine.status.queries import standing_bulletin
from vitrine.status.rules.key_models import model_name

HOST = {"HTTP_HOST": "localhost:8000"}
NAMES = {"name_fr": "Cartes", "name_nl": "Kaarten", "name_de": "Karten", "name_en": "Cards"}
TEXTS = {"text_fr": "Retour {time}.", "text_nl": "Terug {time}.", "text_de": "Zurück {time}."}


@pytest.fixture
def stan(world):
    return editor(world)


@pytest.fixture
def browser(stan):
    client = Client(**HOST)
    client.force_login(stan.account)
    return client


def signed(stan, browser, answer):
    """Read the review, then password and key, as the browser does it."""
    where = answer.headers["Location"]
    assert "/desk/state/reviews/" in where
    nonce = browser.post(where, {"challenge": "1"}).json()["nonce"]
    change = PreparedChange.objects.get(nonce=nonce).change
    proof = stan.keys[0].signed(challenge_of(change))
    done = browser.post(where, {"nonce": nonce, "password": PASSWORD, **proof})
    assert done.status_code == 302, done.text
    return done


def added(stan, browser, *, code="cards", place=2, **more):
    """A second component, public."""
    version = standing_bulletin().version
    data = {**NAMES, "code": code, "place": place, "from_version": version, **more}
    return signed(stan, browser, browser.post("/desk/state/components/", data))


def told():
    """The public list."""
    return [(each.code, each.names["de"]) for each in standing_bulletin().components]


def test_an_editor_adds_renames_moves_and_retires_a_component_with_his_key(stan, browser):
    added(stan, browser)
    assert told() == [("register", "Nationalregister"), ("cards", "Karten")]
    assert Event.objects.latest("version").content["proof"]
    row = Component.objects.get(code="cards")
    where = f"/desk/state/components/{row.pk}/"
    data = {**NAMES, "name_de": "Ausweise", "place": 1, "from_version": 2}
    signed(stan, browser, browser.post(where, data))
    assert told() == [("cards", "Ausweise"), ("register", "Nationalregister")]
    signed(stan, browser, browser.post(f"{where}retirement/"))
    assert told() == [("register", "Nationalregister")]
    row.refresh_from_db()
    assert row.retired_at is not None
    assert "Ausweise" in browser.get("/desk/state/components/?language=de").text
    assert browser.get(where).status_code == 404
    added(stan, browser)
    row.refresh_from_db()
    assert row.retired_at is None


def test_a_new_component_needs_its_legal_names_and_a_plain_code(browser):
    data = {**NAMES, "code": "Cartes d’identité", "name_de": " ", "place": 2, "from_version": 1}
    answer = browser.post("/desk/state/components/", data)
    assert answer.status_code == 422
    assert set(answer.context["page"].form.errors) == {"code", "name_de"}
    assert not PreparedChange.objects.filter(kind="components").exists()


def test_what_a_colleague_added_is_not_lost_by_a_page_that_was_open(stan, browser):
    row = Component.objects.get()
    data = {**NAMES, "place": 1, "from_version": 1}
    added(stan, browser)
    where = f"/desk/state/components/{row.pk}/"
    refused = browser.post(where, data)
    assert refused.status_code == 422
    again = {**data, "from_version": refused.context["form"]["from_version"].value()}
    signed(stan, browser, browser.post(where, again))
    assert told() == [("register", "Karten"), ("cards", "Karten")]


def test_a_review_that_was_overtaken_leads_back_to_the_list(stan, browser):
    row = Component.objects.get()
    data = {**NAMES, "place": 1, "from_version": 1}
    review = browser.post(f"/desk/state/components/{row.pk}/", data).headers["Location"]
    added(stan, browser)
    answer = browser.post(review.split("?")[0] + "again/")
    assert answer.headers["Location"] == "/desk/state/components/"


def test_the_last_component_and_one_that_is_disturbed_stay(stan, browser):
    row = Component.objects.get()
    answer = browser.post(f"/desk/state/components/{row.pk}/retirement/", follow=True)
    assert answer.redirect_chain[-1][0] == f"/desk/state/components/{row.pk}/"
    told_why = [str(each) for each in answer.context["messages"]]
    assert told_why == [Refused("last-component").sentence]
    added(stan, browser)
    stan.publish()
    browser.post(f"/desk/state/components/{row.pk}/retirement/")
    assert told()[0][0] == "register"


def test_whose_a_component_is_needs_no_key_and_stands_in_the_journal(stan, browser):
    row = Component.objects.get()
    data = {"owner": "Direction Registre", "groups": "Communes\n\n Police \nCommunes"}
    assert browser.post(f"/desk/state/components/{row.pk}/owner/", data).status_code == 302
    row.refresh_from_db()
    assert (row.owner, row.user_groups) == ("Direction Registre", ["Communes", "Police"])
    entry = Entry.objects.filter(verb="status.component_described").get()
    assert entry.facts["user_groups"] == ["Communes", "Police"]
    assert Event.objects.count() == 1
    long = {"owner": "x", "groups": "y" * 200}
    assert browser.post(f"/desk/state/components/{row.pk}/owner/", long).status_code == 422


def test_a_comment_is_added_changed_and_retired_and_offered_accordingly(stan, browser):
    answer = browser.post(
        "/desk/state/templates/?language=en",
        {**TEXTS, "positions": ["slowed"], "is_offered": "on"},
        follow=True,
    )
    assert "The English text is missing" in answer.text
    made = CommentTemplate.objects.latest("pk")
    assert made.positions == ["slowed"]
    assert made.code in dict(
        browser.get("/desk/state/change/").context["form"]["comment"].field.choices
    )
    where = f"/desk/state/templates/{made.pk}/"
    browser.post(where, {**TEXTS, "text_en": "Back {time}.", "is_offered": "on"})
    made.refresh_from_db()
    assert (made.texts["en"], made.positions) == ("Back {time}.", [])
    browser.post(where, TEXTS)
    page = browser.get("/desk/state/change/")
    assert made.code not in dict(page.context["form"]["comment"].field.choices)
    kept = Entry.objects.filter(verb="status.template_kept").order_by("pk")
    assert [entry.facts["is_offered"] for entry in kept] == [True, True, False]


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"text_de": ""}, "text_de"),
        ({"text_nl": "Terug {hour}."}, "text_nl"),
        ({"text_nl": "Terug."}, "text_nl"),
        ({"text_nl": "Terug {time."}, "text_nl"),
        ({"text_fr": "x" * 275 + "{time}"}, "text_fr"),
        ({"text_en": "Back\x07 {time}."}, "text_en"),
    ],
)
def test_a_comment_that_could_not_be_told_is_refused_beside_its_text(browser, wrong, field):
    before = CommentTemplate.objects.count()
    answer = browser.post("/desk/state/templates/", {**TEXTS, **wrong, "is_offered": "on"})
    assert answer.status_code == 422
    assert field in answer.context["page"].form.errors
    assert CommentTemplate.objects.count() == before


def test_no_comment_takes_the_name_of_a_choice_of_the_form(stan):
    texts = {"fr": "None", "nl": "None", "de": "None"}
    codes = [keep_template(None, texts=texts, positions=[], by=stan.account).code for _ in range(2)]
    assert codes == ["none-2", "none-3"]
    with pytest.raises(InvalidComment):
        keep_template(None, texts={"fr": "Seul."}, positions=[], by=stan.account)


def test_the_history_shows_every_key_without_a_name_and_how_to_check(stan, browser, world):
    key = SecurityKey.objects.earliest("pk")
    revoke_key(SecurityKey.objects.latest("pk"), by=world.otto)
    client = Client(**HOST)
    client.force_login(world.bruno)
    text = client.get("/desk/state/changes/?language=en").text
    digest = sha256(bytes(key.public_key)).hexdigest()
    assert f"{digest[:8]} {digest[8:16]}" in text
    assert f"editor-{stan.account.pk}" in text
    assert stan.account.name not in text.split('id="signing-keys-title"')[1]
    assert "verify_chain.py" in text


def test_the_state_page_says_where_it_is_not_public_and_how_fast_elsewhere(browser):
    PublishedTarget.objects.create(name="here", version=1, milliseconds=84, published_at=now())
    PublishedTarget.objects.create(name="b", version=1, milliseconds=913, published_at=now())
    PublishedTarget.objects.create(name="c", error="no route to host", failing_since=now())
    text = browser.get("/desk/state/?language=de").text
    assert "84 ms" in text
    assert "0,9" in text
    assert "no route to host" in text


def test_an_unchecked_chain_is_not_called_whole(browser):
    page = browser.get("/desk/state/changes/")
    assert "notice-warn" in page.text
    check_chain()
    assert "notice-good" in browser.get("/desk/state/changes/").text


def sentences(browser, **changed):
    """All twenty as the form shows them, some of them changed."""
    form = browser.get("/desk/state/texts/sentences/").context["page"].form
    return {name: form[name].value() for name in form.fields} | changed


def test_two_who_change_the_sentences_at_once_lose_nothing(stan, browser):
    mine = sentences(browser, works_fr="Tout fonctionne.")
    others = sentences(browser, works_nl="Alles werkt.")
    signed(stan, browser, browser.post("/desk/state/texts/sentences/", others))
    refused = browser.post("/desk/state/texts/sentences/", mine)
    assert refused.status_code == 422
    form = refused.context["page"].form
    assert form["works_fr"].value() == "Tout fonctionne."
    assert form["works_nl"].value() != "Alles werkt.", "his own, not overwritten unseen"
    assert "Alles werkt." in refused.text
    again = mine | {"from_version": form["from_version"].value(), "works_nl": "Alles werkt."}
    signed(stan, browser, browser.post("/desk/state/texts/sentences/", again))
    told = standing_bulletin().sentences.texts["works"]
    assert (told["fr"], told["nl"]) == ("Tout fonctionne.", "Alles werkt.")


def test_sentences_that_were_overtaken_in_their_review_are_kept(stan, browser):
    mine = sentences(browser, works_fr="Tout fonctionne.")
    review = browser.post("/desk/state/texts/sentences/", mine).headers["Location"]
    stan.publish()
    back = browser.post(f"{review}again/")
    form = browser.get(back.headers["Location"]).context["page"].form
    assert form["works_fr"].value() == "Tout fonctionne."
    assert form["from_version"].value() == standing_bulletin().version
    assert form["works_fr"].help_text
    assert not form["works_nl"].help_text


def test_what_was_set_aside_is_read_and_made_anew(stan, browser, world):
    stan.publish(INTERRUPTED)
    event = event_from(Event.objects.latest("version").content)
    stan.publish(WORKS)
    assert "never became public" not in browser.get("/desk/state/").text
    set_aside([event], public_hash=Event.objects.latest("version").hash)
    assert "/desk/state/aside/" in browser.get("/desk/state/").text
    assert "/desk/state/aside/" in browser.get("/desk/state/changes/").text
    page = browser.get("/desk/state/aside/").text
    for word in ("Stan", "Ausfall.", event.hash):
        assert word in page
    answer = browser.post(f"/desk/state/aside/{SetAside.objects.get().pk}/anew/")
    signed(stan, browser, answer)
    assert standing_bulletin().comments["de"] == "Ausfall."
    other = Client(**HOST)
    other.force_login(world.bruno)
    assert other.get("/desk/state/aside/").status_code == 404
    assert "/desk/state/aside/" not in other.get("/desk/state/changes/").text


def test_the_whole_page_is_read_before_it_is_signed(stan, browser, world):
    prepared = stan.prepare(INTERRUPTED)
    review = f"/desk/state/reviews/{prepared.nonce}/"
    assert f'src="{review}page/fr/index.html"' in browser.get(review).text
    page = browser.get(f"{review}page/de/index.html")
    assert page.status_code == 200
    assert "außer Betrieb" in page.text
    assert "Ausfall." in page.text
    assert "sandbox" in page.headers["Content-Security-Policy"]
    assert "script-src" not in page.headers["Content-Security-Policy"]
    assert page.headers["X-Frame-Options"] == "SAMEORIGIN"
    assert "no-store" in page.headers["Cache-Control"]
    assert browser.get(f"{review}page/fr/history.html").status_code == 200
    for path in (
        "de/feed.atom",
        "event.json",
        "xx/index.html",
        "de/../../index.html",
        "de/no.html",
    ):
        assert browser.get(f"{review}page/{path}").status_code == 404, path
    other = Client(**HOST)
    other.force_login(world.otto)
    assert other.get(f"{review}page/de/index.html").status_code == 404
    assert standing_bulletin().version == 1, "nothing has become public"


def test_a_key_is_called_as_people_call_it(stan, browser):
    assert model_name("2fc0579f-8113-47ea-b116-bb5a8db9202a") == "YubiKey 5 NFC"
    assert model_name("00000000-0000-0000-0000-00000000000a").endswith("000a")
    SecurityKey.objects.update(aaguid="2fc0579f-8113-47ea-b116-bb5a8db9202a")
    assert "YubiKey 5 NFC" in browser.get("/desk/state/keys/").text
    assert "YubiKey 5 NFC" in browser.get("/desk/state/changes/").text
