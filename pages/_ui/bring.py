"""Bringing data into a project: upload, a look at how it will be read, and the button that reads it."""

from __future__ import annotations

from collections import Counter

import streamlit as st

from pages._ui import groups_form, scan_form, series_form, table_form
from pages._ui.answer import columns_form
from pages._ui.forecast import timeline_form
from pages._ui.shell import faults_shown, go, page_head, primary, quiet, secondary
from pages._ui.upload import ALONE, KIND, Kind, uploader
from pages._ui.words import count, escape, size, t
from tl_core.domain.dataset import Dataset
from tl_core.domain.project import Project
from tl_core.use_cases import data, documents, uploads

OTHER = "bring"  # in the address while other data are brought to a project that has some
_INBOX, _TEST_INBOX = "inbox", "test-inbox"  # in the address, so that a reload finds what has arrived


def onward(other: str = "data_page.replace") -> None:
    """What is next once data are in: choose a model, or bring other data, in the words of the text ``other``."""
    with st.container(horizontal=True, key="data-next"):
        if primary(t("data_page.to_model"), ":material/arrow_forward:", key="to-model"):
            go("model")
        if secondary(t(other), ":material/upload:", key="replace"):
            go("data", **{OTHER: "1"})


def show(project: Project, dataset: Dataset | None) -> None:
    """The whole upload of this project's modality: nothing is there yet, or other data are wanted."""
    question = "answer_page.question_data" if project.task == "answer" else "data_page.question"
    page_head(t(question), t(f"data_page.context_{project.purpose}"))
    if dataset is not None:
        with st.container(horizontal=True, vertical_alignment="center"):
            said = "answer_page.update_text" if project.task == "answer" else "data_page.replace_text"
            st.text(t(said), width="stretch")
            if secondary(t("data_page.replace_back"), ":material/arrow_back:", key="replace-back"):
                go("data")
    kind = KIND[project.purpose]
    if kind in ALONE:
        _table(project, kind)
    elif kind == "documents":
        _documents(project, dataset)
    else:
        _files(project, kind)


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


def _files(project: Project, kind: Kind) -> None:
    inbox = _inbox(_INBOX)
    sorted_by = st.segmented_control(
        t("data_page.sorted_label"),
        ["folders", "classes"],
        default="folders",
        required=True,
        format_func=lambda name: t(
            "data_page.sorted_classes" if name == "classes" else f"data_page.sorted_folders_{kind}"
        ),
        key="sorted-by",
    )
    if sorted_by == "folders":
        uploader(
            inbox,
            kind,
            key="upload-folders",
            title=t(f"data_page.drop_{kind}"),
            hint=t(f"data_page.drop_{kind}_hint", limit=uploads.LOOSE_FILES),
        )
    else:
        label = st.text_input(
            t("data_page.class_label"), placeholder=t("data_page.class_placeholder"), max_chars=80, key="upload-class"
        ).strip()
        if label:
            uploader(
                inbox,
                kind,
                key="upload-class-files",
                title=t(f"data_page.drop_class_{kind}", label=label),
                hint=t(f"data_page.drop_class_{kind}_hint", limit=uploads.LOOSE_FILES),
                prefix=label,
            )
            if kind == "sounds":
                _heard(inbox, label)
        else:
            quiet(t("data_page.class_first"))
    arrived = uploads.received(inbox.name)
    if not arrived:
        return
    _what_arrived(inbox, arrived)
    pattern = groups_form.while_uploading(project, inbox.name)
    scan = scan_form.show(uploads.inbox_path(inbox.name)) if kind == "scans" else None
    columns = series_form.show() if kind == "signals" else None
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
            )
            _leave(project, run)


def _documents(project: Project, dataset: Dataset | None) -> None:
    """Files of any kind together; to a project that has some they are added."""
    inbox = _inbox(_INBOX)
    hint = t("data_page.drop_documents_hint", limit=uploads.LOOSE_FILES)
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
    with st.container(border=True, key="arrived"), st.container(horizontal=True, vertical_alignment="center"):
        with st.container(gap=None, width="stretch"):
            st.markdown(f"**{escape(t('data_page.arrived_title'))}**")
            for line in lines[:12]:
                st.text(line)
            if len(lines) > 12:
                quiet(t("data_page.arrived_more", count=len(lines) - 12))
        if secondary(t("data_page.arrived_remove"), ":material/delete:", key="discard"):
            uploads.discard(inbox.name)
            st.rerun()


def _table(project: Project, kind: Kind) -> None:
    inbox = _inbox(_INBOX)
    arrived = uploads.received(inbox.name)
    if not arrived:
        done = uploader(
            inbox, kind, key="upload-table", title=t("data_page.drop_table"), hint=t(f"data_page.drop_{kind}_hint")
        )
        if done:
            st.rerun()
        return
    path = uploads.inbox_path(inbox.name) / arrived[0].path
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
            )
            _leave(project, run)


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
            hint=t(f"data_page.drop_{kind}_hint", limit=uploads.LOOSE_FILES),
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
