"""Addresses by the divisions that there are: province, city, county, and what is left of the line.

Names are no keys: 朝阳区 is in two cities, 鼓楼区 in four. So a part is read only where the table
has it within the part before, and what may be two places, or none, is asked about. What was typed
stays as it was typed; only parts that were left out are filled in.
"""

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import cache
from typing import NamedTuple

LONGEST_ADDRESS = 300
"""Characters of an address in one cell; a line of ours and its divisions take fewer."""

_EMPTY = r"(?<![A-Za-z0-9])(?:null|undefined|nan)(?![A-Za-z0-9])"
_GAP = re.compile(rf"(?:[\s,，、/|;；>·-]|{_EMPTY})*", re.I)
_NO_CITY = re.compile(
    r"(?:省|自治区)?直辖(?:县级)?(?:行政)?(?:区划|单位|县|市)*(?=[\s,，、/|;；>·-]|[一-龥])"
)
"""Stands where a city would, above counties that are right below their province."""
_NO_PARTS = frozenset({"市辖区", "县", "郊县"})
_NO_DISTRICT = re.compile(r"(?:市辖区|郊县|县)(?=[\s,，、/|;；>·-])")
_TOWN = re.compile(r"[一-龥]{1,6}?(?:镇|街道)")
_ZONE = re.compile(
    r"(?:[一-龥]{1,10}?)?(?:开发区|产业区|高新区|经开区|工业园区|工业园"
    r"|园区|新区|示范区|管理区|度假区|保税区|其它区|其他区)"
)
"""Platforms offer these in place of a district; they are in no table of divisions."""
_LIKE_A_DISTRICT = re.compile(r"[一-龥]{1,9}?(?:区|县|旗|市)")
_PEOPLES = re.compile(
    r"(?:蒙古族藏族|土家族苗族|苗族侗族|布依族苗族|藏族羌族|傣族景颇族|哈尼族彝族|壮族苗族|蒙古族"
    r"|朝鲜族|柯尔克孜|哈萨克|蒙古|傈僳族|傣族|彝族|白族|藏族|回族)自治州$"
)
_KINDS = re.compile("维吾尔自治区|壮族自治区|回族自治区|特别行政区|自治区|省|市")


class Place(NamedTuple):
    province: str
    city: str
    district: str
    detail: str


class NoSuchPlace(ValueError):
    """code: "address" when the parts cannot be told, "no_city" for a `place` of several cities."""

    def __init__(self, place: str = "") -> None:
        super().__init__(place)
        self.code = "no_city" if place else "address"
        self.facts = {"value": place} if place else {}


@dataclass
class _City:
    """name: "" for the counties right below a province. counties: former names as well."""

    name: str
    names: list[str] = field(default_factory=list)
    counties: list[str] = field(default_factory=list)


@dataclass
class _Province:
    name: str
    short: str
    cities: list[_City] = field(default_factory=list)

    @property
    def is_a_city(self) -> bool:
        return self.name.endswith("市")

    def cities_with(self, county: str) -> list[_City]:
        return [city for city in self.cities if county in city.counties]


@cache
def _provinces() -> list[_Province]:
    """Read when the first address is; 10 ms."""
    from .divisions import NAMES

    provinces: list[_Province] = []
    for word in NAMES.split():
        if word.startswith("="):
            name = word[1:]
            short = name[:3] if name[:2] in {"黑龙", "内蒙"} else name[:2]
            provinces.append(_Province(name, short))
        elif word.startswith("/~"):
            provinces[-1].cities[-1].names.append(word[2:])
        elif word.startswith("/"):
            provinces[-1].cities.append(_City(word[1:], [word[1:]] if word[1:] else []))
        else:
            provinces[-1].cities[-1].counties.append(word.removeprefix("~"))
    for province in provinces:
        for city in province.cities:
            city.counties.sort(key=len, reverse=True)
    return provinces


def _short(city: str) -> list[str]:
    """Names that leave off what kind of city it is: 广州, 恩施州 and 恩施."""
    prefecture = _PEOPLES.sub("", city)
    if prefecture != city:
        return [f"{prefecture}州", prefecture]
    short = re.sub(r"(?:地区|市|盟)$", "", city)
    return [short] if len(short) > 1 else []


def read(text: str) -> Place:
    """An address in one cell. Raises NoSuchPlace."""
    if len(text) > LONGEST_ADDRESS:
        raise NoSuchPlace
    plain = re.sub(r"^(?:中华人民共和国|中国)\s*", "", text.strip())
    readings = {reading for province in _provinces() for reading in _in_province(province, plain)}
    best = min((len(reading.detail) for reading in readings), default=0)
    # of two readings the one that tells more of the text; an address of nothing else is none
    closest = {reading for reading in readings if len(reading.detail) == best}
    if len(closest) == 1 and best:
        return closest.pop()
    raise NoSuchPlace(_without_its_city(plain))


def _without_its_city(plain: str) -> str:
    """The district that the address begins with, in place of its city; "" for none."""
    for province in _provinces():
        starts = [_gap(plain, len(typed)) for typed in _heads(province, plain)]
        for at in starts or ([] if province.is_a_city else [0]):
            for city in province.cities:
                for county, _ in _counties(city, plain, at):
                    return county
    return ""


def _in_province(province: _Province, plain: str) -> set[Place]:
    readings = set()
    for typed in _heads(province, plain):
        at = _gap(plain, len(typed))
        if province.is_a_city:
            readings |= _in_municipality(province, typed, plain, at)
        else:
            readings |= _in_cities(province, typed, plain, at) | _without_city(
                province, typed, plain, at
            )
    for city in province.cities:  # whose full name is of one province alone
        if city.name and plain.startswith(city.name) and not province.is_a_city:
            end = _gap(plain, len(city.name))
            readings |= _in_city(province.name, city, city.name, plain, end)
    return readings


def _heads(province: _Province, plain: str) -> set[str]:
    """How the province is written there, with and without what kind of province it is."""
    if not plain.startswith(province.short):
        return set()
    kinds = _KINDS.match(plain, len(province.short))
    whole = plain[: kinds.end()] if kinds else province.short
    if whole.endswith("市") and not province.is_a_city:  # 吉林市 is not the province
        whole = province.short
    return {whole, province.short}


def _in_municipality(province: _Province, typed: str, plain: str, at: int) -> set[Place]:
    again = re.match(rf"(?:{province.name}|{province.short}(?!路|街))", plain[at:])
    starts = {at, _gap(plain, at + again.end())} if again else {at}
    readings = set()
    for start in starts:
        for county, end in _counties(province.cities[0], plain, _past(_NO_DISTRICT, plain, start)):
            readings.add(Place(typed, province.name, county, plain[_gap(plain, end) :]))
    return readings


def _in_cities(province: _Province, typed: str, plain: str, at: int) -> set[Place]:
    readings = set()
    for city in province.cities:
        if not city.name:
            continue
        for name in city.names:
            if plain.startswith(name, at):
                end = _gap(plain, at + len(name))
                if plain.startswith(name, end):
                    end = _gap(plain, end + len(name))
                readings |= _in_city(typed, city, name, plain, end)
        for short in _short(city.name):
            if plain.startswith(short, at):
                end = _gap(plain, at + len(short))
                for county, after in _counties(city, plain, end):
                    readings.add(Place(typed, city.name, county, plain[_gap(plain, after) :]))
    return readings


def _in_city(typed: str, city: _City, name: str, plain: str, at: int) -> set[Place]:
    """Below a city whose whole name is written."""
    at = _past(_NO_DISTRICT, plain, at)
    readings = {
        Place(typed, name, county, plain[_gap(plain, end) :])
        for county, end in _counties(city, plain, at)
    }
    if readings:
        return readings
    part = _TOWN.match(plain, at) if not city.counties else _ZONE.match(plain, at)
    if part and not _is_elsewhere(part[0]):
        return {Place(typed, name, part[0], plain[_gap(plain, part.end()) :])}
    if _LIKE_A_DISTRICT.match(plain, at):
        return set()
    return {Place(typed, name, name, plain[at:])}


def _is_elsewhere(name: str) -> bool:
    return any(province.cities_with(name) for province in _provinces())


def _without_city(province: _Province, typed: str, plain: str, at: int) -> set[Place]:
    """Counties right below the province, and those whose own name says which city they are in."""
    start = _past(_NO_CITY, plain, at)
    readings = set()
    for city in province.cities:
        for county, end in _counties(city, plain, start if not city.name else at):
            detail = plain[_gap(plain, end) :]
            if not city.name:
                readings.add(Place(typed, county, county, detail))
            elif county[-1] != "区" and len(province.cities_with(county)) == 1:
                readings.add(Place(typed, city.name, county, detail))
    return readings


def _counties(city: _City, plain: str, at: int) -> list[tuple[str, int]]:
    """The longest of its counties that stands there, and where it ends."""
    for county in city.counties:
        if plain.startswith(county, at):
            return [(county, at + len(county))]
    return []


def _gap(plain: str, at: int) -> int:
    """Where the next part begins."""
    return _past(_GAP, plain, at)


def _past(pattern: re.Pattern[str], plain: str, at: int) -> int:
    matched = pattern.match(plain, at)
    if not matched or not matched[0]:
        return at
    return matched.end() if pattern is _GAP else _gap(plain, matched.end())


def _is_of_another(province: _Province, city: str, district: str) -> bool:
    """Whether the table has the district, and the city, but not the one in the other."""
    meant = [town for town in province.cities if city in {*town.names, *_short(town.name)}]
    return (
        bool(meant)
        and not any(district in town.counties for town in meant)
        and _is_elsewhere(district)
    )


def of_columns(province: str, city: str, district: str, detail: str) -> Place:
    """An address whose parts were written apart: kept as it is, and what stands for no part filled
    in. Raises NoSuchPlace for a district whose city is missing and that has no city of its own,
    and for one that is only in other cities than that beside it.
    """
    known = next(
        (candidate for candidate in _provinces() if candidate.name.startswith(province[:2])), None
    )
    district = "" if district in _NO_PARTS else district
    if city and city not in _NO_PARTS and not _NO_CITY.match(f"{city} "):
        if known and district != city and _is_of_another(known, city, district):
            raise NoSuchPlace(district)
        return Place(province, city, district or city, detail)
    if not district:
        raise NoSuchPlace
    if known is None:
        raise NoSuchPlace(district)
    if known.is_a_city:
        return Place(province, known.name, district, detail)
    above = Counter(parent.name for parent in known.cities_with(district))
    if len(above) == 1 and (district[-1] != "区" or "" in above):
        return Place(province, next(iter(above)) or district, district, detail)
    raise NoSuchPlace(district)
