"""The floors hold for what import-linter cannot see: foreign keys, migrations, signals, file sizes."""

import ast
import tomllib
from pathlib import Path

from django.apps import apps
from django.db.migrations.loader import MigrationLoader

ROOT = Path(__file__).resolve().parents[2]
CODE = [path for path in sorted((ROOT / "linli").rglob("*.py")) if "migrations" not in path.parts]


def floors() -> dict[str, int]:
    """Each room's height, read from the contract in pyproject."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    layers = next(contract["layers"] for contract in contracts if contract["containers"] == ["linli"])
    return {room.strip(): len(layers) - depth for depth, layer in enumerate(layers) for room in layer.split("|")}


def test_every_room_stands_on_a_floor():
    rooms = {path.parent.name for path in (ROOT / "linli").glob("*/__init__.py")}
    assert rooms == set(floors())


def test_models_point_down():
    """Foreign keys obey the floors too: strings hide from import-linter."""
    height = floors()
    wrong = [
        f"{model._meta.label}.{field.name} -> {field.related_model._meta.label}"
        for model in apps.get_models()
        if (here := model._meta.app_label) in height
        for field in model._meta.get_fields()
        if field.is_relation and field.concrete and field.related_model
        if (there := field.related_model._meta.app_label) in height
        if there != here and height[there] >= height[here]
    ]
    assert not wrong


def test_migrations_point_down():
    height = floors()
    wrong = [
        f"{here} -> {there}"
        for here, parents in MigrationLoader(None).graph.node_map.items()
        for there in (parent.key for parent in parents.parents)
        if here[0] != there[0] and here[0] in height and there[0] in height
        if height[there[0]] >= height[here[0]]
    ]
    assert not wrong


def test_no_signals_anywhere():
    """Ruff lifts its bans for views and commands as a whole; signals stay banned there too."""
    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno}"
        for path in CODE
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom) and node.module in ("django.db.models.signals", "django.dispatch")
    ]
    assert not wrong


def test_views_ask_questions_and_call_verbs():
    """A page never touches a table itself: `.objects`, `.save()` and their kin stand in queries and verbs.

    Pages are the modules with a gated function, whatever they are called; a task is the page's long arm.
    """
    barred = {"objects", "save", "delete", "bulk_create", "bulk_update"}
    trees = {path: ast.parse(path.read_text("utf-8")) for path in CODE}
    pages = {path: [tree] for path, tree in trees.items() if decorated(tree, "gate")}
    assert {"views.py", "drawing.py", "redrawing.py", "laying.py", "tiles.py"} <= {path.name for path in pages}
    asked = pages | {path: found for path, tree in trees.items() if (found := decorated(tree, "task"))}
    wrong = [
        f"{path.relative_to(ROOT)}:{node.lineno} .{node.attr}"
        for path, parts in asked.items()
        for part in parts
        for node in ast.walk(part)
        if isinstance(node, ast.Attribute) and node.attr in barred
    ]
    assert not wrong


def decorated(tree: ast.Module, name: str) -> list[ast.FunctionDef]:
    """The functions of a module that stand under a decorator of this name."""
    return [
        node
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
        if any(isinstance(each, ast.Call) and ast.unparse(each.func) == name for each in node.decorator_list)
    ]


def test_files_hold_one_idea():
    wrong = {str(path.relative_to(ROOT)): n for path in CODE if (n := len(path.read_text("utf-8").splitlines())) > 400}
    assert not wrong


def test_every_room_and_module_says_what_it_holds():
    wrong = [
        str(path.relative_to(ROOT))
        for path in CODE
        if path.name not in ("apps.py",)
        and path.read_text("utf-8").strip()
        and ast.get_docstring(ast.parse(path.read_text("utf-8"))) is None
    ]
    assert not wrong
