"""Charts: words stay words however hostile, the table beside a drawing has its numbers, gaps stay gaps, the same twice over."""

import pytest
from defusedxml import ElementTree

from reports.charts import Point, across, months, pareto, scale, spark
from reports.figures import Row

HOSTILE = "<script>alert(1)</script> & \"x' \x00\x1b"
NS = "{http://www.w3.org/2000/svg}"


def bars(*counts: int, label: str = "渗漏") -> list[Row]:
    total, running, found = sum(counts), 0, []
    for count in counts:
        running += count
        found.append(Row(label, "type.1", count, 0, 0, count / total, running / total, 0, 0))
    return found


@pytest.mark.parametrize("paper", [False, True])
def test_hostile_labels_are_words_in_well_formed_drawings(paper: bool) -> None:
    rows = bars(3, 1, label=HOSTILE)
    drawings = [
        pareto("p", HOSTILE, "x", rows, paper=paper).svg,
        months("m", HOSTILE, (HOSTILE, "b", "c"), [Point(HOSTILE, (1, 2), 0.5)], paper=paper).svg,
        across("a", HOSTILE, ("x", "n"), [(HOSTILE, 1)], paper=paper).svg,
        spark("s", HOSTILE, [1, 2], paper=paper),
    ]
    for drawing in drawings:
        root = ElementTree.fromstring(drawing)
        assert root.find(f"{NS}title").text == "<script>alert(1)</script> & \"x' "
        assert {one.tag.removeprefix(NS) for one in root.iter()} <= {"svg", "title", "desc", "text", "rect", "line", "polyline", "circle"}
        assert "style=" not in drawing


def test_colours_stand_in_classes_on_a_page_and_in_the_drawing_on_paper() -> None:
    page, paper = (pareto("p", "Types", "Type", bars(3, 1), paper=paper).svg for paper in (False, True))
    assert ("fill=" in page, "class=" in page) == (False, True)
    assert ("#175f84" in paper, "class=" in paper) == (True, False)
    assert paper == pareto("p", "Types", "Type", bars(3, 1), paper=True).svg


def test_the_table_beside_it_has_its_numbers() -> None:
    chart = pareto("p", "Types", "Type", bars(6, 3, 1))
    assert chart.rows == [("渗漏", "6", "60 %", "60 %"), ("渗漏", "3", "30 %", "90 %"), ("渗漏", "1", "10 %", "100 %")]
    assert [one.text for one in ElementTree.fromstring(chart.svg).iter(f"{NS}text") if one.get("class") == "chart-value"] == ["6", "3", "1"]


def test_bars_are_as_high_as_they_count_and_the_few_stand_out() -> None:
    root = ElementTree.fromstring(pareto("p", "Types", "Type", bars(6, 3, 1)).svg)
    drawn = [(float(one.get("height")), one.get("class")) for one in root.iter(f"{NS}rect")][:3]
    assert drawn == [(132.0, "chart-bar"), (66.0, "chart-bar"), (22.0, "chart-rest")]


def test_a_month_without_a_rate_is_a_gap() -> None:
    points = [Point(str(at), (1, 0), rate) for at, rate in enumerate([0.5, 0.6, None, 0.7, 0.8])]
    chart = months("m", "Months", ("a", "b", "c"), points)
    lines = [one.get("points").split() for one in ElementTree.fromstring(chart.svg).iter(f"{NS}polyline")]
    assert [len(line) for line in lines] == [2, 2]
    assert chart.rows[2] == ("2", "1", "0", "–")


def test_nothing_at_all_can_be_drawn() -> None:
    for drawing in (pareto("p", "t", "h", []).svg, across("a", "t", ("h", "n"), []).svg, spark("s", "t", [])):
        ElementTree.fromstring(drawing)


@pytest.mark.parametrize(
    ("most", "wanted"), [(0, (1, 1)), (1, (1, 1)), (5, (5, 1)), (23, (25, 5)), (101, (150, 50)), (99999, (100000, 20000))]
)
def test_axes_have_round_numbers(most: int, wanted: tuple[int, int]) -> None:
    assert scale(most) == wanted
