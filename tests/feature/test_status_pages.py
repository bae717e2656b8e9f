"""The pages about the public state: banner, review, proposals, joined tickets, keys, sign-in."""

import csv
from datetime import UTC, datetime, timedelta
from io import StringIO

import pytest
from django.test import Client

from tests.feature.status_scene import INTERRUPTED, PASSWORD, WORKS, editor
from tests.software_key import ORIGIN
from vitrine.correspondence.models import Promise
from vitrine.kernel.clock import now
from vitrine.publication.events import challenge_of, instant
from vitrine.status.actions.publishing import publish_standing
from vitrine.status.models import (
    Attempt,
    Event,
    Interruption,
    Maintenance,
    PreparedChange,
    PublishedTarget,
)
from vitrine.status.queries import spoken_state
from vitrine.tickets.actions import answer_all, join_interruption
from vitrine.tickets.actions.interruptions import carry_out_answer
from vitrine.tickets.errors import AnswerMissing, AnswerTooEarly, AnswerUnderWay
from vitrine.tickets.models import InterruptionAnswer, TicketInterruption

HOST = {"HTTP_HOST": "localhost:8000"}
TEXTS = {"fr": "C’est fini.", "nl": "Het is voorbij.", "de": "Es ist vorbei.", "en": "It is over."}


@pytest.fixture
def stan(world):
    return editor(world)


@pytest.fixture
def browser(stan):
    client = Client(**HOST)
    client.force_login(stan.account)
    return client


def prepared_by(browser, **values):
    """What the form leads to: the review of a prepared change."""
    page = browser.get("/desk/state/change/")
    data = {
        "from_version": page.context["form"]["from_version"].value(),
        "components": ["register"],
        "position": "interrupted",
        "sub_reason": "partial",
        "comment": "none",
        "end": "none",
    }
    return browser.post("/desk/state/change/", data | values)


def test_form_review_password_and_key_make_it_public_and_say_how_fast(stan, browser):
    answer = prepared_by(browser, comment="back-at", end="60")
    assert answer.status_code == 302
    review = browser.get(answer.headers["Location"])
    text = review.text
    assert "Het Rijksregister is momenteel onderbroken." in text
    assert "Behebung voraussichtlich gegen" in text
    asked = browser.post(answer.headers["Location"], {"challenge": "1"}).json()
    assert asked["publicKey"]["userVerification"] == "required"
    assert len(asked["publicKey"]["allowCredentials"]) == 2
    fresh = PreparedChange.objects.get(nonce=asked["nonce"])
    signed = stan.keys[0].signed(challenge_of(fresh.change))
    done = browser.post(
        answer.headers["Location"],
        {"nonce": asked["nonce"], "password": PASSWORD, **signed},
        follow=True,
    )
    assert done.redirect_chain == [("/desk/state/", 302)]
    assert "ms" in done.text
    target = PublishedTarget.objects.get()
    assert (target.version, target.error) == (2, "")
    assert 0 < target.milliseconds < 5000


def test_a_refused_confirmation_says_why_and_keeps_the_words(stan, browser):
    answer = prepared_by(browser, comment="own", comment_de="Leitung unterbrochen.")
    where = answer.headers["Location"]
    refused = browser.post(where, {"password": PASSWORD, "problem": "NotAllowedError"})
    assert refused.status_code == 422
    assert "Leitung unterbrochen." in refused.text
    attempt = Attempt.objects.first()
    assert (attempt.refusal, attempt.facts["browser"]) == ("no-key", "NotAllowedError")
    assert Event.objects.count() == 1


def test_a_comment_missing_in_a_language_warns_and_does_not_wait(stan, browser):
    answer = prepared_by(browser, comment="own", comment_fr="Une panne.")
    review = browser.get(answer.headers["Location"])
    warned = [one.language for one in review.context["preview"] if one.warning]
    assert warned == ["nl", "de", "en"]


def test_a_comment_that_tells_a_time_needs_one(browser):
    answer = prepared_by(browser, comment="back-at", end="none")
    assert answer.status_code == 422
    assert "end" in answer.context["form"].errors


def test_who_was_overtaken_gets_409_with_the_colleagues_change(stan, browser):
    where = prepared_by(browser).headers["Location"]
    stan.publish()
    answer = browser.post(where, {"challenge": "1"})
    assert answer.status_code == 409
    page = browser.post(where, {"password": PASSWORD})
    assert page.status_code in (409, 422)
    page = browser.get(where)
    assert page.status_code == 409
    assert page.context["colleague"][0]["who"] == "Stan Demo"


def test_what_was_shown_is_what_is_signed(stan, browser):
    where = prepared_by(browser).headers["Location"]
    other = stan.prepare(WORKS | {"comments": {"fr": "Autre chose."}})
    answer = browser.post(where, {"nonce": other.nonce, "password": PASSWORD, **stan.sign(other)})
    assert answer.status_code == 422
    assert Event.objects.count() == 1


def test_a_colleague_without_the_role_finds_nothing_and_is_written_down(world, stan):
    client = Client(**HOST)
    client.force_login(world.otto)
    assert client.post("/desk/state/change/", {"position": "works"}).status_code == 404
    attempt = Attempt.objects.first()
    assert (attempt.refusal, attempt.account) == ("not-listed", world.otto)


def test_everybody_at_the_desk_and_in_the_portal_is_told(world, stan, client):
    assert 'id="told"' not in client.get("/").text
    stan.publish(INTERRUPTED)
    home = client.get("/?language=de").text
    assert "Das Nationalregister ist derzeit außer Betrieb." in home
    assert "Ausfall." in home
    assert "Ausfall." in client.get("/request/?language=de").text
    client.force_login(world.carla)
    for path in ("/desk/lists/new/", "/desk/calls/new/", f"/desk/tickets/{world.ticket().number}/"):
        page = client.get(path).text
        assert "Het Rijksregister is momenteel onderbroken." in page, path
    assert spoken_state("de") == "Das Nationalregister ist derzeit außer Betrieb. Ausfall."
    stan.publish(WORKS)
    assert spoken_state("fr") == ""


def test_the_banner_costs_one_small_statement(world, stan, django_assert_max_num_queries):
    stan.publish(INTERRUPTED)
    spoken_state("fr")
    with django_assert_max_num_queries(1):
        spoken_state("nl")


def test_one_click_joins_and_the_second_leaves(world, stan, client):
    ticket = world.ticket()
    client.force_login(world.bruno)
    client.post(f"/desk/tickets/{ticket.number}/interruption/")
    assert not TicketInterruption.objects.exists()  # nothing is interrupted
    stan.publish()
    client.post(f"/desk/tickets/{ticket.number}/interruption/")
    assert TicketInterruption.objects.get().interruption == Interruption.objects.get()
    client.post(f"/desk/tickets/{ticket.number}/interruption/")
    assert not TicketInterruption.objects.exists()


def joined(world, stan, *, number):
    """So many tickets of an interruption that is over."""
    stan.publish()
    interruption = Interruption.objects.get()
    for index in range(number):
        ticket = world.ticket(message_id=f"<{index}@musterbach.example>")
        join_interruption(ticket, interruption=interruption, by=world.bruno)
    stan.publish(WORKS)
    interruption.refresh_from_db()
    return interruption


def test_all_requesters_are_answered_once_in_their_language(world, stan):
    interruption = joined(world, stan, number=20)
    before = Promise.objects.filter(kind="answer").count()
    answer = answer_all(interruption, texts=TEXTS, closes=True, by=world.bruno)
    assert carry_out_answer(answer) == (20, 0)
    assert carry_out_answer(answer) == (0, 0)
    owed = Promise.objects.filter(kind="answer")
    assert owed.count() - before == 20
    assert {one.language for one in owed} == {"de"}
    assert all("Es ist vorbei." in one.text for one in owed)
    link = TicketInterruption.objects.first()
    assert (link.ticket.state, link.ticket.outcome) == ("closed", "direct")
    answer.refresh_from_db()
    assert answer.finished_at


def test_who_cannot_be_answered_is_named_and_the_others_are(world, stan):
    interruption = joined(world, stan, number=3)
    lonely = TicketInterruption.objects.first()
    lonely.ticket.requester.mail_addresses.all().delete()
    other = world.ticket(requester=world.pieter, organisation=world.voorbeeldegem)
    link = TicketInterruption.objects.create(
        ticket=other, interruption=interruption, joined_at=now()
    )
    answer = answer_all(interruption, texts=TEXTS, closes=True, by=world.bruno)
    answered, failed = carry_out_answer(answer)
    assert (answered, failed) == (1, 3)
    lonely.refresh_from_db()
    assert lonely.failure
    link.refresh_from_db()
    assert link.answered_at


def test_nobody_is_answered_too_early_or_with_a_language_missing(world, stan):
    stan.publish()
    interruption = Interruption.objects.get()
    with pytest.raises(AnswerTooEarly):
        answer_all(interruption, texts=TEXTS, closes=True, by=world.bruno)
    stan.publish(WORKS)
    with pytest.raises(AnswerMissing):
        answer_all(interruption, texts=TEXTS | {"de": " "}, closes=True, by=world.bruno)
    answer_all(interruption, texts=TEXTS, closes=True, by=world.bruno)
    with pytest.raises(AnswerUnderWay):
        answer_all(interruption, texts=TEXTS, closes=True, by=world.bruno)


def test_the_page_of_the_tickets_sends_what_was_read(world, stan, client):
    interruption = joined(world, stan, number=2)
    client.force_login(world.bruno)
    where = f"/desk/state/interruptions/{interruption.code}/tickets/"
    form = client.get(where).context["form"]
    data = {name: form[name].value() for name in form.fields}
    assert "wieder störungsfrei" in data["text_de"]
    assert client.post(where, data | {"closes": "on"}).status_code == 302
    assert InterruptionAnswer.objects.get().texts["de"] == data["text_de"].strip()


def test_interruptions_stand_in_a_table_with_duration_and_tickets(world, stan, client):
    interruption = joined(world, stan, number=2)
    client.force_login(world.marc)
    rows = list(csv.DictReader(StringIO(client.get("/desk/state/interruptions/?format=csv").text)))
    assert [(row["number"], row["tickets"]) for row in rows] == [(interruption.code, "2")]
    assert int(rows[0]["seconds"]) >= 0


def test_a_maintenance_is_announced_begun_and_ended(stan, browser):
    begins = datetime(2198, 10, 28, 1, 30, tzinfo=UTC)
    answer = browser.post(
        "/desk/state/maintenances/new/",
        {
            "starts_at": "2198-10-28T02:30",
            "ends_at": "2198-10-28T02:30",
            "effect": "interrupted",
            "components": ["register"],
        },
    )
    # The hour comes twice in that night: the start is the first one, the end the second.
    assert answer.status_code == 302
    change = PreparedChange.objects.latest("pk").change["body"]
    assert change["starts_at"] == instant(begins - timedelta(hours=1))
    assert change["ends_at"] == instant(begins)
    stan.publish(change, kind="maintenance")
    window = Maintenance.objects.get()
    page = browser.post(f"/desk/state/maintenances/{window.pk}/", {"step": "begin", "moves": "1"})
    assert page.status_code == 302
    stan.publish(PreparedChange.objects.latest("pk").change["body"], kind="maintenance")
    window.refresh_from_db()
    assert window.state == "begun"
    assert window.began_at
    browser.post(f"/desk/state/maintenances/{window.pk}/", {"step": "end", "moves": "1"})
    stan.publish(PreparedChange.objects.latest("pk").change["body"], kind="maintenance")
    window.refresh_from_db()
    assert (window.state, bool(window.ended_at)) == ("ended", True)


def test_a_time_that_the_clock_leaps_over_is_refused(browser):
    answer = browser.post(
        "/desk/state/maintenances/new/",
        {
            "starts_at": "2027-03-28T02:30",
            "ends_at": "2027-03-28T05:00",
            "effect": "works",
            "components": ["register"],
        },
    )
    assert answer.status_code == 422
    assert "starts_at" in answer.context["form"].errors


def test_password_alone_does_not_sign_an_editor_in(stan, world):
    client = Client(**HOST)
    answer = client.post("/account/login/", {"login": world.stan.email, "password": PASSWORD})
    assert answer.headers["Location"] == "/desk/state/sign-in/"
    assert "_auth_user_id" not in client.session
    for instead in ({"code": "123456"}, {"password": PASSWORD}, {"nonce": "0" * 32}):
        assert client.post("/desk/state/sign-in/", instead).status_code == 422
        assert "_auth_user_id" not in client.session
    asked = client.post("/desk/state/sign-in/", {"challenge": "1"}).json()
    prepared = PreparedChange.objects.get(nonce=asked["nonce"])
    signed = stan.keys[1].signed(challenge_of(prepared.change), origin=ORIGIN)
    done = client.post("/desk/state/sign-in/", {"nonce": prepared.nonce, **signed})
    assert done.headers["Location"] == "/desk/"
    assert client.session["_auth_user_id"] == str(world.stan.pk)
    assert [one.refusal for one in Attempt.objects.filter(purpose="sign_in")] == [
        "", "used-before", "used-before", "used-before",
    ]  # fmt: skip


def test_what_is_signed_to_sign_in_is_never_published(stan):
    prepared = stan.prepare()
    prepared.change["kind"] = "sign-in"
    prepared.save()
    assert Event.objects.count() == 1


def test_a_disk_that_is_full_leaves_the_change_true_and_the_target_red(stan, monkeypatch, tmp_path):
    place = tmp_path / "a file, no directory"
    place.write_text("")
    stan.publish()
    monkeypatch.setenv("VITRINE_STATUS_DIRECTORY", str(place))
    [target] = publish_standing()
    assert target.error
    assert target.failing_since
    monkeypatch.setenv("VITRINE_STATUS_DIRECTORY", str(tmp_path / "status"))
    [target] = publish_standing()
    assert (target.version, target.error) == (2, "")
