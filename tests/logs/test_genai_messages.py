from __future__ import annotations

from typing import Any

import pytest

from stillwatch.logs.genai_messages import legacy_messages

ASKED = {"eventName": "gen_ai.user.message", "body": {"content": "Good day?"}}


@pytest.mark.parametrize("name", [[], {}, 3, None])
def test_an_event_whose_name_is_no_text_is_passed_over_and_the_others_are_read(name: Any) -> None:
    asked, answer = legacy_messages([{**ASKED, "eventName": name}, ASKED])
    assert [(each["role"], each["content"]) for each in asked] == [("user", "Good day?")]
    assert answer is None
