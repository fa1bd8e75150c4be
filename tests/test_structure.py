"""The house rules that no linter of ours checks."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

SRC = Path(__file__).resolve().parents[1] / "src" / "stalk_nlp"


def imported(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            found.add(node.module or "")
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found


@pytest.mark.parametrize("folder", ["exports", "patterns", "reports"])
def test_entries_of_a_folder_never_import_each_other(folder):
    entries = {p.stem for p in (SRC / folder).glob("*.py") if not p.stem.startswith("_")}
    assert entries
    for path in sorted((SRC / folder).glob("*.py")):
        if path.stem == "__init__":
            continue
        siblings = {f"stalk_nlp.{folder}.{name}" for name in entries - {path.stem}}
        assert not imported(path) & siblings, path.name


def test_nothing_in_the_package_imports_training():
    heavy = {"torch", "transformers", "datasets", "sklearn", "mlflow", "training"}
    for path in sorted(SRC.rglob("*.py")):
        roots = {name.split(".")[0] for name in imported(path)}
        assert not roots & heavy, path.name


def test_import_is_light():
    script = (
        "import sys, stalk_nlp; "
        "print(sorted({m.split('.')[0] for m in sys.modules} & "
        "{'numpy', 'polars', 'pyarrow', 'spacy', 'onnxruntime', 'torch', 'rich'}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_public_names():
    import stalk_nlp

    assert stalk_nlp.__all__ == ["__version__", "load", "read_export", "score_exports"]
    for name in stalk_nlp.__all__:
        assert hasattr(stalk_nlp, name)


def test_error_tree_is_drawn_as_it_is():
    from stalk_nlp import errors

    drawn = [
        line.split("──")[-1].split()[0]
        for line in (errors.__doc__ or "").splitlines()
        if line.strip().startswith(("StalkNLPError", "├", "└", "│"))
    ]
    assert sorted(drawn) == errors.__all__
    for name in errors.__all__:
        assert issubclass(getattr(errors, name), errors.StalkNLPError)
