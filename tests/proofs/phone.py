"""The checks of the phone page inside one browser: bundles go in, verdicts come out."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from browser import Page
from lovefund import verify

SOURCE = (Path(__file__).parents[2] / "statements" / "web" / "verify.js").read_text("utf-8")

_ATTEMPT = """
globalThis.bytes = (digits) => Uint8Array.from(atob(digits), (c) => c.charCodeAt(0));
globalThis.attempt = ({ files, fund, keys, receipt, name, phrase, held }) => {
  try {
    const found = verifier.check(files, fund, keys.map(verifier.readKey));
    const answer = {
      answer: 0, slug: "", values: [],
      signed: found.signed.map((s) => [s.name, s.time === undefined ? null : Number(s.time)]),
      withheld: found.withheld.map((e) => e.no), fingerprint: verifier.fingerprint(found.body),
    };
    if (held) answer.sizes = verifier.findHeld(found, held);
    if (receipt) {
      const { entry, anonymous, later } = verifier.findReceipt(found, receipt, name, phrase);
      Object.assign(answer, {
        entry: entry.no, anonymous, later: later.map((e) => e.no),
        shown: found.shown.get(entry.no) || "", postings: entry.postings,
      });
    }
    return answer;
  } catch (error) {
    const known = error instanceof verifier.Finding;
    const answer = known ? (error instanceof verifier.Unknown ? 2 : 1) : 3;
    return { answer, slug: known ? error.slug : String(error), values: known ? error.values : [] };
  }
};
"""


@dataclass(frozen=True, slots=True)
class Case:
    """A bundle and what is asked about it."""

    files: Mapping[str, str | bytes]
    fund: str
    keys: Sequence[str] = ()
    receipt: str = ""
    name: str = ""
    phrase: str = ""
    held: str = ""

    def script(self) -> str:
        asked = {k: getattr(self, k) for k in ("fund", "receipt", "name", "phrase", "held")}
        asked["keys"] = list(self.keys)
        files = ",".join(
            f"{json.dumps(n)}:bytes({json.dumps(_b64(c))})" for n, c in self.files.items()
        )
        return f"{{...{json.dumps(asked)}, files: {{{files}}}}}"


def _b64(content: str | bytes) -> str:
    return base64.b64encode(content.encode() if isinstance(content, str) else content).decode()


class Phone:
    """A tab with verify.js in it; ``source`` may be a twin with a guard taken out."""

    def __init__(self, page: Page, source: str = SOURCE) -> None:
        self.page = page
        self.load(source)

    def load(self, source: str) -> None:
        self.page.run(source.replace("const verifier =", "globalThis.verifier =") + _ATTEMPT)

    def ask(self, case: Case) -> dict[str, Any]:
        found: dict[str, Any] = self.page.run(f"attempt({case.script()})")
        return found

    def ask_all(self, cases: Sequence[Case]) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.page.run(
            f"[{','.join(case.script() for case in cases)}].map(attempt)"
        )
        return found

    def changed(self, case: Case, file: str, places: Sequence[int]) -> Iterator[tuple[int, Any]]:
        """The verdict after one byte of a file was changed, for each place."""
        rows = self.page.run(
            f"""(() => {{
              const asked = {case.script()}, whole = asked.files[{json.dumps(file)}];
              return {json.dumps(list(places))}.map((place) => {{
                const broken = whole.slice();
                broken[place] ^= 1 << (place % 7);
                const files = {{ ...asked.files, [{json.dumps(file)}]: broken }};
                return attempt({{ ...asked, files }});
              }});
            }})()"""
        )
        yield from zip(places, rows, strict=True)


def said(verdict: Mapping[str, Any]) -> str:
    """The sentence of a refusal, in English: one of verify.py's own."""
    if verdict["slug"] == "head":
        return f"statement.json, frontier.json: {verdict['values'][0]}"
    return str(verify.SENTENCES[verdict["slug"]][1].format(*verdict["values"]))
