"""Order of day and month, and printed clock times."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stalk_nlp.exports._clock import clock_seconds, ordinal
from stalk_nlp.exports._dates import DateOrders


def conclude(*dates: str, asked: str | None = None, senders: str = "") -> str | None:
    """The order found for dates of one sender, or of the senders given by letter."""
    orders = DateOrders(asked)
    for date, sender in zip(dates, senders or "a" * len(dates), strict=True):
        orders.step(date, sender)
    found = orders.conclude()
    return found and found.order


@pytest.mark.parametrize(
    ("printed", "hms"),
    [
        ("00:08 a. m.", (0, 8, 0)),
        ("12:10 p. m.", (12, 10, 0)),
        ("12:05 AM", (0, 5, 0)),
        ("1:55 p.m.", (13, 55, 0)),
        ("2:05:09\u202fPM", (14, 5, 9)),
        ("2:05\u00a0p.\u00a0m.", (14, 5, 0)),
        ("23:59", (23, 59, 0)),
        ("13:05 PM", (13, 5, 0)),
        ("0:08 PM", (12, 8, 0)),
        ("21.25.15", (21, 25, 15)),
        ("٢:٠٧ م", (14, 7, 0)),
        ("٩:٠٧ ص", (9, 7, 0)),
        ("۲:۰۷ ب.ظ.", (14, 7, 0)),
        ("۱۲:۰۷ ق.ظ", (0, 7, 0)),
        ("下午3:05", (15, 5, 0)),
        ("上午12:05", (0, 5, 0)),
        ("午後3:05:01", (15, 5, 1)),
        ("午前9:05", (9, 5, 0)),
        ("오후 3:05", (15, 5, 0)),
        ("오전 11:05", (11, 5, 0)),
        ("3:05 अपराह्न", (15, 5, 0)),
        ("3:05 μ.μ.", (15, 5, 0)),
        ("15 h 05", (15, 5, 0)),
        ("15 h 05 min 09 s", (15, 5, 9)),
    ],
)
def test_clock(printed: str, hms: tuple[int, int, int]) -> None:
    assert clock_seconds(printed) == hms[0] * 3600 + hms[1] * 60 + hms[2]


@pytest.mark.parametrize("printed", ["24:00", "9:60", "9:05:60", "13:05 AM", "9:05 xx", "9"])
def test_no_such_clock_time(printed: str) -> None:
    assert clock_seconds(printed) is None


@pytest.mark.parametrize(
    ("printed", "order", "date"),
    [
        ("02/03/2025", "dmy", dt.date(2025, 3, 2)),
        ("02/03/2025", "mdy", dt.date(2025, 2, 3)),
        ("2025/03/02", "dmy", dt.date(2025, 3, 2)),
        ("13. 6. 18", "dmy", dt.date(2018, 6, 13)),
        ("24-03-02", "ymd", dt.date(2024, 3, 2)),
        ("٢٤\u200f/٤\u200f/٢٠٢٢", "dmy", dt.date(2022, 4, 24)),
        ("29/02/2024", "dmy", dt.date(2024, 2, 29)),
        ("2/3/2568", "dmy", dt.date(2025, 3, 2)),
    ],
)
def test_day(printed: str, order: str, date: dt.date) -> None:
    assert ordinal(printed, order) == date.toordinal()


@pytest.mark.parametrize(
    "printed", ["31/02/2024", "29/02/2023", "00/01/2024", "1/1/1999", "1403/01/15", "1/13/2024"]
)
def test_no_such_day(printed: str) -> None:
    assert ordinal(printed, "dmy") is None


def test_a_part_above_twelve_proves_the_order() -> None:
    assert conclude("01/02/2024", "13/02/2024") == "dmy"
    assert conclude("01/02/2024", "02/13/2024") == "mdy"


def test_year_first_is_seen_by_its_digits() -> None:
    orders = DateOrders()
    orders.step("2024-02-01", "a")
    assert orders.conclude() is not None
    assert ordinal("2024-02-01", "dmy") == dt.date(2024, 2, 1).toordinal()


def test_the_order_that_runs_forward_wins() -> None:
    # day-first: 3 and 5 April, 1 May; month-first would jump from May back to January
    assert conclude("03/04/2024", "05/04/2024", "01/05/2024") == "dmy"
    assert conclude("04/03/2024", "04/05/2024", "05/01/2024") == "mdy"


def test_a_plausible_span_wins_only_with_enough_dates() -> None:
    assert conclude("01/04/2024", "02/04/2024", "03/04/2024", "04/04/2024") == "dmy"
    assert conclude("04/01/2024", "04/02/2024", "04/03/2024", "04/04/2024") == "mdy"
    assert conclude("01/04/2024", "02/04/2024") is None


def test_the_reader_is_told_when_only_the_span_spoke() -> None:
    orders = DateOrders()
    for day in (1, 2, 3, 4):
        orders.step(f"0{day}/04/2024", "a")
    found = orders.conclude()
    assert found is not None
    assert found.note is not None
    assert "--date-order" in found.note


def test_ambiguous_dates_are_not_guessed() -> None:
    assert conclude("03/04/2024") is None
    assert conclude("03/04/24", "03/04/24") is None


def test_the_same_day_both_ways_needs_no_order() -> None:
    assert conclude("05/05/2024") == "dmy"


def test_proof_both_ways_is_not_settled_silently() -> None:
    assert conclude("13/01/2024", "01/14/2024") is None
    assert conclude("13/01/2024", "01/14/2024", asked="mdy") == "mdy"
    orders = DateOrders()
    for day in range(13, 25):
        orders.step(f"{day}/01/2024", "a")
    orders.step("01/25/2024", "a")
    found = orders.conclude()
    assert found is not None
    assert found.order == "dmy"
    assert found.note is not None


def test_a_day_that_no_order_has_proves_nothing() -> None:
    assert conclude("31/02/2024", "03/04/2024") is None


def test_asking_overrides_inference() -> None:
    assert conclude("03/04/2024", asked="mdy") == "mdy"
    assert conclude("13/04/2024", asked="mdy") == "mdy"


def test_two_digit_year_first() -> None:
    assert conclude("24-03-02", "24-03-05", "24-04-01") == "ymd"
    assert conclude("24/03/10", "24/03/11", "24/03/12") is None  # may be 2010, 2011, 2012
    assert conclude("24/03/10", asked="ymd") == "ymd"
    assert conclude("24.12.23", "25.12.23") == "dmy"


def test_pasted_lines_of_strangers_do_not_count_as_jumps() -> None:
    # b's only lines are older than the line before: a pasted block
    dates = ("03/04/2024", "01/02/2024", "01/03/2024", "05/04/2024", "01/05/2024")
    orders = DateOrders("dmy")
    believed = [orders.step(d, s) for d, s in zip(dates, "abbaa", strict=True)]
    assert believed == [True, False, False, True, True]
    assert list(orders.trails["dmy"].believed) == ["a"]


@settings(max_examples=60, deadline=None)
@given(
    st.dates(dt.date(2010, 1, 1), dt.date(2030, 12, 31)),
    st.integers(20, 400),
    st.sampled_from(["dmy", "mdy"]),
    st.sampled_from(["%Y", "%y"]),
)
def test_a_month_of_daily_dates_is_read_as_printed(
    start: dt.date, days: int, order: str, year: str
) -> None:
    form = {"dmy": f"%d/%m/{year}", "mdy": f"%m/%d/{year}"}[order]
    dates = [start + dt.timedelta(days=n) for n in range(days)]
    assert conclude(*(d.strftime(form) for d in dates)) == order
    assert [ordinal(d.strftime(form), order) for d in dates] == [d.toordinal() for d in dates]


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=20), st.sampled_from(["dmy", "mdy", "ymd"]))
def test_any_text_is_survived(text: str, order: str) -> None:
    ordinal(text, order)
    clock_seconds(text)
