"""The console in a real browser: opened, worked with by mouse and keyboard, on a small screen."""

import re

import pytest
from chromium import DESK, PHONE

from coop_service.domain.coordinates import Crs, from_wgs84
from tests.services.sheet_files import order_row, orders

DAY = "2026-10-15"
OTHER_DAY = "2026-11-25"
CHINESE = re.compile("[\u3400-\u9fff]")

# Pixels of the colour in which what is selected is marked.
COUNT_MARKED = """canvas => {
  const {data} = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let marked = 0;
  for (let i = 0; i < data.length; i += 4) {
    if (data[i] === 211 && data[i + 1] === 84 && data[i + 2] === 0) marked += 1;
  }
  return marked;
}"""

# Texts in sight whose contrast with the ground behind them is too low.
FIND_PALE = """() => {
  const parse = (text) => text.match(/[\\d.]+/g).map(Number);
  const light = (rgb) => {
    const [r, g, b] = rgb.slice(0, 3).map((part) => {
      const share = part / 255;
      return share <= 0.03928 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const ground = (node) => {
    for (let each = node; each; each = each.parentElement) {
      const rgb = parse(getComputedStyle(each).backgroundColor);
      if (rgb.length === 3 || rgb[3] > 0.9) return rgb;
    }
    return [255, 255, 255];
  };
  const pale = [];
  for (const node of document.querySelectorAll("body *")) {
    const own = [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim());
    if (!own || node.disabled || node.closest(":disabled, noscript, option")) continue;
    if (!node.checkVisibility({visibilityProperty: true})) continue;
    const [one, other] = [parse(getComputedStyle(node).color), ground(node)].map(light);
    const contrast = (Math.max(one, other) + 0.05) / (Math.min(one, other) + 0.05);
    if (contrast < 4.5) pale.push(`${node.className} ${node.textContent} ${contrast}`);
  }
  return pale;
}"""


def enter(watched, day=DAY):
    """Give the key and wait until the orders are there."""
    page = watched.page
    page.locator("dialog input[name=key]").fill(watched.service.key)
    page.keyboard.press("Enter")
    page.locator("#pool .rows .row").first.wait_for(state="attached")
    assert page.locator("#date").input_value() == day
    return page


@pytest.fixture
def console(open_page):
    return enter(open_page(viewport=DESK))


@pytest.fixture
def planned(open_page, service):
    """The console with a plan of the day; the first one to need it asks for it."""
    page = enter(open_page(viewport=DESK))
    if page.locator("#plans").is_disabled():
        ask(page, seconds=12)
    page.locator("#timeline .heads .head").first.wait_for(timeout=90_000)
    return page


def ask(page, seconds):
    page.locator("#ask").click()
    page.locator("dialog input[name=seconds]").fill(str(seconds))
    page.locator("dialog button[type=submit]").click()


def status(page):
    return page.locator("#pool .status").inner_text()


def marked_on_map(page):
    page.wait_for_timeout(150)  # the map draws with the next frame
    return page.locator("#map canvas").evaluate(COUNT_MARKED)


def marked_in_timeline(page):
    return page.locator("#timeline canvas.rows").evaluate(COUNT_MARKED)


def test_a_wrong_key_is_told_and_asked_for_again(open_page):
    watched = open_page(viewport=DESK)
    page = watched.page
    page.locator("dialog input[name=key]").fill("coop_00000000_guess")
    page.keyboard.press("Enter")
    page.get_by_text("密钥不正确").wait_for()
    refused = [text for text in watched.complaints if "401" in text]
    assert len(refused) == 1
    watched.complaints.remove(refused[0])
    enter(watched)
    assert "管理员" in page.locator("#who").inner_text()
    page.reload()
    page.locator("#pool .rows .row").first.wait_for()


def test_the_nearest_day_with_orders_is_shown_in_figures(console):
    words = console.locator("#summary").inner_text()
    assert "468" in words
    assert "265" in words
    assert "468/468" in status(console)
    assert 0 < console.locator("#pool .rows .row").count() < 80


def test_all_three_panes_are_in_sight_without_scrolling(planned):
    assert planned.evaluate("document.scrollingElement.scrollHeight") <= DESK["height"]
    assert planned.evaluate("document.scrollingElement.scrollWidth") <= DESK["width"]
    for pane in ("pool", "map", "timeline"):
        box = planned.locator(f"#{pane}").bounding_box()
        assert box["height"] > 200
        assert box["y"] + box["height"] <= DESK["height"]


def test_a_plan_is_asked_for_gets_better_before_ones_eyes_and_is_stopped(console):
    before = console.locator("#plans option").count()
    ask(console, seconds=120)
    console.locator("#run circle.better").nth(1).wait_for(state="attached", timeout=120_000)
    assert "元" in console.locator("#run .best").inner_text()
    console.locator("#stop").click()
    console.locator("#run").wait_for(state="hidden", timeout=60_000)
    console.locator("#timeline .heads .head").first.wait_for()
    assert console.locator("#timeline .heads .head").count() == 22
    assert "提前停止" in console.locator("#summary").inner_text()
    assert "默认成本" in console.locator("#summary").inner_text()
    assert console.locator("#plans option").count() >= max(1, before)


def test_a_search_is_taken_up_again_after_the_page_was_reloaded(planned):
    ask(planned, seconds=60)
    planned.locator("#run circle.better").first.wait_for(state="attached", timeout=60_000)
    planned.reload()
    planned.locator("#run circle.better").first.wait_for(state="attached", timeout=60_000)
    planned.locator("#stop").click()
    planned.locator("#run").wait_for(state="hidden", timeout=60_000)


def test_an_order_is_marked_in_all_panes(planned):
    assert marked_on_map(planned) == 0
    assert marked_in_timeline(planned) == 0
    planned.locator("#pool .rows .row.served").first.click()
    assert "已选 1/468" in status(planned)
    assert marked_on_map(planned) > 0
    assert marked_in_timeline(planned) > 0
    assert planned.locator("#timeline .head.concerned").count() >= 1
    planned.keyboard.press("Escape")
    assert marked_on_map(planned) == 0
    assert planned.locator("#timeline .head.concerned").count() == 0


def test_the_lasso_selects_what_lies_inside(planned):
    box = planned.locator("#map .surface").bounding_box()
    left, top, right, bottom = (
        box["x"] + 3,
        box["y"] + 3,
        box["x"] + box["width"] - 3,
        box["y"] + box["height"] - 3,
    )
    planned.get_by_role("button", name="套索").click()
    planned.mouse.move(left, top)
    planned.mouse.down()
    for x, y in ((right, top), (right, bottom), (left, bottom)):
        planned.mouse.move(x, y, steps=4)
    planned.mouse.up()
    assert "已选 468/468" in status(planned)
    used = planned.locator("#timeline .head.concerned").count()
    assert used > 10
    planned.keyboard.down("Shift")
    planned.mouse.move(left, top)
    planned.mouse.down()
    for x, y in ((left + box["width"] / 2, top), (left, top + box["height"] / 2)):
        planned.mouse.move(x, y, steps=4)
    planned.mouse.up()
    planned.keyboard.up("Shift")
    chosen = int(re.search(r"已选 (\d+)/", status(planned))[1])
    assert 0 < chosen < 468


def test_a_van_selects_its_orders_and_its_route(planned):
    head = planned.locator("#timeline .head", has_text="BOX01")
    head.click()
    assert head.get_attribute("aria-pressed") == "true"
    assert "已选" in status(planned)
    planned.get_by_label("只看已选").check()
    states = planned.locator("#pool .rows .cell.state").all_inner_texts()
    assert states
    assert all("BOX01" in state for state in states)


def test_the_timeline_is_worked_by_keyboard(planned):
    planned.locator("#timeline canvas.rows").focus()
    planned.keyboard.press("ArrowRight")
    details = planned.locator("#details")
    details.wait_for()
    first = details.inner_text()
    assert "第 1 趟 · 第 1 站" in first
    planned.keyboard.press("ArrowRight")
    assert "第 2 站" in details.inner_text()
    planned.keyboard.press("ArrowDown")
    assert details.inner_text() != first
    assert "已选" in status(planned)
    planned.keyboard.press("Escape")
    details.wait_for(state="hidden")


def test_the_pool_is_worked_by_keyboard(console):
    console.locator("#pool .grid").focus()
    console.keyboard.press("ArrowDown")
    assert "已选 1/" in status(console)
    console.keyboard.press("Shift+ArrowDown")
    console.keyboard.press("Shift+ArrowDown")
    assert "已选 3/" in status(console)
    console.keyboard.press("End")
    assert "已选 1/" in status(console)
    last = console.locator("#pool .row.active")
    assert last.get_attribute("aria-rowindex") == "469"
    assert console.locator("#pool .grid").get_attribute("aria-activedescendant") == (
        last.get_attribute("id")
    )
    console.keyboard.press("Control+a")
    assert "已选 468/468" in status(console)


def test_filters_narrow_the_pool(planned):
    planned.get_by_label("安排情况").select_option("left")
    planned.wait_for_function("document.querySelectorAll('#pool .rows .row').length < 20")
    rows = planned.locator("#pool .rows .row")
    assert rows.count() == planned.locator("#pool .rows .row.left").count() > 0
    planned.get_by_label("安排情况").select_option("")
    planned.get_by_label("方向", exact=True).select_option("inbound")
    assert "106/468" in status(planned)
    planned.locator("#pool input[name=text]").fill("no such thing")
    planned.get_by_text("没有符合条件的订单").wait_for()


def test_what_is_left_out_is_told_with_the_cheapest_change(planned):
    planned.locator("#left").click()
    dialog = planned.locator("dialog")
    assert dialog.get_by_text("最省的改变").count() >= 1
    dialog.locator("li button").first.click()
    assert "已选 1/468" in status(planned)
    assert planned.locator("#pool .row.active.left").count() == 1


def test_wheel_and_keys_zoom_the_timeline(planned):
    canvas = planned.locator("#timeline canvas.axis")
    before = canvas.evaluate("canvas => canvas.toDataURL()")
    canvas.hover()
    planned.mouse.wheel(0, -300)
    planned.wait_for_timeout(100)
    zoomed = canvas.evaluate("canvas => canvas.toDataURL()")
    assert zoomed != before
    planned.locator("#timeline canvas.rows").focus()
    planned.keyboard.press("PageDown")
    assert canvas.evaluate("canvas => canvas.toDataURL()") != zoomed
    planned.keyboard.press("0")
    assert canvas.evaluate("canvas => canvas.toDataURL()") == before


def test_papers_are_saved(planned):
    planned.get_by_role("button", name="单据").click()
    planned.locator("dialog select[name=vehicle]").select_option("BOX01")
    with planned.expect_download() as saved:
        planned.locator("dialog button[type=submit]").click()
    assert saved.value.suggested_filename.endswith(".pdf")


def test_a_sheet_is_previewed_corrected_and_taken(console, tmp_path):
    sheet = tmp_path / "orders.xlsx"
    sheet.write_bytes(orders(order_row("W1"), order_row("W2", 村="没有的村")))
    console.get_by_role("button", name="导入表格").click()
    dialog = console.locator("dialog")
    dialog.locator("input[type=file]").set_input_files(sheet)
    dialog.get_by_role("button", name="上传并预览").click()
    dialog.locator(".faults td").first.wait_for()
    assert "订单 E3" in dialog.locator(".faults").inner_text()
    assert dialog.get_by_role("button", name="全部保存").is_disabled()
    with console.expect_download() as saved:
        dialog.get_by_role("button", name="下载标错副本").click()
    assert saved.value.suggested_filename == "marked.xlsx"
    dialog.get_by_role("button", name="只保存正确的行").click()
    dialog.get_by_text("已保存").wait_for()
    dialog.get_by_role("button", name="关闭").click()
    console.get_by_role("button", name="后一个有订单的日子").click()
    console.get_by_text("W1", exact=True).wait_for()
    assert console.locator("#date").input_value() == OTHER_DAY
    assert "1/1" in status(console)
    console.get_by_text("尚无方案").wait_for(state="attached")


def test_english_is_complete_and_remembered(planned):
    planned.locator("#language").click()
    assert planned.locator("html").get_attribute("lang") == "en"
    assert planned.title() == "Dispatch console"
    fixed = planned.locator("[data-i18n]").all_inner_texts()
    assert len(fixed) > 40
    assert [text for text in fixed if CHINESE.search(text)] == ["中文"]
    planned.reload()
    planned.locator("#pool .rows .row").first.wait_for()
    assert planned.locator("html").get_attribute("lang") == "en"
    planned.locator("#ask").click()
    assert not CHINESE.search(planned.locator("dialog h2").inner_text())


def test_texts_stand_out_from_their_ground(planned):
    planned.locator("#pool .rows .row.served").first.click()
    assert planned.evaluate(FIND_PALE) == []


def test_every_control_has_a_name(planned):
    planned.locator("#ask").click()
    nameless = planned.evaluate(
        """() => [...document.querySelectorAll("button, input, select, canvas[tabindex]")]
          .filter((node) => !(node.ariaLabel || node.labels?.length || node.textContent.trim()))
          .map((node) => node.outerHTML)"""
    )
    assert nameless == []


def test_a_phone_shows_one_pane_at_a_time(open_page):
    page = enter(open_page(viewport=PHONE))
    panes = {name: page.locator(f"#{name}") for name in ("pool", "map", "timeline")}
    for name, title in (("pool", "订单池"), ("timeline", "车辆时间线"), ("map", "地图")):
        page.get_by_role("tab", name=title).click()
        assert [each for each, pane in panes.items() if pane.is_visible()] == [name]
        box = panes[name].bounding_box()
        assert box["width"] <= PHONE["width"]
        assert box["height"] > 350
    assert page.evaluate("document.scrollingElement.scrollWidth") <= PHONE["width"]


def test_gcj02_is_that_of_the_service(console):
    for position in ((122.5, 40.6), (122.97867, 40.34621), (104.1, 30.7)):
        shifted = console.evaluate(
            "async ([lon, lat]) => (await import('/static/console/gcj02.js')).toGcj02(lon, lat)",
            list(position),
        )
        assert shifted == pytest.approx(from_wgs84(*position, Crs.GCJ02), abs=1e-9)
