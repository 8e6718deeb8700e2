"""Telephone numbers as people and platforms write them: one number, its extension, its masks.

A request keeps a number as it was typed, without what only parts it (`kept`), as a repeated request
is known by that. It is compared, hashed, sealed and shown in one form (`canonical`): 11 digits of a
mobile, an area code with its 0 and the number, 400 numbers, short ones, "+" and all digits of one
abroad; then "-" and the extension, if there is one. Two people behind one stand-in number differ by
their extensions alone.
"""

import re
from functools import lru_cache

from .text import half_width, is_scientific

LONGEST_PHONE = 60
"""Characters of what is read; the longest number with words around takes half of them."""
TELLING_DIGITS = 4
"""Of a masked number; the last four are what couriers ask for."""
MOST_SHOWN, ONE_SHOWN_OF = 2, 5
"""Of the digits of any number but a mobile's."""

_MOBILE = r"1[3-9][0-9]{9}"
_SHOWN_AS_MOBILE = r"1[3-9*][0-9*]{9}"
_AREA = r"(?:10|2[0-9]|(?!95[06-9]|[48]00)[3-9][0-9]{2})"
_LANDLINE = _AREA + r"[0-9]{7,8}"
_SERVICE = r"[48]00[0-9]{7}|95[0-9]{3,6}|95013[0-9]{4,12}"
_LOCAL = r"(?!95|[48]00)[2-9][0-9]{6,7}"
_COMPLETE = re.compile(
    rf"(?:\+86|0086|86)?0?{_MOBILE}|(?:(?:86)?0|(?:\+86|0086)0?){_LANDLINE}"
    rf"|(?:\+86|0086)?(?:[48]00[0-9]{{7}}|95[0-9]{{3,4}}|{_LOCAL})"
)
"""What a hyphen can only part from an extension."""
_MASKED = re.compile(r"(?=.{4})\+?[0-9]{0,7}\*{1,15}[0-9]{0,7}")
_WHOLE_MASK = 11
"""Characters of a masked number that an extension can follow."""

_DASHES = re.compile("[-\u2010-\u2015\u2212\u2043\u30fc\ufe58~_]+")
_MARK = r"(?:[-,;:#.]|转接?|轉|分机号?|分機號?|内线|內線|extension|extn?|x)+"
_MARKED = re.compile(rf"(.*[0-9*])({_MARK})([0-9]{{1,6}})#?", re.I)
_BRACKETED = re.compile(rf"(.*[0-9*])[\[【(〔](?:{_MARK})?([0-9]{{1,6}})[\]】)〕]", re.I)
_PARTING = re.compile(r"[\s()\[\]【】〔〕-]")

_IN_NAME = re.compile(
    r"[\[【〔]([0-9]{2,6})[\]】〕]|\(([0-9]{4})\)|(?:转接?|轉|分机号?)\s*([0-9]{2,6})\s*$|[-_]\s*([0-9]{4})\s*$"
)
_IN_ADDRESS = re.compile(r"[\[【〔]([0-9]{4})[\]】〕]\s*$|(?:转接?|轉|分机号?)\s*([0-9]{4})\s*$")
"""Stand-in numbers have extensions of four digits; shorter ones there are rooms, and so may be what
stands in round brackets."""

_AMERICAN_AREAS = frozenset(
    re.findall(
        r"[0-9]{3}",
        """
    301 302 303 304 305 306 307 308 309 310 312 313 314 315 316 317 318 319 320 321 323 324 325 326
    327 329 330 331 332 334 336 337 339 341 343 346 347 350 351 352 353 354 360 361 363 364 365 367
    368 369 380 382 385 386 401 402 403 404 405 406 407 408 409 410 412 413 414 415 416 417 418 419
    423 424 425 428 430 431 432 434 435 437 438 440 442 443 445 447 448 450 458 463 464 468 469 470
    472 474 475 478 479 480 484 501 502 503 504 505 506 507 508 509 510 512 513 514 515 516 517 518
    519 520 530 531 534 539 540 541 548 551 557 559 561 562 563 564 567 570 571 572 573 574 575 579
    580 581 582 584 585 586 587 601 602 603 604 605 606 607 608 609 610 612 613 614 615 616 617 618
    619 620 623 626 628 629 630 631 636 639 640 641 645 646 647 650 651 656 657 658 659 660 661 662
    667 669 670 671 672 678 680 681 682 683 686 689 701 702 703 704 705 706 707 708 709 712 713 714
    715 716 717 718 719 720 724 725 726 727 728 730 731 732 734 737 738 740 742 743 747 748 753 754
    757 758 760 762 763 765 769 770 771 772 773 774 775 778 779 780 781 782 785 786 787 801 802 803
    804 805 806 807 808 809 810 812 813 814 815 816 817 818 819 820 821 825 826 828 829 830 831 832
    835 838 839 840 843 845 847 848 849 850 854 856 857 858 859 860 862 863 864 865 867 868 870 872
    873 876 878 879 901 902 903 904 905 906 907 908 909 910 912 913 914 915 916 917 918 919 920 925
    928 929 930 931 934 936 937 938 939 940 941 942 943 945 947 948 949 951 952 954 956 959 970 971
    972 973 975 978 979 980 983 984 985 986 989
    """,
    )
)
"""Area codes in use in North America (+1), of those that a mobile of China could begin with."""


class NotAPhone(ValueError):
    """What cannot be a telephone number: (zh-CN, English), for whoever sent it."""

    def __init__(self) -> None:
        super().__init__(
            "应为电话号码，如 13800000000、0559-1234567；分机写在后面，如 13800000000-1234；"
            "境外号码以 + 开头",
            "must be a phone number, e.g. 13800000000 or 0559-1234567; an extension stands behind"
            " it, e.g. 13800000000-1234; numbers abroad begin with +",
        )


class DigitsLost(NotAPhone):
    """A spreadsheet wrote it as 1.38E+10."""


def kept(text: str) -> str:
    """A number as an order keeps what was typed. Raises NotAPhone, DigitsLost.

    Without an extension that is what releases before 0.2 made of it, so that a request is the same
    request after them.
    """
    return _kept(text, masks=False)


def kept_or_masked(text: str) -> str:
    """The same, or as a platform masks it: 138****5678, 1**********. Raises as `kept` does."""
    return _kept(text, masks=True)


def _kept(text: str, *, masks: bool) -> str:
    number, extension = _parted(text)
    plain = _without_country(number)
    masked = masks and "*" in plain and _MASKED.fullmatch(plain)
    if not masked and _one_form(plain, abroad=plain != number) is None:
        raise NotAPhone
    return f"{plain}-{extension}" if extension else plain


def _parted(text: str) -> tuple[str, str]:
    """The digits of a number, with its + and masks, and of its extension.

    A hyphen before the last digits parts an extension off where what stands before it is a number
    with all its digits, and parts the number itself everywhere else: 0559-123-4567, 400-000-0000.
    """
    if len(text) > LONGEST_PHONE:
        raise NotAPhone
    plain = re.sub(r"\s+", "", half_width(text, LONGEST_PHONE))
    if is_scientific(plain):
        raise DigitsLost
    plain = _DASHES.sub("-", plain)
    whole = _PARTING.sub("", plain)
    marked = _BRACKETED.fullmatch(plain)
    if marked and _is_complete(before := _PARTING.sub("", marked[1])):
        return before, marked[2]
    marked = _MARKED.fullmatch(plain)
    if marked is None:
        return whole, ""
    before = _PARTING.sub("", marked[1])
    if _is_complete(before):
        return before, marked[3]
    if marked[2] != "-":
        raise NotAPhone
    return whole, ""


def _is_complete(number: str) -> bool:
    """Whether it can have an extension. Not one from abroad, whose hyphens part anything."""
    masked = "*" in number and len(number) >= _WHOLE_MASK
    return masked or _COMPLETE.fullmatch(number) is not None


def _without_country(number: str) -> str:
    """Without China's 86, as releases before 0.2 took it off too."""
    return re.sub(r"^(\+86|0086|86(?=1[0-9*]{10}$))", "", number)


def canonical(phone: str) -> str:
    """The one form of a number that `kept` gave, in this release or in one before.

    What is masked, and what older releases took that is no number, stays as it is.
    """
    number, _, extension = phone.partition("-")
    form = _one_form(number, abroad=True) or number
    return f"{form}-{extension}" if extension else form


def _one_form(number: str, *, abroad: bool) -> str | None:
    """abroad: it was typed with China's 86 before it, so an area code needs no 0."""
    if matched := re.fullmatch(rf"(\+|00)?(?:86)?0?({_MOBILE})", number):
        digits = matched[2]
        if not matched[1] or digits[1:4] not in _AMERICAN_AREAS or digits[4] in "01":
            return digits
    if matched := re.fullmatch(rf"(?:86)?0({_LANDLINE})", number):
        return f"0{matched[1]}"
    if re.fullmatch(_SERVICE, number) or re.fullmatch(_LOCAL, number):
        return number
    if abroad and re.fullmatch(_LANDLINE, number):
        return f"0{number}"
    if matched := re.fullmatch(r"(?:\+|00)([1-9][0-9]{5,14})", number):
        return f"+{matched[1]}"
    return None


def former(phone: str) -> str:
    """What releases before 0.2 kept of the same typed number: its extension ran into its digits."""
    return phone.replace("-", "")


@lru_cache(8)  # one request asks for one buyer's number six times
def with_extension(phone: str, name: str, address: str) -> str:
    """The one form of a number, with the extension that a platform puts into name or address.

    农户甲[1111] at 13800000401 is 13800000401-1111: other extensions are other people. The name
    counts before the address, an extension of the number's own before both.
    """
    number = canonical(phone)
    if "-" in number or "*" in number:
        return number
    extension = next(iter(extensions(name, address)), None)
    return f"{number}-{extension}" if extension else number


def counted(phone: str) -> str:
    """The number by which a buyer's share of an offer is counted.

    A mobile has one owner, who may write any extension behind it; behind a landline's and a 400
    number's there are many people.
    """
    number = canonical(phone)
    bare = number.partition("-")[0]
    return bare if re.fullmatch(_MOBILE, bare) else number


def extensions(name: str, address: str) -> list[str]:
    """Those that stand in a name and in an address; two that differ are of two people."""
    matches = (
        _IN_NAME.search(half_width(name, 120)),
        _IN_ADDRESS.search(half_width(address, 240)),
    )
    return list(dict.fromkeys(matched[matched.lastindex or 1] for matched in matches if matched))


def without_extension(name: str) -> str:
    """A name that is shown to whoever has a link: 农户甲[1111] without what reaches the person."""
    plain = re.sub(r"[\[［【〔]\d{2,6}[\]］】〕]|[(（]\d{4}[)）]", "", name)
    plain = re.sub(r"\s*(?:(?:转接?|轉|分机号?)\s*\d{2,6}|[-－_]\s*\d{4})\s*$", "", plain)
    return plain.strip() or name[:1]


def is_own(phone: str) -> bool:
    """Whether a number is one person's own, and neither a mask nor a platform's stand-in.

    An extension of a mobile or a 400 number is a stand-in's; one of a landline is a desk's.
    """
    number, _, extension = canonical(phone).partition("-")
    if "*" in number:
        return False
    return not extension or re.fullmatch(rf"{_MOBILE}|[48]00[0-9]{{7}}", number) is None


def is_fully_masked(phone: str) -> bool:
    """Whether a mask leaves too few digits to know anybody by."""
    return "*" in phone and sum(character.isdigit() for character in phone) < TELLING_DIGITS


def tail(phone: str) -> str | None:
    """The last digits, by which a seller and a courier know a buyer, and the extension: 0401-1111.

    None of a number whose end is masked.
    """
    number, _, extension = canonical(phone).partition("-")
    last = number[-TELLING_DIGITS:].lstrip("*")
    return "-".join(filter(None, (last, extension))) or None


def masked(phone: str) -> str:
    """Enough to recognise it, too little for whoever finds the link: 138****0001, ****67.

    Of what is no mobile's number, which may be short, or begin with an area code that the address
    tells: MOST_SHOWN of the last digits, and no more than one in ONE_SHOWN_OF.
    """
    number = canonical(phone).partition("-")[0]
    if re.fullmatch(_SHOWN_AS_MOBILE, number):
        return f"{number[:3]}****{number[-4:]}"
    digits = sum(character.isdigit() for character in number)
    shown = min(MOST_SHOWN, digits // ONE_SHOWN_OF)
    return f"****{number[len(number) - shown :].lstrip('*')}"


def shown(phone: str) -> tuple[str, str]:
    """A number in groups as people read it out, and its extension: ("0559-1234567", "12")."""
    number, _, extension = canonical(phone).partition("-")
    groups: tuple[str, ...] = (number,)
    if re.fullmatch(_MOBILE, number):
        groups = (number[:3], number[3:7], number[7:])
    elif re.fullmatch("[48]00[0-9]{7}", number):
        groups = (number[:3], number[3:6], number[6:])
    elif matched := re.fullmatch(rf"(0(?:10|2[0-9]|{_AREA}))([0-9]{{7,8}})", number):
        groups = matched.groups()
    return "-".join(groups), extension


def to_dial(phone: str) -> str:
    """For a tel: link; the comma lets a telephone wait before it dials the extension."""
    return canonical(phone).replace("-", ",")
