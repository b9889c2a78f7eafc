"""The ways back: every NG, contest, refusal and reopening, and what the one who comes too late reads."""

from .conftest import Desks
from .road import ASSISTANT, GM, GROUP, HANDLER, HEAD, MANAGER, Road


def logged(desks: Desks) -> Road:
    road = Road(desks, "en")
    road.record(customer="Kestrel", about="DN50 butterfly valve", words="38 of 150 valves seize after salt spray.", effect="shipments")
    return road


def test_asked_back_contested_disputed_and_assigned_by_the_general_manager(desks: Desks) -> None:
    road = logged(desks)
    place = road.places["production"]
    assert road.step(MANAGER, "ask_back", reason="Which lot?") == "Intake"
    assert road.step(ASSISTANT, "submit") == "Triage"
    assert road.to_confirmation(4, nature="general") == "Confirmation"
    assert road.step(HEAD, "contest", reason="Packed by the warehouse.", proposed=road.places["warehouse"]) == "Responsibility"
    assert road.step(MANAGER, "judge_again", reason="Type was wrong.") == "Triage"
    assert road.to_confirmation(4, nature="general") == "Confirmation"
    assert road.step(HEAD, "dispute_facts", reason="The photo shows another part.") == "Triage"
    assert road.to_confirmation(4, nature="general") == "Confirmation"
    assert road.step(HEAD, "contest", reason="Still not ours.") == "Responsibility"
    with desks(MANAGER, "en") as desk:
        desk.open(road.number)
        assert desk.form(road.number, "assign").count() == 0
        assert "Shen Guoliang" in desk.text()
    assert road.step(GM, "assign", department=place) == "Confirmation"
    assert road.step(HEAD, "confirm", handler=road.people["handler"]) == "Measures"


def test_sent_back_by_everybody_refused_redone_reopened_and_withdrawn(desks: Desks) -> None:
    road = logged(desks)
    road.to_confirmation(2, nature="major", criteria=["c"])
    road.step(HEAD, "confirm", handler=road.people["handler"])
    road.plan()
    assert road.propose() == "Review"
    assert road.step(HEAD, "review_ng", reason="Ask one more why.") == "Measures"
    assert road.propose(cause="Brush life was never counted.") == "Review"
    road.signed(HEAD, "review_ok")
    assert road.step(GM, "approve_ng", reason="No budget named.") == "Measures"
    road.propose(cause="Brush life was never counted; counter costs 400.")
    road.signed(HEAD, "review_ok")
    assert road.signed(GM, "approve") == "Approval"  # the group's is part of the same step
    assert road.step(GROUP, "group_ng", reason="Other plants?") == "Measures"
    road.propose(cause="Brush life was never counted, here and in plant 1.")
    assert road.approved(group=True) == "Reply"
    road.step(ASSISTANT, "send_reply", means="email", text="Dear customer, the cause is found.")
    assert road.step(ASSISTANT, "customer_refuses", means="telephone", words="Not good enough.") == "Reply"
    assert road.step(MANAGER, "redo", reason="Customer wants a visit.") == "Measures"
    road.propose(cause="Brush life was never counted; visit agreed.")
    assert road.approved(group=True) == "Reply"
    road.step(ASSISTANT, "send_reply", means="email", text="We come on Monday.")
    assert road.step(ASSISTANT, "customer_agrees", means="telephone", words="Fine.") == "Follow-up"
    road.visited("Still blisters.", satisfied="no", score=2)
    assert road.step(MANAGER, "redo", reason="Still blisters.") == "Measures"
    with desks(HEAD, "en") as desk:
        assert desk.go(f"/complaints/{road.number}/rounds/") == 200
        assert "Ask one more why." in desk.text() or "Brush life" in desk.text()
    assert road.signed(MANAGER, "withdraw", words="They cancelled the order.") == "Closed"
    assert road.step(MANAGER, "reopen", reason="They ordered again.") == "Triage"
    assert road.step(MANAGER, "judge_invalid", reason="Other supplier.", explained="Not our flange.") == "Closed"


def test_closed_on_the_spot_waits_for_the_manager_who_refuses(desks: Desks) -> None:
    road = Road(desks, "en")
    with desks(ASSISTANT, "en") as desk:
        desk.go("/complaints/new/")
        form = desk.page.locator("#intake")
        form.locator("[name=anonymous]").check(force=True)
        form.locator("[name=about]").fill("Delivery note")
        form.locator("[name=words]").fill("The delivery note lacks the order number.")
        form.locator("[name=effect][value=none]").check(force=True)
        form.locator("details", has=desk.page.locator("[name=explained]")).locator("summary").click()
        form.locator("[name=explained]").fill("Sent a new note by e-mail.")
        desk.leave(lambda: form.locator("[name=act][value=answer]").click())
        road.number = desk.page.locator(".read-out-number").inner_text().strip()
    assert road.step(MANAGER, "countersign_ng", reason="It happens every week.") == "Triage"


def test_the_second_to_decide_reads_who_was_faster_and_keeps_his_words(desks: Desks) -> None:
    road = logged(desks)
    with desks(MANAGER, "en") as slow:
        slow.open(road.number)
        slow.page.locator("input[type=radio][value=ask_back]").check(force=True)
        form = slow.form(road.number, "ask_back")
        form.locator("[name=reason]").fill("Which lot, please?")
        with desks(ASSISTANT, "en") as fast:
            fast.decide(road.number, "tell", means="telephone", text="We are looking into it.")
        form.locator("button:not([type=button]):not([name])").last.click()
        note = form.get_by_text("He Yutong was faster")
        note.wait_for()
        assert form.locator("[name=reason]").input_value() == "Which lot, please?"


def test_a_wrong_password_signs_nothing_and_loses_nothing(desks: Desks) -> None:
    road = logged(desks)
    with desks(MANAGER, "en") as desk:
        desk.go(desk.url(road.number, "withdraw"))
        form = desk.form(road.number, "withdraw")
        desk.send(form, words="They changed their mind.", password="not my password")
        form.get_by_text("That is not your password.").first.wait_for()
        assert form.locator("[name=words]").input_value() == "They changed their mind."
        desk.open(road.number)
        assert desk.stage() == "Triage"


def test_who_may_not_see_it_is_told_that_there_is_no_such_page(desks: Desks) -> None:
    road = logged(desks)
    with desks(HANDLER, "en") as desk:
        assert desk.open(road.number) == 404
        assert desk.go(f"/complaints/?q={road.number}") in (200, 404)
        assert "seize after salt spray" not in desk.text()
