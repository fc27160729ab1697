"""The web server never imports keras: neither app.py, nor a page, nor anything that they import."""

import ast
import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
IMPORT_ALL = """
import importlib, json, sys
for name in json.load(sys.stdin):
    importlib.import_module(name)
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""


def imports_of(file: Path) -> set[str]:
    """Dotted names of the modules that a file imports, at its top or inside a function."""
    package = file.relative_to(ROOT).parent.parts
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join([*base, *([node.module] if node.module else [])])
            names.add(module)
            # `from pages.ui import text` imports a module too.
            names |= {
                f"{module}.{alias.name}"
                for alias in node.names
                if (ROOT / module.replace(".", "/") / f"{alias.name}.py").exists()
            }
    return names


def test_importing_the_app_and_every_page_leaves_keras_out() -> None:
    # A page is a script that draws when it runs, so what it imports is imported in its stead.
    pages = sorted((ROOT / "pages").rglob("*.py"))
    names = {"app"}.union(*map(imports_of, pages), imports_of(ROOT / "app.py"))
    scripts = {f"pages.{page.stem}" for page in (ROOT / "pages").glob("*.py")}
    assert not names & scripts, "a page is a script, run by st.navigation, never imported"
    ran = subprocess.run(
        [sys.executable, "-c", IMPORT_ALL],
        cwd=ROOT,
        input=json.dumps(sorted(names)),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    modules = set(json.loads(ran.stdout.splitlines()[-1]))
    assert {"streamlit", "pipelines", "models"} <= modules
    assert not modules & {"keras", "tensorflow", "torch", "jax"}
