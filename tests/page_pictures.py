"""Take the pictures for docs/: python tests/page_pictures.py out/graph.html."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

DOCS = Path(__file__).parent.parent / "docs"
DESK, PHONE = (1280, 800), (390, 844)
PICTURES: tuple[tuple[str, tuple[int, int], tuple[str, ...]], ...] = (
    ("page-overview.png", DESK, ()),
    ("page-evidence.png", DESK, ("#card .list .thing >> nth=0",)),
    ("page-query.png", DESK, ("#view-query", "text=/[0-9] 条三元组/", "#query-run", "#see-marked")),
    ("page-asked.png", DESK, ("#view-query", "text=/[0-9] 条三元组/", "#query-run", "#answer td")),
    ("page-phone.png", PHONE, ()),
    ("page-phone-evidence.png", PHONE, ("#tab-overview", "#card .list .thing >> nth=1")),
)
"""The file, the window, and what is pressed before the picture is taken."""


def take(page_file: Path) -> None:
    """Open the page in Chromium at each size and save what it shows."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=shutil.which("chromium"),
            args=["--headless", "--no-sandbox", "--disable-gpu"],
        )
        for name, (width, height), steps in PICTURES:
            phone = width < 500
            context = browser.new_context(
                viewport={"width": width, "height": height},
                device_scale_factor=2 if phone else 1,
                is_mobile=phone,
                has_touch=phone,
                offline=True,
                reduced_motion="reduce",
            )
            page = context.new_page()
            page.goto(page_file.resolve().as_uri())
            page.wait_for_selector("html[data-ready]")
            for step in steps:
                page.click(step)
            page.wait_for_timeout(600)
            page.screenshot(path=DOCS / name)
            context.close()
        browser.close()


if __name__ == "__main__":
    take(Path(sys.argv[1]))
