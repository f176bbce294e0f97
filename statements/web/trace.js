/* What became of each gift, by the public rule of tracing, from the lines that a page carries.

   Gifts are lots; entries are followed in the order of recording; what leaves a restriction takes of
   the lot of the oldest day; directed money goes first, then money for a purpose, then the pool.
   Lines that do not begin at entry 0 begin with one lot in each restriction, older than every gift of
   theirs: it holds what the books held then, and is used first. So a gift in these lines is followed
   to the fen; where they name an entry before them in a way that could change the answer, the
   restriction is `lost`, and nothing is told of gifts in it. */
"use strict";

const tracer = (() => {

const GIFTS = ["donation", "donation-in-kind", "service-donated", "identified", "agency-received"];
const GRANTS = ["grant-paid", "grant-promised"];
const RANKS = new Map([["named", 0], ["general", 2], ["agency", 3]]);
/** The classes of accounts that say what a restriction holds. */
const HELD = ["income", "outlay", "net", "agency"];
const PUPILS_MIN = 5;
const FEW = "few";
/** Stands for an entry before these lines. */
const EARLIER = -1;

/** Why nothing can be told: `reason` is the name of a sentence of the page. */
class Untold extends Error {
  constructor(reason, ...values) {
    super(reason);
    this.reason = reason;
    this.values = values;
  }
}

function known(holds, no) {
  if (!holds) throw new Untold("trace_odd", no);
}

/** Money or goods that came in by one entry; `used` is by entry and restriction, `codes` are all
    restrictions that it ever lay in. */
function newLot(no, on, gift) {
  return { no, on, gift, amount: 0, refunded: 0, left: new Map(), used: new Map(), codes: new Set() };
}

const before = (one, other) => one.on < other.on || (one.on === other.on && one.no < other.no);
const useOf = (no, code) => `${no} ${code}`;
const numberOf = (use) => Number(use.split(" ")[0]);
const codeOf = (use) => use.split(" ")[1];
const plus = (sums, key, fen) => sums.set(key, (sums.get(key) || 0) + fen);
const total = (sums) => [...sums.values()].reduce((sum, fen) => sum + fen, 0);

/** Directed money first, then money for a purpose, then the pool. */
function ordered(sums) {
  const rank = (code) => (RANKS.has(code) ? RANKS.get(code) : 1);
  return [...sums].sort(([a], [b]) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

/** The class and the names of every account of a chart, by code. */
function readChart(text) {
  const rows = JSON.parse(text).accounts;
  return new Map(rows.map(([code, , kind, zh, zhDetail, en, enDetail]) =>
    [code, { kind, names: [zhDetail || zh, enDetail || en] }]));
}

class Tracer {
  constructor(chart, first, base) {
    this.chart = chart;
    this.first = first;
    /** Gifts up to this day are a part of what came before. */
    this.since = base === undefined ? "" : base.to;
    this.entries = new Map();
    this.standing = new Map();
    this.nobody = newLot(-1, "", false);
    this.older = newLot(-2, "", false);
    this.lots = new Map();
    this.queues = new Map();
    /** By use: the lots drawn on for it, in the order of drawing. */
    this.drawn = new Map();
    this.moves = new Map();
    /** What the books hold, by restriction. */
    this.held = new Map();
    this.lost = new Set();
  }

  kind(account, no) {
    known(this.chart.has(account), no);
    return this.chart.get(account).kind;
  }

  /** What the books held before these lines: the base's closing, less what they hold of it. */
  open(base, entries) {
    for (const [account, code, fen] of base.closing) this.count(account, code, -fen);
    for (const e of entries) if (e.on <= base.to) this.countAll(e, -1);
    for (const [code, fen] of this.held) {
      if (fen > 0) this.hold(this.older, code, fen);
      if (fen < 0) this.pay(this.nobody, useOf(EARLIER, code), -fen);
    }
  }

  count(account, code, fen) {
    if (HELD.includes(this.kind(account, this.first))) plus(this.held, code, fen);
  }

  countAll(e, sign) {
    for (const [debit, credit, code, fen] of e.postings) {
      this.count(debit, code, -sign * fen);
      this.count(credit, code, sign * fen);
    }
  }

  /** What is left of all lots is what the books hold, in every restriction. */
  isSound() {
    const left = new Map();
    for (const lot of new Set([this.older, ...this.lots.values()])) {
      for (const [code, fen] of lot.left) plus(left, code, fen);
    }
    for (const [use, fen] of this.nobody.used) plus(left, codeOf(use), -fen);
    return [...new Set([...left.keys(), ...this.held.keys()])]
      .every((code) => (left.get(code) || 0) === (this.held.get(code) || 0));
  }

  add(e) {
    this.entries.set(e.no, e);
    this.countAll(e, 1);
    const { of, now } = e.facts;
    const mends = (e.kind === "correction" || e.kind === "void") && of !== undefined;
    if (mends && of < this.first) {
      this.changeOlder(this.net([], e.postings));
    } else if (mends) {
      known(this.standing.has(of), e.no);
      this.change(this.entries.get(of), this.standing.get(of), e.kind === "void" ? [] : postings(now, e.no));
    } else if (e.kind !== "year-closed") { // it moves nothing out of a restriction
      this.change(e, [], e.postings);
    }
  }

  /** Let an entry that stood for `was` stand for `is`. */
  change(e, was, is) {
    this.standing.set(e.no, is);
    const [came, went] = this.flows(was, is, e.no);
    if (e.kind === "restriction-changed") {
      this.undoMoves(e);
      this.move(e, this.flows([], is, e.no)[0]);
    } else if (e.kind === "refund-owed") {
      this.refund(e, this.net(was, is, e.no));
    } else if (["grant-returned", "grant-withdrawn", "grant-lapsed"].includes(e.kind)) {
      this.giveBackGrant(e, this.net(was, is, e.no));
    } else {
      this.comeAndGo(e, came, went);
    }
  }

  /** How much more came into each restriction, and how much more left it. */
  flows(was, is, no) {
    const came = new Map(), went = new Map();
    for (const [sign, rows] of [[-1, was], [1, is]]) {
      for (const [debit, credit, code, fen] of rows) {
        for (const [side, account] of [[1, debit], [-1, credit]]) {
          const kind = this.kind(account, no);
          if (kind === "income") plus(came, code, -side * sign * fen);
          else if (kind === "outlay") plus(went, code, side * sign * fen);
          else if (kind === "net" || kind === "agency") plus(side === 1 ? went : came, code, sign * fen);
        }
      }
    }
    return [came, went];
  }

  net(was, is, no) {
    const [came, went] = this.flows(was, is, no);
    for (const [code, fen] of went) plus(came, code, -fen);
    return came;
  }

  /** An entry before these lines changed: what was held then is more now, or less. */
  changeOlder(net) {
    for (const [code, fen] of ordered(net)) {
      if (fen > 0) this.hold(this.older, code, fen);
      if (fen < 0) this.release(this.older, code, -fen);
    }
  }

  /** What is less is given up first, so that what is more may draw on it. */
  comeAndGo(e, came, went) {
    for (const [code, fen] of ordered(went)) if (fen < 0) this.giveBack(useOf(e.no, code), -fen);
    for (const [code, fen] of ordered(came)) {
      if (fen >= 0) continue;
      const lot = this.lot(e);
      this.release(lot, code, -fen);
      lot.amount += fen;
    }
    for (const [code, fen] of ordered(came)) if (fen > 0) this.grow(e, code, fen);
    const own = e.kind === "service-donated" ? this.lots.get(e.no) : undefined;
    for (const [code, fen] of ordered(went)) if (fen > 0) this.draw(useOf(e.no, code), fen, own);
  }

  /** A refund takes of its own gift; what that paid for meanwhile, older lots pay instead. */
  refund(e, net) {
    const of = e.facts.of;
    known(of !== undefined && (of < this.first || this.lots.has(of)), e.no);
    if (of < this.first) return this.changeOlder(net);
    const gift = this.lots.get(of);
    for (const [code, fen] of ordered(net)) {
      gift.refunded -= fen;
      if (fen < 0) this.release(gift, code, -fen);
      else this.hold(gift, code, fen);
    }
  }

  /** What comes back goes to the lots that paid for it, the last one first. */
  giveBackGrant(e, net) {
    if (net.size === 0) return; // a reservation that is given up was never spent
    const no = this.spentBy(e);
    if (no < this.first) return this.changeOlder(net);
    for (const [code, fen] of ordered(net)) {
      const use = useOf(no, code);
      if (fen > 0) {
        const rest = this.giveBack(use, fen);
        if (rest) this.grow(e, code, rest);
      } else if (fen < 0) {
        const lot = this.lot(e), own = Math.min(lot.amount, -fen);
        this.release(lot, code, own);
        lot.amount -= own;
        this.draw(use, -fen - own);
      }
    }
  }

  /** The entry whose outlay came back: of a promise it is the promise, not its payment. */
  spentBy(e) {
    const paid = this.entries.get(e.facts.of);
    if (paid === undefined) return EARLIER;
    known(paid.postings.length > 0, e.no);
    const settled = this.kind(paid.postings[0][0], e.no) === "payable";
    return !settled ? paid.no : paid.facts.of === undefined ? EARLIER : paid.facts.of;
  }

  /** A restriction is changed for the oldest money in it; each lot stays its donor's. */
  move(e, came) {
    const source = String(e.facts.from), target = String(e.facts.to);
    let fen = came.get(target) || 0;
    this.moves.set(e.no, []);
    for (const [lot, part] of this.oldest(source, fen)) {
      fen -= part;
      this.moves.get(e.no).push([lot, source, target, part]);
      this.hold(lot, target, part);
    }
    if (!fen) return;
    this.pay(this.nobody, useOf(e.no, source), fen);
    this.grow(e, target, fen);
  }

  undoMoves(e) {
    for (const [lot, source, target, part] of (this.moves.get(e.no) || []).reverse()) {
      this.release(lot, target, part);
      this.hold(lot, source, part);
    }
    this.moves.delete(e.no);
  }

  // -- what all of these are made of --------------------------------------------------------------

  lot(e) {
    if (!this.lots.has(e.no)) {
      this.lots.set(e.no, e.on <= this.since ? this.older : newLot(e.no, e.on, GIFTS.includes(e.kind)));
    }
    return this.lots.get(e.no);
  }

  grow(e, code, fen) {
    const lot = this.lot(e);
    lot.amount += fen;
    this.hold(lot, code, fen);
  }

  /** Put money of a lot into a restriction; what nobody paid for yet it pays first. */
  hold(lot, code, fen) {
    for (const [use, open] of [...this.nobody.used]) {
      const part = codeOf(use) === code ? Math.min(open, fen) : 0;
      if (!part) continue;
      this.pay(this.nobody, use, -part);
      this.pay(lot, use, part);
      fen -= part;
    }
    if (!fen) return;
    plus(lot.left, code, fen);
    lot.codes.add(code);
    if (!this.queues.has(code)) this.queues.set(code, []);
    enqueue(this.queues.get(code), lot);
  }

  /** Take up to `fen` out of the oldest lots of a restriction: each, with its part. */
  oldest(code, fen) {
    const queue = this.queues.get(code) || [], found = [];
    while (fen && queue.length) {
      const part = this.take(queue[0], code, fen);
      if (part) found.push([queue[0], part]);
      else queue.shift();
      fen -= part;
    }
    return found;
  }

  take(lot, code, fen) {
    const part = Math.min(lot.left.get(code) || 0, fen);
    if (part) plus(lot.left, code, -part);
    return part;
  }

  /** Pay for a use: out of one's own lot where it has one, then out of the oldest. */
  draw(use, fen, own = undefined) {
    const code = codeOf(use), first = own ? this.take(own, code, fen) : 0;
    if (first) this.pay(own, use, first);
    fen -= first;
    for (const [lot, part] of this.oldest(code, fen)) {
      this.pay(lot, use, part);
      fen -= part;
    }
    if (fen) this.pay(this.nobody, use, fen);
  }

  /** Undo what was drawn for a use, the last first; returns what was never drawn. */
  giveBack(use, fen) {
    for (const [lot, paid] of [...(this.drawn.get(use) || [])].reverse()) {
      const part = Math.min(paid, fen);
      if (!part) continue;
      this.pay(lot, use, -part);
      fen -= part;
      if (lot !== this.nobody) this.hold(lot, codeOf(use), part);
    }
    return fen;
  }

  /** Take money of this lot out of a restriction, whatever became of it meanwhile. */
  release(lot, code, fen) {
    fen -= this.take(lot, code, fen);
    // Which of the older lots paid for what is not to be seen; where others must pay, see `pay`.
    if (lot === this.older) return this.draw(useOf(EARLIER, code), fen);
    for (const use of [...lot.used.keys()].reverse()) {
      const part = codeOf(use) === code ? Math.min(lot.used.get(use), fen) : 0;
      if (!part) continue;
      this.pay(lot, use, -part); // others pay for what it paid for
      this.draw(use, part);
      fen -= part;
    }
    for (const [other, part] of this.oldest(code, fen)) {
      this.exchange(lot, other, code, part);
      fen -= part;
    }
    if (fen) this.pay(this.nobody, useOf(lot.no, code), fen);
  }

  /** The money of `other` stays in the place of that of `lot`, which was moved away. */
  exchange(lot, other, code, fen) {
    for (const there of [...lot.left.keys()]) {
      const part = there === code ? 0 : this.take(lot, there, fen);
      if (!part) continue;
      this.hold(other, there, part);
      fen -= part;
    }
    for (const [use, paid] of [...lot.used]) {
      const part = Math.min(paid, fen);
      if (!part) continue;
      this.pay(lot, use, -part);
      this.pay(other, use, part);
      fen -= part;
    }
    if (fen) this.pay(other, useOf(lot.no, code), fen);
  }

  /** Let a lot pay more for a use, or less. */
  pay(lot, use, fen) {
    if (!this.drawn.has(use)) this.drawn.set(use, new Map());
    const drawn = this.drawn.get(use);
    const again = lot === this.older && fen > 0 && drawn.has(lot);
    // Of several older lots some may have paid before a younger one, and some after it.
    if (again && [...drawn.keys()].pop() !== lot) this.lost.add(codeOf(use));
    lot.codes.add(codeOf(use));
    if (numberOf(use) === EARLIER && lot !== this.older) this.lost.add(codeOf(use));
    for (const [sums, key] of [[lot.used, use], [drawn, lot]]) {
      plus(sums, key, fen);
      if (!sums.get(key)) sums.delete(key);
    }
  }
}

/** Keep a lot in its place by day and number, once. */
function enqueue(queue, lot) {
  let low = 0, high = queue.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (before(queue[middle], lot)) low = middle + 1; else high = middle;
  }
  if (queue[low] !== lot) queue.splice(low, 0, lot);
}

/** What a correction says that its entry should have been. */
function postings(rows, no) {
  const fits = (row) => Array.isArray(row) && row.length === 4 && Number.isInteger(row[3])
    && row.slice(0, 3).every((part) => typeof part === "string");
  known(Array.isArray(rows) && rows.every(fits), no);
  return rows;
}

/** Follow all entries; `base` are the facts of the statement that they rest on, or undefined. */
function trace(entries, first, base, chartText) {
  const followed = new Tracer(readChart(chartText), first, first ? base : undefined);
  if (first) followed.open(base, entries);
  for (const e of entries) followed.add(e);
  known(followed.isSound(), entries[entries.length - 1].no);
  return followed;
}

/** What became of the gift of an entry, in fen; Untold where these lines do not tell it. */
function told(followed, no) {
  const lot = followed.lots.get(no);
  if (lot === followed.older) throw new Untold("trace_before", followed.since);
  if (lot === undefined || !lot.gift) throw new Untold("trace_none");
  const lost = [...lot.codes].some((code) => followed.lost.has(code));
  if (lost) throw new Untold("trace_lost", followed.first);
  const e = followed.entries.get(no);
  const granted = [...lot.used].filter(([use]) => GRANTS.includes(followed.entries.get(numberOf(use)).kind));
  return {
    given: given(followed, e),
    amount: lot.amount,
    refunded: lot.refunded,
    grants: new Set(granted.map(([use]) => numberOf(use))).size,
    granted: total(new Map(granted)),
    used: total(lot.used),
    waiting: total(lot.left),
    groups: groups(followed, lot),
    left: [...lot.left].filter(([, fen]) => fen).sort(([a], [b]) => (a < b ? -1 : 1)),
  };
}

/** What the gift was booked as. */
function given(followed, e) {
  const rows = e.postings.filter(([, credit]) => ["income", "agency"].includes(followed.kind(credit, e.no)));
  return rows.reduce((sum, row) => sum + row[3], 0);
}

/** What a lot paid for, the largest first; grants to under five pupils are one group. */
function groups(followed, lot) {
  const parts = new Map();
  for (const [use, fen] of lot.used) {
    const what = nameOf(followed, numberOf(use), codeOf(use));
    if (!parts.has(what)) parts.set(what, new Map());
    plus(parts.get(what), numberOf(use), fen);
  }
  const found = [...parts].map(([what, byEntry]) => ({
    what,
    amount: total(byEntry),
    entries: what === FEW && byEntry.size < PUPILS_MIN ? 0 : byEntry.size,
    pupils: [...byEntry.keys()].reduce((sum, no) => sum + pupils(followed.entries.get(no)), 0),
  }));
  return found.sort((a, b) => b.amount - a.amount || (a.what < b.what ? -1 : 1));
}

const pupils = (e) => (typeof e.facts.pupils === "number" ? e.facts.pupils : 0);

/** An account of outlay, a kind of entry, or FEW. */
function nameOf(followed, no, code) {
  const e = followed.entries.get(no);
  if (GRANTS.includes(e.kind) && e.facts.pupils === undefined) return FEW;
  const outlay = followed.standing.get(no).find(([debit, , own]) => own === code && followed.kind(debit, no) === "outlay");
  return outlay === undefined ? e.kind : outlay[0];
}

return { FEW, GIFTS, Untold, trace, told };
})();
