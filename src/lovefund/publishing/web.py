"""What every web face holds to: nothing is fetched, and only its own style and scripts may run."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Sequence
from typing import Any

from lovefund.publishing.resources import own_look, resource


def web_file(name: str) -> str:
    """A style sheet or script of the folder ``web``, fit to stand inside a page."""
    with own_look():
        text = resource(f"web/{name}").read_text("utf-8")
        if "<!--" in text or "</s" in text.lower():
            raise ValueError(f"web/{name} would end the element that it stands in")
        return text


def policy(style: str, scripts: Sequence[str] = ()) -> str:
    """A content security policy under which exactly these texts work and nothing is loaded."""
    parts = ["default-src 'none'", f"style-src '{_hash(style)}'"]
    if scripts:
        parts.append("script-src " + " ".join(f"'{_hash(script)}'" for script in scripts))
    return "; ".join([*parts, "base-uri 'none'", "form-action 'none'"])


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def inner_json(value: Any) -> str:
    """JSON that may stand inside an element of a page, whatever its texts say."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text
