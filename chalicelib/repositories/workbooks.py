"""XLSX files: what each of their sheets holds.

Formulas are never evaluated: of a cell with one the value that was saved beside it counts.
"""

import posixpath
from dataclasses import dataclass

from chalicelib.domain.errors import Refusal

from .parts import BROKEN, Archive, Attributes, Reader, attribute, too_large
from .worksheets import Cells, Strings, Styles

MOST_SHEETS = 50


class _Relations(Reader):
    """Of a part to others: id -> (kind, name of the part)."""

    def __init__(self, archive: Archive, part: str) -> None:
        self.targets: dict[str, tuple[str, str]] = {}
        self._folder = posixpath.dirname(part)
        archive.read(f"{self._folder}/_rels/{posixpath.basename(part)}.rels", self)

    def begin(self, name: str, attributes: Attributes) -> None:
        if name == "Relationship" and attributes.get("TargetMode") != "External":
            target = attributes.get("Target", "").replace("\\", "/")
            path = posixpath.normpath(posixpath.join("/", self._folder, target))
            kind = attributes.get("Type", "").rpartition("/")[2]
            self.targets[attributes.get("Id", "")] = kind, path

    def of_kind(self, kind: str) -> str | None:
        return next((path for relation, path in self.targets.values() if relation == kind), None)


class _Contents(Reader):
    """The sheets of a workbook: name, state and id of the relation; and from when days count."""

    def __init__(self) -> None:
        self.sheets: list[tuple[str, str, str]] = []
        self.since_1904 = False

    def begin(self, name: str, attributes: Attributes) -> None:
        if name == "workbookPr":
            self.since_1904 = attributes.get("date1904") in {"1", "true"}
        elif name == "sheet":
            if len(self.sheets) >= MOST_SHEETS:
                raise too_large()
            state = attributes.get("state", "visible")
            self.sheets.append(
                (attributes.get("name", ""), state, attribute(attributes, "id") or "")
            )


@dataclass(frozen=True)
class Grid:
    """A sheet as it is written. rows: those that hold something, each with its number from 1.

    too_wide: something stands to the right of the last column that is taken.
    """

    name: str
    hidden: bool
    rows: list[tuple[int, list[str]]]
    too_wide: bool = False


def grids_of(content: bytes) -> list[Grid]:
    """All worksheets, hidden ones too. Raises "file_unreadable", "file_too_large"."""
    try:
        return _grids(Archive(content))
    except BROKEN:
        raise Refusal("file_unreadable") from None


def _grids(archive: Archive) -> list[Grid]:
    book = _Relations(archive, "/").of_kind("officeDocument") or "/xl/workbook.xml"
    contents = _Contents()
    archive.read(book, contents)
    if not contents.sheets:
        raise Refusal("file_unreadable")
    relations = _Relations(archive, book)
    strings, styles = Strings(), Styles()
    archive.read(relations.of_kind("sharedStrings") or "/xl/sharedStrings.xml", strings)
    archive.read(relations.of_kind("styles") or "/xl/styles.xml", styles)
    read: dict[str, Cells] = {}
    grids = []
    for name, state, id in contents.sheets:
        kind, path = relations.targets.get(id, ("", ""))
        if kind != "worksheet":
            continue
        if not archive.has(path):
            raise Refusal("file_unreadable")
        if path not in read:  # several may claim the same part
            read[path] = Cells(strings.texts, styles.dates, contents.since_1904)
            archive.read(path, read[path])
        cells = read[path]
        grids.append(Grid(name, state != "visible", cells.rows(), cells.too_wide))
    return grids
