"""The course of a request, step by step."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from audit.models import Event, NoticeState, RecipientNotice
from organisations.models import Membership
from organisations.permissions import Role
from privacy import blanking, registry
from privacy.models import AccountRequest, Concerns, DeskSettings, PrivacyRequest, Right, Stage
from privacy.models.requests import ENDS, FOLLOWS
from privacy.requests import cases
from privacy.requests.carrying_out import Carried
from privacy.requests.decisions import BadDecision, Decision
from privacy.requests.sealed import open_part, person_of, wish_of
from tenancy.context import tenant
from tests.factories import make_lead, make_user
from tests.privacy.requests.conftest import again, events_of, letters_of, platform_letters, work

ERASE = [Decision("contact", "erased")]
KEEP = Decision("contract", "kept", ground="17(3)(b)", until="2033-12-31")

pytestmark = pytest.mark.django_db


def receive_for_account(**given):
    wanted = {
        "right": Right.ERASURE,
        "channel": "door",
        "language": "nl",
        "country": "NL",
        "email": "dana@example.org",
        "proven": "link",
    } | given
    return cases.receive_for_account(**wanted)


# --- Coming in -----------------------------------------------------------------------------------------


def test_a_request_gets_its_dates_when_it_is_received(receive, on_monday):
    request = receive()

    assert (request.stage, request.target_on, request.statutory_on, request.extended_until) == (
        Stage.OPEN,
        date(2026, 3, 30),
        date(2026, 4, 2),
        None,
    )


def test_who_asks_and_what_they_wrote_is_sealed(receive, controller):
    request = receive(wish="Weg ermee", contact="Postbus 1, Ons Dorp")

    with tenant(controller.pk):
        stored = PrivacyRequest.objects.get()
        assert b"sanne" not in bytes(stored.person).lower()
        assert (person_of(stored).email, person_of(stored).contact) == (
            "sanne@example.org",
            "Postbus 1, Ons Dorp",
        )
        assert wish_of(stored) == {"text": "Weg ermee"}
    assert repr(person_of(request)) == "Person(…)"


def test_receipt_is_acknowledged_in_the_language_of_the_person(receive, controller):
    receive(language="fr")

    [letter] = letters_of(controller)
    assert letter.subject.startswith("Nous avons bien reçu votre demande")
    assert letter.reply_to == "privacy@acme.example"
    assert letter.sender_name == "Acme BV"


def test_the_acknowledgement_is_the_same_whether_we_hold_something_or_not(receive, controller):
    receive(proven="")
    make_lead(controller, email="sanne@example.org")
    receive(proven="")

    first, second = letters_of(controller, "request_received")
    references = [each.reference for each in _all(controller)]
    texts = [letter.text for letter in (first, second)]
    assert texts[0].replace(references[0], "") == texts[1].replace(references[1], "")


def test_an_address_that_is_typed_again_and_again_is_mailed_three_times_a_day(receive, controller):
    for _ in range(5):
        receive()

    assert len(letters_of(controller)) == 3


def test_globex_sees_nothing_of_it(receive, globex):
    receive()

    with tenant(globex.pk):
        assert list(PrivacyRequest.objects.all()) == []


def test_a_report_about_a_minor_asks_for_erasure_and_nothing_else(receive):
    with pytest.raises(ValueError, match="minor"):
        receive(right=Right.ACCESS, about_minor=True)


@pytest.mark.promise("E19")
def test_a_minors_data_is_erased_without_any_proof_of_age(receive, officer, controller, carried, on_monday):
    request = receive(about_minor=True)

    with tenant(controller.pk):
        cases.decide(request, decisions=ERASE, by=officer)
    work()

    assert request.target_on == date(2026, 3, 5)
    assert again(request).stage == Stage.FULFILLED


@pytest.mark.promise("D20")
def test_where_a_person_wants_their_answer_is_declared_and_goes_with_the_case():
    declared = registry.declarations()["privacy.PrivacyRequest"]

    assert declared.fields["person"].sealed
    assert (declared.rule.anchor, declared.rule.after) == ("closed_at", "settings.RETENTION_REQUEST_DAYS")


# --- Who asks ------------------------------------------------------------------------------------------


@pytest.mark.promise("H36")
def test_nothing_is_decided_or_given_before_it_is_known_who_asks(receive, officer, controller, carried):
    make_lead(controller, email="sanne@example.org")
    request = receive(right=Right.ACCESS, proven="")

    with tenant(controller.pk), pytest.raises(cases.IdentityNotProven):
        cases.decide(request, decisions=[Decision("*", "provided")], by=officer)
    work()

    assert carried == []
    assert again(request).stage == Stage.AWAITING_IDENTITY


def test_access_is_given_as_soon_as_it_is_known_who_asks(receive, controller, carried):
    request = receive(right=Right.ACCESS, proven="")

    with tenant(controller.pk):
        cases.prove_identity(request, method="link")
    work()

    assert carried == [request.pk]
    assert again(request).stage == Stage.FULFILLED


def test_the_clock_stands_still_while_proof_asked_for_promptly_is_outstanding(
    receive, officer, controller, on_monday
):
    request = receive()

    with tenant(controller.pk):
        on_monday.shift(timedelta(days=1))
        cases.ask_for_identity(request, by=officer)
        on_monday.shift(timedelta(days=5, hours=3))
        proved = cases.prove_identity(request, method="fact", fact="reference", by=officer)

    assert proved.suspended_seconds == 5 * 86400 + 3 * 3600
    assert (proved.target_on, proved.statutory_on) == (date(2026, 4, 2), date(2026, 4, 7))


def test_proof_asked_for_late_stops_no_clock(receive, officer, controller, on_monday):
    request = receive()

    with tenant(controller.pk):
        on_monday.shift(timedelta(days=4))
        asked = cases.ask_for_identity(request, by=officer)

    assert (asked.stage, asked.suspended_at) == (Stage.AWAITING_IDENTITY, None)


def test_proof_asked_for_twice_stops_the_clock_once(receive, officer, controller, on_monday):
    request = receive()

    with tenant(controller.pk):
        cases.ask_for_identity(request, by=officer)
        on_monday.shift(timedelta(days=1))
        cases.prove_identity(request, method="link")
        asked = cases.ask_for_identity(request, by=officer)

    assert asked.suspended_at is None


@pytest.mark.promise("E5c")
def test_the_clock_of_the_ccpa_does_not_stop_for_verification(receive, officer, controller, on_monday):
    request = receive(regime="ccpa", country="US")

    with tenant(controller.pk):
        cases.ask_for_identity(request, by=officer)
        on_monday.shift(timedelta(days=6))
        proved = cases.prove_identity(request, method="link")

    assert proved.suspended_seconds == 0
    assert proved.statutory_on == date(2026, 3, 2) + timedelta(days=45)


def test_how_it_was_shown_who_asks_is_kept_and_never_with_what(receive, officer, controller):
    request = receive(proven="")

    with tenant(controller.pk):
        proved = cases.prove_identity(request, method="fact", fact="phone", by=officer)
        event = Event.objects.get(action="request.identity_proved")

    assert proved.identity_method == "fact"
    assert event.detail == {"reference": request.reference, "method": "fact", "fact": "phone"}


def test_a_request_whose_person_never_shows_who_they_are_ends_after_seven_days(
    receive, controller, on_monday
):
    request = receive(proven="")

    with tenant(controller.pk):
        on_monday.shift(timedelta(days=6, hours=23))
        early = cases.expire_unverified()
        on_monday.shift(timedelta(hours=1))
        late = cases.expire_unverified()

    assert (early, late) == (0, 1)
    assert again(request).stage == Stage.UNVERIFIED


# --- More time -----------------------------------------------------------------------------------------


@pytest.mark.promise("D22")
def test_an_extension_lasts_until_three_months_from_receipt_and_is_told_at_once(
    receive, officer, controller, on_monday
):
    request = receive()

    with tenant(controller.pk):
        extended = cases.extend(request, reason="complex", by=officer)

    assert extended.extended_until == date(2026, 6, 2)
    [letter] = letters_of(controller, "request_extended")
    assert "2 juni 2026" in letter.text


@pytest.mark.promise("D22")
def test_a_second_extension_is_refused(receive, officer, controller):
    request = receive()

    with tenant(controller.pk):
        cases.extend(request, reason="complex", by=officer)
        with pytest.raises(cases.CannotExtend, match="once"):
            cases.extend(request, reason="numerous", by=officer)


@pytest.mark.promise("D22")
def test_an_extension_after_the_first_month_is_refused(receive, officer, controller, on_monday):
    request = receive()

    with tenant(controller.pk):
        on_monday.move_to(timezone.now().replace(month=4, day=3))
        with pytest.raises(cases.CannotExtend, match="month"):
            cases.extend(request, reason="complex", by=officer)


@pytest.mark.promise("D22")
def test_an_extension_without_a_reason_is_refused(receive, officer, controller):
    request = receive()

    with tenant(controller.pk), pytest.raises(cases.CannotExtend, match="reason"):
        cases.extend(request, reason="", by=officer)


@pytest.mark.promise("D22")
def test_an_extension_that_nobody_is_told_of_is_undone(receive, officer, controller):
    request = receive(email="", contact="Postbus 1", proven="fact")

    with tenant(controller.pk):
        with pytest.raises(cases.NoticeNotGiven):
            cases.extend(request, reason="complex", by=officer)
        told = cases.extend(request, reason="complex", by=officer, told_otherwise=True)

    assert told.extended_until is not None


# --- Deciding ------------------------------------------------------------------------------------------


def test_what_is_granted_is_carried_out_and_answered(receive, officer, controller, carried):
    request = receive()

    with tenant(controller.pk):
        cases.decide(request, decisions=ERASE, by=officer)
    work()

    ended = again(request)
    assert carried == [request.pk]
    assert (ended.stage, ended.decided_by) == (Stage.FULFILLED, officer.user_id)
    assert events_of(controller, request) == ["received", "decided", "answered", "fulfilled"]


def test_a_request_granted_in_part_ends_so(receive, officer, controller, carried):
    request = receive()

    with tenant(controller.pk):
        cases.decide(request, decisions=[*ERASE, KEEP], by=officer, remark="De factuur blijft.")
    work()

    assert again(request).stage == Stage.PARTLY_FULFILLED
    [letter] = letters_of(controller, "request_answer")
    assert "31 december 2033" in letter.text
    assert "De factuur blijft." in letter.text


def test_a_refusal_is_answered_at_once_with_its_ground(receive, officer, controller, nobody_carries_out):
    request = receive()

    with tenant(controller.pk):
        refused = cases.decide(request, decisions=[KEEP], by=officer)

    [letter] = letters_of(controller, "request_answer")
    assert refused.stage == Stage.REFUSED
    assert "17, lid 3, onder b" in letter.text


@pytest.mark.parametrize(
    ("right", "decision"),
    [
        (Right.ERASURE, Decision("contact", "kept")),
        (Right.ERASURE, Decision("contact", "kept", ground="because")),
        (Right.ERASURE, Decision("contact", "corrected")),
        (Right.ERASURE, Decision("contact", "kept", ground="17(3)(b)", until="later")),
        (Right.WITHDRAWAL, Decision("consent", "refused", ground="12(5)")),
        (Right.OBJECTION, Decision("marketing", "refused", ground="21(1)")),
    ],
)
def test_a_decision_that_the_law_does_not_know_is_refused(
    receive, officer, controller, nobody_carries_out, right, decision
):
    request = receive(right=right)

    with tenant(controller.pk), pytest.raises(BadDecision):
        cases.decide(request, decisions=[decision], by=officer)

    assert again(request).stage == Stage.OPEN


@pytest.mark.promise("D5", "D8")
@pytest.mark.parametrize("group", ["communication", "activity"])
def test_an_objection_is_weighed_whatever_it_is_about(receive, officer, controller, carried, group):
    request = receive(right=Right.OBJECTION)

    with tenant(controller.pk):
        cases.decide(request, decisions=[Decision(group, "stopped")], by=officer)
    work()

    assert again(request).stage == Stage.FULFILLED


@pytest.mark.promise("H10")
def test_nobody_of_the_platform_decides_on_a_lead(receive, platform_officer, controller):
    request = receive()

    with tenant(controller.pk), pytest.raises(cases.NotTheController):
        cases.decide(request, decisions=ERASE, by=platform_officer)

    assert again(request).stage == Stage.OPEN


@pytest.mark.promise("H10")
def test_a_request_about_leads_that_the_platform_received_cannot_be_decided_there(platform_officer):
    request = receive_for_account(concerns=Concerns.LEADS)

    with pytest.raises(cases.NotTheController):
        cases.decide(request, decisions=ERASE, by=platform_officer)


def test_another_organisation_does_not_decide(receive, charlie, controller):
    request = receive()

    with tenant(controller.pk), pytest.raises(cases.NotTheController):
        cases.decide(request, decisions=ERASE, by=charlie.membership)


def test_a_member_without_the_right_does_not_decide(receive, bob, controller):
    request = receive()

    with tenant(controller.pk), pytest.raises(cases.NotTheController):
        cases.decide(request, decisions=ERASE, by=bob.membership)


def test_the_platforms_officer_decides_about_accounts(platform_officer, carried):
    request = receive_for_account()

    cases.decide(request, decisions=ERASE, by=platform_officer)
    work()

    assert again(request).stage == Stage.FULFILLED
    assert len(platform_letters("request_answer")) == 1


def test_only_the_platforms_officer_decides_about_accounts(alice):
    request = receive_for_account()

    with pytest.raises(cases.NotTheController):
        cases.decide(request, decisions=ERASE, by=alice.membership)


# --- By itself -----------------------------------------------------------------------------------------


def instruct(organisation, **settings):
    with tenant(organisation.pk):
        DeskSettings.objects.create(changed_at=timezone.now(), **settings)


def test_an_erasure_waits_for_the_organisation_unless_it_said_otherwise(receive, controller, carried):
    request = receive()

    work()

    assert (carried, again(request).stage) == ([], Stage.OPEN)


def test_an_erasure_is_carried_out_after_the_days_that_the_organisation_set(receive, controller, carried):
    instruct(controller, automatic_after_days=0)
    request = receive()

    work()

    ended = again(request)
    assert (carried, ended.stage, ended.decided_by) == ([request.pk], Stage.FULFILLED, None)


def test_an_instruction_that_was_taken_back_carries_nothing_out(receive, controller, carried):
    instruct(controller, automatic_after_days=0)
    request = receive()
    with tenant(controller.pk):
        DeskSettings.objects.update(automatic_after_days=None)

    work()

    assert (carried, again(request).stage) == ([], Stage.OPEN)


@pytest.mark.promise("C24")
def test_an_organisation_may_set_itself_a_shorter_target_and_is_late_after_it(receive, controller, on_monday):
    instruct(controller, answer_within_days=7)

    request = receive()

    with tenant(controller.pk):
        assert request.target_on == date(2026, 3, 9)
        assert list(PrivacyRequest.objects.overdue(date(2026, 3, 9))) == []
        assert list(PrivacyRequest.objects.overdue(date(2026, 3, 10))) == [request]


# --- Ends ----------------------------------------------------------------------------------------------


def pending(organisation, request):
    with tenant(organisation.pk):
        return RecipientNotice.objects.create(
            case_id=request.pk,
            event="lead.erased",
            recipient_kind="webhook",
            recipient_id=request.pk,
            object_kind="leads.Lead",
            created_at=timezone.now(),
        )


def test_the_person_is_answered_while_recipients_still_owe_theirs_and_the_case_stays(
    receive, officer, controller, nobody_carries_out
):
    request = receive()
    with tenant(controller.pk):
        cases.decide(request, decisions=ERASE, by=officer)
        notice = pending(controller, request)
        waits = cases.carried_out(request, Carried(recipients=("Teamleader",), pending=True), by=officer)
        with pytest.raises(cases.RecipientsOutstanding):
            cases.close(request)
        RecipientNotice.objects.filter(pk=notice.pk).update(state=NoticeState.CONFIRMED)
        ended = cases.close(request)

    assert (waits.stage, ended.stage) == (Stage.AWAITING_RECIPIENTS, Stage.FULFILLED)
    [letter] = letters_of(controller, "request_answer")
    assert "Teamleader" in letter.text


def test_a_failed_recipient_keeps_the_case_open(receive, officer, controller, nobody_carries_out):
    request = receive()
    with tenant(controller.pk):
        cases.decide(request, decisions=ERASE, by=officer)
        notice = pending(controller, request)
        cases.carried_out(request, Carried(pending=True), by=officer)
        RecipientNotice.objects.filter(pk=notice.pk).update(state=NoticeState.FAILED)

        with pytest.raises(cases.RecipientsOutstanding):
            cases.close(request)


def test_carried_out_twice_answers_once(receive, officer, controller, nobody_carries_out):
    request = receive()
    with tenant(controller.pk):
        cases.decide(request, decisions=ERASE, by=officer)
        cases.carried_out(request, Carried())
        cases.carried_out(request, Carried())

    assert len(letters_of(controller, "request_answer")) == 1


def test_a_request_may_be_withdrawn(receive, controller):
    request = receive()

    with tenant(controller.pk):
        assert cases.withdraw(request).stage == Stage.WITHDRAWN


def test_a_duplicate_leaves_the_earlier_request_its_clock(receive, officer, controller):
    first, second = receive(), receive()

    with tenant(controller.pk):
        with pytest.raises(ValueError, match="earlier"):
            cases.mark_duplicate(first, of=second, by=officer)
        ended = cases.mark_duplicate(second, of=first, by=officer)

    assert (again(first).stage, ended.stage) == (Stage.OPEN, Stage.DUPLICATE)


def test_an_ended_request_goes_nowhere(receive, officer, controller):
    request = receive()

    with tenant(controller.pk):
        cases.withdraw(request)
        for step in (
            lambda: cases.withdraw(request),
            lambda: cases.decide(request, decisions=ERASE, by=officer),
            lambda: cases.ask_for_identity(request, by=officer),
        ):
            with pytest.raises(cases.IllegalStep):
                step()


def cut_identifiers(controller) -> int:
    """What the daily sweep does to the requests of one organisation."""
    swept = next(each for each in registry.blanked() if each.label == "privacy.PrivacyRequest")
    return blanking.blank_slice(swept, controller.pk, timezone.now(), 10)


def test_after_84_days_nothing_says_any_more_who_asked(receive, controller, on_monday):
    request = receive(wish="Weg")
    with tenant(controller.pk):
        cases.withdraw(request)
        on_monday.shift(timedelta(days=83, hours=23))
        early = cut_identifiers(controller)
        on_monday.shift(timedelta(hours=1))
        cut = cut_identifiers(controller)

    left = again(request)
    assert (early, cut) == (0, 1)
    assert (left.person, left.wish, left.person_index) == (None, None, None)
    assert open_part(left, "person") == {}


def test_the_letters_of_a_request_go_when_its_identifiers_do(receive, controller, on_monday):
    from delivery.models import SentMail

    request = receive()

    with tenant(controller.pk):
        ended = cases.withdraw(request)
        dates = set(SentMail.objects.values_list("purge_after", flat=True))

    assert dates == {ended.identifiers_until}


# --- The table -----------------------------------------------------------------------------------------


def test_every_stage_is_reached_and_every_end_is_an_end():
    reached = {stage for after in FOLLOWS.values() for stage in after}

    assert reached == set(Stage)
    assert {stage for stage in Stage if stage.is_end} == ENDS == set(Stage) - set(FOLLOWS)


@pytest.mark.parametrize("before", ["", *Stage])
def test_the_database_refuses_a_step_that_is_not_in_the_table(receive, controller, before):
    request = receive()
    wrong = [stage for stage in Stage if stage not in FOLLOWS.get(before, ())]

    with tenant(controller.pk):
        for stage in wrong:
            closed = timezone.now() if stage.is_end else None
            with pytest.raises(IntegrityError, match="known_step"), transaction.atomic():
                PrivacyRequest.objects.filter(pk=request.pk).update(
                    stage_before=before, stage=stage, closed_at=closed
                )


def test_the_database_refuses_an_end_without_its_time(receive, controller):
    request = receive()

    with tenant(controller.pk), pytest.raises(IntegrityError, match="closed_at_an_end"):
        PrivacyRequest.objects.filter(pk=request.pk).update(stage_before="open", stage="withdrawn")


def test_a_privacy_officer_of_the_organisation_decides(receive, controller, carried):
    gus = Membership.objects.create(
        user=make_user(name="Gus"), organisation=controller, role=Role.PRIVACY_OFFICER
    )
    request = receive()

    with tenant(controller.pk):
        assert cases.decide(request, decisions=ERASE, by=gus).stage == Stage.IN_PROGRESS


def test_an_account_request_leaves_evidence_at_the_platform():
    from audit.models import PlatformEvent

    request = receive_for_account()

    [event] = PlatformEvent.objects.filter(action="request.received")
    assert (event.evidence, event.detail["reference"]) == (True, request.reference)
    assert AccountRequest.objects.get() == request


def _all(organisation):
    with tenant(organisation.pk):
        return list(PrivacyRequest.objects.order_by("id"))
