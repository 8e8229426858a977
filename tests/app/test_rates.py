"""How fast one client may ask: so many at once, so many a second in the long run, each for itself."""

from __future__ import annotations

import pytest

from app.errors import Problem
from app.rates import MOST_CLIENTS, Rates


def spends(rates: Rates, address: str, now: float) -> bool:
    try:
        rates.spend(address, now)
    except Problem as problem:
        assert problem.status == 429 and int(problem.headers["Retry-After"]) >= 1
        return False
    return True


def test_a_burst_and_then_so_many_a_second() -> None:
    rates = Rates(5)
    assert [spends(rates, "a", 0) for _ in range(12)] == [True] * 10 + [False] * 2
    assert [spends(rates, "a", 1) for _ in range(6)] == [True] * 5 + [False]
    assert spends(rates, "b", 1)
    assert sum(spends(rates, "a", 1 + turn / 100) for turn in range(1000)) in range(48, 52)


def test_without_a_limit_nobody_is_too_fast() -> None:
    rates = Rates(0)
    assert all(spends(rates, "a", 0) for _ in range(1000))


@pytest.mark.parametrize("address", ["2001:db8::1", "not an address", ""])
def test_an_address_of_any_kind(address: str) -> None:
    rates = Rates(1)
    assert spends(rates, address, 0) and spends(rates, address, 0) and not spends(rates, address, 0)
    assert not spends(rates, "2001:db8::ffff", 0) if ":" in address else spends(rates, "2001:db8::ffff", 0)


def test_the_list_of_clients_is_bounded() -> None:
    rates = Rates(1)
    for number in range(MOST_CLIENTS + 10):
        rates.spend(str(number), 0)
    assert len(rates._buckets) == MOST_CLIENTS
