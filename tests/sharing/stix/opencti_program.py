"""Imports bundles with OpenCTI's own client, and writes down what it made of them; runs in the client's environment.

    .venv-opencti/bin/python opencti_program.py < bundles.json > outcomes.json

Nothing of the client is replaced. In the platform's place stands a server on the loopback interface that keeps what it
is sent and answers as one that holds nothing yet.
"""

from __future__ import annotations

import contextlib
import copy
import json
import re
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from pycti import OpenCTIApiClient
from pycti.utils.opencti_stix2_splitter import OpenCTIStix2Splitter
from stix2patterns.validator import run_validator

FIELD = re.compile(r"\b(?P<kind>query|mutation)\b[^{]*\{\s*(?P<field>\w+)")
EMPTY = {"edges": [], "pageInfo": {"hasNextPage": False, "endCursor": "", "globalCount": 0}}


class Platform(ThreadingHTTPServer):
    """Where the platform would be: a GraphQL server that keeps every change it is asked for."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answering)
        self.changes: list[dict[str, Any]] = []

    def answer(self, asked: dict[str, Any]) -> Any:
        """What the field of a call holds."""
        found = FIELD.search(asked["query"])
        assert found is not None, asked["query"]
        field = found["field"]
        if found["kind"] == "query":
            return {field: [] if field == "vocabularyCategories" else EMPTY}
        kept = f"kept--{len(self.changes)}"
        self.changes.append({"call": field, "kept": kept} | asked["variables"])
        return {field: {"id": kept, "standard_id": kept, "entity_type": field, "parent_types": []}}


class Answering(BaseHTTPRequestHandler):
    """One connection of the client's."""

    server: Platform
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        said = json.dumps({"data": self.server.answer(asked)}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(said)))
        self.end_headers()
        self.wfile.write(said)

    def log_message(self, *_: Any) -> None:
        """Says nothing."""


@contextlib.contextmanager
def platform() -> Iterator[Platform]:
    """The server, as long as it is needed."""
    made = Platform()
    threading.Thread(target=made.serve_forever, daemon=True).start()
    yield made
    made.shutdown()
    made.server_close()


def outcome(bundle: dict[str, Any]) -> dict[str, Any]:
    """What the client makes of a bundle.

    ``parts`` and ``left_out`` are the splitter's, at its strictest; ``changes`` what an import asks the platform for;
    ``faults`` what the import reports to it; ``same_as`` the id by which the platform tells an object from others;
    ``bad_patterns`` those that the platform's own check would refuse.
    """
    expected, left_out, parts = OpenCTIStix2Splitter().split_bundle_with_expectations(
        json.dumps(bundle), use_json=True, cleanup_inconsistent_bundle=True
    )
    split = [each for part in parts for each in json.loads(part)["objects"]]
    assert expected == len(split)
    with platform() as there:
        url = f"http://127.0.0.1:{there.server_port}"
        client = OpenCTIApiClient(url, "any", log_level="error", perform_health_check=False)
        client.stix2.import_bundle(copy.deepcopy(bundle), update=True, work_id="work")
        reports = [each for each in there.changes if each["call"] == "workEdit"]
        identified = client.stix2.get_stix_helper()
        return {
            "parts": split,
            "left_out": left_out,
            "changes": [each for each in there.changes if each["call"] != "workEdit"],
            "done": sum(each["error"] is None for each in reports),
            "faults": [each["error"] for each in reports if each["error"] is not None],
            "same_as": {
                obj["id"]: identified[obj["type"]].generate_id_from_data(obj)
                for obj in bundle["objects"]
                if obj["type"] in identified and obj["type"] != "marking-definition"
            },
            "bad_patterns": [
                obj["pattern"]
                for obj in bundle["objects"]
                if "pattern" in obj and run_validator(obj["pattern"])
            ],
        }


if __name__ == "__main__":
    json.dump({name: outcome(bundle) for name, bundle in json.load(sys.stdin).items()}, sys.stdout)
