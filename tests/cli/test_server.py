"""The same commands on a PostgreSQL server, and on SQLite beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from commands import Run
from lovefund.errors import Exit


@pytest.fixture
def on_server(run: Run, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.setenv("LOVEFUND_DB", database_url.replace("+psycopg", ""))
    return run


def test_a_month_on_either_engine(on_server: Run, tmp_path: Path) -> None:
    for line in (
        "open shiqiao --name 甲 --school 乙 --treasurer 丙 --on 2026-09-01 --practice --new-books",
        "donate 500 --source staff --from 张三丰 --show masked --by bank --on 2026-09-03",
        "grant 400 --case L1 --guardian 李 --by bank --on 2026-09-04",
        "correct 2 --amount 300 --reason 多付",
        "publish 2026-09 --out out",
        "check",
        "check --against out/shiqiao/0001-2026-09/checkpoint.txt",
        "export hledger",
        "vouchers 2026-09 --out v.pdf",
    ):
        done = on_server(line)
        assert done.code == 0, (line, done.err)
    rows = {r["account"]: r["balance_fen"] for r in on_server("balance --json").json()}
    assert rows["1002"] == 20_000
    assert (tmp_path / "v.pdf").read_bytes().startswith(b"%PDF")
    refused = on_server("grant 201 --case L1 --guardian 李 --by bank --on 2026-10-02")
    assert refused.code == Exit.REFUSED


def test_a_server_that_is_not_there(run: Run) -> None:
    away = run("--db postgresql://somebody:secret@127.0.0.1:1/none balance")
    assert away.code == Exit.STORAGE
    assert "secret" not in away.err
    assert "does not answer" in away.err
