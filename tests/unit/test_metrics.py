from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loopwise_training.metrics import CurvePoint, aubc, labels_to, value_at

CURVE = (CurvePoint(20, 0.5), CurvePoint(40, 0.7), CurvePoint(100, 0.9))


def curves() -> st.SearchStrategy[list[CurvePoint]]:
    values = st.floats(0, 1)
    points = st.lists(st.tuples(st.integers(0, 10_000), values), min_size=1, max_size=30, unique_by=lambda p: p[0])
    return points.map(lambda pairs: [CurvePoint(*pair) for pair in sorted(pairs)])


def test_aubc_is_the_trapezoid_area_over_the_span() -> None:
    # 20 labels at 0.6 on average, then 60 at 0.8: (12 + 48) / 80.
    assert aubc(CURVE) == pytest.approx(0.75)


def test_aubc_of_one_point_is_its_value() -> None:
    assert aubc(CURVE[:1]) == 0.5


@given(curves())
def test_aubc_lies_between_the_lowest_and_the_highest_value(curve: list[CurvePoint]) -> None:
    values = [point.value for point in curve]
    assert min(values) - 1e-9 <= aubc(curve) <= max(values) + 1e-9


@given(curves(), st.floats(0, 1))
def test_a_point_on_the_line_does_not_change_the_aubc(curve: list[CurvePoint], share: float) -> None:
    between = round(curve[0].labels + share * (curve[-1].labels - curve[0].labels))
    with_it = {point.labels: point for point in [*curve, CurvePoint(between, value_at(curve, between))]}
    assert aubc([with_it[labels] for labels in sorted(with_it)]) == pytest.approx(aubc(curve))


def test_labels_to_is_the_first_point_at_the_level() -> None:
    assert labels_to(CURVE, 0.7) == 40
    assert labels_to(CURVE, 0.71) == 100
    assert labels_to(CURVE, 0.0) == 20


def test_labels_to_a_level_that_is_never_reached_is_none() -> None:
    assert labels_to(CURVE, 0.91) is None


def test_labels_to_counts_the_first_time_even_when_the_curve_falls_again() -> None:
    assert labels_to((CurvePoint(1, 0.9), CurvePoint(2, 0.1)), 0.8) == 1


def test_value_at_goes_straight_between_points() -> None:
    assert value_at(CURVE, 40) == 0.7
    assert value_at(CURVE, 70) == pytest.approx(0.8)


@pytest.mark.parametrize("labels", [19, 101])
def test_value_outside_of_the_curve_is_refused(labels: int) -> None:
    with pytest.raises(ValueError, match=f"from 20 to 100 labels, not to {labels}"):
        value_at(CURVE, labels)


@pytest.mark.parametrize("labels", [(5, 5), (5, 4)])
def test_the_labels_of_a_curve_must_increase(labels: tuple[int, int]) -> None:
    curve = [CurvePoint(count, 0.5) for count in labels]
    with pytest.raises(ValueError, match=f"must increase, but {labels[1]} comes after 5"):
        aubc(curve)
    with pytest.raises(ValueError, match="must increase"):
        labels_to(curve, 0.5)


def test_a_curve_must_have_points() -> None:
    with pytest.raises(ValueError, match="has no points"):
        aubc(())
