"""Bringing data into a project: upload, a look at how it will be read, and the button that reads it."""

from __future__ import annotations

from collections import Counter

import streamlit as st

from pages._ui import groups_form, list_form, paste_form, scan_form, series_form, server_folder, table_form
from pages._ui.answer import columns_form
from pages._ui.camera import page as camera
from pages._ui.forecast import timeline_form
from pages._ui.shell import faults_shown, go, page_head, primary, quiet, secondary
from pages._ui.upload import ALONE, KIND, Kind, uploader
from pages._ui.words import count, escape, size, t
from tl_core.domain.dataset import Dataset
from tl_core.domain.project import Project
from tl_core.use_cases import data, documents, server_folders, uploads

OTHER = "bring"  # in the address while other data are brought to a project that has some
ADD = "add"  # there, while they are to join those it has
UNSORTED = "unsorted"  # samples come without classes, to be labelled in the app
_SORTED = {
    "classes": "data_page.sorted_classes", "camera": "camera.way", "server": "uploads.way_server",
    UNSORTED: "labelling.sorted",
}  # fmt: skip
_INBOX, _TEST_INBOX = "inbox", "test-inbox"  # in the address, so that a reload finds what has arrived


def onward(other: str = "data_page.replace", *, adds: bool = False) -> None:
    """What is next once data are in: choose a model, or bring other data, in the words of the text ``other``.

    ``adds``: also more of the same.
    """
    with st.container(horizontal=True, key="data-next"):
        if primary(t("data_page.to_model"), ":material/arrow_forward:", key="to-model"):
            go("model")
        if adds:
            add()
        replace(other)


def add() -> None:
    """The way to bring more of the same."""
    if secondary(t("uploads.add"), ":material/add:", key="add"):
        go("data", **{OTHER: ADD})


def replace(other: str) -> None:
    """The way to bring other data, in the words of the text ``other``."""
    if secondary(t(other), ":material/upload:", key="replace"):
        go("data", **{OTHER: "1"})


def show(project: Project, dataset: Dataset | None) -> None:
    """The whole upload of this project's modality: nothing is there yet, or other data are wanted."""
    question = "answer_page.question_data" if project.task == "answer" else "data_page.question"
    page_head(t(question), t(f"data_page.context_{project.purpose}"))
    if dataset is not None:
        with st.container(horizontal=True, vertical_alignment="center"):
            said = "answer_page.update_text" if project.task == "answer" else "data_page.replace_text"
            said = "uploads.add_text" if _adding() else said
            st.text(t(said), width="stretch")
            if secondary(t("data_page.replace_back"), ":material/arrow_back:", key="replace-back"):
                go("data")
    kind = KIND[project.purpose]
    if kind in ALONE:
        _table(project, kind)
    elif kind == "documents":
        _documents(project, dataset)
    else:
        _files(project, dataset, kind)


def _inbox(name: str) -> uploads.Inbox:
    """This upload's place; its token stays the same while the page is open."""
    known: uploads.Inbox | None = st.session_state.get(f"place-{name}")
    wanted = st.query_params.get(name)
    if known is None or known.name != wanted:
        with faults_shown():
            known = uploads.open_inbox(wanted)
        if known is None:
            known = uploads.open_inbox()
        st.session_state[f"place-{name}"] = known
        st.query_params[name] = known.name
    return known


def _files(project: Project, dataset: Dataset | None, kind: Kind) -> None:
    sorted_by = st.segmented_control(
        t("data_page.sorted_label"),
        ["folders", "classes", UNSORTED, *(["camera"] if kind == "images" else []), *_server()],
        default="camera" if kind == "images" and camera.asked_for() else "folders",
        required=True,
        format_func=lambda name: t(_SORTED.get(name, f"data_page.sorted_folders_{kind}")),
        key="sorted-by",
    )
    if sorted_by == "camera":
        camera.show(project, dataset if _adding() else None, _inbox(camera.PART))
        return
    camera.forget()
    if sorted_by == "server":
        server_folder.show(project, add=_adding(), unlabelled=_adding())
        return
    inbox = _inbox(_INBOX)
    _taken_by(inbox, kind, sorted_by)
    arrived = uploads.received(inbox.name)
    if arrived:
        _read_on(project, inbox, arrived, kind, unlabelled=sorted_by == UNSORTED)


def _taken_by(inbox: uploads.Inbox, kind: Kind, sorted_by: str) -> None:
    """Where files are dropped: of all classes together, or of one class that is named first."""
    if sorted_by == UNSORTED:
        quiet(t("labelling.sorted_text"))
    if sorted_by != "classes":
        uploader(
            inbox,
            kind,
            key="upload-folders",
            title=t(f"data_page.drop_{kind}"),
            hint=t(f"data_page.drop_{kind}_hint", limit=count(uploads.LOOSE_FILES)),
            unsorted=sorted_by == UNSORTED,
        )
        if kind != "signals" and sorted_by == "folders":
            quiet(t("uploads.list_hint"))
        return
    label = st.text_input(
        t("data_page.class_label"), placeholder=t("data_page.class_placeholder"), max_chars=80, key="upload-class"
    ).strip()
    if not label:
        quiet(t("data_page.class_first"))
        return
    uploader(
        inbox,
        kind,
        key="upload-class-files",
        title=t(f"data_page.drop_class_{kind}", label=label),
        hint=t(f"data_page.drop_class_{kind}_hint", limit=count(uploads.LOOSE_FILES)),
        prefix=label,
    )
    if kind == "sounds":
        _heard(inbox, label)


def _read_on(
    project: Project, inbox: uploads.Inbox, arrived: list[uploads.Received], kind: Kind, *, unlabelled: bool
) -> None:
    """What arrived, how it is to be read, and the button that reads it."""
    _what_arrived(inbox, arrived)
    pattern = groups_form.while_uploading(project, inbox.name)
    scan = scan_form.show(uploads.inbox_path(inbox.name)) if kind == "scans" else None
    columns = series_form.show() if kind == "signals" else list_form.show(inbox, arrived)
    test = _test_set(kind)
    if primary(t(f"data_page.read_{kind}"), ":material/arrow_forward:", key="read-files"):
        with faults_shown():
            run = data.start_intake(
                project.id,
                paths=[uploads.inbox_path(inbox.name)],
                test_paths=[uploads.inbox_path(test.name)] if test else [],
                columns=columns,
                group_pattern=pattern,
                scan=scan,
                add=_adding(),
                unlabelled=unlabelled,
            )
            _leave(project, run)


def _adding() -> bool:
    """Whether what comes joins the data in use."""
    return st.query_params.get(OTHER) == ADD


def _server() -> list[str]:
    """The choice of the server's folders, where there are any."""
    return ["server"] if server_folders.offered() else []


def _documents(project: Project, dataset: Dataset | None) -> None:
    """Files of any kind together; to a project that has some they are added."""
    inbox = _inbox(_INBOX)
    hint = t("data_page.drop_documents_hint", limit=count(uploads.LOOSE_FILES))
    uploader(inbox, "documents", key="upload-documents", title=t("data_page.drop_documents"), hint=hint)
    arrived = uploads.received(inbox.name)
    if not arrived:
        return
    _what_arrived(inbox, arrived, named=True)
    tables = columns_form.of_upload(project, uploads.inbox_path(inbox.name), [one.path for one in arrived])
    mask = st.toggle(t("answer_page.mask"), help=t("answer_page.mask_help"), key="mask-personal")
    replace = dataset is not None and st.toggle(
        t("answer_page.replace_all"), help=t("answer_page.replace_all_help"), key="replace-all"
    )
    ready = tables is not None
    if primary(t("data_page.read_documents"), ":material/arrow_forward:", key="read-documents", disabled=not ready):
        with faults_shown():
            paths = [uploads.inbox_path(inbox.name)]
            _leave(project, documents.update(project.id, paths, tables=tables, mask_personal=mask, replace=replace))


def _heard(inbox: uploads.Inbox, label: str) -> None:
    """What the microphone hears: each recording becomes a file of that class, and the next can begin."""
    counted = f"heard-{inbox.name}"
    number = st.session_state.setdefault(counted, 1)
    asked = t("data_page.record", label=label)
    heard = st.audio_input(asked, sample_rate=uploads.SOUND_RATE, key=f"{counted}-{number}")
    if heard is None:
        return
    with faults_shown():
        with uploads.Arrival(inbox.token, f"{label}/microphone-{number}.wav") as file:
            file.write(heard.getvalue())
        st.session_state[counted] = number + 1
        st.rerun()


def _what_arrived(inbox: uploads.Inbox, arrived: list[uploads.Received], *, named: bool = False) -> None:
    """What lies in the inbox, by class where loose files show it; ``named``: file by file."""
    classes: Counter[str] = Counter()
    lines = []
    for one in arrived:
        if named or one.path.lower().endswith(".zip"):
            lines.append(t("data_page.arrived_zip", name=one.path, size=size(one.bytes)))
        else:
            classes[one.path.rpartition("/")[0].rpartition("/")[2]] += 1
    for label, number in classes.items():
        key = "data_page.arrived_class" if label else "data_page.arrived_loose"
        lines.append(t(key, label=label, count=number))
    wanted = uploads.expected(inbox.name)
    with st.container(border=True, key="arrived"), st.container(horizontal=True, vertical_alignment="center"):
        with st.container(gap=None, width="stretch"):
            st.markdown(f"**{escape(t('data_page.arrived_title'))}**")
            for line in lines[:12]:
                st.text(line)
            if len(lines) > 12:
                quiet(t("data_page.arrived_more", count=len(lines) - 12))
            if wanted > len(arrived):
                st.text(t("uploads.still", count=len(arrived), number=count(len(arrived)), all=count(wanted)))
        if secondary(t("data_page.arrived_remove"), ":material/delete:", key="discard"):
            uploads.discard(inbox.name)
            st.rerun()


def _table(project: Project, kind: Kind) -> None:
    inbox = _inbox(_INBOX)
    arrived = uploads.received(inbox.name)
    way = "file" if arrived else _way(kind)
    path = uploads.inbox_path(inbox.name) / arrived[0].path if arrived else None
    if way == "server":
        path = server_folder.table()
    elif way == "paste":
        paste_form.show(inbox)
    elif not arrived and uploader(
        inbox, kind, key="upload-table", title=t("data_page.drop_table"), hint=t(f"data_page.drop_{kind}_hint")
    ):
        st.rerun()
    if path is None:
        if kind == "tables" and way == "file":
            quiet(t("data_page.tables_unlabelled"))
        return
    if arrived:
        with st.container(horizontal=True, vertical_alignment="center", key="table-file"):
            st.text(t("data_page.arrived_zip", name=arrived[0].path, size=size(arrived[0].bytes)))
            if secondary(t("data_page.other_table"), ":material/swap_horiz:", key="discard"):
                uploads.discard(inbox.name)
                st.rerun()
    choice = table_form.show(project, path) if kind == "tables" else timeline_form.show(path)
    test = _test_set(kind) if kind == "tables" else None
    ready = choice is not None
    if primary(t("data_page.read_table"), ":material/arrow_forward:", key="read-table", disabled=not ready) and choice:
        with faults_shown():
            run = data.start_intake(
                project.id,
                paths=[path],
                test_paths=[uploads.inbox_path(test.name) / one.path for one in uploads.received(test.name)]
                if test
                else [],
                columns=choice.columns,
                merge_labels=choice.merge_labels,
                add=_adding(),
                unlabelled=choice.columns.label == "",
                inside=server_folders.root_of(path) if way == "server" else None,
            )
            _leave(project, run)


def _way(kind: Kind) -> str:
    """How a table comes: texts can be pasted, too."""
    ways = ["file", *(["paste"] if kind == "tables" else []), *_server()]
    if len(ways) == 1:
        return ways[0]
    said: str = st.segmented_control(
        t("uploads.way"), ways, default="file", required=True, format_func=lambda way: t(f"uploads.way_{way}"),
        key="table-way",
    )  # fmt: skip
    return said


def _test_set(kind: Kind) -> uploads.Inbox | None:
    """A test set of the person's own, if one was brought."""
    with st.expander(t("data_page.test_set"), icon=":material/lock:"):
        st.text(t("data_page.test_set_text"))
        inbox = _inbox(_TEST_INBOX)
        uploader(
            inbox,
            kind,
            key="upload-test",
            title=t("data_page.drop_test"),
            hint=t(f"data_page.drop_{kind}_hint", limit=count(uploads.LOOSE_FILES)),
        )
        arrived = uploads.received(inbox.name)
        if not arrived:
            return None
        quiet(
            t(
                "data_page.arrived_files",
                count=len(arrived),
                number=count(len(arrived)),
                size=size(sum(one.bytes for one in arrived)),
            )
        )
        return inbox


def _leave(project: Project, run: str) -> None:
    """On to the reading; the address forgets the inbox, which the reading empties."""
    for name in (_INBOX, _TEST_INBOX):
        st.session_state.pop(f"place-{name}", None)
    go("data", project=project.id, run=run)
