"""Makes the README's picture of the driver's page, from a link of a running service.

    .venv/bin/python scripts/draw_driver_page.py LINK driver_page.png --at 08:40

The page is shown as it stands at the van's next stop; nothing is reported to the service.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from chromium import PHONE, open_chromium
from playwright.sync_api import Page


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("link", help="address of the page")
    parser.add_argument("out", type=Path, help="file to write")
    parser.add_argument("--at", help="clock of the phone, such as 08:40; by default the present")
    arguments = parser.parse_args()
    with open_chromium() as browser:
        page = browser.new_page(viewport=PHONE, device_scale_factor=2)
        show(page, arguments.link, arguments.at)
        page.screenshot(path=arguments.out)


def show(page: Page, link: str, at: str | None) -> None:
    day = page.request.get(f"{link}/route").json()
    if at is not None:
        page.clock.set_fixed_time(f"{day['date']}T{at}:00+08:00")
    # What the page would report stays on it: the service hears nothing.
    page.route("**/events", lambda route: route.fulfill(json=taken(route.request.post_data_json)))
    page.goto(link)
    depart = page.get_by_role("button", name="出发", exact=True)
    page.get_by_role("heading").first.wait_for()
    if depart.is_visible():
        depart.click()
        page.get_by_role("button", name="已到达", exact=True).wait_for()
    page.get_by_text("无网络也能打开").wait_for()
    page.get_by_text("已全部上传").wait_for()


def taken(document: dict[str, list[dict[str, str]]]) -> dict[str, object]:
    outcomes = [{"id": one["id"], "outcome": "taken", "errors": []} for one in document["events"]]
    return {"taken": len(outcomes), "known": 0, "refused": 0, "events": outcomes}


if __name__ == "__main__":
    main()
