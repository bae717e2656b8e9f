"""The manager's rules sort what comes in; each is tried before it counts (issue 5, item 9)."""

import re
import threading
import uuid

import pytest
from django.db import connection

from tests.feature.test_mail_arriving import arrived, letter
from vitrine.channels.web.arrive import receive_form
from vitrine.correspondence.models import Promise
from vitrine.journal.models import Entry
from vitrine.kernel.clock import now
from vitrine.tickets.actions import (
    change_sorting_rule,
    create_sorting_rule,
    move_sorting_rule,
    order_of,
    remove_sorting_rule,
    switch_sorting_rule,
)
from vitrine.tickets.errors import ChangedMeanwhile, RuleIncomplete
from vitrine.tickets.models import IntakePolicy, SortingRule, Ticket
from vitrine.tickets.queries import current_rulebook

RULES = "/desk/settings/sorting-rules/"
NEW = f"{RULES}new/"


def rule(world, name="Keys", conditions=(("subject", "contains", ["schlussel"]),), **settings):
    """A rule of Marc's."""
    settings = settings or {"question_type": world.access}
    return create_sorting_rule(name=name, conditions=list(conditions), by=world.marc, **settings)


def typed(*conditions, **more):
    """What a browser sends for a rule."""
    data = {"name": "Keys", "any_suffices": "0", "is_on": "on", "count": str(len(conditions))}
    for line, (what, operator, values) in enumerate(conditions):
        data[f"condition-{line}-what"] = what
        data[f"condition-{line}-operator"] = operator
        data[f"condition-{line}-values"] = values
    return data | more


def told(ticket):
    """What the journal says about the sorting of a ticket."""
    entries = Entry.objects.filter(verb="ticket.sorted", subject_id=ticket.pk).order_by("id")
    return [entry.facts for entry in entries]


def test_a_rule_sorts_a_mail_and_the_timeline_tells_it(client, world):
    rule(
        world,
        question_type=world.access,
        service=world.applications,
        owner=world.bruno,
        impact=2,
        urgency=1,
        next_action="Nummer prüfen",
        no_acknowledgement=True,
    )

    assert arrived(letter(subject="Neuer SCHLÜSSEL bitte")).outcome == "ticket"

    [ticket] = Ticket.objects.all()
    assert (ticket.question_type, ticket.suggested_service) == (world.access, world.applications)
    assert (ticket.owner, ticket.priority, ticket.next_action) == (world.bruno, 1, "Nummer prüfen")
    assert not Promise.objects.exists()
    [facts] = told(ticket)
    assert (facts["rule"], facts["question_type"]) == ("Keys", "T-ACC")
    client.force_login(world.bruno)
    page = client.get(f"/desk/tickets/{ticket.number}/?language=en", follow=True)
    assert "sorted by the rule “Keys”: question type T-ACC" in page.text


def test_the_suggested_second_line_is_offered_first(client, world):
    rule(world, service=world.elections)
    arrived(letter(subject="Schlüssel"))
    [ticket] = Ticket.objects.all()
    client.force_login(world.bruno)

    page = client.get(f"/desk/tickets/{ticket.number}/delegation/").text

    assert re.search(rf'<option value="{world.elections.pk}"[^>]*selected', page)
    assert ticket.state == "new"


def test_an_upper_rule_decides_first_and_a_lower_one_fills_in(world):
    rule(world, "Upper", question_type=world.access)
    rule(world, "Lower", question_type=world.address, urgency=1)

    arrived(letter(subject="Schlüssel"))

    [ticket] = Ticket.objects.all()
    assert (ticket.question_type, ticket.urgency) == (world.access, 1)
    assert [facts["rule"] for facts in told(ticket)] == ["Upper", "Lower"]
    assert "question_type" not in told(ticket)[1]


def test_a_rule_that_stops_ends_the_search_and_one_switched_off_is_not_asked(world):
    off = rule(world, "Off", urgency=1)
    switch_sorting_rule(off, is_on=False, by=world.marc)
    rule(world, "Stops", question_type=world.access, stops=True)
    rule(world, "Never", impact=1)

    arrived(letter(subject="Schlüssel"))

    [ticket] = Ticket.objects.all()
    assert [facts["rule"] for facts in told(ticket)] == ["Stops"]
    assert (ticket.impact, ticket.urgency) == (4, 3)


@pytest.mark.parametrize(
    ("what", "operator", "value"),
    [
        ("sender", "is", "Ana@Musterbach.example"),
        ("domain", "is", "*.musterbach.example"),
        ("recipient", "begins", "helpdesk@"),
        ("subject", "words", "gesperrt zugang"),
        ("text", "contains", "nicht anmelden"),
        ("organisation", "is", "COM/99003"),
        ("category", "is", "COM"),
        ("language", "is", "de"),
        ("channel", "is", "mail"),
        ("files", "is", "no"),
        ("header", "contains", "x-origin: counter"),
    ],
)
def test_a_rule_looks_at_everything_a_person_would(what, operator, value, world):
    rule(world, conditions=[(what, operator, [value])], question_type=world.address)

    arrived(letter(X_Origin="Counter 4"))

    assert Ticket.objects.get().question_type == world.address


def test_a_rule_for_an_organisation_holds_after_its_merger(world):
    rule(world, conditions=[("organisation", "is", ["COM/99003"])], urgency=1)
    world.musterbach.valid_to, world.musterbach.merged_into = now().date(), world.randdorp
    world.musterbach.save()

    arrived(letter())

    assert Ticket.objects.get().urgency == 1


def test_the_language_that_a_rule_sets_decides_the_reply_language(world):
    rule(world, conditions=[("sender", "contains", ["courriel"])], language="nl")

    arrived(letter("Bonjour, je ne peux pas me connecter.", sender="luc@courriel.example"))

    ticket = Ticket.objects.get()
    assert (ticket.language, ticket.reply_language) == ("nl", "nl")


def test_a_form_is_sorted_too_but_never_turned_away(world):
    rule(world, "Spam", [("subject", "contains", ["clé"])], is_spam=True)
    rule(world, "Keys", [("channel", "is", ["web"])], question_type=world.access)

    ticket = receive_form(
        name="Luc",
        email="luc@courriel.example",
        subject="Ma clé",
        text="Bonjour",
        language="fr",
        received_at=now(),
    )

    assert ticket.question_type == world.access


def test_a_rule_that_says_spam_makes_no_ticket(world):
    rule(world, "Casino", [("text", "contains", ["nicht anmelden"])], is_spam=True)

    arrival = arrived(letter())

    assert (arrival.outcome, Ticket.objects.count()) == ("spam", 0)
    assert "Casino" in arrival.reason
    assert Entry.objects.filter(verb="arrival.judged_spam", subject_id=arrival.pk).exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": "", "conditions": [("subject", "contains", ["a"])], "urgency": 1},
        {"name": "A", "conditions": [], "urgency": 1},
        {"name": "A", "conditions": [("subject", "contains", ["  "])], "urgency": 1},
        {"name": "A", "conditions": [("language", "contains", ["fr"])], "urgency": 1},
        {"name": "A", "conditions": [("subject", "contains", ["a"])]},
        {"name": "A", "conditions": [("subject", "contains", ["a"])] * 21, "urgency": 1},
    ],
)
def test_a_rule_that_would_do_nothing_or_meet_everything_is_refused(wrong, world):
    with pytest.raises(RuleIncomplete):
        create_sorting_rule(by=world.marc, **wrong)

    assert not SortingRule.objects.exists()


def test_what_is_kept_in_memory_follows_each_change_at_once(world, django_assert_num_queries):
    one = rule(world)
    assert [each.name for each in current_rulebook().rules] == ["Keys"]
    with django_assert_num_queries(1):
        current_rulebook()

    change_sorting_rule(one, version=1, name="Other", by=world.marc)
    assert [each.name for each in current_rulebook().rules] == ["Other"]
    remove_sorting_rule(one, by=world.marc)
    assert current_rulebook().rules == ()


def test_the_second_of_two_managers_is_told_and_nothing_is_kept(client, world):
    one = rule(world)
    client.force_login(world.paula)
    page = client.get(f"{RULES}{one.pk}/")
    assert 'name="version" value="1"' in page.text
    change_sorting_rule(one, version=1, name="Marc's", by=world.marc)
    data = typed(("subject", "contains", "x"), name="Paula's", urgency="1", version="1")
    tried = re.search(r'name="tried" value="(\w+)"', client.post(f"{RULES}{one.pk}/", data).text)

    answer = client.post(f"{RULES}{one.pk}/", data | {"save": "1", "tried": tried[1]})

    assert answer.status_code == 422
    assert "Marc Demo" in answer.text
    one.refresh_from_db()
    assert one.name == "Marc's"


def test_a_rule_is_saved_only_as_it_was_tried(client, world):
    arrived(letter(subject="Neuer Schlüssel"))
    arrived(letter(subject="Etwas anderes", sender="pieter@voorbeeldegem.example"))
    client.force_login(world.marc)
    data = typed(("subject", "contains", "schlüssel"), question_type=str(world.access.pk))

    tried = client.post(NEW, data | {"save": "1"})
    assert not SortingRule.objects.exists()
    assert "Neuer Schlüssel" in tried.text
    assert "Etwas anderes" not in tried.text
    digest = re.search(r'name="tried" value="(\w+)"', tried.text)[1]

    changed = client.post(NEW, data | {"save": "1", "tried": digest, "name": "Another"})
    assert changed.status_code == 200
    assert not SortingRule.objects.exists()

    assert client.post(NEW, data | {"save": "1", "tried": digest}).status_code == 302
    kept = SortingRule.objects.get()
    assert (kept.name, kept.conditions) == ("Keys", [["subject", "contains", ["schlüssel"]]])
    assert Ticket.objects.filter(question_type=None).count() == 2  # trying changed nothing


def test_trying_says_how_many_and_what_would_be_otherwise(client, world):
    rule(world, "First", [("subject", "contains", ["drei"])], urgency=1, stops=True)
    for subject in ("Schlüssel eins", "Schlüssel zwei", "Schlüssel drei"):
        arrived(letter(subject=subject))
    sorted_already = Ticket.objects.get(subject="Schlüssel eins")
    sorted_already.question_type = world.access
    sorted_already.save()
    client.force_login(world.marc)
    data = typed(("subject", "begins", "schlüssel"), question_type=str(world.access.pk))

    page = client.post(f"{NEW}?language=en", data)

    trial = page.context["trial"]
    assert [bool(line.changes) for line in trial.lines] == [False, True, False]
    assert "First" in trial.unreached
    assert ("3" in trial.summary, "1" in trial.changed) == (True, True)


def test_values_are_understood_by_name_and_by_code(client, world):
    client.force_login(world.marc)
    data = typed(
        ("language", "is", "Allemand; nl"),
        ("organisation", "is", "Musterbach"),
        ("category", "is", "gemeente"),
        ("files", "is_not", "Oui"),
        ("subject", "contains", ""),
        urgency="1",
    )
    digest = re.search(r'name="tried" value="(\w+)"', client.post(NEW, data).text)[1]

    client.post(NEW, data | {"save": "1", "tried": digest})

    assert SortingRule.objects.get().conditions == [
        ["language", "is", ["de", "nl"]],
        ["organisation", "is", ["COM/99003"]],
        ["category", "is", ["COM"]],
        ["files", "is_not", ["yes"]],
    ]


@pytest.mark.parametrize(
    "condition",
    [
        ("language", "is", "klingon"),
        ("organisation", "is", "Nowhere"),
        ("language", "contains", "fr"),
        ("subject", "contains", "; ;"),
        ("nonsense", "is", "x"),
        ("subject", "contains", ";".join("abcdefghijklmnopqrstuvwxyz" * 2)),
    ],
)
def test_a_condition_that_means_nothing_is_explained(condition, client, world):
    client.force_login(world.marc)

    answer = client.post(NEW, typed(condition, urgency="1"))

    assert answer.status_code == 422
    assert answer.context["form"].errors["__all__"]


def test_one_more_line_loses_nothing_of_what_was_typed(client, world):
    client.force_login(world.marc)

    page = client.post(NEW, typed(("subject", "words", "clé usb"), more="1", name="Half"))

    assert page.status_code == 200
    assert 'value="clé usb"' in page.text
    assert 'name="condition-1-values"' in page.text
    assert not page.context["form"].errors


def test_rules_move_by_button_and_an_old_list_moves_nothing(client, world):
    first, _second, third = (rule(world, name) for name in ("A", "B", "C"))
    client.force_login(world.marc)
    order = order_of(SortingRule.objects.order_by("position"))

    answer = client.post(f"{RULES}{third.pk}/place/", {"to": "1", "order": order})

    assert answer.url.endswith(f"#up-{third.pk}")
    assert list(SortingRule.objects.values_list("name", flat=True)) == ["C", "A", "B"]
    client.post(f"{RULES}{first.pk}/place/", {"to": "3", "order": order})
    assert list(SortingRule.objects.values_list("name", flat=True)) == ["C", "A", "B"]
    remove_sorting_rule(third, by=world.marc)
    assert list(SortingRule.objects.values_list("position", flat=True)) == [1, 2]


def test_the_page_of_a_rule_tells_who_changed_what(client, world):
    one = rule(world)
    change_sorting_rule(one, version=1, name="Badges", urgency=1, by=world.paula)
    client.force_login(world.marc)

    page = client.get(f"{RULES}{one.pk}/").text

    assert "Paula Demo" in page
    assert "Keys → Badges" in page


@pytest.mark.django_db(transaction=True)
def test_eight_managers_at_once_leave_one_order(world):
    rules = [rule(world, str(number)) for number in range(8)]
    order = order_of(SortingRule.objects.order_by("position"))
    outcomes = []

    def move(one):
        try:
            move_sorting_rule(one, to=1, order=order, by=world.marc)
            outcomes.append("moved")
        except ChangedMeanwhile:
            outcomes.append("told")
        finally:
            connection.close()

    threads = [threading.Thread(target=move, args=[one]) for one in rules[1:]]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["moved"] + ["told"] * 6
    assert list(SortingRule.objects.values_list("position", flat=True)) == list(range(1, 9))


@pytest.mark.django_db(transaction=True)
def test_of_two_changes_at_the_same_instant_one_is_kept(world):
    one = rule(world)
    outcomes = []

    def change(name):
        try:
            change_sorting_rule(one, version=1, name=name, by=world.marc)
            outcomes.append("kept")
        except ChangedMeanwhile:
            outcomes.append("told")
        finally:
            connection.close()

    threads = [threading.Thread(target=change, args=[f"{uuid.uuid4()}"]) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(outcomes) == ["kept"] + ["told"] * 5
    assert IntakePolicy.objects.count() == 1
