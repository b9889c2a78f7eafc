"""What people write is printed as they wrote it, in every document, whatever it looks like to a machine."""

import pytest

from complaints.models import Complaint
from complaints.papers import archive, eightd, form, letter, memo
from complaints.papers.paper import Paper
from tests.complaints.documents.reading import pages, plain, words

from ..factories import CustomerFactory, House, act
from .stories import finished, of

pytestmark = pytest.mark.django_db

SAID = (
    '#panic("pwned") #read("/etc/passwd") #import "x.typ" $x$ *b* _i_ `raw` <label> @ref // c /* d */ =1+1 [x] \\u{41} -- ~ '
    "<b>HTML</b> <script>alert(1)</script> &amp; {{ settings.SECRET_KEY }} {% now %}"
)
LONG = "a" * 300
STRANGE = "\u202e end \x07"


@pytest.fixture
def papers() -> dict[str, Paper]:
    """Every document of a complaint that says all this, in the customer's words and in ours."""
    house = House()
    customer = CustomerFactory(branch=house.branch, name=f"<b>云帆</b> {LONG}"[:120], name_en="")
    complaint = finished(house, customer=customer, words=f"{SAID}\n{LONG}{STRANGE}👍", about=SAID[:150], first_handling=SAID)
    act("remark", complaint, house.manager, text=SAID)
    Complaint.objects.get(pk=complaint.pk).said.filter(kind="reply").update(text=f"{SAID} {LONG} 👍")
    source = of(complaint)
    return {
        "form": form.internal(source),
        "customers": form.customers(source),
        "letter": letter.letter(source) or pytest.fail("no letter"),
        "memo": memo.memo(source, "zh") or pytest.fail("no memo"),
        "8d": eightd.report(source, "en") or pytest.fail("no report"),
        "archive": archive.archive(source, "en"),
    }


def test_hostile_text_is_printed_as_it_was_written_and_stays_on_the_page(papers):
    for name, paper in papers.items():
        content = paper.pdf()
        found = pages(content)
        text = plain("".join(found))
        assert plain(SAID) in text, name
        assert LONG in text, name
        assert "root:" not in text, name
        assert len(found) < 8, name
        assert paper.pdf() == content, name


def test_half_a_character_from_a_broken_sender_is_left_out(papers):
    paper = papers["letter"]
    broken = Paper(paper.template, paper.name, {**paper.data, "body": ["half \ud83d of one"]}, paper.at)
    assert "halfofone" in words(broken.pdf())
