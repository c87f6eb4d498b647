"""`experiment.signal`: every loop, every record, in the pool's order."""

from __future__ import annotations

import numpy as np
import pytest

from loopwise import InvalidInputError
from tests.e2e.iris import IDS, Open, X, fit_and_report, labels, run_one


def test_a_signal_is_an_array_of_loops_and_records(open_experiment: Open) -> None:
    experiment = open_experiment(embeddings=X)
    assert experiment.signal("margin").shape == (0, 150)
    run_one(experiment)
    unlabeled = [set(experiment.unlabeled.tolist())]
    run_one(experiment)
    unlabeled.append(set(experiment.unlabeled.tolist()))

    margin, shares, predicted = (experiment.signal(name) for name in ("margin", "probabilities", "predicted_class"))

    assert margin.dtype == np.float32
    assert (margin.shape, shares.shape, predicted.shape) == ((3, 150), (3, 150, 3), (3, 150))
    for loop in (1, 2):
        expected = [name in unlabeled[loop - 1] for name in IDS]
        assert np.isfinite(margin[loop]).tolist() == expected
        np.testing.assert_array_equal(np.isfinite(shares[loop]).all(axis=1), expected)
        *_, second, first = np.sort(shares[loop], axis=1).T
        np.testing.assert_allclose(margin[loop], first - second, atol=1e-6)
        np.testing.assert_array_equal(predicted[loop][expected], shares[loop][expected].argmax(axis=1))
    assert np.isnan(margin[0]).all()
    assert np.isfinite(experiment.signal("sketch")[0]).all()
    assert np.isnan(experiment.signal("loss")).all()


def test_what_was_reported_is_not_derived(open_experiment: Open) -> None:
    experiment = open_experiment()
    batch = experiment.ask()
    experiment.tell(batch, labels(batch))
    own = np.linspace(0, 1, 150, dtype=np.float32)
    experiment.report(signals={"margin": own}, labeled=True)
    batch = experiment.ask()
    experiment.tell(batch, labels(batch))
    fit_and_report(experiment)

    np.testing.assert_array_equal(experiment.signal("margin")[1], own)


def test_loops_whose_columns_have_aged_out_have_no_values(open_experiment: Open) -> None:
    experiment = open_experiment(keep_loops=2)
    for _ in range(4):
        run_one(experiment)

    margin, moved = experiment.signal("margin"), experiment.signal("margin_history")

    assert np.isnan(margin).all(axis=1).tolist() == [True, True, True, False, False]
    assert np.isnan(moved).all(), "what looks back on them would be another number"
    assert [record.metrics.keys() for record in experiment.history[1:]] == [{"accuracy"}] * 4
    batch = experiment.ask()
    experiment.close()
    assert open_experiment(keep_loops=None).ask().ids.tolist() == batch.ids.tolist()


def test_scores_alone_were_shared(open_experiment: Open) -> None:
    experiment = open_experiment(share="scores")
    run_one(experiment)

    assert np.isfinite(experiment.signal("margin")[1]).sum() == 144
    assert np.isnan(experiment.signal("probabilities")).all()


def test_an_unknown_signal_is_refused_in_a_sentence(open_experiment: Open) -> None:
    with pytest.raises(InvalidInputError, match=r"there is no signal 'margn'; signals are .*margin"):
        open_experiment().signal("margn")


def test_reading_counts_as_a_question(open_experiment: Open) -> None:
    experiment = open_experiment()
    run_one(experiment)
    before = experiment.ledger.total
    experiment.signal("margin")

    assert 0 < experiment.ledger.total - before < 500
