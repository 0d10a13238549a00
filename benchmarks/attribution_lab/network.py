"""A small transformer, its training and its sampling; the only module of benchmark ``attribution`` that needs torch."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from benchmarks.attribution_lab.world import ANSWER, COLON, LENGTH, PAD, QUESTION, STOP, VOCABULARY

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    Processor = Callable[[torch.Tensor, torch.Tensor], torch.Tensor]

torch.set_num_threads(1)
_SPREAD: Final = 0.12
"""Of embeddings at the beginning; small models learn several times sooner than from the usual 0.02."""
DECAY: Final = 0.01
BETAS: Final = (0.9, 0.98)


@dataclasses.dataclass(frozen=True, slots=True)
class Shape:
    """How large a model is."""

    width: int
    layers: int
    heads: int = 4


class Block(nn.Module):
    """Attention and a hidden layer, each added to what was there."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.heads = shape.heads
        self.before = nn.LayerNorm(shape.width)
        self.mixed = nn.Linear(shape.width, 3 * shape.width)
        self.out = nn.Linear(shape.width, shape.width)
        self.after = nn.LayerNorm(shape.width)
        self.hidden = nn.Linear(shape.width, 4 * shape.width)
        self.shown = nn.Linear(4 * shape.width, shape.width)

    def forward(self, seen: torch.Tensor, kept: list[torch.Tensor] | None = None) -> torch.Tensor:
        """``(rows, places, width)``; with ``kept`` (keys and values so far, grown in place) only the new places."""
        rows, places, width = seen.shape
        parts = self.mixed(self.before(seen)).view(rows, places, 3, self.heads, width // self.heads)
        query, key, value = parts.permute(2, 0, 3, 1, 4)
        causal = places > 1
        if kept is not None:
            if kept:
                key, value = torch.cat([kept[0], key], 2), torch.cat([kept[1], value], 2)
            kept[:] = key, value
        mixed = functional.scaled_dot_product_attention(query, key, value, is_causal=causal)
        seen = seen + self.out(mixed.transpose(1, 2).reshape(rows, places, width))
        return seen + self.shown(functional.gelu(self.hidden(self.after(seen))))


class Model(nn.Module):
    """Tokens to logits of the next token."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.shape = shape
        self.words = nn.Embedding(VOCABULARY, shape.width)
        self.places = nn.Embedding(LENGTH, shape.width)
        self.blocks = nn.ModuleList(Block(shape) for _ in range(shape.layers))
        self.last = nn.LayerNorm(shape.width)
        nn.init.normal_(self.words.weight, std=_SPREAD)
        nn.init.normal_(self.places.weight, std=_SPREAD)

    def forward(
        self, tokens: torch.Tensor, begin: int = 0, kept: list[list[torch.Tensor]] | None = None
    ) -> torch.Tensor:
        """``(rows, places)`` to ``(rows, places, VOCABULARY)``."""
        seen = self.words(tokens) + self.places.weight[begin : begin + tokens.shape[1]]
        for index, block in enumerate(self.blocks):
            seen = block(seen, None if kept is None else kept[index])
        return functional.linear(self.last(seen), self.words.weight)


def new_model(shape: Shape, seed: int) -> Model:
    """A model that has learned nothing yet."""
    torch.manual_seed(seed)
    return Model(shape)


def train(model: Model, batches: Iterator[NDArray[np.int64]], steps: int, rate: float = 3e-3) -> float:
    """Train on rows of text; only answers count, each row as much as any other.

    Returns:
        The mean loss of the last tenth of the steps.
    """
    optimiser = torch.optim.AdamW(model.parameters(), lr=rate, weight_decay=DECAY, betas=BETAS)
    plan = torch.optim.lr_scheduler.LambdaLR(optimiser, slowed(steps))
    model.train()
    losses = []
    for _ in range(steps):
        rows = torch.from_numpy(next(batches))
        logits = model(rows[:, :-1])[:, QUESTION:]
        target = rows[:, QUESTION + 1 :]
        each = functional.cross_entropy(
            logits.reshape(-1, VOCABULARY), target.reshape(-1), ignore_index=PAD, reduction="none"
        ).view(target.shape)
        loss = (each.sum(1) / (target != PAD).sum(1)).mean()
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(model.parameters(), 1.0)
        optimiser.step()
        plan.step()
        losses.append(loss.item())
    model.eval()
    return float(np.mean(losses[-max(steps // 10, 1) :]))


def slowed(steps: int) -> Callable[[int], float]:
    """The rate of learning by step: up within a twentieth of the steps, then down to a tenth."""
    warm = max(steps // 20, 1)
    return lambda step: min((step + 1) / warm, 1.0) * (1.0 - 0.9 * step / steps)


def draws(seed: int, count: int) -> list[int]:
    """A seed for each of some answers."""
    return [int(each) for each in np.random.SeedSequence(seed).generate_state(count, np.uint64)]


@torch.inference_mode()
def sample(
    model: Model,
    questions: NDArray[np.int64],
    seeds: Sequence[int],
    *,
    temperature: float = 1.0,
    processor: Callable[[int, int], Processor] | None = None,
    batch: int = 256,
) -> NDArray[np.int64]:
    """Answers to questions, ``(count, ANSWER + 1)``, padded after the stop.

    Args:
        model: who answers.
        questions: ``(count, QUESTION + 1)``.
        seeds: of each answer's sampling, so that it does not depend on who else is asked.
        temperature: 0 takes the likeliest.
        processor: for the rows from one place to another, what changes scores ``(rows, VOCABULARY)`` given the tokens
            so far, as Hugging Face's processors do.
        batch: rows at a time.
    """
    parts = []
    for begin in range(0, len(questions), batch):
        end = min(begin + batch, len(questions))
        noise = None
        if temperature > 0.0:
            noise = np.stack(
                [
                    np.random.default_rng(seed).random((ANSWER + 1, VOCABULARY), np.float32)
                    for seed in seeds[begin:end]
                ]
            )
            noise = -np.log(-np.log(np.clip(noise, 1e-12, 1.0 - 1e-7))) * temperature
        each = None if processor is None else processor(begin, end)
        parts.append(_sample(model, torch.from_numpy(questions[begin:end]), noise, each))
    return np.concatenate(parts) if parts else np.empty((0, ANSWER + 1), np.int64)


def _sample(
    model: Model, tokens: torch.Tensor, noise: NDArray[np.float32] | None, processor: Processor | None
) -> NDArray[np.int64]:
    kept: list[list[torch.Tensor]] = [[] for _ in model.blocks]
    done = torch.zeros(len(tokens), dtype=torch.bool)
    new, begin = tokens, 0
    for place in range(ANSWER + 1):
        scores = model(new, begin, kept)[:, -1]
        scores[:, PAD] = -torch.inf
        scores[:, COLON] = -torch.inf
        if processor is not None:
            scores = processor(tokens, scores)
        if noise is not None:
            scores = scores + torch.from_numpy(noise[:, place])
        chosen = torch.where(done, PAD, scores.argmax(-1))
        done |= chosen == STOP
        begin, new = tokens.shape[1], chosen[:, None]
        tokens = torch.cat([tokens, new], 1)
        if bool(done.all()):
            break
    answers = np.full((len(tokens), ANSWER + 1), PAD, np.int64)
    answers[:, : tokens.shape[1] - QUESTION - 1] = tokens[:, QUESTION + 1 :].numpy()
    return answers


@torch.inference_mode()
def log_chances(model: Model, rows: NDArray[np.int64], batch: int = 256) -> NDArray[np.float64]:
    """Log-probability of each token of the answers, ``(count, ANSWER + 1)``; not a number where there is none."""
    parts: list[Any] = []
    for begin in range(0, len(rows), batch):
        some = torch.from_numpy(rows[begin : begin + batch])
        logits = model(some[:, :-1])[:, QUESTION:].log_softmax(-1)
        target = some[:, QUESTION + 1 :]
        chances = logits.gather(2, target[..., None])[..., 0]
        parts.append(chances.masked_fill(target == PAD, torch.nan).double().numpy())
    return np.concatenate(parts)
