"""Formulas of fees: a small language of our own, read by Python's parser and never run by it.

`5% * works_budget + max(1% * works_budget, 60)`: numbers, names of answers, `+ - * /`, parentheses and the functions
below. Everything is decimal, in euros; dates are only arguments of functions. There is no power, so a short formula
can't make a large number by itself.
"""

import ast
import re
from collections.abc import Callable, Mapping
from datetime import date
from decimal import ROUND_CEILING, ROUND_HALF_UP, Decimal, DecimalException, localcontext
from typing import Any

from django.utils.translation import gettext as _

from core.municipalities.services import DomainError

Value = Decimal | date
MAX_LENGTH, MAX_DEPTH, MAX_DIGITS = 300, 25, 28
MOST = Decimal(10) ** 9
_PERCENT = re.compile(r"(\d+(?:\.\d+)?)\s*%")


class FormulaError(DomainError):
    """The formula can't be read, or can't be worked out with these answers; `code` says why.

    Codes: syntax, missing (an answer is missing: `name` says which), zero (a division by zero), kind (a date where a
    number is needed, or the reverse), order (the last day before the first), large (too large a number).
    """

    def __init__(self, message: str, *, code: str, name: str = "") -> None:
        super().__init__(message, code=code)
        self.name = name


def _syntax(text: str) -> FormulaError:
    return FormulaError(_("The formula can't be read: %(text)s") % {"text": text[:60]}, code="syntax")


def _number(value: Any) -> Decimal:
    if not isinstance(value, Decimal):
        raise FormulaError(_("The formula needs a number where there is a date."), code="kind")
    return value


def _day(value: Any) -> date:
    if not isinstance(value, date):
        raise FormulaError(_("The formula needs a date where there is a number."), code="kind")
    return value


def _days(first: Any, last: Any) -> Decimal:
    """The days from one to the other, both counted. Never a silent nothing where they are the wrong way round."""
    if (days := (_day(last) - _day(first)).days + 1) < 1:
        raise FormulaError(_("The fee can't be worked out: the last day comes before the first."), code="order")
    return Decimal(days)


def _quarters_left(day: Any) -> Decimal:
    """The quarters of the year from that day, its own counted: what is paid at a first registration."""
    return Decimal(4 - (_day(day).month - 1) // 3)


# name → how many arguments at least and at most, and what it does
FUNCTIONS: dict[str, tuple[int, int, Callable[..., Decimal]]] = {
    "min": (2, 6, lambda *values: min(_number(value) for value in values)),
    "max": (2, 6, lambda *values: max(_number(value) for value in values)),
    "round": (1, 1, lambda value: _number(value).quantize(Decimal(1), ROUND_HALF_UP)),
    "ceil": (1, 1, lambda value: _number(value).to_integral_value(ROUND_CEILING)),
    "days": (2, 2, _days),
    "quarters_left": (1, 1, _quarters_left),
}
_OPERATIONS: dict[type[ast.operator], Callable[[Decimal, Decimal], Decimal]] = {
    ast.Add: lambda a, b: a + b,
    ast.Sub: lambda a, b: a - b,
    ast.Mult: lambda a, b: a * b,
}


def evaluate(formula: str, values: Mapping[str, Value]) -> Decimal:
    """What the formula comes to, exactly, in euros. FormulaError where it does not."""
    with localcontext() as context:
        context.prec = MAX_DIGITS
        try:
            result = _number(_value(parse(formula), formula, values))
        except DecimalException as error:
            raise FormulaError(_("The formula comes to too large a number."), code="large") from error
    if abs(result) > MOST:
        raise FormulaError(_("The formula comes to too large a number."), code="large")
    return result


def check(formula: str) -> set[str]:
    """The names of the answers that it asks for; FormulaError where it can't be read."""
    tree = parse(formula)
    functions = {node.func for node in ast.walk(tree) if isinstance(node, ast.Call)}
    return {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and node not in functions}


def parse(formula: str) -> ast.expr:
    """The formula's tree, of allowed nodes only."""
    text = _PERCENT.sub(r"(\1 / 100)", formula.strip())
    if not text or len(formula) > MAX_LENGTH or not text.isascii():
        raise _syntax(formula)
    try:
        tree = ast.parse(text, mode="eval").body
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        raise _syntax(formula) from error
    _allow(tree, formula, MAX_DEPTH)
    return tree


def _allow(node: ast.expr, formula: str, depth: int) -> None:
    if depth == 0:
        raise _syntax(formula)
    match node:
        case ast.Constant(value=int() | float()) if not isinstance(node.value, bool):
            return
        case ast.Name():
            return
        case ast.UnaryOp(op=ast.USub() | ast.UAdd(), operand=inner):
            _allow(inner, formula, depth - 1)
        case ast.BinOp(left=left, op=ast.Add() | ast.Sub() | ast.Mult() | ast.Div(), right=right):
            _allow(left, formula, depth - 1)
            _allow(right, formula, depth - 1)
        case ast.Call(func=ast.Name(id=name), args=args, keywords=[]) if name in FUNCTIONS:
            least, most, _function = FUNCTIONS[name]
            if not least <= len(args) <= most:
                raise _syntax(formula)
            for argument in args:
                _allow(argument, formula, depth - 1)
        case _:
            raise _syntax(formula)


def _value(node: ast.expr, formula: str, values: Mapping[str, Value]) -> Value:
    match node:
        case ast.Constant(value=number):
            return Decimal(repr(number))
        case ast.Name(id=name):
            return _answer(name, values)
        case ast.UnaryOp(op=op, operand=inner):
            value = _number(_value(inner, formula, values))
            return -value if isinstance(op, ast.USub) else value
        case ast.BinOp(left=left, op=op, right=right):
            a, b = _number(_value(left, formula, values)), _number(_value(right, formula, values))
            if isinstance(op, ast.Div):
                if b == 0:
                    raise FormulaError(_("The fee can't be worked out: it would be divided by zero."), code="zero")
                return a / b
            return _OPERATIONS[type(op)](a, b)
        case ast.Call(func=ast.Name(id=name), args=args):
            return FUNCTIONS[name][2](*(_value(argument, formula, values) for argument in args))
    raise _syntax(formula)


def _answer(name: str, values: Mapping[str, Value]) -> Value:
    if name not in values:
        message = _("The fee can't be worked out: the answer “%(name)s” is missing.") % {"name": name}
        raise FormulaError(message, code="missing", name=name)
    return values[name]
