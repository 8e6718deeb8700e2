"""What the process gives back to the machine, which in a village may have 2 GB."""

import ctypes

_M_TRIM_THRESHOLD, _M_MMAP_THRESHOLD, _M_ARENA_MAX = -1, -3, -8
"""From glibc's malloc.h."""
SMALL = 128 * 1024


def give_back() -> None:
    """Of itself glibc keeps what a password's hash took (19 MB), in an arena for each few threads:
    a third of all that a server held. Another C library is left as it is."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        for option, value in (
            (_M_ARENA_MAX, 1),
            (_M_MMAP_THRESHOLD, SMALL),
            (_M_TRIM_THRESHOLD, SMALL),
        ):
            mallopt(option, value)
