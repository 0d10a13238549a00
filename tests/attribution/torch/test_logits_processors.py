"""The logits processors do on tensors what the reference does on arrays, each row under its own account's key."""

from __future__ import annotations

import enum
import types
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="torch is installed by `make test-attribution`")

from stillwatch.attribution.serving.huggingface import KeyedWatermark  # noqa: E402 - torch comes first
from stillwatch.attribution.serving.serving_keys import ServingKeys  # noqa: E402
from stillwatch.attribution.serving.vllm_plugin import ACCOUNT, VARIABLE, VllmWatermark  # noqa: E402
from stillwatch.attribution.watermark.leaning import lean  # noqa: E402
from stillwatch.attribution.watermark.settings import Scheme, WatermarkSettings  # noqa: E402
from stillwatch.attribution.watermark.sip import key_words  # noqa: E402
from stillwatch.errors import StillwatchError  # noqa: E402

KEYS = {"default": bytes(16), "campaign-7": bytes(range(16))}
GREEN = WatermarkSettings(context=2)
GUMBEL = WatermarkSettings(Scheme.GUMBEL, delta=0.0)


def scores(rows: int) -> torch.Tensor:
    return torch.randn(rows, 400, generator=torch.Generator().manual_seed(1), dtype=torch.float64)


def reference(logits: torch.Tensor, tokens: list[int], key: bytes, settings: WatermarkSettings) -> np.ndarray:
    context = np.array([tokens[-settings.context :]], dtype=np.int64)
    return lean(logits.numpy()[None, :], context, key_words(key), settings)[0]


def test_hugging_face_s_rows_lean_as_the_reference_does() -> None:
    tokens = torch.tensor([[1, 2, 3], [4, 5, 6], [7, 8, 9]])
    logits = scores(3)
    found = KeyedWatermark([KEYS["default"], None, KEYS["campaign-7"]], GREEN)(tokens, logits)
    assert torch.equal(found[1], logits[1])
    for row, key in ((0, KEYS["default"]), (2, KEYS["campaign-7"])):
        assert np.allclose(found[row].numpy(), reference(logits[row], tokens[row].tolist(), key, GREEN))


def test_at_another_temperature_the_lean_is_the_same_after_dividing() -> None:
    tokens, logits = torch.tensor([[1, 2]]), scores(1)
    warm = KeyedWatermark([KEYS["default"]], GREEN, temperature=0.5)(tokens, logits) / 0.5
    assert np.allclose(warm[0].numpy(), reference(logits[0] / 0.5, [1, 2], KEYS["default"], GREEN))


def test_gumbel_leaves_one_token_and_leaves_a_context_alone_that_came_before() -> None:
    logits = scores(2)
    found = KeyedWatermark([KEYS["default"]] * 2, GUMBEL)(torch.tensor([[1, 2, 3], [3, 2, 3]]), logits)
    assert torch.isfinite(found[0]).sum() == 1
    assert int(found[0].argmax()) == int(reference(logits[0], [3], KEYS["default"], GUMBEL).argmax())
    assert torch.equal(found[1], logits[1])


class Way(enum.Enum):
    UNIDIRECTIONAL = enum.auto()
    SWAP = enum.auto()


def params(account: object = None, temperature: float = 1.0) -> types.SimpleNamespace:
    extra = None if account is None else {ACCOUNT: account}
    return types.SimpleNamespace(extra_args=extra, temperature=temperature)


def update(removed=(), added=(), moved=()) -> types.SimpleNamespace:
    return types.SimpleNamespace(batch_size=0, removed=removed, added=added, moved=moved)


@pytest.fixture
def plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> VllmWatermark:
    path = tmp_path / "serving.json"
    ServingKeys("e1", GREEN, KEYS, {"a1": "campaign-7"}).write(path)
    monkeypatch.setenv(VARIABLE, str(path))
    return VllmWatermark(None, torch.device("cpu"), False)


def test_vllm_s_requests_keep_their_account_s_key_while_the_batch_changes(plugin: VllmWatermark) -> None:
    answers: dict[str, list[int]] = {"a1": [7], "a2": []}
    plugin.update_state(
        update(added=[(0, params("a1"), [1, 2], answers["a1"]), (1, params("a2"), [3, 4], answers["a2"])])
    )
    logits = scores(2)
    found = plugin.apply(logits)
    assert np.allclose(found[0].numpy(), reference(logits[0], [1, 2, 7], KEYS["campaign-7"], GREEN))
    assert np.allclose(found[1].numpy(), reference(logits[1], [3, 4], KEYS["default"], GREEN))
    answers["a1"].append(8)
    plugin.update_state(update(moved=[(0, 1, Way.SWAP)]))
    found = plugin.apply(logits)
    assert np.allclose(found[1].numpy(), reference(logits[1], [7, 8], KEYS["campaign-7"], GREEN))
    plugin.update_state(update(removed=[0], moved=[(1, 0, Way.UNIDIRECTIONAL)]))
    found = plugin.apply(logits)
    assert np.allclose(found[0].numpy(), reference(logits[0], [7, 8], KEYS["campaign-7"], GREEN))
    assert torch.equal(found[1], logits[1])


def test_a_request_too_short_for_a_context_is_left_alone(plugin: VllmWatermark) -> None:
    plugin.update_state(update(added=[(0, params(), [1], [])]))
    plugin.update_state(None)
    logits = scores(1)
    assert torch.equal(plugin.apply(logits), logits)


def test_an_account_that_is_no_text_is_refused_and_so_is_serving_without_a_file(
    plugin: VllmWatermark, monkeypatch: pytest.MonkeyPatch
) -> None:
    plugin.validate_params(params("a1"))
    with pytest.raises(ValueError, match="is not text"):
        plugin.validate_params(params(7))
    monkeypatch.delenv(VARIABLE)
    with pytest.raises(StillwatchError) as caught:
        VllmWatermark(None, None, False)
    assert caught.value.code == "SW-WMK-02"
    assert not plugin.is_argmax_invariant()
