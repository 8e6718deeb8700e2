"""All copy of the pages: key -> (zh-CN, English), one table a subject.

`{facts}` in a text are filled in by name. A page opens the tables it needs:
`Words("en", shared.TEXTS, trace.TEXTS)`; templates then write `{{ t.key }}` or
`{{ t("key", count=3) }}`.
"""

from typing import Literal, get_args

from markupsafe import Markup, escape

Language = Literal["zh-CN", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
TextTable = dict[str, tuple[str, str]]


class Words:
    """The copy of one page in one language. An unknown key is a KeyError, never an empty line."""

    def __init__(self, language: Language, *tables: TextTable) -> None:
        self.language = language
        self.tables = tables
        self._column = LANGUAGES.index(language)

    def __getitem__(self, key: str) -> str:
        for table in self.tables:
            if key in table:
                return table[key][self._column]
        raise KeyError(f"no text {key!r}")

    def __call__(self, key: str, **facts: object) -> Markup:
        """The text with its facts, safe to print: what is not Markup in `facts` is escaped."""
        safe = {name: escape(fact) for name, fact in facts.items()}
        return Markup(self[key].format(**safe))  # noqa: S704 - our own copy, escaped facts

    def plain(self, key: str, **facts: object) -> str:
        """The same for where HTML does not reach: titles, attributes, JSON."""
        return self[key].format(**facts)
