from __future__ import annotations

import collections
import dataclasses
import datetime
from ipaddress import ip_network
from pathlib import Path

import pytest
from blake3 import blake3
from tests.casework.campaigns import BEGIN, UNTIL, iso
from tests.casework.disclosure.logs import (
    AUTHOR,
    EACH,
    MEMBERS,
    SECRET,
    campaign_lines,
    other_lines,
    ports,
    real_gate,
    written,
)

from stillwatch.casework.disclosure.drafting import Drafting
from stillwatch.casework.disclosure.families import family_of
from stillwatch.casework.disclosure.gathering import Observed, gather
from stillwatch.casework.disclosure.model import Draft, Ports
from stillwatch.core.case import Case, CaseDecision, CaseState, Priority
from stillwatch.core.indicator import CountClass, DetectorRef, IndicatorKind, Marking
from stillwatch.core.verdict import Call, Reason
from stillwatch.core.vocabulary import CLIENTS
from stillwatch.detection.replay.code_versions import detector_code
from stillwatch.errors import StillwatchError
from stillwatch.logs.contract import ReadOptions
from stillwatch.logs.sources import expand
from stillwatch.sharing.trust.warninglists import Warninglist, Warninglists

SPAN = iso(BEGIN), iso(UNTIL)
REASONS = (
    Reason("work_splitting", 9.0, "they divide the work"),
    Reason("even_load", 4.0, "equal shares"),
    Reason("novelty", 6.0, "new"),
    Reason("age_cohort", 3.0, "one age"),
    Reason("no_follow_up", -2.0, "against"),
)
DETECTORS = tuple(DetectorRef(name, "0.1.0", digest) for name, digest in detector_code().items())
CASE = Case(
    case_id="case-1",
    version=4,
    state=CaseState.DECIDED,
    verdict=Call.ATTACK,
    score=0.987,
    priority=Priority.HIGH,
    leak_rate=1.0,
    accounts=24,
    exchanges=480,
    leaked=100,
    first_ts=SPAN[0],
    last_ts=SPAN[1],
    first_alarm_ts=None,
    campaigns=("cmp-1",),
    owner="analyst-1",
    opened_ts=SPAN[1],
    changed_ts=SPAN[1],
    seen_ts=SPAN[1],
    due_ts=SPAN[1],
    decision=CaseDecision.CONFIRMED,
)


def seen(folder: Path, lines: list[bytes], use: Ports, members: list[str] = MEMBERS) -> Observed:
    place = written(folder, lines)
    return gather(
        expand((str(place),)),
        ReadOptions(),
        members,
        SPAN,
        use.templates,
        use.least_accounts,
        use.common_place,
    )


def drafted(folder: Path, lines: list[bytes], use: Ports | None = None, **case: object) -> Draft:
    use = use or ports()
    observed = seen(folder, lines, use)
    about = dataclasses.replace(CASE, **case)
    return Drafting(about, REASONS, DETECTORS, observed, use, Marking.AMBER).draft()


def values(draft: Draft) -> dict[IndicatorKind, list[str]]:
    found = collections.defaultdict(list)
    for each in draft.indicators:
        found[each.kind].append(each.value)
    return dict(found)


@pytest.fixture(scope="module")
def lines() -> list[bytes]:
    return campaign_lines(MEMBERS) + other_lines()


def test_a_campaign_becomes_signatures_blinded_values_and_words_of_closed_lists(
    tmp_path: Path, lines: list[bytes]
) -> None:
    draft = drafted(tmp_path, lines)
    found = values(draft)
    assert len(found[IndicatorKind.TEMPLATE]) == 1
    token = blake3(b"fp-shared-instrument-001").hexdigest()
    assert found[IndicatorKind.BLINDED] == [f"e3:payment:{token}"]
    assert found[IndicatorKind.NETWORK] == ["AS64500"]
    assert found[IndicatorKind.CLIENT] == ["openai-python"]
    assert found[IndicatorKind.TIMING] == ["around-the-clock", "even-load"]
    assert found[IndicatorKind.COVERAGE] == ["reasoning-traces", "split-work"]
    assert draft.refused == 0


def test_a_network_met_where_many_leave_from_stays_and_says_why(tmp_path: Path) -> None:
    """Each exit of a public service is shared by many who have nothing to do with the case."""
    lists = Warninglists(
        [Warninglist("vpn", "", datetime.date.min, (), {}, (ip_network("192.0.2.0/25"),), frozenset())]
    )

    def common_place(address: str) -> str:
        hit = lists.address(address)
        return "" if hit is None else f"they are on the warninglist {hit.list_name}"

    use = dataclasses.replace(ports(), common_place=common_place)
    through = campaign_lines(MEMBERS, ip="192.0.2.9") + other_lines()
    draft = drafted(tmp_path, through, use)
    assert IndicatorKind.NETWORK not in values(draft)
    why = [each.why for each in draft.withheld if each.kind is IndicatorKind.NETWORK]
    assert why == ["one was met mostly at addresses that many share: they are on the warninglist vpn"]
    beside = campaign_lines(MEMBERS, ip="192.0.2.200") + other_lines()
    assert values(drafted(tmp_path, beside, use))[IndicatorKind.NETWORK] == ["AS64500"]


def test_counts_times_and_confidence_are_classes(tmp_path: Path, lines: list[bytes]) -> None:
    for each in drafted(tmp_path, lines).indicators:
        assert each.accounts is CountClass.TENS
        assert (each.first_week, each.last_week) == ("2026-03-02", "2026-03-02")
        assert each.confidence == 90
        assert each.techniques == ("AML.T0021", "AML.T0024.002", "AML.T0040", "AML.T0065")
        assert [d.name for d in each.detectors] == ["age_cohort", "even_load", "novelty", "work_splitting"]
        assert datetime.date.fromisoformat(each.valid_until).weekday() == 0


def test_nothing_that_leaves_holds_an_account_a_prompt_or_an_identifier(
    tmp_path: Path, lines: list[bytes]
) -> None:
    use = ports()
    body = use.envelope(drafted(tmp_path, lines, use).indicators, datetime.date(2026, 3, 10)).decode()
    for secret in (
        *MEMBERS,
        SECRET,
        "examiner",
        "fp-shared",
        "1.61.0",
        "cmp-1",
        "case-1",
        "analyst",
        "0.987",
    ):
        assert secret not in body
    assert AUTHOR in body


def test_what_other_customers_show_as_well_stays_here_and_is_named(
    tmp_path: Path, lines: list[bytes]
) -> None:
    draft = drafted(tmp_path, lines)
    assert IndicatorKind.COUNTRY not in values(draft)
    assert any("as usual among other customers" in each.why for each in draft.withheld)


def test_fewer_than_ten_accounts_are_not_spoken_of(tmp_path: Path) -> None:
    few = campaign_lines(MEMBERS[:9]) + other_lines()
    draft = drafted(tmp_path, few)
    assert draft.indicators == ()
    assert any("fewer than 10 accounts" in each.why for each in draft.withheld)


def test_a_value_of_nine_of_the_accounts_stays_here(tmp_path: Path) -> None:
    split = campaign_lines(MEMBERS[:15]) + campaign_lines(
        MEMBERS[15:], asn=64510, payment="fp-second-one-002"
    )
    found = values(drafted(tmp_path, split + other_lines()))
    assert found[IndicatorKind.NETWORK] == ["AS64500"]
    assert len(found[IndicatorKind.BLINDED]) == 1


def test_without_a_key_service_nothing_keyed_leaves_and_it_says_so(
    tmp_path: Path, lines: list[bytes]
) -> None:
    draft = drafted(tmp_path, lines, ports(key_service=False))
    assert not {IndicatorKind.TEMPLATE, IndicatorKind.BLINDED} & set(values(draft))
    assert sum("no key service was named" in each.why for each in draft.withheld) == 3


def test_what_the_key_service_may_not_blind_stays_here_with_its_reason(
    tmp_path: Path, lines: list[bytes]
) -> None:
    why = [each.why for each in drafted(tmp_path, lines).withheld if each.kind is IndicatorKind.BLINDED]
    assert why == ["one of the kind api_client: lists name it"]


def test_the_gates_refusals_are_counted_and_told_field_by_field(tmp_path: Path, lines: list[bytes]) -> None:
    draft = drafted(tmp_path, lines, ports(gate=real_gate(detectors=[])))
    assert draft.indicators == ()
    assert draft.refused == 8
    assert all("(registered-detectors)" in e.why for e in draft.withheld if "gate" in e.why)


def test_accounts_that_the_decision_spared_are_not_described(tmp_path: Path, lines: list[bytes]) -> None:
    use = ports()
    observed = seen(tmp_path, lines, use, MEMBERS[:20])
    assert observed.inside == set(MEMBERS[:20])
    assert observed.outside == 64


def test_exchanges_before_and_after_the_campaign_are_not_looked_at(tmp_path: Path) -> None:
    use = ports()
    lines = campaign_lines(MEMBERS)
    earlier = [each.replace(b'"ts":"2026-03-0', b'"ts":"2026-02-0') for each in lines]
    assert seen(tmp_path, lines + earlier, use).exchanges == len(MEMBERS) * EACH


def test_logs_that_can_be_read_once_only_are_refused() -> None:
    with pytest.raises(StillwatchError, match="read only once") as caught:
        gather(expand(("-",)), ReadOptions(), MEMBERS, SPAN, None, 10)
    assert caught.value.code == "SW-DISC-02"


def test_logs_that_hold_nothing_of_the_case_are_refused(tmp_path: Path) -> None:
    with pytest.raises(StillwatchError, match="hold nothing of the case") as caught:
        seen(tmp_path, other_lines(), ports())
    assert caught.value.code == "SW-DISC-02"


@pytest.mark.parametrize(
    ("agent", "family"),
    [
        ("OpenAI/Python 1.61.0", "openai-python"),
        ("AsyncOpenAI/Python 1.61.0", "openai-python"),
        ("Anthropic/JS 0.9", "anthropic-typescript"),
        ("litellm/1.50 OpenAI/Python 1.61.0", "litellm"),
        ("Mozilla/5.0 (X11; Linux x86_64)", "browser"),
        ("Go-http-client/2.0", "go-http"),
        ("something else", None),
        ("", None),
    ],
)
def test_user_agents_are_told_by_family(agent: str, family: str | None) -> None:
    assert family_of(agent) == family
    assert family is None or family in CLIENTS
