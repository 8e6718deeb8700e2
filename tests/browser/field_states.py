"""Every state of the page for the field, one after the other, for whoever looks at them."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from playwright.sync_api import Browser

from chalicelib.domain.fields import CHINA
from chalicelib.pages.texts import Language
from tests.world import RATE, Client, World, new_id, ok, photo_body, product_body, training_body

from .chromium import PHONE, SMALL
from .flaky import BUSY, NOT_NOW, SILENT, Network
from .phone import Phone, context_of, picture


@dataclass(frozen=True)
class State:
    """A screen, by the hash it stands under, and what is done before it is looked at."""

    name: str
    hash: str
    act: Callable[[], object] | None = None


class County:
    """What the server knows: a cadre with every kind of batch, and one with nothing yet."""

    def __init__(self, url: str) -> None:
        self.world = world = World(url)
        for name in ("汪家", "胡家"):
            world.producer(display_name=name)
        eggs = product_body()["inspection_plan"]["metrics"][0]
        brix = eggs | {"key": "brix", "name": "可溶性固形物", "operator": "ge", "limit": 10}
        brix |= {"method": "NY/T 2637", "required": False, "kind": "measure"}
        banned = eggs | {"key": "omethoate", "name": "氧乐果", "unit": None, "operator": "absent"}
        banned |= {"method": "GB 23200.121", "limit": None, "required": False}
        plan = {"sample_size": "6-12 个且不少于 3 kg", "metrics": [eggs, brix, banned]}
        pear = product_body(name="砀山酥梨", name_en="Dangshan pear", unit="g", grade="一级")
        pear["inspection_plan"] = plan
        self.pear = ok(world.cadre.put(f"/v1/products/{new_id()}", pear))["id"]
        self.cadre_id = ok(world.cadre.get("/v1/me"))["id"]
        course = training_body(trained_on="2024-01-15", valid_until="2025-01-14")
        ok(world.county.put(f"/v1/accounts/{self.cadre_id}/trainings/{new_id()}", course))
        fields: dict[str, Any] = {"product_id": self.pear, "quantity": 120_500}
        self.passed = world.batch(**fields)
        photo_id = new_id()
        ok(world.cadre.put(f"/v1/photos/{photo_id}", photo_body()))
        self.tested = world.inspect(self.passed, photos=[photo_id], sample_size="8 个")["id"]
        self.held = world.batch(**fields)
        first = world.inspect(self.held)
        world.inspect(self.held, rate=66, supersedes=first["id"], note="复检", lab="县检测站")
        before = datetime.now(CHINA) - timedelta(days=5)
        old = world.batch(harvested_on=before.date().isoformat())
        world.inspect(old)
        world.move(world.passed_batch(), "recall", "县里抽检不合格")
        offer = world.offer(self.passed, pack_quantity=2500, packs_total=4)
        for _ in range(2):
            world.pack(world.paid_order(offer))
        self.new = world.account("cadre", "newcomer", village_ids=[world.other_village_id])


class PhoneLook:
    """A phone in one language, text size and theme, brought into one state after the other."""

    def __init__(
        self,
        browser: Browser,
        network: Network,
        language: Language,
        *,
        large: bool,
        dark: bool,
        **options: Any,
    ) -> None:
        self._options = {
            **{"viewport": SMALL if large else PHONE, "locale": language, **options},
            "color_scheme": "dark" if dark else "light",
        }
        self._browser = browser
        self.network = network
        self.language = language
        self.width = (SMALL if large else PHONE)["width"]
        self.query = "&text=large" if large else ""
        self.phone: Phone

    @contextmanager
    def _signed_in(self, client: Client) -> Iterator[Phone]:
        self.phone = Phone(context_of(self._browser, **self._options), self.network)
        self.phone.sign_in(client)
        self.phone.open(language=self.language, query=self.query)
        self.phone.ready()
        yield self.phone
        self.phone.close()

    def states(self, county: County) -> Iterator[str]:
        """Their names, while `phone` is in them."""
        with self._signed_in(county.new):
            yield from self._each_state(self._empty())
        with self._signed_in(county.world.cadre) as phone:
            yield from self._each_state(self._busy(county, phone))
            self.network.calm()

    def _each_state(self, states: Iterator[State]) -> Iterator[str]:
        for state in states:
            self.phone.tab.set_viewport_size(self._options["viewport"])
            self.phone.go(state.hash)
            if state.act is not None:
                state.act()
            yield state.name

    def stretch(self) -> None:
        """A screen that is as high as the page."""
        tab = self.phone.tab
        height = tab.evaluate("document.documentElement.scrollHeight")
        tab.set_viewport_size({"width": self.width, "height": height})

    # --- nothing yet -----------------------------------------------------------------------------

    def _empty(self) -> Iterator[State]:
        product = "a.tile"
        yield State("home-empty", "#")
        yield State("pick-empty", "#/inspect")
        yield State("products", "#/new")
        yield State("new-first-grower", "#/new", lambda: self._tap(product))
        yield State("session-ended", "#", self._sign_out)
        yield State("signed-out", "#", self._locked)

    def _locked(self) -> None:
        cookie = {"name": "signed_out", "value": "1", "url": self.network.url}
        self.phone.context.add_cookies([cookie])  # type: ignore[list-item]
        self.phone.tab.reload()
        self.phone.tab.get_by_text(re.compile("登录后继续|Sign in to go on")).wait_for()

    def _sign_out(self) -> None:
        self.phone.sign_out()
        self.phone.tab.reload()
        self.phone.bar.locator("a.btn").wait_for()

    # --- one of everything -----------------------------------------------------------------------

    def _busy(self, county: County, phone: Phone) -> Iterator[State]:
        passed, held = county.passed["id"], county.held["id"]
        phone.see(passed)
        phone.see(held)
        yield State("hold", f"#/hold/{passed}", self._counted)
        yield State("recall", f"#/recall/{passed}", self._counted)
        yield State("release", f"#/release/{held}", self._counted)
        ids = self._records(county, phone)
        phone.go("#")
        yield State("home", "#")
        yield State("products-known", "#/new")
        yield State("new", f"#/new/{county.pear}")
        yield State("new-wrong", f"#/new/{county.pear}", lambda: self._save(amount="一筐"))
        yield State("new-household", f"#/new/{county.pear}", self._added)
        yield State("pick", "#/inspect")
        yield State("inspect", f"#/inspect/{passed}")
        yield State("inspect-failing", f"#/inspect/{passed}", self._failing)
        yield State("inspect-wrong", f"#/inspect/{held}", self._save)
        yield State("unfinished", "#")
        yield State("correct", f"#/correct/{passed}/{county.tested}")
        yield State("batch", f"#/batches/{passed}", self._tests)
        yield State("batch-held", f"#/batches/{held}", self._tests)
        yield State("batch-local", f"#/batches/{ids['waiting']}")
        yield State("batch-refused", f"#/batches/{ids['refused']}")
        yield State("record-refused", f"#/queue/batch:{ids['refused']}")
        yield State(
            "record-asked", f"#/queue/batch:{ids['refused']}", lambda: self._tap("button.danger")
        )
        yield State("amend", f"#/amend/batch:{ids['refused']}")
        yield State("record-household", f"#/queue/household:{ids['household']}")
        yield State("amend-household", f"#/amend/household:{ids['household']}")
        yield State("record-test-refused", f"#/queue/inspection:{ids['test']}")
        yield State("record-waiting", f"#/queue/batch:{ids['waiting']}")
        yield State("record-sent", f"#/queue/batch:{ids['sent']}")
        yield State("find", "#/find")
        yield State("sign-out", "#/out")
        yield State("find-nothing", "#/find", self._find_nothing)
        yield State("gone", f"#/batches/{new_id()}")
        yield State("sending", "#", lambda: self._sending(ids["waiting"]))

    def _records(self, county: County, phone: Phone) -> dict[str, str]:
        """Sent, refused and waiting ones, with what hangs on them."""
        product = county.world.product_id
        grower = {"producer_id": county.world.producer_id}
        with phone.offline():
            ids = {"sent": phone.batch(product, 300, **grower)}
            phone.test(ids["sent"], 12.5, photos=[picture(1)])
            ids["test"] = phone.test(ids["sent"], 13.5)
            ids["refused"] = phone.batch(product, 400, harvested_on="2031-01-01", **grower)
            phone.test(ids["refused"], 72.5, photos=[picture(2)])
            ids["waiting"] = phone.batch(product, 500, **grower)
            added = {"producer_id": "new", "display_name": "农户 12", "household_code": "0099"}
            phone.batch(product, 600, **added)
            household = next(key for key in phone.records() if key.startswith("household:"))
            ids["household"] = household.partition(":")[2]
            ok(county.world.household("农户 12", "0012"), 201)
            self.network.rules = {ids["test"]: NOT_NOW, ids["waiting"]: BUSY}
        look = """given => hands.until(async () => {
            const found = (await Store.all()).records;
            return found.some(one => one.batch === given.sent && one.kind === 'bytes' &&
                one.state === 'sent') && found.some(one => one.id === given.waiting && one.tries) &&
                found.filter(one => one.state === 'refused').length === 3;
        })"""
        phone.tab.evaluate(look, ids)
        return ids

    def _added(self) -> None:
        """A household that is there already, and would be added once more."""
        for name in ("producer_id", "display_name"):
            value = {"producer_id": "new", "display_name": "汪家"}[name]
            self.phone.tab.evaluate("given => hands.type(...given)", [name, value])
        self._save(amount="12", household_code="341021-0012")

    def _counted(self) -> None:
        self.phone.tab.evaluate("""hands.until(
            () => /[0-9]/.test(document.querySelector('#app [role=status]').textContent) ||
                  document.querySelector('#bar .btn.main'))""")

    def _tests(self) -> None:
        self.phone.tab.locator(".test .chip").first.wait_for()

    def _save(self, **values: str) -> None:
        for name, value in values.items():
            self.phone.tab.locator(f"#f-{name}").fill(value)
        self._tap("#bar button")
        self.phone.tab.locator("[aria-invalid]").first.wait_for()

    def _failing(self) -> None:
        self.phone.tab.locator(f"#f-value-{RATE}").fill("66.5")
        for seed in (1, 2):
            file: Any = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": picture(seed)}
            self.phone.tab.locator("input[type=file]").set_input_files(file)
            self.phone.tab.locator(".shots img").nth(seed - 1).wait_for()

    def _find_nothing(self) -> None:
        self.phone.tab.locator("#code").fill("K7Q2M9XW4B3CH")
        self._tap("form button")
        self.phone.tab.locator("#app .error").wait_for()

    def _sending(self, waiting: str) -> None:
        self.network.rules = {waiting: SILENT}
        before = len(self.network.asked("PUT", waiting))
        self.phone.hurry()
        self.network.wait("PUT", waiting, times=before + 1)

    def _tap(self, selector: str) -> None:
        self.phone.tab.locator(selector).first.click()
