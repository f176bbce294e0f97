"""Headless Chromium for tests, driven over its DevTools pipe with the standard library alone."""

from __future__ import annotations

import contextlib
import json
import os
import select
import shutil
import signal
import subprocess
import tempfile
from base64 import b64decode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

FLAGS = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--disable-extensions", "--hide-scrollbars", "--remote-debugging-pipe",
    # A plain http page of a name that is not this machine's: no secure context there.
    "--host-resolver-rules=MAP school.example 127.0.0.1",
)  # fmt: skip
FONTS = Path(__file__).parents[1] / "statements" / "fonts"
PROGRAM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("chrome")

#: A script of a page that takes longer than this hangs.
SECONDS_MAX = 90


class Failed(Exception):
    """The browser refused a command, or a script of a page threw."""


class Browser:
    """One browser process; :meth:`page` opens a tab in it."""

    def __init__(self, to: int, back: int) -> None:
        self._to, self._back = to, back
        self._number, self._rest = 0, b""
        self.events: list[dict[str, Any]] = []

    def call(self, method: str, session: str = "", **parameters: Any) -> dict[str, Any]:
        """One command and its answer; what happens meanwhile is kept in ``events``."""
        self._number += 1
        wanted = self._number
        message = {"id": wanted, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self._to, data) :]
        while True:
            answer = self._read()
            if answer.get("id") == wanted:
                if "error" in answer:
                    raise Failed(f"{method}: {answer['error']}")
                found: dict[str, Any] = answer["result"]
                return found
            self.events.append(answer)

    def _read(self) -> dict[str, Any]:
        parts = [self._rest]
        while b"\0" not in parts[-1]:
            if not select.select([self._back], [], [], SECONDS_MAX)[0]:
                raise Failed(f"no answer within {SECONDS_MAX} seconds")
            data = os.read(self._back, 1 << 20)
            if not data:
                raise Failed("the browser went away")
            parts.append(data)
        message, self._rest = b"".join(parts).split(b"\0", 1)
        found: dict[str, Any] = json.loads(message)
        return found

    def page(self, address: str = "about:blank", width: int = 360, language: str = "zh-CN") -> Page:
        """A new tab as wide as a phone, with this address loaded."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        page = Page(self, session)
        for domain in ("Page", "Runtime", "Network", "Log"):
            page.call(f"{domain}.enable")
        page.call(
            "Emulation.setDeviceMetricsOverride",
            width=width, height=740, deviceScaleFactor=2, mobile=True,
        )  # fmt: skip
        page.call(
            "Network.setUserAgentOverride", userAgent="lovefund-tests", acceptLanguage=language
        )
        if address != "about:blank":
            page.open(address)
        return page


class Page:
    """One tab."""

    def __init__(self, browser: Browser, session: str) -> None:
        self.browser, self.session = browser, session

    def call(self, method: str, **parameters: Any) -> dict[str, Any]:
        return self.browser.call(method, self.session, **parameters)

    def open(self, address: str) -> None:
        """Load an address and wait until it is loaded."""
        self.browser.events.clear()
        self.call("Page.navigate", url=address)
        self.run("new Promise(r => document.readyState === 'complete' ? r() : onload = r)")

    def run(self, script: str) -> Any:
        """The value of an expression; a promise is waited for."""
        answer = self.call(
            "Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True
        )
        if "exceptionDetails" in answer:
            raise Failed(json.dumps(answer["exceptionDetails"], ensure_ascii=False)[:2000])
        return answer["result"].get("value")

    def press(self, key: str, text: str = "", code: int = 0, shift: bool = False) -> None:
        """One key, as from a keyboard."""
        for kind in ("keyDown", "keyUp"):
            more = {"text": text} if text and kind == "keyDown" else {}
            self.call(
                "Input.dispatchKeyEvent", type=kind, key=key, windowsVirtualKeyCode=code,
                modifiers=8 if shift else 0, **more,
            )  # fmt: skip

    def write(self, text: str) -> None:
        """Text into what has the focus."""
        self.call("Input.insertText", text=text)

    def happened(self, method: str) -> list[dict[str, Any]]:
        """The parameters of every event of a kind since the address was opened."""
        self.run("1")
        events = self.browser.events
        return [
            e["params"]
            for e in events
            if e.get("method") == method and e.get("sessionId") == self.session
        ]

    def picture(self, path: Path) -> None:
        """The whole page as a PNG."""
        data = self.call("Page.captureScreenshot", captureBeyondViewport=True)["data"]
        path.write_bytes(b64decode(data))


@contextlib.contextmanager
def browser() -> Iterator[Browser]:
    """A fresh browser with a folder of its own, ended with everything it started."""
    assert PROGRAM is not None
    to_read, to_write = os.pipe()
    back_read, back_write = os.pipe()

    def arrange() -> None:  # the pipe's ends are descriptors 3 and 4, whatever they were
        import fcntl

        spare = [fcntl.fcntl(end, fcntl.F_DUPFD, 10) for end in (to_read, back_write)]
        for end, wanted in zip(spare, (3, 4), strict=True):
            os.dup2(end, wanted)

    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        fonts = Path(folder) / "fonts.conf"  # our own, so that Chinese shows on every machine
        fonts.write_text(
            f"<fontconfig><dir>{FONTS}</dir><cachedir>{folder}/c</cachedir></fontconfig>"
        )
        process = subprocess.Popen(
            [PROGRAM, *FLAGS, f"--user-data-dir={folder}"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            env=os.environ | {"FONTCONFIG_FILE": str(fonts)}, close_fds=False,
            preexec_fn=arrange, start_new_session=True,
        )  # fmt: skip
        os.close(to_read)
        os.close(back_write)
        try:
            yield Browser(to_write, back_read)
        finally:
            os.close(to_write)
            os.close(back_read)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
