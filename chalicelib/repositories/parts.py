"""The parts of an XLSX file, read in an amount of work that the file's size does not decide.

Only the parts that hold cells are read, by expat, with their names and namespaces in any spelling;
what spreadsheet programs forgive in styles and properties is never looked at. Everything is counted
while it is read: a workbook of 2 KB may claim millions of cells.
"""

import io
import zipfile
import zlib
from typing import IO, Any
from xml.parsers import expat

from chalicelib.domain.errors import Refusal
from chalicelib.domain.imports import MOST_COLUMNS, MOST_ROWS

MOST_UNPACKED = 48 * 1024 * 1024
"""Bytes of all parts together: three times what 10,000 rows of 60 columns take."""
MOST_PARTS = 2000
MOST_ELEMENTS = 2_500_000
"""Of XML in all parts that are read: a cell of the largest workbook has three, a row one."""
DEEPEST = 60
CHUNK = 64 * 1024
LONGEST_TOKEN = 4 * CHUNK
"""Bytes of one piece of mark-up: a tag with its attributes, a comment, a declaration. expat goes
over one that has not ended from its beginning with every chunk. Texts are no such pieces, and of
what spreadsheet programs write the longest take a few KB."""
MOST_ATTRIBUTES = 200
"""Of one element. The root with its namespaces has thirty; each costs as much as an element."""

BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    expat.ExpatError,
    ValueError,
    OSError,
    EOFError,
    RuntimeError,  # a part with a password
    NotImplementedError,
    LookupError,  # also an encoding that nobody knows
)
"""What a torn file, or one that only looks like one of these, raises."""

TAKEN = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
"""How spreadsheets are packed; others are unpacked by what has errors of its own."""

Attributes = dict[str, str]


def too_large() -> Refusal:
    """Says how much is taken."""
    megabytes = MOST_UNPACKED // (1024 * 1024)
    return Refusal("file_too_large", rows=MOST_ROWS, columns=MOST_COLUMNS, megabytes=megabytes)


class ElementCount:
    """What the parts of a workbook ask for, counted; refused as soon as it is too much."""

    def __init__(self) -> None:
        self.elements = 0

    def read(self, part: IO[bytes], reader: "Reader") -> None:
        """Raises "file_too_large"; "file_unreadable" for entities, for endless nesting and for
        mark-up that no spreadsheet program writes.

        Entities have no place in a sheet: whatever the part is called, however it is encoded, and
        however long the comments before the declaration are.
        """
        parser = expat.ParserCreate()
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _refuse
        depth = 0

        def begin(name: str, attributes: Attributes) -> None:
            nonlocal depth
            depth += 1
            self.elements += 1
            if depth > DEEPEST or len(attributes) > MOST_ATTRIBUTES:
                raise Refusal("file_unreadable")
            if self.elements > MOST_ELEMENTS:
                raise too_large()
            reader.begin(_local(name), attributes)

        def end(name: str) -> None:
            nonlocal depth
            depth -= 1
            reader.end(_local(name))

        parser.StartElementHandler = begin
        parser.EndElementHandler = end
        parser.CharacterDataHandler = reader.text
        given = 0
        while some := part.read(CHUNK):
            parser.Parse(some)
            given += len(some)
            if given - parser.CurrentByteIndex > LONGEST_TOKEN:
                raise Refusal("file_unreadable")
        parser.Parse(b"", True)


class Reader:
    """What is to be done with a part's elements; names come without their namespaces."""

    def begin(self, name: str, attributes: Attributes) -> None: ...

    def end(self, name: str) -> None: ...

    def text(self, some: str) -> None: ...


def _local(name: str) -> str:
    return name.rpartition(":")[2] if ":" in name else name


def attribute(attributes: Attributes, name: str) -> str | None:
    """In any namespace."""
    return next((value for key, value in attributes.items() if _local(key) == name), None)


def _refuse(*_: Any) -> None:
    raise Refusal("file_unreadable")


class Archive:
    """The parts of a workbook. zipfile itself stops at the sizes that they declare."""

    def __init__(self, content: bytes) -> None:
        self._zip = zipfile.ZipFile(io.BytesIO(content))
        infos = self._zip.infolist()
        if len(infos) > MOST_PARTS or sum(info.file_size for info in infos) > MOST_UNPACKED:
            raise too_large()
        self._infos = {_spelt(info.filename): info for info in infos}
        self._work = ElementCount()

    def read(self, name: str, reader: Reader) -> None:
        """Nothing, if there is no such part."""
        info = self._infos.get(_spelt(name))
        if info is not None:
            if info.compress_type not in TAKEN:
                raise Refusal("file_unreadable")
            with self._zip.open(info) as part:
                self._work.read(part, reader)

    def has(self, name: str) -> bool:
        return _spelt(name) in self._infos


def _spelt(name: str) -> str:
    """As it is compared: some programs write backslashes, or another case than they refer to."""
    return name.replace("\\", "/").lstrip("/").lower()
