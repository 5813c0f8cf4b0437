"""No test reads a page at once and asserts on it: a click does not wait for the page that it opens, and `expect` does."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

TESTS = Path(__file__).parent.parent
READS = {
    *("all_inner_texts", "all_text_contents", "get_attribute", "inner_html", "inner_text", "input_value", "text_content"),
    *("is_checked", "is_disabled", "is_editable", "is_enabled", "is_hidden", "is_visible"),
}
# Words have methods of these names too; those of a page and of its parts take nothing.
READS_WITHOUT_ARGUMENTS = {"content", "count", "title"}
INSTEAD = "is read at once: let expect(…) wait for it by to_have_count, to_be_visible, to_have_text, to_have_value, to_have_url …"


def reads(node: ast.AST) -> Iterator[ast.expr]:
    """What of this piece of code reads a page as it is now."""
    for part in ast.walk(node):
        if isinstance(part, ast.Call) and isinstance(part.func, ast.Attribute):
            bare = not part.args and not part.keywords
            if part.func.attr in READS or (part.func.attr in READS_WITHOUT_ARGUMENTS and bare):
                yield part
        elif isinstance(part, ast.Compare):
            yield from (each for each in (part.left, *part.comparators) if isinstance(each, ast.Attribute) and each.attr == "url")


def asserted_reads(source: str) -> list[tuple[int, str]]:
    """The line and the words of what an assertion reads at once, in it or by a name that was given what was read."""
    found: set[tuple[int, str]] = set()
    for function in (each for each in ast.walk(ast.parse(source)) if isinstance(each, ast.FunctionDef)):
        given: dict[str, list[ast.expr]] = {}
        for each in ast.walk(function):
            if isinstance(each, ast.Assign) and isinstance(each.targets[0], ast.Name):
                given.setdefault(each.targets[0].id, []).extend(reads(each.value))
        for asserted in (each.test for each in ast.walk(function) if isinstance(each, ast.Assert)):
            named = [read for each in ast.walk(asserted) if isinstance(each, ast.Name) for read in given.get(each.id, ())]
            found |= {(read.lineno, ast.unparse(read)) for read in (*reads(asserted), *named)}
    return sorted(found)


def test_no_test_asserts_on_what_a_page_says_at_once() -> None:
    drives_a_browser = [path for path in TESTS.rglob("*.py") if "from playwright" in path.read_text() and path != Path(__file__)]
    assert len(drives_a_browser) > 10
    found = [
        f"{path.relative_to(TESTS.parent)}:{line}: {words} {INSTEAD}"
        for path in sorted(drives_a_browser)
        for line, words in asserted_reads(path.read_text())
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "read",
    [
        'assert page.get_by_role("row").filter(has_text="bin").count() == 52',
        'assert page.get_by_text("Page 1 of 6").is_visible()',
        'assert not page.locator("#note").input_value()',
        'assert page.url == "/ledger"',
        'assert "kept" in page.inner_text("main")',
        'words = page.locator("main").inner_text()\n    assert "kept" in words',
        "assert len(page.content()) < 50_000",
    ],
)
def test_an_assertion_on_a_page_as_it_is_now_is_found(read: str) -> None:
    assert len(asserted_reads(f"def test(page):\n    {read}\n")) == 1


@pytest.mark.parametrize(
    "waits",
    [
        'expect(page.locator("tr")).to_have_count(52)',
        'first = page.locator("h2").inner_text()\n    expect(page.locator("h2")).not_to_have_text(first)',
        'assert page.pdf().count(b"/Page") == 1',
        "assert desk.emptyings() == []",
    ],
)
def test_what_waits_or_is_no_page_is_no_fault(waits: str) -> None:
    assert asserted_reads(f"def test(page):\n    {waits}\n") == []
