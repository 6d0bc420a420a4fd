"""The index: migrated once by whoever comes first, and never more than the folders say."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from tl_core.domain.fault import InputFault
from tl_core.domain.plan import ExamPlan, FetchPlan, IntakePlan
from tl_core.domain.run import Status
from tl_core.store import database, projects, runs
from tl_core.store.home import Home
from tl_core.store.rebuild import rebuild

OPEN = "from tl_core.store import database; from tl_core.store.home import Home; database.engine(Home.default())"


@pytest.fixture
def home(home: Home) -> Home:
    """Without a database: here it is made."""
    (home.path / "thaw.sqlite").unlink()
    return home


def test_head_is_the_newest_migration() -> None:
    assert ScriptDirectory(str(Path(database.__file__).parent / "migrations")).get_current_head() == database.HEAD


def test_migrations_make_the_tables_the_code_knows(home: Home) -> None:
    with database.engine(home).connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), database.tables) == []


def test_sqlite_writes_ahead_and_waits(home: Home) -> None:
    with database.reading(home) as connection:
        told = [connection.execute(sa.text(f"PRAGMA {name}")).scalar() for name in ("journal_mode", "synchronous")]
    assert told == ["wal", 1]


def test_several_processes_may_migrate_at_once(home: Home) -> None:
    crowd = [subprocess.Popen([sys.executable, "-c", OPEN], stderr=subprocess.PIPE) for _ in range(4)]
    for one in crowd:
        _, words = one.communicate(timeout=60)
        assert one.returncode == 0, words.decode()
    projects.create_project(home, "one", "photos")
    assert len(projects.list_projects(home)) == 1


def test_opening_a_ready_database_leaves_alembic_alone(home: Home) -> None:
    database.engine(home)
    seen = subprocess.run(
        [sys.executable, "-c", f"import sys; {OPEN}; print('alembic' in sys.modules)"], capture_output=True, text=True
    )
    assert seen.stdout.strip() == "False"


def test_a_home_from_the_future_is_a_sentence(home: Home) -> None:
    with database.writing(home) as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(InputFault, match="newer Thaw"):
        database.migrate(home)


def test_an_exam_that_begins_again_is_the_same_opening(home: Home) -> None:
    project = projects.create_project(home, "Leaves", "photos")
    exam = runs.create_run(home, ExamPlan(project=project.id, run="0123456789ab"))
    for _ in range(2):
        runs.open_once(exam, project.id, "0123456789ab")
    assert exam.view().result == {"openings": 1}
    assert runs.count_openings(home, project.id) == 1


def test_the_index_comes_back_from_the_folders(home: Home) -> None:
    project = projects.create_project(home, "  Leaves of  grass ", "photos")
    ended = runs.create_run(home, IntakePlan(project=project.id, modality="image", paths=[]))
    going = runs.create_run(home, FetchPlan(backbone="packaged:x"))
    ended.write_status(Status(state="done", ended=12.0))
    runs.record_opening(home, project.id, ended.id)

    def told() -> tuple:
        return (
            projects.list_projects(home),
            runs.ids_of(home, project.id),
            runs.unended(home),
            runs.ended_after(home, 11.0),
            runs.ended_after(home, 12.0),
            runs.count_openings(home, project.id),
        )

    before = told()
    assert before == ([project], [ended.id], [going.id], [ended.id], [], 1)
    rebuild(home)
    assert told() == before
    for file in home.path.glob("thaw.sqlite*"):
        file.unlink()
    database._engines.clear()
    assert told() == before
    (home.runs / "strange").mkdir()
    (home.projects / "empty").mkdir()
    rebuild(home)
    assert told() == before
