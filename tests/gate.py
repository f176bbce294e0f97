"""The gate that every PDF of ours passes: PDF/A-3a, PDF/UA-1, and sound to another library."""

from __future__ import annotations

import subprocess
from pathlib import Path

import page

#: A stream that ends in a carriage return is measured one byte short, as if the return belonged to
#: the end of the line; qpdf, which reads every stream, says whether one is truly cut off.
_MISMEASURED = "PDFA3A-STREAM-LENGTH-001"


def faults(pdf: bytes | Path, folder: Path | None = None) -> list[str]:
    """Everything that a PDF breaks; empty for one that may be published.

    Bytes are written into ``folder`` first.
    """
    if isinstance(pdf, bytes):
        assert folder is not None
        path = folder / "gate.pdf"
        path.write_bytes(pdf)
    else:
        path = pdf
    done = subprocess.run(["qpdf", "--check", path], capture_output=True, text=True, check=False)
    found = [f"qpdf: {done.stderr.strip()}"] if done.returncode else []
    for profile in ("3a", "ua1"):
        report = page.validate_pdf(path, profile=profile)
        found += [
            f"{profile}: {failure.rule_id}: {failure.message}"
            for failure in report.failures
            if done.returncode or failure.rule_id != _MISMEASURED
        ]
        assert report.failures or report.is_compliant
    return found
