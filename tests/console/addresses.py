"""An address of every page in the sample lab, with something to see there."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from tests.console.running import Console

from stillwatch.console.registry import pages


def addresses(console: Console) -> dict[str, str]:
    """By the name of the page; a page with parameters that nobody gave values for fails here."""

    def data(path: str) -> Any:
        status, body = console.get(path)
        assert status == 200, (path, body)
        return json.loads(body)

    case = max(data("/queue.json?show=decided")["cases"], key=lambda row: row["leaked"])
    path = f"/cases/{case['case_id']}"
    account = data(f"{path}.json")["accounts"][0]["account_id"]
    appeal = next(iter(data("/appeals.json")["appeals"]))
    indicator = next(iter(data("/indicators.json")["indicators"]))
    given = {
        "account": f"/account?id={quote(account)}",
        "appeal": f"/appeals/{appeal['appeal_id']}",
        "authorisation": "/authorisations/example-lab",
        "campaign": f"{path}/campaign",
        "case": path,
        "disclose": f"{path}/disclose",
        "disclosure": "",  # none was asked for in the sample; the story of a disclosure looks at one
        "exemplars": f"{path}/exemplars",
        "indicator": f"/indicators/one?id={quote(indicator['id'])}",
        "ledger_entry": "/ledger/entries/20",
        "lifting": "/decisions/lift?rule=hide-reasoning",
        "report": "",  # a finished report as it was made; tests of reports look at those
        "search": "/search?q=acct",
    }
    found = {page.name: given.get(page.name, page.path) for page in pages()}
    assert [address for address in found.values() if "{" in address] == []
    return {name: address for name, address in found.items() if address}
