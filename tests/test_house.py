"""The laws of the house: floors, names, sizes, routes, and what templates may not do."""

import ast
import json
import re
import statistics
import subprocess
from collections.abc import Callable, Iterator
from importlib.metadata import version
from pathlib import Path

import pytest
from flask import Flask

from finportal import journey, pages, steps
from finportal.settings import Settings

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "finportal"
SOURCES = sorted(path for path in PACKAGE.rglob("*.py") if "migrations" not in path.parts)
TEMPLATES = sorted((PACKAGE / "templates").rglob("*.*"))

FLOORS = {
    "lending": 0,
    "journey": 0,
    "settings": 0,
    "gateway_settings": 0,
    "slip_settings": 0,
    "text_settings": 0,
    "keys": 0,
    "lender": 0,
    "models": 1,
    "adapters": 1,
    "services": 2,
    "demo": 2,
    "web": 3,
    "steps": 4,
    "pages": 4,
    "commands": 5,
    "__init__": 5,
}
ROOMS = {"steps", "pages"}
MOST_LINES = 250
MOST_STEP_LINES = 120
MOST_VIEW_LINES = 25
MOST_MEDIAN_VIEW_LINES = 12
MOST_TEMPLATE_LINES = 80


def place_of(path: Path) -> str:
    """The first name below the package: a floor's folder or module."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports_of(path: Path) -> Iterator[str]:
    """The finportal modules a file imports, as dotted names."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{name.name}" for name in node.names)
        elif isinstance(node, ast.Import):
            yield from (name.name for name in node.names)


def places_imported(path: Path) -> set[str]:
    """The places of the package that a file imports."""
    found = {name.split(".")[1] for name in imports_of(path) if name.startswith("finportal.")}
    return found & set(FLOORS)


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_down_only(path: Path) -> None:
    place = place_of(path)
    for imported in places_imported(path) - {place}:
        assert FLOORS[imported] <= FLOORS[place], f"{place} imports {imported} from above"
        assert not {imported, place} <= ROOMS, f"{place} and {imported} are rooms of one floor"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_file_says_what_it_is_and_stays_small(path: Path) -> None:
    text = path.read_text()
    assert ast.get_docstring(ast.parse(text)), "the first line says what lives there"
    assert len(text.splitlines()) <= MOST_LINES


@pytest.mark.parametrize("place", ["lending", "services", "models", "journey.py"])
def test_the_core_has_never_heard_of_flask(place: str) -> None:
    for path in SOURCES:
        if path.relative_to(PACKAGE).parts[0] == place:
            assert not [name for name in imports_of(path) if name.split(".")[0] == "flask"]


def test_only_one_module_touches_the_session() -> None:
    users = [
        path.relative_to(PACKAGE).as_posix()
        for path in SOURCES
        if "flask.session" in set(imports_of(path)) or "request_ctx.session" in path.read_text()
    ]
    assert users == ["web/session.py"]


def test_only_one_module_knows_htmx() -> None:
    users = [
        path.relative_to(PACKAGE).as_posix() for path in SOURCES if "HX-Re" in path.read_text()
    ]
    assert users == ["web/rendering.py"]


def test_no_float_near_money() -> None:
    for path in (PACKAGE / "lending").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            is_float = isinstance(node, ast.Constant) and isinstance(node.value, float)
            assert not is_float, f"{path.name}:{node.lineno}"
            assert not (isinstance(node, ast.Name) and node.id == "float"), path.name


def test_a_step_has_one_name_everywhere() -> None:
    names = {bp.name for bp in steps.BLUEPRINTS}
    counted = (journey.SIGN_IN, *journey.REGISTRATION.values())
    assert {step.name for steps in counted for step in steps} <= names
    for name in names:
        assert (PACKAGE / "steps" / f"{name}.py").exists()
        assert (PACKAGE / "templates" / "steps" / f"{name}.html").exists()
        assert (ROOT / "tests" / "steps" / f"test_{name}.py").exists()


def test_a_page_has_its_test() -> None:
    for path in (PACKAGE / "pages").glob("[!_]*.py"):
        assert (ROOT / "tests" / "pages" / f"test_{path.name}").exists(), path.name


def test_steps_ask_and_answer(app: Flask) -> None:
    for step in journey.SIGN_IN:
        assert f"{step.name}.ask" in app.view_functions
        assert f"{step.name}.answer" in app.view_functions


def test_views_are_short(app: Flask) -> None:
    lengths = []
    for path in [*(PACKAGE / "steps").glob("*.py"), *(PACKAGE / "pages").glob("*.py")]:
        assert len(path.read_text().splitlines()) <= MOST_STEP_LINES, path
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and "bp." in str(
                [ast.unparse(decorator) for decorator in node.decorator_list]
            ):
                lengths.append((node.end_lineno or 0) - node.lineno + 1)
                assert lengths[-1] <= MOST_VIEW_LINES, f"{path.name}: {node.name}"
    assert statistics.median(lengths) <= MOST_MEDIAN_VIEW_LINES


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_templates_are_small_and_escape_everything(path: Path) -> None:
    text = path.read_text()
    assert len(text.splitlines()) <= MOST_TEMPLATE_LINES
    assert not re.search(r"\|\s*safe\b|autoescape|hx-on|javascript:|\bon[a-z]+=", text)
    assert not re.search(r"\sstyle=", text)
    assert not re.search(r"=\{\{", text), "attributes are quoted"


def test_every_rule_for_a_blueprint_is_stated(
    app: Flask, make_app: Callable[[Settings], Flask], settings: Settings
) -> None:
    by_code = make_app(settings.model_copy(update={"journey": "code"}))
    stated = {*journey.ANYONE, *journey.DEMO_ONLY, *journey.DEVELOPMENT_ONLY}
    stated |= {*journey.BEFORE_SIGN_IN, *journey.SIGNED_IN_ONLY, "personalise"}
    assert {*app.blueprints, *by_code.blueprints} == stated
    assert set(journey.CLOSED_WHILE_HELD) <= set(journey.SIGNED_IN_ONLY)


@pytest.mark.parametrize(
    ("way", "list_"), [("credentials", "routes.json"), ("code", "routes_by_code.json")]
)
def test_routes_are_those_we_know(
    make_app: Callable[[Settings], Flask], settings: Settings, way: str, list_: str
) -> None:
    app = make_app(settings.model_copy(update={"journey": way}))
    routes = sorted(
        [rule.rule, rule.endpoint, sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})]
        for rule in app.url_map.iter_rules()
        if way == "credentials" or rule.rule.startswith("/registro")
    )
    known = json.loads((Path(__file__).parent / list_).read_text())
    assert routes == known, f"a route came, went or changed: say so in tests/{list_}"


def test_demo_and_patterns_do_not_exist_for_real_customers() -> None:
    real = Settings(mode="production")
    names = {bp.name for bp in pages.blueprints(real)}
    assert not names & {*journey.DEMO_ONLY, *journey.DEVELOPMENT_ONLY}


def test_versions_have_no_known_hole() -> None:
    floors = {
        "Flask": (3, 1, 3),
        "Werkzeug": (3, 1, 4),
        "Jinja2": (3, 1, 6),
        "cryptography": (46, 0),
    }
    for name, floor in floors.items():
        assert tuple(int(part) for part in version(name).split(".")[: len(floor)]) >= floor, name


def test_nothing_names_a_registry_or_a_machine() -> None:
    listed = subprocess.run(
        [
            "git",
            "grep",
            "-nIE",
            r"pypi\.org|files\.pythonhosted|registry\.npmjs|/w[o]rk/|index-url",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    found = [line for line in listed.stdout.splitlines() if "tests/test_house.py" not in line]
    assert not found


def test_no_test_patches_our_code() -> None:
    for path in (ROOT / "tests").rglob("*.py"):
        used = re.search(r"monkeypatch\.setattr|mock\.patch|MagicMock", path.read_text())
        assert not used or path.name == "test_house.py", path.name
