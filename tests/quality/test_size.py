"""Nothing outgrows the budget, and the budget sees what it should."""

from pathlib import Path

from tests.quality import size


def test_no_module_and_no_function_is_over_its_limit() -> None:
    assert [str(piece) for piece in size.over(size.LIMIT)] == []


def test_a_long_function_and_a_long_module_are_found(tmp_path: Path) -> None:
    body = "    x = 1\n" * 60
    (tmp_path / "long.py").write_text(f"def f():\n{body}" + "y = 2\n" * 600)
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_long.py").write_text("y = 2\n" * 700)
    assert [str(piece) for piece in size.over(size.LIMIT, tmp_path)] == [
        "long.py: module of 661 lines",
        "long.py:1 f: function of 61 lines",
    ]
