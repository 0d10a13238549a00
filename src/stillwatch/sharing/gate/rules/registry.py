"""Finds the rules: every module of this package that defines ``RULE``."""

from __future__ import annotations

import functools
import importlib
import pkgutil
from typing import TYPE_CHECKING

from stillwatch.sharing.gate import rules as package

if TYPE_CHECKING:
    from stillwatch.sharing.gate.rules.contract import Rule


@functools.cache
def rules() -> tuple[Rule, ...]:
    """All rules, in alphabetical order of their modules."""
    names = sorted(module.name for module in pkgutil.iter_modules(package.__path__))
    modules = [importlib.import_module(f"{package.__name__}.{name}") for name in names]
    return tuple(module.RULE for module in modules if hasattr(module, "RULE"))


@functools.cache
def rules_for(kind: str) -> tuple[Rule, ...]:
    """The rules that look at objects of a type."""
    return tuple(rule for rule in rules() if kind in rule.applies)
