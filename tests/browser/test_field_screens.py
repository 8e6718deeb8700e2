"""The cadre's page for the field as it is seen: photos, taps, batches stopped, every state."""

import io
import random
import subprocess
from base64 import b64encode
from pathlib import Path

import pytest
from PIL import ExifTags, Image, ImageStat
from playwright.sync_api import Browser, expect

from chalicelib.config import settings
from chalicelib.pages.texts import Language
from tests.world import PASSWORD, RATE, World, ok, product_body

from .chromium import AXE, HTML_VALIDATE
from .field_records import check_server, inspections_of
from .field_states import County, PhoneLook
from .flaky import CUT_AFTER, Network
from .phone import NewPhone, Phone, as_file, picture
from .tabs import TOO_SMALL, Opener, Thumb, violations

pytestmark = pytest.mark.browser

SMALL_HERE = TOO_SMALL.replace(
    "input:not([type=hidden])", "label.btn, input:not([type=hidden]):not([type=file])"
)
"""Whoever taps a file's input taps its label."""

# --- photos --------------------------------------------------------------------------------------


def test_a_photo_arrives_small_upright_and_without_what_the_camera_wrote(
    phone: Phone, world: World
) -> None:
    batch_id = phone.batch(world.product_id)
    phone.open_form(f"#/inspect/{batch_id}")
    phone.tab.locator("input[type=file]").set_input_files(as_file(photograph()))
    phone.tab.locator(".shots img").wait_for()
    phone.tab.locator(f"#f-value-{RATE}").fill("1")
    phone.save()
    phone.uploaded()
    (inspection,) = inspections_of(world, batch_id)
    (photo_id,) = inspection["photos"]
    content = (settings().data / "photos" / photo_id).read_bytes()
    assert len(content) <= 200 * 1024
    image = Image.open(io.BytesIO(content))
    assert image.size == (853, 1280)
    assert not image.getexif()
    assert b"Exif" not in content
    red, blue = image.getchannel("R"), image.getchannel("B")
    above, below = (0, 0, 853, 600), (0, 680, 853, 1280)
    assert mean(red, above) > 150 > 100 > mean(blue, above)
    assert mean(blue, below) > 150 > 100 > mean(red, below)


def mean(image: Image.Image, box: tuple[int, int, int, int]) -> float:
    return ImageStat.Stat(image.crop(box)).mean[0]


def photograph() -> bytes:
    """As a phone held upright takes it: lying on its side, with a note to turn it; red above."""
    dice = random.Random(1)
    grain = Image.frombytes("L", (750, 500), dice.randbytes(750 * 500)).resize((3000, 2000))
    image = Image.new("RGB", (3000, 2000), (0, 0, 220))
    image.paste((220, 0, 0), (0, 0, 1500, 2000))
    image = Image.blend(image, grain.convert("RGB"), 0.15)
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = 6
    exif[ExifTags.Base.Model] = "Phone 9"
    exif[ExifTags.IFD.GPSInfo] = {1: "N", 2: (30.0, 1.0, 2.0), 3: "E", 4: (118.0, 3.0, 4.0)}
    file = io.BytesIO()
    image.save(file, "JPEG", quality=92, exif=exif)
    return file.getvalue()


def test_a_file_that_is_no_picture_is_refused_in_words(phone: Phone, world: World) -> None:
    batch_id = phone.batch(world.product_id)
    phone.open_form(f"#/inspect/{batch_id}")
    phone.tab.locator(f"#f-value-{RATE}").fill("9.5")
    phone.tab.locator("input[type=file]").set_input_files(as_file(b"a letter"))
    phone.tab.get_by_text("这个文件不是照片，没有加上").wait_for()
    expect(phone.tab.locator(".shots li")).to_have_count(0)
    phone.save()
    phone.uploaded()
    (inspection,) = inspections_of(world, batch_id)
    assert inspection["photos"] == []


def test_a_photo_that_is_taken_off_is_not_sent_and_not_kept(phone: Phone, world: World) -> None:
    batch_id = phone.batch(world.product_id)
    phone.open_form(f"#/inspect/{batch_id}")
    for seed in (1, 2):
        phone.tab.locator("input[type=file]").set_input_files(as_file(picture(seed)))
        expect(phone.tab.locator(".shots img")).to_have_count(seed)
    phone.tab.locator(f"#f-value-{RATE}").fill("9.5")
    phone.tab.get_by_role("button", name="去掉").first.click()
    expect(phone.tab.locator(".shots img")).to_have_count(1)
    expect(phone.tab.locator(f"#f-value-{RATE}")).to_have_value("9.5")
    phone.save()
    phone.uploaded()
    check_server(world, phone.records())
    (inspection,) = inspections_of(world, batch_id)
    assert len(inspection["photos"]) == 1
    phone.tab.reload()
    phone.swept()


def test_saving_waits_for_a_photo_that_is_being_made_smaller(phone: Phone, world: World) -> None:
    batch_id = phone.batch(world.product_id)
    phone.open_form(f"#/inspect/{batch_id}")
    phone.tab.locator(f"#f-value-{RATE}").fill("9.5")
    large = b64encode(photograph()).decode()
    phone.tab.evaluate(
        "photo => { hands.give(photo); document.querySelector('#bar button').click(); }", large
    )
    phone.tab.locator("#form").wait_for(state="detached")
    phone.uploaded()
    check_server(world, phone.records())
    (inspection,) = inspections_of(world, batch_id)
    assert len(inspection["photos"]) == 1
    phone.home()
    expect(phone.tab.get_by_text("没填完的")).to_have_count(0)


# --- looks ---------------------------------------------------------------------------------------

GAPS = """Array.from(document.querySelectorAll('main .btn, main .card'), box => {
    const shown = box.getBoundingClientRect();
    const others = Array.from(document.querySelectorAll('main .btn, main .card, main .shots'))
      .filter(other => !other.contains(box) && !box.contains(other));
    return others.map(other => shown.top - other.getBoundingClientRect().bottom)
      .filter(gap => gap >= 0 && gap < 8).map(() => box.innerText);
}).flat()"""
"""Whatever stands nearer than 8 px below something else of its kind."""


def test_nothing_touches_what_is_above_it(phone: Phone, world: World) -> None:
    batch_id = phone.batch(world.product_id)
    phone.home()
    expect(phone.tab.locator("#queue .card").first).to_be_visible()
    assert phone.tab.evaluate(GAPS) == []
    phone.open_form(f"#/inspect/{batch_id}")
    phone.tab.locator("input[type=file]").set_input_files(as_file(picture()))
    phone.tab.locator(".shots img").wait_for()
    assert phone.tab.evaluate(GAPS) == []


def test_a_verdict_does_not_move_what_is_being_filled_in(new_phone: NewPhone, world: World) -> None:
    metrics = product_body()["inspection_plan"]["metrics"]
    metrics[0] |= {"operator": "absent", "limit": None, "unit": "μg/kg", "kind": "confirmatory"}
    eggs = world.product(name="鸡蛋", inspection_plan={"metrics": metrics})["id"]
    batch = world.batch(product_id=eggs)
    phone = new_phone()
    phone.open(f"#/inspect/{batch['id']}")
    typed = phone.tab.locator(f"#f-value-{RATE}")
    before = typed.bounding_box()
    phone.tab.get_by_text("未检出", exact=True).click()
    expect(phone.tab.locator(".verdict").first).to_have_text("合格")
    after = typed.bounding_box()
    assert before
    assert after
    assert (before["y"], before["height"]) == (after["y"], after["height"])


# --- taps ----------------------------------------------------------------------------------------


def test_a_batch_takes_seven_taps_and_the_second_time_fewer(
    new_phone: NewPhone, world: World
) -> None:
    world.producer(display_name="汪家")
    pear = world.product(name="砀山酥梨", unit="g")["id"]
    phone = new_phone()
    thumb = Thumb(phone.open())
    for taps, amount in ((5, "120.5"), (4, "80")):
        thumb.taps = 0
        thumb.tap('#bar a[href="#/new"]')
        thumb.tap(f'a[href="#/new/{pear}"]')
        thumb.type("#f-amount", amount)
        if not phone.tab.locator("input[name=producer_id]:checked").count():
            thumb.tap('.pick label:has-text("汪家")')
        thumb.tap("#bar .main")
        expect(phone.tab.locator("#app")).to_contain_text("已存到手机里")
        assert thumb.taps == taps <= 7
        phone.home()
    phone.uploaded()
    batches = world.cadre.everything("/v1/batches")
    assert [batch["quantity"] for batch in batches] == [80_000, 120_500]
    assert {batch["producer_id"] for batch in batches} != {world.producer_id}
    assert len({batch["lot"] for batch in batches}) == 2


def test_a_test_takes_six_taps_and_two_numbers(new_phone: NewPhone, world: World) -> None:
    metrics = product_body()["inspection_plan"]["metrics"]
    metrics.append(metrics[0] | {"key": "brix", "name": "糖度", "operator": "ge", "limit": 10})
    pear = world.product(name="砀山酥梨", inspection_plan={"metrics": metrics})["id"]
    batch = world.batch(product_id=pear)
    phone = new_phone()
    thumb = Thumb(phone.open())
    thumb.tap('#bar a[href="#/inspect"]')
    thumb.tap(f'a[href="#/inspect/{batch["id"]}"]')
    thumb.type(f"#f-value-{RATE}", "7.5")
    thumb.type("#f-value-brix", "12")
    thumb.tap('.pick label:has-text("贮存中")')
    thumb.tap("#bar .main")
    assert thumb.taps <= 6
    phone.tab.locator("#form").wait_for(state="detached")
    phone.uploaded()
    (inspection,) = inspections_of(world, batch["id"])
    assert [measurement["value"] for measurement in inspection["measurements"]] == [7.5, 12]
    phone.open_form(f"#/inspect/{batch['id']}")
    expect(phone.tab.locator("input[name=stage]:checked")).to_have_value("storage")


# --- holds, recalls, corrections -----------------------------------------------------------------


@pytest.mark.parametrize("what", ["hold", "recall"])
def test_a_batch_is_stopped_from_the_phone(
    new_phone: NewPhone, network: Network, world: World, what: str
) -> None:
    """It says how many parcels that touches; cut off amid sending, it is done once."""
    batch = world.passed_batch()
    offer = world.offer(batch)
    for _ in range(2):
        world.pack(world.paid_order(offer))
    phone = new_phone()
    phone.open(f"#/batches/{batch['id']}")
    name = {"hold": "暂停", "recall": "召回"}[what]
    phone.tab.locator("#app").get_by_role("link", name=name).click()
    expect(phone.tab.locator("#app")).to_contain_text("会影响 2 个已装箱的包裹")
    phone.tab.locator(".pick label").first.click()
    network.fault, network.only = CUT_AFTER, f"/{what}$"
    sure = {"hold": "暂停这批货", "recall": "召回，影响 2 个包裹"}[what]
    phone.tab.get_by_role("button", name=sure).click()
    network.wait("POST", f"/{what}$")
    expect(phone.bar).to_contain_text("还没上传（1 条）")
    network.calm()
    phone.hurry()
    phone.uploaded()
    batch_now = ok(world.cadre.get(f"/v1/batches/{batch['id']}"))
    assert batch_now["state"] == {"hold": "held", "recall": "recalled"}[what]
    moves = [
        change
        for change in world.cadre.everything(f"/v1/batches/{batch['id']}/changes")
        if change["new"] == batch_now["state"]
    ]
    assert len(moves) == 1
    expect(phone.tab.locator("h1 + .chip")).to_have_text(
        {"hold": "已暂停", "recall": "已召回"}[what]
    )


def test_without_network_a_batch_is_stopped_as_soon_as_there_is_one(
    new_phone: NewPhone, world: World
) -> None:
    moves = {"hold": world.passed_batch(), "recall": world.passed_batch()}
    phone = new_phone()
    phone.open()
    phone.ready()
    with phone.offline():
        for what, batch in moves.items():
            phone.open_form(f"#/{what}/{batch['id']}")
            expect(phone.tab.locator("#app")).to_contain_text("没有网络，不知道影响多少包裹")
            phone.tab.locator("#f-reason").fill("闻着不对")
            phone.save()
            expect(phone.tab.locator("#app")).to_contain_text("在等上传")
    phone.uploaded()
    batches = [ok(world.cadre.get(f"/v1/batches/{batch['id']}")) for batch in moves.values()]
    assert [batch["state"] for batch in batches] == ["held", "recalled"]
    assert {batch["reason"] for batch in batches} == {"闻着不对"}


def test_a_held_batch_is_released_once_it_has_passed(new_phone: NewPhone, world: World) -> None:
    """Asked for too early, the server says what is missing."""
    batch = world.batch()
    world.inspect(batch, rate=66)
    phone = new_phone()
    phone.open()
    phone.ready()
    with phone.offline():
        phone.fill(f"#/release/{batch['id']}", {"reason": "没事"}, [], "move:")
    expect(phone.bar).to_contain_text("1 条要处理")
    phone.home()
    line = phone.tab.locator('#queue a[href^="#/queue/move:"]')
    expect(line).to_contain_text("需要一份晚于暂停的合格检测")
    with phone.offline():
        phone.test(batch["id"], 12.5)
        phone.fill(f"#/release/{batch['id']}", {"reason": "复检合格"}, [], "move:")
    phone.uploaded()
    assert ok(world.cadre.get(f"/v1/batches/{batch['id']}"))["state"] == "passed"


def test_a_batch_is_found_by_its_lot_or_a_parcels_code(
    new_phone: NewPhone, world: World, subtests: pytest.Subtests
) -> None:
    batch = world.passed_batch()
    parcel = world.pack(world.paid_order(world.offer(batch)))
    code = world.seller.get(f"/v1/parcels/{parcel['code']}/qr.png").content
    phone = new_phone()
    phone.open()
    phone.ready()
    for typed in (batch["lot"].lower(), parcel["code"], ""):
        with subtests.test(typed=typed):
            phone.go("#/find")
            if typed:
                phone.tab.locator("#code").fill(typed)
                phone.tab.get_by_role("button", name="打开").click()
            else:
                phone.tab.locator("#bar input").set_input_files(as_file(code))
            expect(phone.tab.locator("h1")).to_contain_text(batch["lot"])
            expect(phone.tab.locator(".test")).to_contain_text("12.5%")


@pytest.mark.parametrize("listed", [True, False])
def test_a_batchs_printed_code_opens_it_with_its_tests_on_a_phone_that_knows_nothing(
    new_phone: NewPhone, network: Network, world: World, listed: bool
) -> None:
    """Whether it is among the latest batches or has to be asked for."""
    batch = world.passed_batch()
    if not listed:
        network.changed["/cadre/data"] = lambda data: data.replace(
            batch["id"].encode(), b"00000000-0000-4000-8000-000000000000"
        )
    phone = new_phone()
    phone.open(f"#/batches/{batch['id']}")
    expect(phone.tab.locator("h1")).to_contain_text(batch["lot"])
    expect(phone.tab.locator(".test")).to_contain_text("12.5%")


@pytest.mark.parametrize(("who", "place"), [("cadre", "/cadre?*#/"), ("county", "/cadre/")])
def test_a_batchs_printed_code_is_not_lost_over_signing_in(
    open_tab: Opener, world: World, who: str, place: str
) -> None:
    """The county, which has no page for the field, is led to the batch's own."""
    batch = world.passed_batch()
    tab = open_tab("", locale="zh-CN")
    tab.goto(f"{world.url}/cadre#/batches/{batch['id']}")
    tab.get_by_label("用户名").fill(who)
    tab.get_by_label("密码").fill(PASSWORD)
    tab.locator("#bar button").click()
    tab.wait_for_url(f"{world.url}{place}batches/{batch['id']}*")
    expect(tab.locator("h1")).to_contain_text(batch["lot"])


def test_a_correction_shows_both_and_strikes_out_the_old(phone: Phone, world: World) -> None:
    """Also while it is still on the phone."""
    batch_id = phone.batch(world.product_id)
    first = phone.test(batch_id, 48.5)
    phone.uploaded()
    with phone.offline():
        phone.tab.get_by_role("link", name="更正").click()
        expect(phone.tab.locator(f"#f-value-{RATE}")).to_have_value("48.5")
        phone.tab.locator(f"#f-value-{RATE}").fill("58.5")
        expect(phone.tab.locator("#app")).to_contain_text("这批货会自动暂停")
        phone.save()
        both_are_shown(phone)
    phone.uploaded()
    both_are_shown(phone)
    phone.tab.reload()
    phone.tab.locator(".test").first.wait_for()
    both_are_shown(phone)
    second, old = inspections_of(world, batch_id)
    assert (old["id"], old["superseded_by"], second["supersedes"]) == (first, second["id"], first)
    assert ok(world.cadre.get(f"/v1/batches/{batch_id}"))["state"] == "held"


def both_are_shown(phone: Phone) -> None:
    new, old = phone.tab.locator(".test:not(.replaced)"), phone.tab.locator(".test.replaced")
    expect(new).to_have_count(1)
    expect(old).to_have_count(1)
    expect(new).to_contain_text("58.5%")
    expect(new).to_contain_text("更正了先前的一条")
    expect(old).to_contain_text("48.5%")
    expect(old).to_contain_text("已被更正")
    expect(old.locator(".row b")).to_have_css("text-decoration-line", "line-through")


# --- what it looks like --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("language", "large", "dark"), [("zh-CN", False, False), ("en", True, True)]
)
def test_every_state_is_accessible_valid_and_fits(
    browser: Browser, network: Network, tmp_path: Path, language: Language, large: bool, dark: bool
) -> None:
    """axe and html-validate find nothing; 320 px is wide enough for large text; whatever can be
    tapped is at least 44 px, the buttons of the bar 60."""
    if not AXE.exists() or not HTML_VALIDATE.exists():
        pytest.skip("no axe-core or html-validate: run npm ci")
    look = PhoneLook(browser, network, language, large=large, dark=dark, bypass_csp=True)
    wrong = []
    for name in look.states(County(network.url)):
        tab = look.phone.tab
        (tmp_path / f"{name}.html").write_text(tab.content(), "utf-8")
        tab.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
        tab.evaluate("!!window.axe") or tab.evaluate(AXE.read_text())
        wrong += [f"{name}: {problem}" for problem in violations(tab) + tab.evaluate(SMALL_HERE)]
        if tab.evaluate("document.documentElement.scrollWidth") > look.width:
            wrong.append(f"{name}: too wide")
    rules = '{"root":true,"extends":["html-validate:standard"]}'
    (tmp_path / ".htmlvalidate.json").write_text(rules)
    result = subprocess.run(
        [str(HTML_VALIDATE), "--formatter", "text", str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
    )
    wrong += result.stdout.replace(str(tmp_path), "").splitlines()
    assert wrong == []
