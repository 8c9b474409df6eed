"""Take the README's pictures of the console from a service that is running.

The newest plan of the day that the console opens is shown; where there is none, one is asked for.
"""

from __future__ import annotations

import io
from pathlib import Path

import click
from chromium import DESK, PHONE, open_chromium
from PIL import Image
from playwright.sync_api import Page

COLOURS = 256


@click.command(help=__doc__)
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--address", default="http://127.0.0.1:8000", show_default=True)
@click.option(
    "--key-file",
    default="var/demo_key",
    show_default=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
)
@click.option("--seconds", default=20, show_default=True, help="of the search, where there is none")
@click.option("--chromium", help="path of the browser; by default the system's is looked for")
def main(folder: Path, address: str, key_file: Path, seconds: int, chromium: str | None) -> None:
    with open_chromium(chromium) as browser:
        for name, viewport in (("console", DESK), ("console_phone", PHONE)):
            page = browser.new_page(viewport=viewport)
            page.goto(address)
            _enter(page, key_file.read_text().strip(), seconds)
            if viewport is DESK:
                _point_at_a_van(page)
            _save(page, folder / f"{name}.png")


def _enter(page: Page, key: str, seconds: int) -> None:
    page.locator("dialog input[name=key]").fill(key)
    page.keyboard.press("Enter")
    page.locator("#pool .rows .row").first.wait_for(state="attached")
    if page.locator("#plans").is_disabled():
        page.locator("#ask").click()
        page.locator("dialog input[name=seconds]").fill(str(seconds))
        page.locator("dialog button[type=submit]").click()
    waits_ms = (seconds + 60) * 1000
    page.locator("#timeline .heads .head").first.wait_for(state="attached", timeout=waits_ms)


def _point_at_a_van(page: Page) -> None:
    page.locator("#timeline .head", has_text="EV02").click()
    page.mouse.move(5, 5)


def _save(page: Page, path: Path) -> None:
    page.wait_for_timeout(500)
    picture = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    picture.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)
    click.echo(path)


if __name__ == "__main__":
    main()
