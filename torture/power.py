"""Simulated power cuts: what was synced survives, the rest is kept, lost or torn at random."""

from __future__ import annotations

import hashlib
import json
import random
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from lovefund.errors import LovefundError
from lovefund.log import tree
from torture import strace
from torture.campaign import Outcome, Run
from torture.disk import BYTES_MAX, CALLS, Disk, Event, events
from torture.parallel import each
from torture.school import FUND, School, gift
from torture.session import STEPS, marks_of

IMAGES_A_TRACE = 2_000
THOROUGH_EACH = 10


@dataclass
class Promises:
    """What the treasurer was told so far: entries, kept answers, published files."""

    size: int = 0
    root: str = ""
    kept: str = ""
    files: dict[str, str] = field(default_factory=dict)

    def hear(self, mark: bytes) -> None:
        """Take in one more promise; an acknowledged entry ends that of its kept answers."""
        told = json.loads(mark)
        if "kept" in told:
            self.kept = told["kept"]
            return
        self.size, self.root, self.kept = told["size"], told["root"], ""
        self.files |= told["files"]


def traced(school: School, seed: str, guard: str, steps: str) -> Path:
    """A session's trace: every byte written, every sync, every name."""
    trace = school.folder.with_name(school.folder.name + ".trace")
    school.folder.mkdir()
    names = ",".join("?" + name for name in CALLS)
    done = subprocess.run(
        [
            *("strace", "--seccomp-bpf", "-f", "-qq", "-y", "-xx", "-s", str(BYTES_MAX)),
            *("-o", trace, "-e", f"trace={names}"),
            *(sys.executable, "-m", "torture.session", str(school.folder), seed, guard, steps),
        ],
        env=strace.environment(school),
        cwd=school.folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return trace


@dataclass
class Cuts:
    """What came of some cuts: images, those with harm, the kinds of harm, and examples."""

    images: int = 0
    harmed: int = 0
    kinds: Counter[str] = field(default_factory=Counter)
    examples: list[str] = field(default_factory=list)

    def add(self, other: Cuts) -> None:
        """Count another part's cuts as well."""
        self.images += other.images
        self.harmed += other.harmed
        self.kinds += other.kinds
        self.examples += other.examples


def images(folder: Path, seed: str, guard: str, wanted: int, steps: str = STEPS) -> Cuts:
    """Cut the power that often in one session, and look at what each cut leaves."""
    chance = random.Random(seed)
    school = School(folder)
    happened = events(traced(school, seed, guard, steps), folder, marks_of(school))
    final = Promises()
    for event in happened:
        if event.name == "mark":
            final.hear(event.data)
    cuts = Counter(chance.randrange(len(happened)) for _image in range(wanted))
    disk, promises = Disk(), Promises()
    tally = Cuts()
    for number, event in enumerate(happened):
        _take(disk, promises, event)
        for _cut in range(cuts[number]):
            tally.images += 1
            image = disk.cut(chance)
            place = School(folder.with_name(f"{folder.name}-image"))
            found = lost(
                place, image, promises, final, thoroughly=tally.images % THOROUGH_EACH == 0
            )
            tally.harmed += bool(found)
            tally.kinds.update({kind for kind, _text in found})
            if found and len(tally.examples) < 3:
                tally.examples.append(f"{seed}, event {number}: {found[0][1]}")
                if place.folder.exists():
                    shutil.move(place.folder, folder.with_name(f"{folder.name}-{tally.images}"))
    for leftover in folder.parent.glob(f"{folder.name}*.trace"):
        leftover.unlink()
    return tally


def _take(disk: Disk, promises: Promises, event: Event) -> None:
    if event.name == "mark":
        promises.hear(event.data)
    else:
        disk.apply(event)


def lost(
    school: School,
    image: dict[str, bytes],
    promises: Promises,
    final: Promises,
    *,
    thoroughly: bool,
) -> list[tuple[str, str]]:
    """The harm in an image, each with its kind: lost, corrupt, torn."""
    found = []
    for name, content in image.items():
        published = name.startswith("published/") and not Path(name).name.startswith(".")
        if published and hashlib.sha256(content).hexdigest() != final.files.get(name):
            found.append(("torn", f"{name} is not whole"))
    for name in promises.files:
        if name not in image:
            found.append(("lost", f"{name} was published, and is not there"))
    shutil.rmtree(school.folder, ignore_errors=True)
    for name, content in image.items():
        if name.startswith(("fund.db", "home/")) and not name.endswith(("-shm", ".lock")):
            path = school.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
            path.chmod(0o600)
    if not school.database.exists():
        return found + ([("lost", "the books are not there")] if promises.size else [])
    try:
        found += list(_in_books(school, promises, thoroughly=thoroughly))
    except LovefundError as error:
        if promises.size or getattr(error, "place", "") != FUND:  # the fund is not open yet
            found.append(("corrupt", f"the books do not open: {error}"))
    except Exception as error:  # what no guard foresaw is harm, not the campaign's end
        found.append(("corrupt", f"the program fell: {error!r}"))
    return found


def _in_books(school: School, promises: Promises, *, thoroughly: bool) -> Iterator[tuple[str, str]]:
    read = school.read()
    root = tree.root_of(read.leaves[: promises.size]).hex()
    if promises.size and (len(read.leaves) < promises.size or root != promises.root):
        yield "lost", f"{promises.size} entries were acknowledged, {len(read.leaves)} are there"
    if not list((school.folder / "home" / "keys").glob("*.json")):
        yield "lost", "the keys are not there"
    waiting = school.kept / f"{promises.kept}.json"
    if promises.kept and promises.kept not in read.entries and not waiting.exists():
        yield "lost", "the kept answers are not there"
    for what in school.wrong(read, thoroughly=thoroughly):
        if not what.endswith("missing or another"):  # published files are looked at in the image
            yield "corrupt", what
    if thoroughly:
        said = school.run("--fund", FUND, *gift("7", "赵六"))
        if said.code:
            yield "corrupt", f"nothing more can be booked: {said.err}"


def run(run: Run) -> Iterator[Outcome]:
    """Power cuts in sessions as they are, then with a guard taken away."""
    lacking = strace.lacking()
    if lacking:
        yield Outcome("simulated power cut", 0, 0, f"NOT DONE: {lacking}")
        return
    folder = run.place("power")
    for guard, wanted in (
        ("", run.times(300, 20_000)),
        ("synchronous", run.times(150, 1_000)),
        ("folder sync", run.times(150, 1_000)),
    ):
        part = min(IMAGES_A_TRACE, wanted // 2)
        work = [
            (folder / f"{guard or 'whole'}-{n}", f"{run.seed}/power/{guard}/{n}", guard, part)
            for n in range(wanted // part)
        ]
        tally = Cuts()
        for part_done in each("power cuts", images, work):
            tally.add(part_done)
        yield Outcome(
            "simulated power cut" + (f", without: {guard}" if guard else ""),
            tally.images,
            tally.harmed,
            ", ".join(f"{kind} {count}" for kind, count in sorted(tally.kinds.items())),
            teeth=bool(guard),
        )
        for example in () if guard else tally.examples:
            print(f"    {example}", file=sys.stderr)
