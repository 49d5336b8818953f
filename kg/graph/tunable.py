"""pyvis' own page, hardened: no request to anything, no name that runs, UTF-8 on every system.

As pyvis writes it, its page loads Bootstrap from a server of others, leaves the encoding to the
machine, and trusts its titles. Here the page forbids itself all but its own scripts, by hash.
"""

from __future__ import annotations

import re
from base64 import b64encode
from hashlib import sha256
from pathlib import Path

from pyvis.network import Network

PANELS = ("physics", "nodes", "edges", "layout", "interaction")
"""The parts of vis-network's options that its panel offers below the picture."""


class Drawing(Network):  # type: ignore[misc]  # pyvis has no types
    """A pyvis ``Network`` whose page can be opened anywhere and tuned by hand."""

    def generate_html(
        self, name: str = "index.html", local: bool = True, notebook: bool = False
    ) -> str:
        """Return pyvis' page, hardened; see `harden`."""
        return harden(super().generate_html(name, local, notebook))

    def write_html(
        self, name: str, local: bool = True, notebook: bool = False, open_browser: bool = False
    ) -> None:
        """Write the page to a file, as UTF-8; ``open_browser`` shows it as pyvis does."""
        Path(name).write_text(
            self.generate_html(name, local, notebook), encoding="utf-8", newline="\n"
        )
        if open_browser:
            import webbrowser

            webbrowser.open(Path(name).resolve().as_uri())


def harden(page: str) -> str:
    """Return the page without what it would load, and with a policy that forbids everything else.

    >>> made = harden('<html><head><script src="https://a/b.js"></script></head><script>1</script>')
    >>> "https:" in made, "script-src 'sha256-" in made
    (False, True)
    """
    page = re.sub(r"<link\b[^>]*>", "", page)
    page = re.sub(r"<script\b[^>]*\bsrc=[^>]*>\s*</script>", "", page)
    page = page.replace("\r\n", "\n")
    scripts = re.findall(r"<script\b[^>]*>(.*?)</script>", page, re.DOTALL)
    hashes = " ".join(sorted({_hash(script) for script in scripts}))
    policy = (
        f"default-src 'none'; script-src {hashes}; style-src 'unsafe-inline'; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'"
    )
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    return re.sub(r"<head\b[^>]*>", lambda found: found[0] + meta, page, count=1)


def _hash(script: str) -> str:
    return f"'sha256-{b64encode(sha256(script.encode('utf-8')).digest()).decode()}'"
