"""Trains and asks many models of one shape at once: their weights stand stacked, a step of one is a step of all.

On a GPU thousands of small models take minutes. A model learns from the same rows in the same order as it does alone
(`network`); only rounding and the chances of its sampling differ.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np
import torch
from torch import nn
from torch.func import functional_call, stack_module_state, vmap
from torch.nn import functional
from torch.nn.attention import SDPBackend, sdpa_kernel

from benchmarks.attribution_lab.network import BETAS, DECAY, Model, Shape, new_model, slowed
from benchmarks.attribution_lab.training import model_of
from benchmarks.attribution_lab.world import ANSWER, COLON, PAD, QUESTION, STOP, VOCABULARY

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from benchmarks.attribution_lab.recipes import Recipe

torch.set_float32_matmul_precision("high")
_TOKENS_AT_ONCE: Final = 4_000_000
"""While asking; bounds memory."""


def device() -> torch.device:
    """The GPU where there is one."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


class Together:
    """Models of one shape that are trained for as many steps.

    Args:
        recipes: alike in shape, steps, rate and rows a step; bases must have been trained before.

    Raises:
        ValueError: the recipes are not alike.
    """

    def __init__(self, recipes: Sequence[Recipe]) -> None:
        alike = {(each.shape, each.steps, each.rate, each.batch) for each in recipes}
        if len(alike) != 1:
            raise ValueError(f"{len(alike)} kinds of recipe in one batch")
        self._recipes, self._where = recipes, device()
        models = [_begun(each) for each in recipes]
        self._skeleton = Model(models[0].shape).to("meta")
        weights, _ = stack_module_state(models)
        self._weights = {
            name: each.detach().to(self._where).requires_grad_() for name, each in weights.items()
        }

    @property
    def weights_each(self) -> int:
        """Numbers that one model learns."""
        return sum(each[0].numel() for each in self._weights.values())

    def train(self) -> NDArray[np.float64]:
        """Train all.

        Returns:
            The mean loss of each in the last tenth of the steps.
        """
        steps, rate = self._recipes[0].steps, self._recipes[0].rate
        weights = list(self._weights.values())
        optimiser = torch.optim.AdamW(weights, lr=rate, weight_decay=DECAY, betas=BETAS)
        plan = torch.optim.lr_scheduler.LambdaLR(optimiser, slowed(steps))
        batches = [each.batches() for each in self._recipes]
        losses: list[torch.Tensor] = []
        for _ in range(steps):
            rows = np.stack([next(each) for each in batches]).astype(np.uint8)
            loss = self._loss(torch.from_numpy(rows).to(self._where).long())
            optimiser.zero_grad(set_to_none=True)
            loss.sum().backward()
            _clip(weights)
            optimiser.step()
            plan.step()
            losses.append(loss.detach())
        return np.asarray(torch.stack(losses[-max(steps // 10, 1) :]).mean(0).double().cpu())

    @torch.inference_mode()
    def sample(
        self, questions: NDArray[np.int64], seed: int, *, temperature: float = 1.0
    ) -> NDArray[np.uint8]:
        """What every model answers, ``(models, count, ANSWER + 1)``, padded after the stop.

        Args:
            questions: ``(count, QUESTION + 1)``, the same for all.
            seed: of the sampling.
            temperature: 0 takes the likeliest.
        """
        models = len(self._recipes)
        chance = torch.Generator(self._where).manual_seed(seed)
        at_once = max(_TOKENS_AT_ONCE // (models * (QUESTION + ANSWER + 2)), 1)
        parts = []
        for begin in range(0, len(questions), at_once):
            some = torch.from_numpy(questions[begin : begin + at_once]).to(self._where)
            tokens = some.expand(models, *some.shape)
            done = torch.zeros(tokens.shape[:2], dtype=torch.bool, device=self._where)
            for _ in range(ANSWER + 1):
                scores = self._logits(tokens)[:, :, -1]
                scores[..., [PAD, COLON]] = -torch.inf
                if temperature > 0.0:
                    drawn = torch.empty_like(scores).exponential_(generator=chance)
                    scores = scores - drawn.log() * temperature  # Gumbel noise, as `network.sample` adds it
                chosen = torch.where(done, PAD, scores.argmax(-1))
                done |= chosen == STOP
                tokens = torch.cat([tokens, chosen[..., None]], 2)
            parts.append(tokens[:, :, QUESTION + 1 :].to(torch.uint8).cpu().numpy())
        return np.concatenate(parts, axis=1)

    def _logits(self, tokens: torch.Tensor) -> torch.Tensor:
        """``(models, rows, places)`` to ``(models, rows, places, VOCABULARY)``."""

        def one(weights: dict[str, torch.Tensor], some: torch.Tensor) -> Any:
            return functional_call(self._skeleton, weights, (some,))

        with sdpa_kernel(SDPBackend.MATH):  # the others cannot be stacked
            found: torch.Tensor = vmap(one)(self._weights, tokens)
        return found

    def _loss(self, rows: torch.Tensor) -> torch.Tensor:
        """Of each model, as `network.train` has it, ``(models,)``."""
        logits = self._logits(rows[:, :, :-1])[:, :, QUESTION:]
        target = rows[:, :, QUESTION + 1 :]
        each = functional.cross_entropy(
            logits.reshape(-1, VOCABULARY), target.reshape(-1), ignore_index=PAD, reduction="none"
        ).view(target.shape)
        return (each.sum(2) / (target != PAD).sum(2)).mean(1)


def _begun(recipe: Recipe) -> Model:
    """The model that a recipe begins as."""
    model = new_model(Shape(*recipe.shape), recipe.seed)
    if recipe.base is not None:
        model.load_state_dict(model_of(recipe.base).state_dict())
    return model


def _clip(weights: Sequence[nn.Parameter | torch.Tensor], most: float = 1.0) -> None:
    """Each model's gradient to a norm of its own."""
    gradients = [each.grad for each in weights if each.grad is not None]
    norms = torch.stack([each.flatten(1).norm(dim=1) for each in gradients]).norm(dim=0)
    scale = (most / (norms + 1e-6)).clamp(max=1.0)
    for each in gradients:
        each.mul_(scale.view(-1, *[1] * (each.dim() - 1)))
