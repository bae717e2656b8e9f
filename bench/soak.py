"""Does the product grow? The product under a steady load for long, its memory watched.

    make soak ARGS="--minutes 60"

The figure is a ratio: memory of all processes in the last tenth against the memory
after the first tenth, when everything has been used once. Above LIMIT it fails.
"""

import argparse
import os
import smtplib
import subprocess
import sys
import tempfile
import time
from email.message import EmailMessage
from pathlib import Path
from statistics import mean

from bench.browser import Browser
from bench.product import Product, running
from vitrine.ops.demo.plan import PASSWORD

LIMIT = 1.15
PAGES = ("/desk/", "/desk/search/?q=Haushalt", "/", "/request/", "/development/mail/")
PAUSE = 0.2
"""Seconds between two rounds: a desk of some dozen agents."""
MAIL_EVERY = 25
"""Rounds."""


def main() -> int:
    """Run; 1 when the product has grown."""
    parser = argparse.ArgumentParser(prog="make soak")
    parser.add_argument("--minutes", type=float, default=30.0)
    minutes = parser.parse_args().minutes
    with tempfile.TemporaryDirectory(prefix="vitrine-soak-") as name:
        state = Path(name)
        state.chmod(0o755)
        with running(state) as product:
            load_demonstration(product)
            samples = load(product, seconds=minutes * 60)
    return verdict(samples)


def load_demonstration(product: Product) -> None:
    """Something to look at."""
    subprocess.run(
        [Path(sys.executable).with_name("vitrine"), "demo", "load"],
        env=os.environ | {"DATABASE_URL": product.database, "VITRINE_STATE": str(product.state)},
        check=True,
    )


def load(product: Product, *, seconds: float) -> list[float]:
    """Look and write for so long; MiB of all processes, taken at even distances."""
    browser = Browser(product.port)
    browser.sign_in("agent1@desk.example", password=PASSWORD)
    samples: list[float] = []
    began = time.monotonic()
    rounds = 0
    while (elapsed := time.monotonic() - began) < seconds:
        for page in PAGES:
            answer = browser.get(page)
            if answer.status >= 500:
                raise SystemExit(f"{page}: {answer.status}\n{answer.body[:400]}")
        if rounds % MAIL_EVERY == MAIL_EVERY - 1:
            send_mail(product, number=rounds)
        if elapsed > len(samples) * seconds / 40:
            samples.append(sum(taken.pss for taken in product.memory()) / 1024)
            print(f"{elapsed:7.0f} s  {rounds:6} rounds  {samples[-1]:6.1f} MiB", flush=True)
        rounds += 1
        time.sleep(PAUSE)
    return samples


def send_mail(product: Product, *, number: int) -> None:
    """A new request by the door."""
    message = EmailMessage()
    message["From"] = "pieter@voorbeeldegem.example"
    message["To"] = "helpdesk@register.example"
    message["Subject"] = f"Vraag {number} over de gezinssamenstelling"
    message["Message-ID"] = f"<soak-{number}@voorbeeldegem.example>"
    message.set_content("Goedendag,\n\nhoe wijzigen wij IT 140 na een verhuizing?\n")
    with smtplib.SMTP("127.0.0.1", product.smtp_port, timeout=30) as door:
        door.send_message(message)


def verdict(samples: list[float]) -> int:
    """Print the ratio; 1 when it is above the limit."""
    tenth = max(1, len(samples) // 10)
    ratio = mean(samples[-tenth:]) / mean(samples[tenth : 2 * tenth] or samples)
    print(f"memory, last tenth against the second: {ratio:.2f} (limit {LIMIT})")
    return int(ratio > LIMIT)


if __name__ == "__main__":
    sys.exit(main())
