"""What scanners and phones make of a code, a lot and an order number; for both who read them."""

from collections.abc import Callable

FULL_WIDTH = {char: char + 0xFEE0 for char in range(0x21, 0x7F)}
SET_82 = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"
"""GS1 General Specifications 7.11, figure 7.11-1: what a lot may hold."""
LOTS = [f"A{char}7{char}Z" for char in SET_82]

WAYS: dict[str, Callable[[str], str]] = {
    "as it is": lambda text: text,
    "in lower case": str.lower,
    "in full width": lambda text: text.translate(FULL_WIDTH),
    "in full width and lower case": lambda text: text.lower().translate(FULL_WIDTH),
    "with a tab and a line break behind": lambda text: f"{text}\t\r\n",
    "with blanks around": lambda text: f" {text}　",
}
"""How one text reaches us, whatever it is."""
DASHES = "－–—‐‑−―"
