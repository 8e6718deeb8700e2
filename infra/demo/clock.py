"""Names and times of the demo: everything hangs on the moment it was first loaded."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from chalicelib.domain.fields import CHINA, china_date

DAYS = 10
"""How long the story lasts; it ends at the moment of loading."""

_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_URL, "https://github.com/shanhuo/demo")


def uid(name: str) -> str:
    """The id of a demo thing, the same on every machine and every run."""
    return str(uuid.uuid5(_NAMESPACE, name))


@dataclass(frozen=True)
class TenDays:
    """`end` is the moment of loading: deadlines that are open then are alive for the reader."""

    end: datetime

    @property
    def start(self) -> datetime:
        return self.end - timedelta(days=DAYS + 1)

    def day(self, back: int, clock: str) -> datetime:
        """China's clock time on the day `back` days before the last one."""
        day = china_date(self.end) - timedelta(days=back)
        return datetime.combine(day, time.fromisoformat(clock), CHINA)

    def ago(self, hours: float) -> datetime:
        return self.end - timedelta(hours=hours)

    def date(self, back: int) -> date:
        return china_date(self.end) - timedelta(days=back)

    def lot(self, prefix: str, back: int) -> str:
        """A lot as cooperatives write it: what it is and the day it was picked."""
        return f"{prefix}-{self.date(back):%m%d}"
