"""Faults to put into a module on purpose: one small change of the text at a time, as a slip of the hand would make it.

A comparison turned or moved by one, ``and`` for ``or``, ``+`` for ``-``, a number off by one, True for False, a ``not``
left out, None returned instead of the result, a ``raise`` or a call for its effect left out. What states no behaviour
stays as it is: annotations, decorators, docstrings, Protocols, imports for types, texts, and functions that numba
compiles (compiling them anew would take longer than the tests).
"""

from __future__ import annotations

import ast
import copy
import dataclasses
from collections.abc import Iterator
from pathlib import Path

_COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
}
_COUNTED: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.Div,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.LShift: ast.RShift,
    ast.RShift: ast.LShift,
}
_JOINED: dict[type[ast.boolop], type[ast.boolop]] = {ast.And: ast.Or, ast.Or: ast.And}
_COMPILED = ("njit", "jit", "vectorize", "guvectorize")
_LEFT_ALONE = (ast.Import, ast.ImportFrom, ast.JoinedStr, ast.arguments)


@dataclasses.dataclass(frozen=True, slots=True)
class Mutant:
    """One fault.

    Attributes:
        path: of the file, relative to the root of the tree.
        lines: first and last line of what changes, and the first of the statement that it stands in.
        place: where the old text begins and ends, in bytes of the file.
        old: what stands there.
        new: what will.
    """

    path: str
    lines: tuple[int, int, int]
    place: tuple[int, int]
    old: str
    new: str

    def put_in(self, source: bytes) -> bytes:
        """The file's bytes with the fault."""
        return source[: self.place[0]] + self.new.encode() + source[self.place[1] :]

    def __str__(self) -> str:
        """For a person: where, and what became of what."""
        old = " ".join(self.old.split())
        return f"{self.path}:{self.lines[0]}: {old[:90]} -> {self.new[:90]}"


def mutants_of(root: Path, path: str) -> list[Mutant]:
    """All faults that could be put into one file, in the order of the text."""
    source = (root / path).read_bytes()
    begins = [0]
    for line in source.splitlines(keepends=True):
        begins.append(begins[-1] + len(line))
    found = []
    for node, statement, new in _faults(ast.parse(source), None):
        begin = begins[node.lineno - 1] + node.col_offset
        end = begins[(node.end_lineno or node.lineno) - 1] + (node.end_col_offset or 0)
        lines = (node.lineno, node.end_lineno or node.lineno, statement.lineno)
        found.append(Mutant(path, lines, (begin, end), source[begin:end].decode(), new))
    return sorted(found, key=lambda each: (each.place, each.new))


_Fault = tuple["ast.expr | ast.stmt", ast.stmt, str]


def _faults(node: ast.AST, statement: ast.stmt | None) -> Iterator[_Fault]:
    """Faults in a node and below: what changes, the statement that it stands in, and the new text."""
    if isinstance(node, _LEFT_ALONE) or _states_no_behaviour(node):
        return
    if isinstance(node, ast.stmt):
        statement = node
    if statement is not None and isinstance(node, (ast.expr, ast.stmt)):
        for new in _changed(node):
            yield node, statement, new
    for child in _children(node):
        yield from _faults(child, statement)


def _states_no_behaviour(node: ast.AST) -> bool:
    match node:
        case ast.If(test=ast.Name(id="TYPE_CHECKING")):
            return True
        case ast.ClassDef(bases=bases):
            return any(ast.unparse(base).startswith("Protocol") for base in bases)
        case ast.FunctionDef(decorator_list=marks):
            names = [ast.unparse(mark).partition("(")[0].rpartition(".")[2] for mark in marks]
            return any(name in (*_COMPILED, "abstractmethod", "overload") for name in names)
        case ast.Subscript(value=ast.Name(id="Literal")):
            return True
    return False


def _children(node: ast.AST) -> Iterator[ast.AST]:
    """What stands below a node, less annotations and decorators; of parameters only what they are by default."""
    match node:
        case ast.FunctionDef() | ast.AsyncFunctionDef():
            yield from node.args.defaults
            yield from (each for each in node.args.kw_defaults if each is not None)
            yield from node.body
        case ast.ClassDef():
            yield from node.body
        case ast.AnnAssign():
            yield from [] if node.value is None else [node.value]
        case _:
            yield from ast.iter_child_nodes(node)


def _changed(node: ast.expr | ast.stmt) -> Iterator[str]:
    """The texts that may stand for a node's."""
    match node:
        case ast.Compare(ops=ops):
            for k, op in enumerate(ops):
                yield _with(node, ops=[*ops[:k], _COMPARED[type(op)](), *ops[k + 1 :]])
        case ast.BoolOp(op=joined):
            yield _with(node, op=_JOINED[type(joined)]())
        case ast.BinOp(op=counted) if type(counted) in _COUNTED:
            yield _with(node, op=_COUNTED[type(counted)]())
        case ast.AugAssign(op=counted) if type(counted) in _COUNTED:
            yield _with(node, op=_COUNTED[type(counted)]())[1:-1]
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            yield f"({ast.unparse(operand)})"
        case ast.Constant(value=bool() as value):
            yield repr(not value)
        case ast.Constant(value=int() | float() as value):
            yield repr(value + 1)
        case ast.Return(value=ast.expr() as value) if ast.unparse(value) != "None":
            yield "return None"
        case ast.Raise() | ast.Expr(value=ast.Call() | ast.Await(value=ast.Call())):
            yield "pass"


def _with(node: ast.AST, **changes: object) -> str:
    """The text of a node of which something is another, in parentheses so that it may stand anywhere."""
    changed = copy.copy(node)
    for name, value in changes.items():
        setattr(changed, name, value)
    return f"({ast.unparse(changed)})"
