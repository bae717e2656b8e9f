"""The pictures of README and documentation, taken from the running product.

    .venv/bin/python -m tools.take_pictures --address http://localhost:8000

Needs `make run` on fresh demonstration data, and Chromium.
"""

import argparse
import re
import shutil
import sys
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

PICTURES = Path(__file__).parents[1] / "docs" / "pictures"
PASSWORD = "demonstration-2006"
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")


def sign_in(page: Any, *, address: str, email: str) -> None:
    """Sign in to the demonstration."""
    page.goto(f"{address}/account/login/")
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", PASSWORD)
    page.press("input[name=password]", "Enter")
    page.wait_for_url(re.compile("/desk/"))


def take(address: str) -> None:
    """The desk with a ticket, the new call, and the public home."""
    PICTURES.mkdir(exist_ok=True)
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=chromium, args=list(ARGUMENTS))
        page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
        sign_in(page, address=address, email="agent1@desk.example")
        page.goto(f"{address}/desk/lists/open/")
        page.locator("#rows a[data-number]").nth(2).click()
        page.wait_for_url(re.compile("/desk/tickets/"))
        page.wait_for_load_state("networkidle")
        page.screenshot(path=PICTURES / "desk.png")
        page.goto(f"{address}/desk/calls/new/")
        page.locator("#id_q").press_sequentially("Voorbeeldegem")
        page.locator("#found [role=option]").first.wait_for()
        page.keyboard.press("Enter")
        page.locator("#card h2").first.wait_for()
        page.screenshot(path=PICTURES / "call.png")
        page.context.close()
        visitor = browser.new_context(viewport={"width": 1024, "height": 768}).new_page()
        visitor.goto(f"{address}/?language=nl")
        visitor.screenshot(path=PICTURES / "home.png")
        browser.close()


def main() -> int:
    """Take them all; 0 when done."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--address", default="http://localhost:8000")
    take(parser.parse_args().address)
    return 0


if __name__ == "__main__":
    sys.exit(main())
