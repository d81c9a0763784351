"""Opens the pages of `coefs report`, `verify --report` and `compare --report` in Chromium, and looks at all of each.

    .venv-report/bin/python tools/check/check_report.py .build/release/coefs .build/report-screenshots

For each kind of page: no error, no request and no dialog; axe-core finds no violation, in light and in dark; nothing is
wider than the window at three widths; what names contain is text. The drawing field predicts as `coefs predict` does,
within 1e-9: for every image of the digits, for drawings with a pointer, and for drawings with the keyboard. A page of
ten classes and 100,000 rows has less than 2 MB. Screenshots go to the folder. Exits 1 if anything differs.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import joblib
import numpy as np
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright
from sklearn.datasets import load_breast_cancer, load_diabetes, load_digits
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, Normalizer, StandardScaler

ROOT = Path(__file__).resolve().parents[2]
FIXTURES = ROOT / "fixtures"
WIDTHS = (360, 768, 1280)
HOSTILE = [
    "<script>window.hostile = 1</script>",
    "</script><script>window.hostile = 2</script>",
    "<img src=x onerror='window.hostile = 3'>",
    '" onmouseover="window.hostile = 4" x="',
    "<!--<script>",
    "]]>&lt;b&gt;\u2028\u202eabc",
]


@dataclass
class Case:
    """A page to make, and what is special about it."""

    name: str
    arguments: Sequence[str | Path]
    exit_code: int = 0
    # The model, and rows as it takes them, for pages with a drawing field.
    model: Path | None = None
    rows: np.ndarray | None = None
    # What the page has to contain.
    sections: Sequence[str] = field(default_factory=list)


class Mismatch(Exception):
    """Something is not as it should be; the message says what."""


def demand(holds: bool, what: str) -> None:
    if not holds:
        raise Mismatch(what)


# MARK: Networks and rows


def save(folder: Path, name: str, model: Any, rows: np.ndarray, targets: np.ndarray) -> tuple[Path, Path]:
    """A fitted estimator and its rows, as files."""
    joblib.dump(model, folder / f"{name}.joblib")
    np.savez(folder / f"{name}.npz", X=rows, y=targets)
    return folder / f"{name}.joblib", folder / f"{name}.npz"


def save_table(path: Path, names: Sequence[str], rows: np.ndarray, target: str, targets: Sequence[Any]) -> None:
    """Rows as a CSV with a header."""
    lines = [",".join([*names, target])]
    lines += [",".join([*(repr(float(value)) for value in row), str(label)]) for row, label in zip(rows, targets)]
    path.write_text("\n".join(lines) + "\n")


def named(model: Any, names: Sequence[str]) -> Any:
    """A pipeline as if it were fitted with a table of these names."""
    for step in model:
        step.feature_names_in_ = np.array(names, dtype=object)
    return model


def cases(folder: Path) -> list[Case]:
    """The pages, one or more of each kind."""
    digits = load_digits()
    pixels, labels = digits.data / 16, digits.target
    raw = digits.data
    train, test = slice(0, 1200), slice(1200, None)
    chapter = FIXTURES / "chapter-coefs.npz"
    made = [
        Case(
            "digits",
            ["verify", chapter, "--min", "f1_macro=0.9", "--min", "recall[*]=0.8", "--report"],
            model=chapter,
            rows=raw / 15,
            sections=["scores", "confusion", "classes", "curves", "errors", "draw", "network", "weights"],
        )
    ]

    def add(name: str, model: Any, rows: np.ndarray, targets: np.ndarray, all_rows: np.ndarray, *more: str) -> None:
        file, data = save(folder, name, model, rows, targets)
        made.append(
            Case(name, ["report", file, "--data", data], model=file, rows=all_rows, sections=["draw", *more])
        )

    model = make_pipeline(StandardScaler(), MLPClassifier((24, 12), activation="relu", max_iter=80, random_state=0))
    add("scaled", model.fit(raw[train], labels[train]), raw[test], labels[test], raw, "preprocessing", "loss")
    large = np.kron(pixels.reshape(-1, 8, 8), np.ones((3, 3))).reshape(-1, 576)
    model = make_pipeline(MinMaxScaler(clip=True), MLPClassifier((16,), activation="tanh", max_iter=40, random_state=0))
    add("large", model.fit(large[train], labels[train]), large[test], labels[test], large, "weights")
    two = np.isin(labels, [3, 8])
    model = MLPClassifier((8,), activation="logistic", max_iter=150, random_state=0).fit(pixels[two], labels[two])
    add("binary", model, pixels[two], labels[two], pixels, "curves")
    several = np.stack([labels % 2 == 1, labels > 4, np.isin(labels, [0, 6, 8, 9])], axis=1).astype(int)
    model = MLPClassifier((16,), max_iter=60, random_state=0).fit(pixels[train], several[train])
    add("multilabel", model, pixels[test], several[test], pixels, "classes")
    model = MLPRegressor(hidden_layer_sizes=(16,), max_iter=60, random_state=0).fit(pixels[train], labels[train].astype(float))
    add("pixels-to-number", model, pixels[test], labels[test].astype(float), pixels, "residuals")
    single = MLPClassifier((16,), max_iter=60, random_state=1).fit(pixels[train].astype(np.float32), labels[train])
    add("single", single, pixels[test], labels[test], pixels.astype(np.float32).astype(float))

    # Tables with names.
    cancer = load_breast_cancer()
    names = [str(name) for name in cancer.feature_names]
    texts = [str(cancer.target_names[label]) for label in cancer.target]
    model = make_pipeline(StandardScaler(), MLPClassifier((8,), max_iter=200, random_state=0))
    model = named(model.fit(cancer.data[:300], texts[:300]), names)
    joblib.dump(model, folder / "table.joblib")
    save_table(folder / "table.csv", names, cancer.data[300:], "diagnosis", texts[300:])
    made.append(
        Case(
            "table",
            ["report", folder / "table.joblib", "--data", folder / "table.csv", "--min", "accuracy=0.999"],
            exit_code=1,
            sections=["preprocessing", "loss", "curves", "errors"],
        )
    )
    diabetes = load_diabetes(scaled=False)
    model = make_pipeline(StandardScaler(), MLPRegressor(hidden_layer_sizes=(16,), max_iter=800, random_state=0))
    model = named(model.fit(diabetes.data[:300], diabetes.target[:300]), diabetes.feature_names)
    joblib.dump(model, folder / "regressor.joblib")
    save_table(folder / "regressor.csv", diabetes.feature_names, diabetes.data[300:], "y", diabetes.target[300:])
    made.append(
        Case(
            "regressor",
            ["report", folder / "regressor.joblib", "--data", folder / "regressor.csv"],
            sections=["residuals", "preprocessing", "errors"],
        )
    )
    model = make_pipeline(Normalizer(), MLPClassifier((8,), max_iter=30, random_state=0))
    file, data = save(folder, "normalized", model.fit(pixels[train], labels[train]), pixels[test], labels[test])
    made.append(Case("normalized", ["report", file, "--data", data], sections=["draw"]))

    # Two networks.
    worse = MLPClassifier((6,), max_iter=25, random_state=3).fit(pixels[train], labels[train])
    other, data = save(folder, "worse", worse, pixels[test], labels[test])
    made.append(
        Case(
            "compare",
            ["compare", folder / "single.joblib", other, "--data", data, "--max-drop", "0.01", "--report"],
            exit_code=1,
            sections=["comparison", "changes", "confusion"],
        )
    )
    made.append(
        Case(
            "baseline",
            ["verify", other, "--baseline", folder / "single.joblib", "--data", data, "--report"],
            exit_code=1,
            sections=["comparison", "changes"],
        )
    )

    # Names that try to become markup: of classes, features and files.
    hostile = folder / "<img src=x onerror=alert(1)>&amp;"
    hostile.mkdir()
    generator = np.random.default_rng(0)
    rows = generator.normal(size=(200, 3))
    texts = np.array(HOSTILE)[generator.integers(0, len(HOSTILE), 200)]
    model = make_pipeline(StandardScaler(), MLPClassifier((4,), max_iter=20, random_state=0)).fit(rows, texts)
    model = named(model, HOSTILE[:3])
    file, data = save(hostile, "'\"<b>", model, rows, texts)
    made.append(Case("hostile", ["report", file, "--data", data], sections=["errors", "preprocessing"]))
    names = np.array(HOSTILE)[labels % len(HOSTILE)]
    model = MLPClassifier((8,), max_iter=20, random_state=0).fit(pixels, names)
    file, data = save(hostile, "images", model, pixels[test], names[test])
    made.append(Case("hostile-images", ["report", file, "--data", data], model=file, rows=pixels, sections=["draw"]))

    # Many classes, a network alone, and very many rows.
    rows = generator.normal(size=(3_000, 8))
    many = np.argmax(rows @ generator.normal(size=(8, 60)), axis=1)
    model = MLPClassifier((16,), max_iter=10, random_state=0).fit(rows, many)
    file, data = save(folder, "many", model, rows, many)
    made.append(Case("many", ["report", file, "--data", data], sections=["confusion", "curves"]))
    made.append(Case("alone", ["report", folder / "table.joblib"], sections=["network", "preprocessing", "loss"]))
    rows = np.repeat(raw, 56, axis=0)[:100_000] + generator.integers(0, 3, (100_000, 64))
    file, data = save(folder, "big", make_pipeline(StandardScaler(), worse), rows, np.repeat(labels, 56)[:100_000])
    model = make_pipeline(StandardScaler().fit(raw), worse)
    joblib.dump(model, file)
    made.append(Case("big", ["report", file, "--data", data], sections=["curves"]))
    return made


# MARK: Pages


def make(binary: Path, case: Case, folder: Path) -> Path:
    """Writes the page of a case."""
    page = folder / f"{case.name}.html"
    command = [str(binary), *map(str, case.arguments)]
    # The name of the page follows --report, and of `report` itself the model.
    if command[1] == "report":
        command.insert(3, str(page))
    else:
        command.append(str(page))
    start = time.monotonic()
    run = subprocess.run(command, capture_output=True, text=True)
    took = time.monotonic() - start
    demand(run.returncode == case.exit_code, f"exit code {run.returncode}: {run.stderr}")
    if case.name == "big":
        size = page.stat().st_size
        demand(size < 2_000_000, f"{size} bytes")
        print(f"      100,000 rows: {size} bytes in {took:.2f} s")
    return page


class Watched:
    """A page in the browser, and all that it should not do."""

    def __init__(self, browser: Browser, file: Path, width: int, scheme: str) -> None:
        self.problems: list[str] = []
        self.page: Page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
        url = file.as_uri()
        self.page.on("console", lambda message: self.problems.append(f"console: {message.text}"))
        self.page.on("pageerror", lambda error: self.problems.append(f"error: {error}"))
        self.page.on("dialog", lambda dialog: (self.problems.append("a dialog"), dialog.dismiss()))
        self.page.on(
            "request", lambda request: request.url == url or self.problems.append(f"request: {request.url}")
        )
        self.page.goto(url)

    def check(self) -> None:
        demand(not self.problems, "; ".join(self.problems))

    def close(self) -> None:
        self.check()
        self.page.close()


def predictions(binary: Path, model: Path, rows: np.ndarray, folder: Path) -> dict[str, Any]:
    """What `coefs predict` says of rows."""
    np.save(folder / "rows.npy", rows)
    run = subprocess.run(
        [str(binary), "predict", str(model), "--data", str(folder / "rows.npy"), "--proba", "--json"],
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(run.stdout)


def check_results(found: list[dict[str, Any]], expected: dict[str, Any]) -> None:
    """Compares what the page predicts with what the command does."""
    demand(len(found) == len(expected["predictions"]), "other rows")
    for index, (result, label) in enumerate(zip(found, expected["predictions"])):
        values = expected["probabilities"][index] if "probabilities" in expected else [label]
        demand(len(values) == len(result["values"]), f"row {index}: {len(result['values'])} values")
        worst = max(abs(a - b) for a, b in zip(values, result["values"]))
        demand(worst <= 1e-9 * max(1, max(map(abs, values))), f"row {index} differs by {worst}")
        if "label" in result:
            demand(result["label"] == str(label), f"row {index}: {result['label']} and not {label}")
        elif "labels" in result:
            names = [str(name) for name, applies in zip(expected["classes"], label) if applies]
            demand(result["labels"] == names, f"row {index}: {result['labels']} and not {names}")


def draw(page: Page, points: Sequence[tuple[float, float]]) -> None:
    """Draws a line through points with a pointer; both coordinates from 0 to 1."""
    box = page.locator("#paper").bounding_box()
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in points]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=5)
    page.mouse.up()


def check_drawing(binary: Path, case: Case, page: Page, folder: Path) -> None:
    """Every image, and drawings by hand."""
    expected = predictions(binary, case.model, case.rows, folder)
    loaded = page.evaluate("rows => rows.map(row => window.coefsReport.load(row))", case.rows.tolist())
    check_results(loaded, expected)

    drawings = []
    lines = [
        [(0.5, 0.1), (0.5, 0.9)],
        [(0.25, 0.2), (0.7, 0.2), (0.45, 0.9)],
        [(0.5, 0.12), (0.25, 0.5), (0.5, 0.88), (0.75, 0.5), (0.5, 0.12)],
        [],
    ]
    page.locator("#paper").scroll_into_view_if_needed()
    for points in lines:
        page.get_by_role("button", name="Clear").click()
        if points:
            draw(page, points)
        row = page.evaluate("window.coefsReport.drawing()")
        demand((max(row) > min(row)) == bool(points), "the pointer draws")
        drawings.append((row, page.locator("#result").inner_text()))
    # Now by the keyboard alone.
    page.get_by_role("button", name="Clear").click()
    page.keyboard.press("Shift+Tab")
    demand(page.evaluate("document.activeElement.id") == "paper", "Shift+Tab leads from the button to the field")
    before = page.evaluate("window.coefsReport.drawing()")
    for key in ["ArrowUp", "ArrowUp", "Space", "ArrowDown", "Space", "ArrowDown", "Space", "ArrowLeft", "Space", "Space"]:
        page.keyboard.press(key)
    after = page.evaluate("window.coefsReport.drawing()")
    demand(sum(a != b for a, b in zip(after, before)) == 3, "three pixels are drawn by keys")
    demand("paper" in page.locator("#place").inner_text(), "the place of the pen is said")
    drawings.append((after, page.locator("#result").inner_text()))

    rows = np.array([row for row, _ in drawings])
    expected = predictions(binary, case.model, rows, folder)
    check_results(page.evaluate("rows => rows.map(row => window.coefsReport.predict(row))", rows.tolist()), expected)
    if expected.get("probabilities") and not isinstance(expected["predictions"][0], list):
        for (_, text), label in zip(drawings, expected["predictions"]):
            demand(text.endswith(str(label)[-8:].strip()), f"'{text}' for {label}")


def check(browser: Browser, binary: Path, case: Case, folder: Path, screenshots: Path) -> None:
    """Everything about one page."""
    file = make(binary, case, folder)
    for scheme in ("light", "dark"):
        watched = Watched(browser, file, 1280, scheme)
        page = watched.page
        for section in case.sections:
            demand(page.locator(f"h2#{section}").count() == 1, f"no section {section}")
        demand(page.locator("h1").count() == 1, "not one h1")
        # Only colours differ in the dark.
        result = Axe().run(page, options={} if scheme == "light" else {"runOnly": ["color-contrast"]})
        violations = [
            f"{item['id']}: {item['nodes'][0]['html'][:200]} ({item['nodes'][0]['failureSummary']})"
            for item in result.response["violations"]
        ]
        demand(not violations, f"axe, {scheme}: " + "; ".join(violations))
        demand(page.evaluate("window.hostile === undefined"), "a name became a script")
        demand(page.locator("img, iframe, object, [onerror], [onmouseover]").count() == 0, "a name became markup")
        if scheme == "dark":
            page.screenshot(path=screenshots / f"{case.name}-1280-dark.png", full_page=True)
        watched.close()
    for width in WIDTHS:
        watched = Watched(browser, file, width, "light")
        wide = watched.page.evaluate("document.documentElement.scrollWidth")
        demand(wide <= width, f"{wide} pixels wide in a window of {width}")
        watched.page.screenshot(path=screenshots / f"{case.name}-{width}.png", full_page=True)
        if case.rows is not None and width == 768:
            check_drawing(binary, case, watched.page, folder)
        if width == 768:
            watched.page.emulate_media(media="print")
            watched.page.screenshot(path=screenshots / f"{case.name}-print.png", full_page=True)
        watched.close()
    # The first thing that Tab reaches leads to the content.
    watched = Watched(browser, file, 1280, "light")
    watched.page.keyboard.press("Tab")
    demand(watched.page.evaluate("document.activeElement.className") == "skip", "no link to the content comes first")
    watched.close()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary", type=Path)
    parser.add_argument("screenshots", type=Path)
    parser.add_argument("cases", nargs="*", help="only these")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    arguments.screenshots.mkdir(parents=True, exist_ok=True)
    failures = count = 0
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        browser = playwright.chromium.launch(
            # Debian's; as root it has no sandbox, and a container has little shared memory.
            executable_path=shutil.which("chromium"),
            args=["--no-sandbox", "--disable-dev-shm-usage"],
        )
        for case in cases(folder):
            if arguments.cases and case.name not in arguments.cases:
                continue
            count += 1
            try:
                check(browser, arguments.binary, case, folder, arguments.screenshots)
            except Exception as error:  # one page must not hide the others
                failures += 1
                print(f"FAIL  {case.name}: {error if isinstance(error, Mismatch) else repr(error)}")
        browser.close()
    print(f"{count - failures} passed, {failures} failed")
    print(f"note: screenshots are in {arguments.screenshots}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
