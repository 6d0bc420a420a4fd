"""Two people about the same samples: kappa with its doubt, the table of who said what, and settling where they part."""

from __future__ import annotations

import streamlit as st

from pages._ui import shell, tabled
from pages._ui.gallery import gallery
from pages._ui.sentences import figure
from pages._ui.words import t, term
from tl_core.domain.labelling import Agreement
from tl_core.domain.project import Project
from tl_core.use_cases import agreements
from tl_core.use_cases.agreements import DATA, Pair, Parted

AT_ONCE = 10  # disagreements shown
CLEAR, MIDDLING = 0.8, 0.6  # of kappa; Landis & Koch 1977 call these almost perfect and substantial


def show(project: Project, by: str) -> None:
    """``by``: who settles."""
    found = agreements.pairs(project.id)
    if not found:
        shell.quiet(t("labelling.agree_none"))
        return
    pair = found[0]
    if len(found) > 1:
        pair = st.selectbox(t("labelling.pair"), found, format_func=_named, key="agree-pair", width=420) or pair
    with shell.faults_shown():
        _figures(agreements.agreement(project.id, pair), pair)
    _settle(project, by)


def _figures(found: Agreement, pair: Pair) -> None:
    size = len(found.classes)
    total = sum(map(sum, found.table))
    by_chance = sum(
        sum(found.table[k]) * sum(row[k] for row in found.table) for k in range(size)
    ) / max(1, total * total)  # fmt: skip
    shell.section(_named(pair), help=term("kappa", t("labelling.kappa_term")))
    st.text(t("labelling.agree", same=round(100 * found.alike.value), chance=round(100 * by_chance)))
    kappa = found.kappa
    if kappa is None:
        shell.quiet(t("labelling.kappa_unknown"))
    elif kappa.low is None or kappa.high is None:
        st.text(t("labelling.kappa_few", kappa=figure(kappa.value)))
    else:
        name = "high" if kappa.value >= CLEAR else "middle" if kappa.value >= MIDDLING else "low"
        values = {"kappa": figure(kappa.value), "low": figure(kappa.low), "high": figure(kappa.high)}
        st.text(t("labelling.kappa", reading=t(f"labelling.kappa_{name}"), **values))
    heads = [t("labelling.table_column", second=_name(pair.second), label=label) for label in found.classes]
    rows: list[tabled.Row] = [
        {t("labelling.table_row", first=_name(pair.first)): label, **dict(zip(heads, row, strict=True))}
        for label, row in zip(found.classes, found.table, strict=True)
    ]
    tabled.on_demand(rows, title=t("labelling.table"), key="agreement", opened=size <= 6)


def _settle(project: Project, by: str) -> None:
    shell.section(t("labelling.settle_title"))
    parted = agreements.disagreements(project.id)
    if not parted:
        shell.quiet(t("labelling.settle_none"))
    for one in parted[:AT_ONCE]:
        _one(project, one, by)
    if len(parted) > AT_ONCE:
        shell.quiet(t("labelling.settle_more", count=len(parted) - AT_ONCE))


def _one(project: Project, one: Parted, by: str) -> None:
    """One sample, who said what of it, and a button for each class said."""
    with st.container(border=True, key=f"settle-{one.sample.id}"):
        said = " · ".join(t("labelling.settle_said", who=_name(who), label=label) for who, label in one.said.items())
        if one.sample.text is None:
            gallery(
                project.id, [one.sample], key=f"settle-picture-{one.sample.id}", label=said, side=200
            )  # fmt: skip
        else:
            st.text(one.sample.text)
        shell.quiet(said)
        with st.container(horizontal=True, gap="small"):
            for number, label in enumerate(dict.fromkeys(one.said.values())):
                if shell.secondary(label, key=f"settle-{one.sample.id}-{number}"):
                    with shell.faults_shown():
                        agreements.settle(project.id, one.sample.id, label, by)
                        st.rerun()


def _named(pair: Pair) -> str:
    return t("labelling.pair_name", first=_name(pair.first), second=_name(pair.second))


def _name(who: str) -> str:
    return t("labelling.data_says") if who == DATA else who
