"""Writes the handbook: chapters from the spec tests, reference pages from the code. `--check` only compares.

A folder of tests/spec is a chapter, a file a section (its `title`), a test a paragraph (its docstring), with the
tables it was run on. So nothing stands in the handbook that was not seen to hold.
"""

import ast
import importlib.metadata
import re
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

from linli.cases import stages

ROOT = Path(__file__).resolve().parent.parent
SPEC = ROOT / "tests" / "spec"
BOOK = ROOT / "docs" / "handbook"
CHAPTERS = ["areas", "journal", "access", "clocks", "registers", "cases"]
FRESH = "<!-- Written by `python3 start.py docs` from {source}; change it there. -->\n\n"


def tables(function: ast.FunctionDef) -> Iterator[str]:
    """The tables a test is run on: its strings with bars in them, as Markdown."""
    for node in ast.walk(function):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and re.search(r"\n.*\|.*\n", node.value):
            head, *body = [line.strip() for line in node.value.strip().splitlines() if line.strip()]
            rule = "|".join(" --- " for _ in head.split("|"))
            yield "\n".join(f"| {line} |" for line in [head, rule, *body])


def paragraph(function: ast.FunctionDef) -> str:
    """What a test says, then what it was shown with."""
    said = ast.get_docstring(function) or function.name.removeprefix("test_").replace("_", " ").capitalize() + "."
    return "\n\n".join([textwrap.dedent(said), *tables(function)])


def section(path: Path) -> str:
    """One file of a chapter: its title, what it opens with, its paragraphs."""
    tree = ast.parse(path.read_text("utf-8"))
    title = next(
        node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and node.targets[0].id == "title"  # type: ignore[attr-defined]
    )
    tests = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")]
    return "\n\n".join([f"## {title}", ast.get_docstring(tree) or "", *map(paragraph, tests)])


def chapter(name: str) -> str:
    """A folder of spec tests as a page."""
    folder = SPEC / name
    opening = (ast.get_docstring(ast.parse((folder / "__init__.py").read_text("utf-8"))) or name).split("\n", 1)
    said = opening[1].strip() if len(opening) > 1 else ""
    sections = [section(path) for path in sorted(folder.glob("test_*.py"))]
    return FRESH.format(source=f"tests/spec/{name}") + "\n\n".join([f"# {opening[0]}", said, *sections]) + "\n"


def refusals() -> str:
    """Every refusal the code knows: its code, what it says and what to do next."""
    found = {}
    for path in sorted((ROOT / "linli").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.ClassDef) and (said := refusal(node)):
                found[said["code"]] = said
    lines = [
        f"| `{code}` | {said['status']} | {said['words']} | {said['next_step']} |"
        for code, said in sorted(found.items())
    ]
    head = "# Refusals\n\nWhat Linli says when it does not do what was asked. Nothing is written when one is shown.\n\n"
    return (
        FRESH.format(source="the classes of linli")
        + head
        + "| code | status | says | next |\n| --- | --- | --- | --- |\n"
        + "\n".join(lines)
        + "\n"
    )


def refusal(node: ast.ClassDef) -> dict[str, str]:
    """The words of one refusal class, as they stand in its body; nothing for other classes."""
    said = {"status": "409", "next_step": "", "words": ""}
    for line in node.body:
        targets, value = (line.targets[0], line.value) if isinstance(line, ast.Assign) else (None, None)
        names = [
            name.id
            for name in (targets.elts if isinstance(targets, ast.Tuple) else [targets])
            if isinstance(name, ast.Name)
        ]
        values = value.elts if isinstance(value, ast.Tuple) and len(names) > 1 else [value]
        said |= {name: text for name, each in zip(names, values, strict=False) if (text := literal(each)) is not None}
    return {key: text.replace("|", "\\|") for key, text in said.items()} if said.get("code") and said["words"] else {}


def literal(node: ast.AST | None) -> str | None:
    """A constant, or a constant marked for translation."""
    inner = node.args[0] if isinstance(node, ast.Call) and node.args else node
    return str(inner.value) if isinstance(inner, ast.Constant) else None


def licence(name: str) -> str:
    """What a package says of its licence, in a word or two."""
    told = importlib.metadata.metadata(name)
    classified = [
        line.rsplit(" :: ", 1)[1] for line in told.get_all("Classifier") or [] if line.startswith("License ::")
    ]
    return told.get("License-Expression") or ", ".join(classified) or (told.get("License") or "?").splitlines()[0]


def dependencies() -> str:
    """Each direct dependency with its reason (the comment beside it in pyproject) and its licence."""
    listed = (ROOT / "pyproject.toml").read_text("utf-8").split("[tool.", 1)[0]
    found = re.findall(r'^    "([A-Za-z0-9-]+)[^"]*",\s*# (.+)$', listed, re.M)
    lines = [f"| {name} | {reason} | {licence(name)} |" for name, reason in found]
    head = "# Dependencies\n\nEach with its reason. The versions, with their hashes, stand in the locks.\n\n"
    table = "| package | what for | licence |\n| --- | --- | --- |\n" + "\n".join(lines)
    return FRESH.format(source="pyproject.toml") + head + table + "\n"


def life() -> str:
    """The life of a case: its diagram and its table, from the literal that the verbs walk."""
    rows = [
        f"| {line.move} | {', '.join(sorted(line.sources))} | {led(line)} | {' or '.join(line.may)} "
        f"| {', '.join(sorted(line.needs))} | {line.barred or ''} | {held(line)} |"
        for line in stages.LINES
    ]
    head = "| move | from | to | permission | needs | never by | in whose hand |\n" + "| --- " * 7 + "|\n"
    told = "# The life of a case\n\nButtons, verbs and the property test read this table.\n\n"
    return (
        FRESH.format(source="linli/cases/stages.py")
        + f"{told}```mermaid\n{stages.diagram()}\n```\n\n{head}"
        + "\n".join(rows)
        + "\n"
    )


def led(line: stages.Rule) -> str:
    """Where a move leads, in words."""
    if line.to is None:
        return "the same" if not line.sources_to else "the same; from a hand: returned"
    return "where it stood before" if line.to == stages.BACK else str(line.to)


def held(line: stages.Rule) -> str:
    """Whose hand a move asks for."""
    return "its lead's" if line.in_hand else "a helper's" if line.beside else ""


def index(pages: dict[Path, str]) -> str:
    """The table of contents."""
    lines = [f"- [{text.split('# ', 1)[1].splitlines()[0]}]({path.name})" for path, text in pages.items()]
    return (
        FRESH.format(source="tests/spec")
        + "# Handbook\n\nEach sentence here is a test that was seen to hold.\n\n"
        + "\n".join(lines)
        + "\n"
    )


def pages() -> dict[Path, str]:
    """Every page of the handbook."""
    written = {BOOK / f"{name}.md": chapter(name) for name in CHAPTERS if any((SPEC / name).glob("test_*.py"))}
    written[BOOK / "life-of-a-case.md"] = life()
    written[BOOK / "refusals.md"] = refusals()
    written[BOOK / "dependencies.md"] = dependencies()
    return {BOOK / "README.md": index(written), **written}


def main(arguments: list[str]) -> int:
    """Writes what changed; with --check says what is stale and fails."""
    wanted = pages()
    stale = [path for path, text in wanted.items() if not path.exists() or path.read_text("utf-8") != text]
    stale += [path for path in BOOK.glob("*.md") if path not in wanted]
    if "--check" in arguments:
        for path in stale:
            print(f"{path.relative_to(ROOT)} is stale: python3 start.py docs")
        return bool(stale)
    BOOK.mkdir(parents=True, exist_ok=True)
    for path in stale:
        path.write_text(wanted[path], "utf-8") if path in wanted else path.unlink()
    print(f"{len(wanted)} pages, {len(stale)} written")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
