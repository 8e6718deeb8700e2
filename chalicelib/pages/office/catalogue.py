"""What a county is made of, on pages: lists of it, a form for each thing, and what was changed."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, get_args

from chalicelib.domain.catalogue import (
    LONGEST_ADDRESS,
    LabelName,
    NewProducer,
    Producer,
    Shop,
    Village,
)
from chalicelib.domain.journal import HIDDEN, Change

from ..drawing import formats
from ..drawing.desks import Desk, Kind, Link, ListEntry, desk_page, when_and_who
from ..drawing.forms import Form
from ..drawing.render import Page
from ..texts import Words
from ..texts.office import catalogue, county

SETUP = "/county/setup"
Subject = Literal["villages", "products", "producers", "shops"]
PATHS: dict[Subject, str] = {
    "villages": "/county/villages",
    "shops": "/county/shops",
    "producers": "/cadre/producers",
    "products": "/cadre/products",
}
KINDS = get_args(NewProducer.model_fields["kind"].annotation)


@dataclass(frozen=True)
class Entry:
    """One input of a form. field: of the rules, where it is called otherwise. how: a macro of
    drawing/fields.html, or "ticks" for several of many, "fixed" for what stays as it is."""

    name: str
    field: str = ""
    how: Literal["input", "area", "select", "radios", "ticks", "fixed"] = "input"
    most: int = 60
    required: bool = True
    hint: bool = False
    auto: str = "off"
    type: str = "text"

    @property
    def rule(self) -> str:
        return self.field or self.name


VILLAGE = (
    Entry("village_name", "name", hint=True),
    Entry("county"),
    Entry("province"),
    Entry("division_code", most=12, required=False, hint=True),
)
SHOP = (
    Entry("shop_name", "name", hint=True),
    Entry("villages", "village_ids", how="ticks"),
    Entry("shop_phone", "phone", most=30, required=False, type="tel"),
    Entry("shop_wechat", "wechat", required=False),
    Entry("shop_hours", "hours", required=False),
    Entry("return_address", how="area", most=LONGEST_ADDRESS, required=False, hint=True),
)
"""The inputs of a shop's form, in their order: another field of a shop is a line more."""
LABEL_NAME = "label_name"
"""What only the seller says of a shop; the county reads in the journal that it changed."""
PRODUCER = (
    Entry("village_id", how="select"),
    Entry("kind", how="radios"),
    Entry("display_name", hint=True),
    Entry("credit_code", most=18, required=False, hint=True),
    Entry("household_code", most=120, required=False, hint=True),
)
WHY = Entry("why", most=200, required=False, hint=True)
Choices = Mapping[str, Sequence[tuple[str, str]]]
"""Input -> what can be chosen for it: (value, words)."""


def words_of(desk: Desk) -> Words:
    return desk.words(catalogue.TEXTS, county.TEXTS)


def inputs(form: Sequence[Entry]) -> dict[str, str]:
    """Field of the rules -> name of its input."""
    return {entry.rule: entry.name for entry in form}


def filled(form: Sequence[Entry], record: Any) -> dict[str, str]:
    """What stands in the inputs of a thing that is there."""
    given: dict[str, str] = {}
    for entry in form:
        value = getattr(record, entry.rule, None)
        if entry.how == "ticks":
            given |= {f"{entry.name}-{chosen}": "1" for chosen in value or ()}
        elif value is not None:
            given[entry.name] = str(value)
    return given


def differing(
    form: Sequence[Entry], typed: Mapping[str, str], record: Any, words: Words, choices: Choices
) -> dict[str, str]:
    """Beside each input that holds something else than the thing now: what stands there now."""
    stored = filled(form, record)
    marked = {}
    for entry in form:
        if entry.how == "fixed":
            continue
        shown = dict(choices.get(entry.name, ()))
        if entry.how == "ticks":
            prefix = f"{entry.name}-"
            now = [name for name in stored if name.startswith(prefix)]
            if set(now) != {name for name in typed if name.startswith(prefix)}:
                names = [shown.get(name.removeprefix(prefix), "") for name in now]
                marked[entry.name] = words["comma"].join(names)
        elif typed.get(entry.name, "").strip() != stored.get(entry.name, ""):
            value = stored.get(entry.name, "")
            marked[entry.name] = shown.get(value, value)
    return {
        name: words.plain("now_is", value=value or words["unnamed"])
        for name, value in marked.items()
    }


def form_page(
    desk: Desk,
    form: Form,
    entries: Sequence[Entry],
    *,
    title: str,
    tab: str,
    back: str,
    choices: Choices | None = None,
    fixed: Sequence[tuple[str, Any]] = (),
    lead: str = "",
    nothing: str = "",
    history: Sequence[tuple[Any, str, str]] = (),
    links: Sequence[Link] = (),
    button: str = "save",
    danger: bool = False,
) -> Page:
    """A form of some inputs. title, lead, nothing, button: keys of the copy. nothing: why it cannot
    be filled yet. fixed: facts that stand above it. links: to what else the thing has."""
    words = words_of(desk)
    return desk_page(
        "office/thing.html",
        desk,
        words,
        tab=tab,
        form=form,
        title=words[title],
        lead=words[lead] if lead else "",
        nothing=words[nothing] if nothing else "",
        entries=entries,
        labels={entry.name: words[f"in_{entry.name}"] for entry in entries},
        hints={
            entry.name: words[f"in_{entry.name}_hint"] if entry.hint else "" for entry in entries
        },
        choices=choices or {},
        fixed=fixed,
        history=history,
        links=links,
        back=back,
        button=words[button],
        danger=danger,
    )


def kinds(words: Words) -> list[tuple[str, str]]:
    return [(kind, words[f"kind_{kind}"]) for kind in KINDS]


def list_page(
    desk: Desk,
    subject: Subject,
    rows: Sequence[ListEntry],
    *,
    done: str | None,
    cursor: str | None,
    next_cursor: str | None,
) -> Page:
    words, path = words_of(desk), PATHS[subject]
    return desk_page(
        "office/things.html",
        desk,
        words,
        tab=tab_of(desk, subject),
        query={"cursor": cursor} if cursor else {},
        title=words[f"{subject}_title"],
        nothing=words[f"{subject}_none"],
        rows=rows,
        done=words[f"done_{done}"] if done in {"new", "changed"} else "",
        add=(words[f"{subject}_new"], desk.link(f"{path}/new")),
        further=next_cursor and desk.link(path, cursor=next_cursor),
        first=cursor and desk.link(path),
        back=desk.link(SETUP if desk.role == "county" else "/cadre/batches"),
    )


def tab_of(desk: Desk, subject: Subject) -> str:
    """The county's lists lie behind one tab, a cadre's each behind its own."""
    return SETUP if desk.role == "county" else PATHS[subject]


def village_row(village: Village, desk: Desk) -> ListEntry:
    place = formats.marked(f"{village.county} · {village.province}", desk.language)
    return _row(desk, "villages", village.id, village.name, place)


def shop_row(shop: Shop, desk: Desk, names: Mapping[str, str]) -> ListEntry:
    """names: of villages, by id."""
    words = words_of(desk)
    of = words["comma"].join(names[place] for place in shop.village_ids if place in names)
    return _row(desk, "shops", shop.id, shop.name, formats.marked(of, desk.language))


def producer_row(producer: Producer, desk: Desk, names: Mapping[str, str]) -> ListEntry:
    words = words_of(desk)
    meta = [words[f"kind_{producer.kind}"]]
    if producer.village_id in names:
        meta.append(formats.marked(names[producer.village_id], desk.language))
    if producer.household_code:
        meta.append(formats.marked(producer.household_code, desk.language))
    return _row(desk, "producers", producer.id, producer.display_name, *meta)


def _row(desk: Desk, subject: Subject, identity: str, name: str, *meta: Any) -> ListEntry:
    return ListEntry(
        href=desk.link(f"{PATHS[subject]}/{identity}"),
        title=formats.marked(name, desk.language),
        meta=meta,
    )


# --- the journal ---------------------------------------------------------------------------------


def history(
    changes: Iterable[tuple[Change, str | None]],
    entries: Sequence[Entry],
    desk: Desk,
    choices: Choices,
) -> list[tuple[str, str, str]]:
    """(what, when and by whom, why), newest first. Each change comes with its account's name."""
    words = words_of(desk)
    names = {entry.rule: entry.name for entry in entries} | {LABEL_NAME: LABEL_NAME}
    labels = [(name, words[f"label_name_{name}"]) for name in get_args(LabelName)]
    chosen = {**choices, LABEL_NAME: labels}
    return [
        (
            what_changed(change, names, words, chosen),
            when_and_who(change, name, desk, words),
            change.why,
        )
        for change, name in changes
    ]


def what_changed(change: Change, names: Mapping[str, str], words: Words, choices: Choices) -> str:
    """村名：容溪 → 容溪村. names: of inputs, by field."""
    old, new = json.loads(change.old or "{}"), json.loads(change.new)
    lines = []
    for field in new:
        if field == "closed_at":
            lines.append(words["history_closed" if new[field] else "history_opened"])
        elif field == "password_hash":
            lines.append(words["history_password_hash"])
        else:
            name = names.get(field, field)
            shown = dict(choices.get(name, ()))
            lines.append(
                words.plain(
                    "history_line",
                    field=words[f"in_{name}"] if name in names.values() else field,
                    old=_shown(old.get(field), shown, words),
                    new=_shown(new[field], shown, words),
                )
            )
    return "；".join(lines) if words.language == "zh-CN" else "; ".join(lines)


def _shown(value: Any, names: Mapping[str, str], words: Words) -> str:
    if isinstance(value, list):
        return words["comma"].join(names.get(part, HIDDEN) for part in value) or words["unnamed"]
    return names.get(value, str(value)) if value not in (None, "") else words["unnamed"]


# --- the five steps ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Step:
    """One of the five. names: of some that are there. missing: keys of the copy, what is lacking
    still. add: where one is made."""

    key: str
    names: Sequence[str]
    more: bool
    missing: Sequence[str]
    path: str
    add: str

    @property
    def done(self) -> bool:
        return bool(self.names) and not self.missing


def setup_page(desk: Desk, steps: Sequence[Step], *, done: str | None) -> Page:
    """What is there, and the next thing to do."""
    words = words_of(desk)
    coming = next((step for step in steps if not step.done), None)
    button = (
        (words[f"next_{coming.key}"], desk.link(coming.add, setup="1"))
        if coming
        else (words["to_desk"], desk.link("/cadre/batches"))
    )
    return desk_page(
        "office/setup.html",
        desk,
        words,
        tab=SETUP,
        title=words["setup_title" if coming else "catalogue_title"],
        lead=words["setup_text" if coming else "catalogue_text"],
        done=words[f"done_{done}"] if done in {"new", "changed"} else "",
        steps=[_step(step, number, desk, words) for number, step in enumerate(steps, 1)],
        button=button,
    )


def _step(step: Step, number: int, desk: Desk, words: Words) -> dict[str, Any]:
    chip: tuple[str, Kind]
    if step.missing:
        chip = (words["comma"].join(words[key] for key in step.missing), "warn")
    elif not step.names:
        chip = (words["none_yet"], "warn")
    else:
        chip = (words("count_more" if step.more else "count", n=len(step.names)), "ok")
    names = words["comma"].join(step.names[:6]) + ("…" if len(step.names) > 6 else "")
    return {
        "title": f"{number} · {words[f'step_{step.key}']}",
        "why": words[f"why_{step.key}"],
        "names": formats.marked(names, desk.language),
        "chip": chip[0],
        "kind": chip[1],
        "list": desk.link(step.path) if step.names else "",
        "add": desk.link(step.add, setup="1"),
        "about": words[f"step_{step.key}"],
    }
