"""The source of this repository, as the guards read it."""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
KERNEL = ROOT / "layers" / "kernel" / "python" / "kernel"
FUNCTIONS = ROOT / "functions"
FEATURES = sorted(path.parent.name for path in FUNCTIONS.glob("*/__init__.py"))


def files(*places: Path) -> list[Path]:
    return sorted(path for place in places for path in place.rglob("*.py") if "__pycache__" not in path.parts)


@cache
def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text())


def shown(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def module_of(path: Path) -> str:
    """`functions.invoices.rules` for functions/invoices/rules.py and for functions/invoices/rules/__init__.py."""
    base = KERNEL.parent if path.is_relative_to(KERNEL) else ROOT
    parts = path.relative_to(base).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def file_of(module: str) -> Path | None:
    """The file of a module of ours, or None."""
    base = (KERNEL.parent if module.split(".")[0] == "kernel" else ROOT).joinpath(*module.split("."))
    return next((path for path in (base.with_suffix(".py"), base / "__init__.py") if path.exists()), None)


def imports(path: Path) -> Iterator[str]:
    """Every module that a file imports, also within functions. `from functions.tenants import service` is functions.tenants.service."""
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{shown(path)}:{node.lineno} imports relatively"
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield inner if file_of(inner) else str(node.module)
