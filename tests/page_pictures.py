"""Take the pictures for docs/: python tests/page_pictures.py out/graph.html."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

DOCS = Path(__file__).parent.parent / "docs"
PICTURES = (
    ("page-overview.png", (1280, 800), ""),
    ("page-evidence.png", (1280, 800), "#card .list .thing >> nth=0"),
    ("page-phone.png", (390, 844), ""),
)


def take(page_file: Path) -> None:
    """Open the page in Chromium at each size and save what it shows."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"), args=["--no-sandbox", "--disable-gpu"]
        )
        for name, (width, height), pressed in PICTURES:
            phone = width < 500
            context = browser.new_context(
                viewport={"width": width, "height": height},
                device_scale_factor=2 if phone else 1,
                is_mobile=phone,
                has_touch=phone,
                offline=True,
            )
            page = context.new_page()
            page.goto(page_file.resolve().as_uri())
            page.wait_for_selector("html[data-ready]")
            if pressed:
                page.click(pressed)
            page.wait_for_timeout(600)
            page.screenshot(path=DOCS / name)
            context.close()
        browser.close()


if __name__ == "__main__":
    take(Path(sys.argv[1]))
