from __future__ import annotations

from typing import Any

import pytest
from tests.detection.authorisations.partners import candidate, partner, traffic, us

from stillwatch.core.authorisation import Authorisation, AuthorisationKind, AuthorisedUse, Breach, Period
from stillwatch.detection.authorisations.standing import Standing
from stillwatch.detection.authorisations.uses import Looked, uses
from stillwatch.detection.frame import Frame

OWN = tuple(f"own-{k}" for k in range(6))


def used(frame: Frame, about: Authorisation, *, noticed: bool = False) -> AuthorisedUse:
    seen = (candidate(frame),) if noticed else ()
    (found,) = uses(frame, Standing(frame, [about]), Looked(seen, {}))
    return found


def test_a_permission_within_its_scope_has_its_use_counted_and_no_alarm() -> None:
    found = used(traffic((*OWN, "other") * 4), partner(accounts=OWN))
    assert (found.accounts, found.exchanges, found.alarms) == (6, 24, ())
    assert found.agreement == "MSA-14"


@pytest.mark.parametrize(
    ("scope", "breach", "sentence", "exchanges"),
    [
        (
            {"volume": 20, "period": Period.DAY},
            Breach.VOLUME,
            "at least 24 exchanges of “Example Lab” in the day of 2026-02-16, 20 are agreed; ask partnerships",
            4,
        ),
        (
            {"models": ("m-1",)},
            Breach.MODEL,
            "12 exchanges of “Example Lab” to models it has no authorisation for (m-2); ask partnerships",
            12,
        ),
        (
            {"until_us": us(-2)},
            Breach.TERM,
            (
                "24 exchanges of “Example Lab” after 2026-02-13, the last day of its authorisation, the latest 3 days "
                "after it; ask partnerships"
            ),
            24,
        ),
        (
            {"since_us": us(2)},
            Breach.TERM,
            "24 exchanges of “Example Lab” before 2026-02-18, when its authorisation begins; ask partnerships",
            24,
        ),
    ],
)
def test_leaving_the_scope_is_an_alarm_with_a_sentence_that_says_how(
    scope: dict[str, Any], breach: Breach, sentence: str, exchanges: int
) -> None:
    frame = traffic(OWN * 4, model=["m-1", "m-2"] * 12)
    found = used(frame, partner(accounts=OWN, **scope))
    (alarm,) = found.alarms
    assert alarm.breach is breach
    assert alarm.sentence == sentence
    assert alarm.exchanges == exchanges
    assert found.exchanges == 24 - exchanges
    assert set(alarm.accounts) <= set(OWN)


def test_others_who_do_the_same_work_are_named_where_that_work_was_noticed() -> None:
    frame = traffic((*OWN, "other") * 4)
    (alarm,) = used(frame, partner(accounts=OWN), noticed=True).alarms
    assert alarm.breach is Breach.OTHERS
    assert alarm.accounts == ("other",)
    assert alarm.sentence.startswith("1 account that is not of “Example Lab” does the work")


def test_accounts_of_a_permission_that_ended_long_ago_are_not_called_others() -> None:
    found = used(traffic(OWN * 4), partner(accounts=OWN, until_us=us(-99)), noticed=True)
    assert [alarm.breach for alarm in found.alarms] == [Breach.TERM]


def test_a_few_requests_of_a_holder_in_strangers_work_make_it_not_the_holders() -> None:
    crowd = tuple(f"other-{k}" for k in range(9))
    assert used(traffic((OWN[0], *crowd) * 4), partner(accounts=OWN), noticed=True).alarms == ()


def test_a_resellers_requests_without_customers_are_an_alarm() -> None:
    frame = traffic(("house", "c-1", "c-2", "c-3") * 5, organization_id=["org-r"] * 20)
    about = {"kind": AuthorisationKind.RESELLER, "organizations": ("org-r",), "accounts": ("house",)}
    (alarm,) = used(frame, partner(**about, end_users=0.9)).alarms
    assert alarm.breach is Breach.END_USERS
    assert alarm.exchanges == 5
    assert alarm.sentence == (
        "25 % of the requests of the reseller “Example Lab” carry its own account instead of a customer's; its "
        "agreement asks for customers on 90 %; ask partnerships"
    )
    assert used(frame, partner(**about, end_users=0.75)).alarms == ()


def test_a_permission_nobody_uses_is_not_listed() -> None:
    frame = traffic(["other"] * 4)
    assert uses(frame, Standing(frame, [partner(accounts=OWN)]), Looked((), {})) == ()


def test_what_is_said_is_never_longer_than_it_may_be() -> None:
    frame = traffic(OWN * 4, model=["m" * 90, "n" * 90, "o" * 90, "p" * 90] * 6)
    long = "x" * 300
    about = partner(accounts=OWN, models=("a",), name=long, owner=long)
    assert all(len(alarm.sentence) <= 200 for alarm in used(frame, about, noticed=True).alarms)
