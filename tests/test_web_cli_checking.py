"""The check of a sheet with its real reader."""

from web.cli.checking import check_sheet, sheets

HEADER = b"id,program,day,start,end,timezone,format,city,country,facilitator\n"
GOOD = b"one,4-Point Recovery,mon,19:00,20:00,America/Chicago,in-person,Minneapolis,US,SECRET\n"


def test_the_template_is_a_sheet_whose_examples_are_to_be_deleted() -> None:
    result = check_sheet(sheets().template)

    assert (result.refusal, result.meetings) == ("", 0)
    assert {problem.reason.partition(": ")[2] for problem in result.problems} == {
        "is an example of the template; delete the row"
    }


def test_each_row_is_judged_by_itself_and_people_are_left_out() -> None:
    bad = GOOD.replace(b"one", b"two").replace(b"mon", b"someday")

    result = check_sheet(HEADER + GOOD + bad)

    assert result.meetings == 1
    (problem,) = result.problems
    assert problem.row == "two"
    assert "row 3" in problem.reason
    assert "day" in problem.reason
    assert "SECRET" not in repr(result)
    assert "facilitator" in result.notices[0]


def test_what_is_no_sheet_is_refused_in_a_sentence() -> None:
    assert "PDF" in check_sheet(b"%PDF-1.7").refusal
    assert check_sheet(b"").refusal != ""
    assert check_sheet(b"<html></html>").refusal != ""
