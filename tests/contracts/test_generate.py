"""Generated files are up to date, the check names what is not, and a break cannot be shipped."""

import json
import shutil
from pathlib import Path

import pytest

from contracts.generate import (
    ASYNCAPI,
    CATALOGUE,
    EXAMPLES,
    ROOT,
    SCHEMAS,
    SHIPPED,
    check,
    main,
    outputs,
    read_folder,
    ship,
    write,
)
from contracts.schemas import declared


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("written")
    for folder in (EXAMPLES, SHIPPED):
        shutil.copytree(ROOT / folder, root / folder)
    write(root)
    return root


@pytest.fixture
def copy_of_it(written: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(written, tmp_path / "copy"))


def test_what_is_generated_is_up_to_date_and_breaks_nothing_shipped() -> None:
    assert check() == []


def test_every_shipped_schema_belongs_to_an_event() -> None:
    assert set(read_folder(ROOT / SHIPPED)) <= {event.type for event in declared()}


def test_the_output_is_the_same_every_time() -> None:
    assert outputs() == outputs()


def test_the_check_names_every_file_that_was_changed(
    copy_of_it: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--check", "--root", str(copy_of_it)]) == 0
    changed = [SCHEMAS / "wave.targets.v1.json", ASYNCAPI, CATALOGUE]
    for path in changed:
        (copy_of_it / path).write_text("something else")
    assert main(["--check", "--root", str(copy_of_it)]) == 1
    assert capsys.readouterr().err.splitlines() == [
        f"{path} differs from what is generated" for path in changed
    ]
    assert {(copy_of_it / path).read_text() for path in changed} == {"something else"}


def test_the_check_names_a_schema_that_belongs_to_no_event(copy_of_it: Path) -> None:
    stray = SCHEMAS / "ghost.seen.v1.json"
    (copy_of_it / stray).write_text("{}")
    assert check(copy_of_it) == [f"{stray} belongs to no event"]
    assert main(["--root", str(copy_of_it)]) == 0
    assert not (copy_of_it / stray).exists()


def test_a_break_is_named_by_the_check_and_cannot_be_shipped(copy_of_it: Path) -> None:
    (copy_of_it / SHIPPED / "ghost.seen.v1.json").write_text("{}")
    outdated = copy_of_it / SHIPPED / "wave.targets.v1.json"
    schema = json.loads(outdated.read_text())
    del schema["properties"]["page"]
    schema["required"].remove("page")
    outdated.write_text(json.dumps(schema))
    before = outdated.read_text()
    expected = [
        "ghost.seen.v1: the event was removed",
        "wave.targets.v1 page: a required field was added",
    ]
    assert check(copy_of_it) == expected
    assert main(["--ship", "--root", str(copy_of_it)]) == 1
    assert outdated.read_text() == before


def test_shipping_records_the_current_schemas(copy_of_it: Path) -> None:
    shutil.rmtree(copy_of_it / SHIPPED)
    assert ship(copy_of_it) == []
    assert read_folder(copy_of_it / SHIPPED) == read_folder(copy_of_it / SCHEMAS)


def test_the_catalogue_has_every_event_with_its_readers_and_its_example() -> None:
    page = (ROOT / CATALOGUE).read_text()
    for event in declared():
        entry = page.partition(f"\n### {event.type}\n")[2].partition("\n### ")[0]
        assert f"Exchange: `{event.exchange}`" in entry
        archived = event.producer != "reporting" or event.aggregate == "feedmark"
        assert ("`reporting.facts`" in entry) == archived
        assert "```json\n{" in entry
