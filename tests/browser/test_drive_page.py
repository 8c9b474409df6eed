"""The driver's page in a real browser, on a connection that drops and comes back."""

import io
import re
from collections import Counter

import pytest
from PIL import Image
from sqlmodel import Session, select

from coop_service.services.road import compare_plan
from coop_service.store.tables import AttachmentRow, PlanState
from tests.browser.drive_service import FIND_SMALL, FIND_WIDE, DriveService, Phone
from tests.services.road_day import plan_row
from tests.web.conftest import COUNTY


@pytest.fixture
def service(tmp_path):
    service = DriveService(tmp_path)
    yield service
    service.stop()


@pytest.fixture
def phone(browser, service):
    phone = Phone(browser, service)
    yield phone
    phone.check_and_close()


@pytest.fixture
def opened(phone, service):
    """The phone with the page open, ready to go on without a connection."""
    phone.set_time("07:55")
    phone.page.goto(service.link())
    phone.see("无网络也能打开")
    return phone


def photo():
    written = io.BytesIO()
    Image.effect_noise((3000, 2000), 90).convert("RGB").save(written, "JPEG", quality=95)
    return {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": written.getvalue()}


def sign(phone):
    phone.tap("签字")
    box = phone.page.locator("canvas").bounding_box()
    mouse = phone.page.mouse
    mouse.move(box["x"] + 40, box["y"] + 60)
    mouse.down()
    for step in range(1, 8):
        mouse.move(box["x"] + 40 + 30 * step, box["y"] + 60 + 50 * (step % 2))
    mouse.up()
    phone.page.get_by_label("签收人姓名").fill("王某")
    phone.tap("确认签字")


def queued(phone):
    return phone.page.locator(".pill.queue").text_content()


def kinds(service):
    return [record.kind.value for record in service.records()]


def wait_for(phone, service, expected):
    """Until the service has just these records and the page knows that it has."""
    for _ in range(200):
        if len(service.records()) >= len(expected) and queued(phone) == "已全部上传":
            break
        phone.page.wait_for_timeout(100)
    assert kinds(service) == expected


def test_a_day_is_driven_while_the_connection_drops_and_comes_back(opened, service):
    phone = opened
    phone.see("出发前装好 13 件 · 100 kg")
    phone.set_time("08:02")
    phone.tap("出发")
    phone.see("前房村")
    wait_for(phone, service, ["departed"])
    phone.set_time("08:15")
    phone.tap("已到达")
    phone.see("晚 5 分")
    phone.page.get_by_role("button", name="减一件").first.click()
    phone.page.get_by_text("代收货款、退货").click()
    phone.page.get_by_label("代收货款(元)").fill("18.5")
    phone.tap("卸货完成")
    phone.see("✓ 已卸货")
    sign(phone)
    phone.see("✓ 已签字")
    phone.tap("完成本站")
    phone.see("后房村")
    sent = ["departed", "arrived", "unloaded", "signed", "finished_stop"]
    wait_for(phone, service, sent)

    phone.context.set_offline(True)
    phone.page.locator(".pill.bad").wait_for()
    phone.set_time("08:25")
    phone.tap("已到达")
    phone.see("待上传 1 条")
    phone.tap("卸货完成")
    phone.tap("装货完成")
    phone.see("待上传 3 条")
    phone.tap("完成本站")
    phone.see("夏家屯村")
    phone.see("午餐休息 30 分")
    assert queued(phone) == "待上传 4 条"
    assert kinds(service) == sent

    # The phone is put away: the page is opened anew without any connection.
    phone.page.reload()
    phone.see("夏家屯村")
    assert queued(phone) == "待上传 4 条"
    phone.set_time("09:10")
    phone.tap("已到达")
    phone.tap("拒收")
    phone.page.get_by_label("快递包裹 · 5 件").check()
    phone.page.get_by_label("货物破损").check()
    phone.page.locator("input.camera").set_input_files(photo())
    phone.page.locator(".photos img").wait_for()
    phone.tap("确认拒收")
    phone.see("✕ 已记拒收")
    phone.tap("装货完成")
    phone.tap("完成本站")
    phone.see("返程")
    assert queued(phone) == "待上传 9 条"
    # Nothing is said of the service here: at a reload Chromium may let one request through.

    phone.context.set_offline(False)
    sent += ["arrived", "unloaded", "loaded", "finished_stop"]
    sent += ["arrived", "refused", "loaded", "finished_stop"]
    wait_for(phone, service, sent)

    phone.set_time("09:40")
    phone.tap("已回到 县分拣中心")
    phone.see("第 2 趟")
    phone.tap("出发")
    phone.tap("已到达")
    phone.tap("卸货完成")
    phone.tap("完成本站")
    phone.tap("已回到 县分拣中心")
    phone.see("今天的任务已完成")
    sent += ["returned", "departed", "arrived", "unloaded", "finished_stop", "returned"]
    wait_for(phone, service, sent)
    assert set(Counter(record.id for record in service.records()).values()) == {1}
    check_what_arrived(service)


def check_what_arrived(service):
    by_kind = {record.kind.value: record for record in reversed(service.records())}
    first = by_kind["unloaded"]
    counted = {one.order: (one.pieces, one.weight_kg) for one in first.goods}
    assert counted == {"o1": (3, 20), "o2": (1, 10)}
    assert first.cash_yuan == 18.5
    assert by_kind["signed"].note == "王某"
    refused = by_kind["refused"]
    assert (refused.reason, [one.order for one in refused.goods]) == ("damaged", ["o4"])
    with Session(service.engine) as session:
        pictures = {row.id: row for row in session.exec(select(AttachmentRow))}
        actual = compare_plan(session, COUNTY, "p1")
    assert set(pictures) == {*by_kind["signed"].attachments, *refused.attachments}
    shrunk = pictures[refused.attachments[0]]
    assert (shrunk.kind, shrunk.content_type) == ("photo", "image/jpeg")
    with Image.open(io.BytesIO(shrunk.content)) as picture:
        assert max(picture.size) == 1280
    signature = pictures[by_kind["signed"].attachments[0]]
    assert (signature.kind, signature.content_type) == ("signature", "image/png")
    [vehicle] = actual.vehicles
    assert [visit.late_s for visit in vehicle.visits[:3]] == [300, 180, 360]


def test_an_answer_that_is_lost_on_the_way_doubles_nothing(opened, service):
    phone = opened
    lost = []

    def lose(route):
        if len(lost) < 2:
            lost.append(route.fetch().status)
            route.abort()
        else:
            route.continue_()

    phone.page.route("**/events", lose)
    phone.tap("出发")
    phone.see("待上传 1 条")
    phone.tap("已到达")
    wait_for(phone, service, ["departed", "arrived"])
    assert lost == [200, 200]


def test_a_newer_version_is_taken_over_and_what_is_queued_is_kept(opened, service):
    phone = opened
    phone.tap("出发")
    wait_for(phone, service, ["departed"])
    phone.context.set_offline(True)
    phone.tap("已到达")
    phone.see("待上传 1 条")
    newer = plan_row("p2", 2, COUNTY, PlanState.RELEASED, **service.days)
    service.add_plan(newer)
    phone.context.set_offline(False)
    phone.see("线路已更新为第 2 版,未上传的记录不受影响")
    wait_for(phone, service, ["departed", "arrived"])
    # The arrival under the first version counts in the second.
    phone.page.get_by_role("button", name="卸货完成").wait_for()
    phone.tap("知道了")
    phone.tap("卸货完成")
    phone.see("✓ 已卸货")
    wait_for(phone, service, ["departed", "arrived", "unloaded"])
    assert [(record.plan, record.kind.value) for record in service.records()] == [
        ("p1", "departed"),
        ("p1", "arrived"),
        ("p2", "unloaded"),
    ]


def test_what_was_queued_under_a_replaced_link_goes_by_the_new_one(opened, service):
    phone = opened
    phone.foresee_status(410)
    phone.context.set_offline(True)
    phone.tap("出发")
    phone.see("待上传 1 条")
    renewed = service.link(renew=True)
    phone.context.set_offline(False)
    phone.see("已被新链接取代")
    phone.see("待上传 1 条")
    assert kinds(service) == []
    phone.page.goto(renewed)
    phone.page.get_by_role("heading").first.wait_for()
    wait_for(phone, service, ["departed"])


def test_an_event_that_is_not_accepted_is_told_and_holds_back_no_other(opened, service):
    phone = opened
    phone.tap("出发")
    wait_for(phone, service, ["departed"])
    # Somebody has meanwhile changed what the phone cannot know: its plan is gone for it.
    phone.page.route(
        "**/events",
        lambda route: route.fulfill(
            json={"events": [{"id": None, "outcome": "refused",
                              "errors": [{"message": "没有此站 / no such stop"}]}]}
        ),
    )  # fmt: skip
    phone.tap("已到达")
    phone.see("有 1 条记录未被接受:没有此站")
    phone.page.unroute("**/events")
    phone.tap("知道了")
    phone.tap("已到达")
    wait_for(phone, service, ["departed", "arrived"])


def test_a_step_is_undone_by_an_entry_of_its_own(opened, service):
    phone = opened
    phone.tap("出发")
    phone.tap("已到达")
    phone.page.get_by_role("button", name="卸货完成").wait_for()
    phone.tap("撤销上一步:到达")
    phone.page.get_by_role("button", name="已到达").wait_for()
    wait_for(phone, service, ["departed", "arrived", "correction"])
    with Session(service.engine) as session:
        [vehicle] = compare_plan(session, COUNTY, "p1").vehicles
    assert vehicle.visits[0].arrived_s is None


def test_another_stop_may_be_visited_first(opened, service):
    phone = opened
    phone.tap("出发")
    phone.see("前房村")
    phone.tap("全部站点 0/4")
    phone.page.locator("li.stop", has_text="夏家屯村").get_by_role("button").click()
    phone.page.get_by_role("heading", name="夏家屯村").wait_for()
    phone.tap("已到达")
    wait_for(phone, service, ["departed", "arrived"])
    assert service.records()[-1].stop == "c3"


def test_a_position_is_added_only_where_the_driver_allows_it(opened, service):
    phone = opened
    phone.page.add_init_script(
        """navigator.geolocation.watchPosition = (found) =>
        found({coords: {longitude: 122.4567891, latitude: 40.7}})"""
    )
    phone.page.reload()
    phone.tap("出发")
    wait_for(phone, service, ["departed"])
    assert service.records()[0].lon is None
    phone.tap("全部站点 0/4")
    phone.tap("填报时附上我的位置")
    share = phone.page.get_by_role("button", name="填报时附上我的位置")
    share.wait_for(state="detached")
    phone.tap("当前任务")
    phone.tap("已到达")
    wait_for(phone, service, ["departed", "arrived"])
    assert (service.records()[1].lon, service.records()[1].lat) == (122.45679, 40.7)


def test_calling_and_navigating_ask_nobody_by_themselves(opened):
    phone = opened
    phone.tap("出发")
    links = phone.page.locator(".links a")
    links.first.wait_for()
    addresses = [links.nth(at).get_attribute("href") for at in range(links.count())]
    assert addresses[0] == "tel:13900000001"
    assert re.fullmatch(r"geo:40\.71,122\.41\?q=40\.71,122\.41\(.+\)", addresses[1])
    assert addresses[2].startswith("https://uri.amap.com/navigation?to=122.41,40.71,")
    assert "coordinate=wgs84" in addresses[2]
    phone.see("示意位置")
    rel = links.nth(2).get_attribute("rel")
    assert "noreferrer" in rel


def test_everything_is_large_enough_for_a_finger_and_nothing_wider_than_the_screen(opened):
    phone = opened

    def check():
        assert phone.page.evaluate(FIND_SMALL) == []
        assert phone.page.evaluate(FIND_WIDE) <= 0

    check()
    phone.tap("出发")
    phone.see("前房村")
    check()
    phone.tap("已到达")
    phone.page.get_by_text("代收货款、退货").click()
    check()
    phone.tap("拒收")
    check()
    phone.tap("取消")
    phone.tap("签字")
    check()
    phone.tap("取消")
    phone.tap("全部站点 0/4")
    check()


def test_the_language_is_switched_and_remembered(opened):
    phone = opened
    phone.tap("English")
    phone.see("Load 13 pieces · 100 kg before leaving")
    assert phone.page.locator("html").get_attribute("lang") == "en"
    phone.page.reload()
    phone.see("Online")
    phone.tap("中文")
    phone.see("出发前装好")


def test_a_typed_weight_outlives_what_goes_on_in_the_background(opened, service):
    phone = opened
    phone.tap("出发")
    phone.tap("已到达")
    wait_for(phone, service, ["departed", "arrived"])
    weight = phone.page.get_by_label("重量 kg").first
    phone.page.get_by_label("清点件数").nth(1).fill("2")
    weight.fill("17.5")
    phone.context.set_offline(True)
    phone.page.locator(".pill.bad").wait_for()
    phone.context.set_offline(False)
    phone.page.locator(".pill.good", has_text="已连接").wait_for()
    assert weight.input_value() == "17.5"
    phone.tap("卸货完成")
    phone.see("✓ 已卸货")
    wait_for(phone, service, ["departed", "arrived", "unloaded"])
    counted = {one.order: (one.pieces, one.weight_kg) for one in service.records()[-1].goods}
    assert counted == {"o1": (4, 17.5), "o2": (2, 10)}


def test_refusing_asks_for_what_is_missing(opened):
    phone = opened
    phone.tap("出发")
    phone.tap("已到达")
    phone.tap("拒收")
    phone.tap("确认拒收")
    phone.see("请至少选一项货物")
    phone.page.get_by_label("农药 · 1 件").check()
    phone.tap("确认拒收")
    phone.see("请选择原因")
    phone.page.get_by_label("其他").check()
    phone.tap("确认拒收")
    phone.see("选“其他”时请填写说明")
    phone.tap("取消")
    phone.page.get_by_role("dialog").wait_for(state="detached")


def test_a_stop_with_goods_left_is_finished_only_when_asked_again(opened, service):
    phone = opened
    phone.tap("出发")
    phone.tap("已到达")
    phone.tap("完成本站")
    phone.see("还有货物未处理")
    phone.tap("返回")
    phone.page.get_by_role("button", name="卸货完成").wait_for()
    phone.tap("完成本站")
    phone.tap("仍然完成")
    phone.see("后房村")
    wait_for(phone, service, ["departed", "arrived", "finished_stop"])


def test_a_bad_link_is_told_in_plain_words(phone, service):
    phone.foresee_status(401)
    answer = phone.page.goto(service.link()[:-3])
    assert answer.status == 401
    phone.see("链接无效")
