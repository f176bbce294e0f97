/* Checks a published statement of a love fund: what verify.py checks, in the same order.

   `verifier.check(files, fund, keys)` takes the files of a bundle as bytes, by name, and throws
   Wrong where something does not hold, Unknown where something cannot be checked. Each carries the
   slug and the values of its sentence; the sentences are those of verify.py. Nothing here knows the
   page, the network or the browser's own cryptography, which a plain http page does not have. */
"use strict";

const verifier = (() => {

class Finding extends Error {
  constructor(slug, ...values) {
    super(slug);
    this.slug = slug;
    this.values = values;
  }
}
class Wrong extends Finding {}
class Unknown extends Finding {}
class Malformed extends Error {}

function need(holds, slug, ...values) {
  if (!holds) throw new Wrong(slug, ...values);
}

function sound(holds, what) {
  if (!holds) throw new Malformed(what);
}

// -- bytes --------------------------------------------------------------------------------------

const encoder = new TextEncoder();
const lenient = new TextDecoder("utf-8", { ignoreBOM: true });
const strict = new TextDecoder("utf-8", { ignoreBOM: true, fatal: true });
const utf8 = (text) => encoder.encode(text);
const text = (bytes) => lenient.decode(bytes);
const base64 = (bytes) => btoa(String.fromCharCode(...bytes));
const big = (bytes) => bytes.reduce((sum, b) => (sum << 8n) | BigInt(b), 0n);
const little = (bytes) => big(Uint8Array.from(bytes).reverse());

const PAIRS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));

function hex(bytes) {
  let digits = "";
  for (const byte of bytes) digits += PAIRS[byte];
  return digits;
}

function unhex(digits) {
  const bytes = new Uint8Array(digits.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = parseInt(digits.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}

function joined(...parts) {
  let size = 0;
  for (const part of parts) size += part.length;
  const all = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** The bytes of canonical base 64, or nothing. */
function unbase64(digits) {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(digits) || digits.length % 4) return undefined;
  const bytes = Uint8Array.from(atob(digits), (c) => c.charCodeAt(0));
  return base64(bytes) === digits ? bytes : undefined;
}

// -- SHA-2 (FIPS 180-4): both sizes grow from the roots of the first primes ----------------------

function rootFraction(prime, power) {
  const wanted = BigInt(prime) << (64n * power);
  let low = 0n, high = 1n << 80n;
  while (high - low > 1n) {
    const middle = (low + high) >> 1n;
    if (middle ** power <= wanted) low = middle; else high = middle;
  }
  return BigInt.asUintN(64, low);
}

const primes = [];
for (let n = 2; primes.length < 80; n++) if (primes.every((p) => n % p)) primes.push(n);
const START = primes.slice(0, 8).map((p) => rootFraction(p, 2n));
const ROUND = primes.map((p) => rootFraction(p, 3n));
const START32 = Int32Array.from(START, (n) => Number(n >> 32n));
const ROUND32 = Int32Array.from(ROUND.slice(0, 64), (n) => Number(n >> 32n));

/** The message, a bit, zeros, and its length in bits, up to a whole number of blocks. */
function padded(bytes, block) {
  const room = new Uint8Array(Math.ceil((bytes.length + 1 + block / 8) / block) * block);
  room.set(bytes);
  room[bytes.length] = 0x80;
  const view = new DataView(room.buffer);
  view.setUint32(room.length - 8, bytes.length / 2 ** 29);
  view.setUint32(room.length - 4, bytes.length << 3);
  return view;
}

const w32 = new Int32Array(64);

function sha256(bytes) {
  const view = padded(bytes, 64);
  let h0 = START32[0], h1 = START32[1], h2 = START32[2], h3 = START32[3];
  let h4 = START32[4], h5 = START32[5], h6 = START32[6], h7 = START32[7];
  for (let block = 0; block < view.byteLength; block += 64) {
    for (let i = 0; i < 16; i++) w32[i] = view.getInt32(block + 4 * i);
    for (let i = 16; i < 64; i++) {
      const x = w32[i - 15], y = w32[i - 2];
      const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
      const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
      w32[i] = (w32[i - 16] + s0 + w32[i - 7] + s1) | 0;
    }
    let a = h0, b = h1, c = h2, d = h3, e = h4, f = h5, g = h6, h = h7;
    for (let i = 0; i < 64; i++) {
      const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
      const one = (h + s1 + ((e & f) ^ (~e & g)) + ROUND32[i] + w32[i]) | 0;
      const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
      const two = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
      h = g; g = f; f = e; e = (d + one) | 0; d = c; c = b; b = a; a = (one + two) | 0;
    }
    h0 = (h0 + a) | 0; h1 = (h1 + b) | 0; h2 = (h2 + c) | 0; h3 = (h3 + d) | 0;
    h4 = (h4 + e) | 0; h5 = (h5 + f) | 0; h6 = (h6 + g) | 0; h7 = (h7 + h) | 0;
  }
  const out = new DataView(new ArrayBuffer(32)), words = [h0, h1, h2, h3, h4, h5, h6, h7];
  for (let i = 0; i < 8; i++) out.setInt32(4 * i, words[i]);
  return new Uint8Array(out.buffer);
}

function sha512(bytes) {
  const view = padded(bytes, 128);
  const add = (...words) => BigInt.asUintN(64, words.reduce((sum, word) => sum + word, 0n));
  const turn = (x, n) => BigInt.asUintN(64, (x >> n) | (x << (64n - n)));
  let state = START;
  for (let block = 0; block < view.byteLength; block += 128) {
    const w = [];
    for (let i = 0; i < 16; i++) w.push(view.getBigUint64(block + 8 * i));
    for (let i = 16; i < 80; i++) {
      const x = w[i - 15], y = w[i - 2];
      const s0 = turn(x, 1n) ^ turn(x, 8n) ^ (x >> 7n);
      const s1 = turn(y, 19n) ^ turn(y, 61n) ^ (y >> 6n);
      w.push(add(w[i - 16], s0, w[i - 7], s1));
    }
    let [a, b, c, d, e, f, g, h] = state;
    for (let i = 0; i < 80; i++) {
      const s1 = turn(e, 14n) ^ turn(e, 18n) ^ turn(e, 41n);
      const one = add(h, s1, (e & f) ^ (BigInt.asUintN(64, ~e) & g), ROUND[i], w[i]);
      const s0 = turn(a, 28n) ^ turn(a, 34n) ^ turn(a, 39n);
      const two = add(s0, (a & b) ^ (a & c) ^ (b & c));
      [a, b, c, d, e, f, g, h] = [add(one, two), a, b, c, add(d, one), e, f, g];
    }
    state = [a, b, c, d, e, f, g, h].map((word, i) => add(word, state[i]));
  }
  const out = new DataView(new ArrayBuffer(64));
  state.forEach((word, i) => out.setBigUint64(8 * i, word));
  return new Uint8Array(out.buffer);
}

// -- lines (section 1 of the log format): canonical JSON, known to the byte ----------------------

const LINE_KEYS = "at by facts fund kind no on postings sealed v";
const STATEMENT_KEYS = "balances base figures first from fund number to v";
const COLUMNS = ["opening", "debit", "credit", "closing"];
const LARGEST = 9e15;
const KEY = /^[a-z][a-z0-9_]{0,31}$/;
const STRING = /^[A-Za-z0-9._/-]{0,128}$/;
const FUND = /^[a-z][a-z0-9-]{1,39}$/;
const KIND = /^[a-z][a-z-]{1,31}$/;
const OFFICER = /^[A-Z0-9-]{1,16}$/;
const ACCOUNT = /^[0-9]{4,12}$/;
const RESTRICTION = /^[a-z0-9-]{1,40}$/;
const DAY = /^20[0-9]{2}-[0-9]{2}-[0-9]{2}$/;
const HASH = /^[0-9a-f]{64}$/;
const NONCE = /^[0-9a-f]{24}$/;
// What no text may hold (section 2): it could turn the order of reading round.
const UNSHOWABLE = /[\0-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff0-\uffff]|\p{Surrogate}/u;
const NUMBERS = 2 ** 24; // a fund's numbers end before it

const is = (pattern, value) => typeof value === "string" && pattern.test(value);
const number = (value) => typeof value === "number";
const record = (value) => typeof value === "object" && value !== null && !Array.isArray(value);
const own = (object, key) => Object.prototype.hasOwnProperty.call(object, key);
const ascending = (list) => list.every((item, i) => i === 0 || list[i - 1] < item);

const isoDay = (utc) => new Date(utc).toISOString().slice(0, 10);
const midnight = (day) => Date.UTC(+day.slice(0, 4), +day.slice(5, 7) - 1, +day.slice(8));
const dayBefore = (day) => isoDay(midnight(day) - 86400000);
const knownDays = new Set();

function day(value) {
  if (!knownDays.has(value)) {
    sound(is(DAY, value) && isoDay(midnight(value)) === value, "a day is malformed");
    knownDays.add(value);
  }
  return value;
}

function walk(value, depth) {
  if (typeof value === "string") {
    sound(STRING.test(value), "a string holds other characters");
  } else if (number(value)) {
    sound(Number.isInteger(value) && Math.abs(value) <= LARGEST, "a number is out of range");
  } else {
    sound(typeof value === "object" && value !== null && depth <= 6, "too deep, or of another type");
    if (record(value)) {
      const keys = Object.keys(value);
      sound(ascending(keys) && keys.every((key) => KEY.test(key)), "keys not sorted, single and plain");
    }
    for (const item of Object.values(value)) walk(item, depth + 1);
  }
}

/** The value of canonical bytes; Malformed for anything else. */
function read(bytes, limit = 1 << 20) {
  sound(bytes.length <= limit, "too long");
  const source = text(bytes);
  let value;
  try {
    value = JSON.parse(source);
  } catch (error) {
    throw new Malformed("not JSON");
  }
  walk(value, 1);
  sound(JSON.stringify(value) === source, "not canonical");
  return value;
}

/** One entry; Malformed says what is wrong with it. */
function readLine(bytes, fund, no) {
  const e = read(bytes);
  sound(record(e) && Object.keys(e).join(" ") === LINE_KEYS, "not a line");
  sound(e.v === 1 && e.fund === fund, "of another version or of another fund");
  sound(e.no === no, "not the next number");
  sound(is(KIND, e.kind), "kind");
  sound((no === 0) === (e.kind === "fund-opened"), "only entry 0 opens the fund");
  sound(is(OFFICER, e.by), "officer");
  sound(day(e.on) <= day(e.at), "`on` is after `at`");
  sound(record(e.facts) && record(e.sealed), "facts or sealed");
  const of = e.facts.of;
  sound(of === undefined || (number(of) && 0 <= of && of < no), "`of` names no earlier entry");
  sound(Array.isArray(e.postings), "postings");
  for (const p of e.postings) {
    sound(Array.isArray(p) && p.length === 4, "a posting");
    const [debit, credit, restriction, amount] = p;
    sound(number(amount), "a posting");
    sound(is(ACCOUNT, debit) && is(ACCOUNT, credit) && debit !== credit, "accounts of a posting");
    sound(is(RESTRICTION, restriction), "restriction of a posting");
    sound(1 <= Math.abs(amount) && Math.abs(amount) <= 1e11, "amount of a posting");
    sound(amount > 0 || of !== undefined, "red without `of`");
  }
  sound(Object.keys(e.sealed).every((slot) => ["file", "holder", "shown"].includes(slot)), "sealed");
  const holders = e.sealed.holder === undefined ? [""] : e.sealed.holder;
  sound(Array.isArray(holders) && 1 <= holders.length && holders.length <= 1000, "holders");
  sound(ascending(holders), "holders are not ascending");
  sound(commitments(e).every((c) => is(HASH, c)), "a commitment");
  return e;
}

function commitments(e) {
  const { file, shown, holder } = e.sealed;
  return [file, shown].filter((c) => c !== undefined).concat(holder === undefined ? [] : holder);
}

// -- tree, checkpoints, signatures (sections 3 and 4) --------------------------------------------

const LEAF = Uint8Array.of(0), NODE = Uint8Array.of(1);
const leaf = (line) => sha256(joined(LEAF, line));
const node = (left, right) => sha256(joined(NODE, left, right));

/** Append a leaf to the roots of the perfect subtrees over `size` leaves. */
function push(frontier, size, merged) {
  for (; size & 1; size >>= 1) merged = node(frontier.pop(), merged);
  frontier.push(merged);
}

function checkpoint(fund, size, frontier) {
  const root = frontier.reduceRight((right, left) => node(left, right));
  return `lovefund/${fund}\n${size}\n${base64(root)}\n`;
}

function fingerprint(body) {
  const digits = big(sha256(utf8("lovefund/fingerprint/v1\n" + body))) % 10n ** 30n;
  return digits.toString().padStart(30, "0").match(/.{5}/g).join(" ");
}

const P = 2n ** 255n - 19n;
const ORDER = 2n ** 252n + 27742317777372353535851937790883648493n;

function mod(x) {
  const rest = x % P;
  return rest < 0n ? rest + P : rest;
}

function power(base, exponent) {
  let result = 1n;
  for (base = mod(base); exponent; exponent >>= 1n) {
    if (exponent & 1n) result = (result * base) % P;
    base = (base * base) % P;
  }
  return result;
}

const D = mod(-121665n * power(121666n, P - 2n));

function add([x1, y1, z1, t1], [x2, y2, z2, t2]) {
  const u = mod((y1 - x1) * (y2 - x2)), v = mod((y1 + x1) * (y2 + x2));
  const w = mod(2n * t1 * t2 * D), z = mod(2n * z1 * z2);
  const e = v - u, f = z - w, g = z + w, h = v + u;
  return [mod(e * f), mod(g * h), mod(f * g), mod(e * h)];
}

function times(scalar, point) {
  let result = [0n, 1n, 1n, 0n];
  for (; scalar; scalar >>= 1n) {
    if (scalar & 1n) result = add(result, point);
    point = add(point, point);
  }
  return result;
}

function decompress(bytes) {
  const all = little(bytes), y = BigInt.asUintN(255, all), odd = all >> 255n;
  const square = mod((y * y - 1n) * power(D * y * y + 1n, P - 2n));
  let x = power(square, (P + 3n) / 8n);
  if (mod(x * x) !== square) x = mod(x * power(2n, (P - 1n) / 4n));
  if (y >= P || mod(x * x) !== square || (x === 0n && odd)) return undefined;
  if ((x & 1n) !== odd) x = P - x;
  return [x, y, 1n, mod(x * y)];
}

const compressed = mod(4n * power(5n, P - 2n));
const BASE = decompress(unhex(compressed.toString(16).padStart(64, "0")).reverse());

/** Whether this is the key's signature of the message (RFC 8032). */
function ed25519(key, message, signature) {
  if (signature.length !== 64) return false;
  const a = decompress(key), r = decompress(signature.slice(0, 32));
  const s = little(signature.slice(32));
  if (a === undefined || r === undefined || s >= ORDER) return false;
  const k = little(sha512(joined(signature.slice(0, 32), key, message))) % ORDER;
  const left = times(s, BASE), right = add(r, times(k, a));
  return [0, 1].every((i) => mod(left[i] * right[2] - right[i] * left[2]) === 0n);
}

const keyId = (name, kind, key) =>
  hex(sha256(joined(utf8(name), Uint8Array.of(10, kind), key)).slice(0, 4));

/** A public key as it is printed, `name+id+base64`. */
function readKey(printed) {
  const [name, id, ...rest] = printed.trim().split("+");
  const raw = unbase64(rest.join("+"));
  const fits = raw !== undefined && raw.length === 33 && (raw[0] === 1 || raw[0] === 4);
  if (!fits || keyId(name, raw[0], raw.slice(1)) !== id) throw new Unknown("no key", printed);
  return { name, kind: raw[0], key: raw.slice(1) };
}

/** {name, time} of the given keys that signed the note; each key counts once. */
function signers(note, body, keys) {
  const found = new Map();
  const lines = note.slice(body.length + 1).split("\n");
  need(lines.pop() === "", "signature line");
  for (const line of lines) {
    const [dash, signer, digits, ...more] = line.split(" ");
    const raw = digits === undefined ? undefined : unbase64(digits);
    need(dash === "\u2014" && raw !== undefined && more.length === 0, "signature line");
    for (const { name, kind, key } of keys) {
      if (signer !== name || hex(raw.slice(0, 4)) !== keyId(name, kind, key)) continue;
      let time, message = body, signature = raw.slice(4);
      if (kind === 4) { // a witness signs the time as well
        time = big(raw.slice(4, 12));
        signature = raw.slice(12);
        message = `cosignature/v1\ntime ${time}\n${body}`;
      }
      const sane = time === undefined || time < 253402300800n; // the year 10000
      need(sane && ed25519(key, utf8(message), signature), "bad signature", name);
      found.set(hex(key), { name, time });
    }
  }
  return [...found.values()];
}

// -- the bundle (sections 6 and 7) ---------------------------------------------------------------

/** The files of a statement; every method checks a part or throws. */
class Bundle {
  constructor(files, fund) {
    this.files = files;
    const raw = this.file("entries.jsonl");
    need(raw[raw.length - 1] === 10, "cut off");
    this.lines = [];
    for (let at = 0, end; at < raw.length; at = end + 1) {
      end = raw.indexOf(10, at) < 0 ? raw.length : raw.indexOf(10, at);
      this.lines.push(raw.subarray(at, end));
    }
    this.readHead();
    const { statement, first } = this;
    this.fund = fund === undefined ? statement.fund : fund;
    need(statement.fund === this.fund, "another fund", statement.fund);
    need(this.start.length === bitCount(first), "frontier");
    this.readEntries();
    this.statements = this.entries.filter((e) => e.kind === "statement");
  }

  file(name) {
    if (!this.has(name)) throw new Unknown("no file", name);
    return this.files[name];
  }

  has(name) {
    return own(this.files, name);
  }

  readHead() {
    try {
      const s = this.statement = read(this.file("statement.json"), 1 << 26);
      sound(record(s) && Object.keys(s).join(" ") === STATEMENT_KEYS && s.v === 1, "not a statement");
      const whole = [s.number, s.base, s.first].every((n) => number(n) && 0 <= n && n < NUMBERS);
      sound(whole && is(FUND, s.fund), "its head");
      this.first = s.first;
      const hashes = text(this.file("frontier.json"));
      sound(/^\[("[0-9a-f]{64}"(, "[0-9a-f]{64}")*)?\]$/.test(hashes), "not hashes");
      this.start = JSON.parse(hashes).map(unhex);
    } catch (error) {
      if (!(error instanceof Malformed)) throw error;
      throw new Wrong("head", error.message);
    }
  }

  readEntries() {
    const seen = new Set();
    this.entries = this.lines.map((line, index) => {
      const no = this.first + index;
      let e;
      try {
        e = readLine(line, this.fund, no);
      } catch (error) {
        if (!(error instanceof Malformed || error instanceof RangeError)) throw error;
        throw new Wrong("line", no, error.message);
      }
      for (const c of commitments(e)) {
        need(!seen.has(c), "commitment twice", no);
        seen.add(c);
      }
      return e;
    });
  }

  /** Every size from the first on, with its frontier. */
  *frontiers() {
    this.leaves = this.leaves || this.lines.map(leaf);
    const frontier = [...this.start];
    if (this.first) yield [this.first, frontier];
    for (const [index, hash] of this.leaves.entries()) {
      push(frontier, this.first + index, hash);
      yield [this.first + index + 1, frontier];
    }
  }

  /** Days of recording never fall, published periods stay closed, statements are in order. */
  checkLog() {
    let lastAt = "", closed = "";
    const earlier = [];
    for (const e of this.entries) {
      need(e.at >= lastAt, "day fell", e.no);
      need(e.on > closed, "closed", e.no);
      lastAt = e.at;
      if (e.kind === "statement") {
        this.checkStatementEntry(e, earlier);
        earlier.push(e.facts);
        if (e.facts.to > closed) closed = e.facts.to;
      }
    }
    need(this.entries[this.entries.length - 1].kind === "statement", "not last");
  }

  checkStatementEntry(e, earlier) {
    const f = e.facts, no = e.no;
    need(isStatement(e), "statement facts", no);
    need(f.to < e.on, "period", no);
    if (earlier.length) need(f.number === earlier[earlier.length - 1].number + 1, "number gap", no);
    else if (this.first === 0) need(f.number === 1, "number gap", no);
    const bases = earlier.filter((s) => s.to === dayBefore(f.from)).map((s) => s.number);
    if (bases.length || this.first === 0) need(f.base === Math.max(0, ...bases), "base", no);
    const after = this.entries.find((x) => x.on > f.to).no;
    need(f.open === after || f.open < this.first, "open", no);
  }

  /** Both checkpoints to the byte; keeps who of the given keys signed the last one. */
  checkCheckpoints(keys) {
    const size = this.first + this.lines.length;
    const before = this.statements.length > 1 ? this.statements[this.statements.length - 2].no + 1 : 0;
    const bodies = new Map();
    for (const [n, frontier] of this.frontiers()) {
      if (n === size || n === before) bodies.set(n, checkpoint(this.fund, n, frontier));
    }
    need(before || !this.has("previous.txt"), "previous");
    this.body = bodies.get(size);
    for (const [name, at] of [["previous.txt", before], ["checkpoint.txt", size]]) {
      if (!at) continue;
      const raw = this.file(name), body = bodies.get(at);
      need(raw.length <= 65536, "too large", name);
      const note = text(raw);
      need(note === body || note.startsWith(body + "\n"), "checkpoint", name);
      this.signed = note === body ? [] : signers(note, body, keys);
      need(this.signed.length || !keys.length, "unsigned", name);
    }
  }

  /** statement.json is the one committed to, and every number in it follows from the lines. */
  checkStatement() {
    const s = this.statement, entry = this.statements[this.statements.length - 1], f = entry.facts;
    need(hex(sha256(this.file("statement.json"))) === f.sha256, "sha256");
    for (const key of ["number", "from", "to", "base"]) need(s[key] === f[key], "differs", key);
    this.inside = this.entries.filter((e) => s.from <= e.on && e.on <= s.to);
    this.opening = this.openingBalances();
    this.moved = turnover(this.inside);
    const rows = balanceRows(this.opening, this.moved.values());
    need(written(rows) === JSON.stringify(s.balances), "balances");
    const closing = rows.filter((row) => row[5]).map((row) => [row[0], row[1], row[5]]);
    need(written(closing) === JSON.stringify(f.closing), "closing balances");
    this.checkFigures();
  }

  openingBalances() {
    const s = this.statement, found = new Map();
    const put = (account, restriction, fen) => {
      const key = account + " " + restriction;
      found.set(key, { account, restriction, fen: (found.has(key) ? found.get(key).fen : 0n) + fen });
    };
    if (s.base) {
      const base = this.statements.find((e) => e.facts.number === s.base);
      // Only the statement of the day before: with another base, days could be left out between.
      const follows = base !== undefined && base.facts.to === dayBefore(s.from);
      need(follows && base.facts.open === this.first, "base missing");
      for (const [account, restriction, fen] of base.facts.closing) put(account, restriction, BigInt(fen));
      return found;
    }
    need(this.first === 0, "beginning missing");
    for (const e of this.entries) {
      if (e.on >= s.from) continue;
      for (const [debit, credit, restriction, amount] of e.postings) {
        put(debit, restriction, BigInt(amount));
        put(credit, restriction, -BigInt(amount));
      }
    }
    return found;
  }

  checkFigures() {
    const { figures } = this.statement;
    this.figures = new Map();
    need(Array.isArray(figures), "figure form");
    for (const row of figures) {
      need(Array.isArray(row) && row.length === 3, "figure form");
      const [name, value, terms] = row;
      need(typeof name === "string" && number(value) && Array.isArray(terms), "figure form");
      need(!this.figures.has(name), "figure twice");
      const sum = terms.reduce((total, term) => total + this.term(term), 0n);
      need(sum === BigInt(value), "figure", name);
      this.figures.set(name, value);
    }
  }

  /** The value of [factor, column, account prefix, restriction, kind]. */
  term(term) {
    need(Array.isArray(term) && term.length === 5, "figure form");
    const [factor, column, prefix, restriction, kind] = term;
    const texts = [column, prefix, restriction, kind].every((part) => typeof part === "string");
    need(number(factor) && texts, "figure form");
    const fits = (a, r) => a.startsWith(prefix) && (restriction === "" || restriction === r);
    if (column === "count" || column.startsWith("fact/")) {
      return BigInt(factor) * this.overEntries(column, fits, prefix || restriction, kind);
    }
    need(COLUMNS.includes(column), "figure form");
    let total = 0n;
    if (column === "opening" || column === "closing") {
      need(kind === "", "figure form");
      for (const row of this.opening.values()) {
        if (fits(row.account, row.restriction)) total += row.fen;
      }
    }
    if (column !== "opening") {
      for (const row of this.moved.values()) {
        if ((kind !== "" && kind !== row.kind) || !fits(row.account, row.restriction)) continue;
        if (column !== "credit") total += row.debit;
        if (column === "credit") total += row.credit;
        if (column === "closing") total -= row.credit;
      }
    }
    return BigInt(factor) * total;
  }

  overEntries(column, fits, narrowed, kind) {
    const name = column.slice(5);
    let total = 0n;
    for (const e of this.inside) {
      if (kind !== "" && kind !== e.kind) continue;
      if (narrowed && !e.postings.some(([d, c, r]) => fits(d, r) || fits(c, r))) continue;
      if (column === "count") total += 1n;
      else if (own(e.facts, name) && number(e.facts[name])) total += BigInt(e.facts[name]);
    }
    return total;
  }

  /** The texts beside the lines, by entry; each is the one that its line commits to. */
  checkShown() {
    this.shown = new Map();
    let rows = [];
    try {
      if (this.has("shown.json")) rows = JSON.parse(strict.decode(this.file("shown.json")));
    } catch (error) {
      throw new Wrong("shown form");
    }
    need(Array.isArray(rows), "shown form");
    for (const row of rows) {
      need(Array.isArray(row) && row.length === 3, "shown form");
      const [no, nonce, shown] = row;
      // Exactly twelve bytes: with a longer nonce the beginning of the text could be hidden in it.
      need(number(no) && is(NONCE, nonce) && typeof shown === "string", "shown form");
      need(!UNSHOWABLE.test(shown), "shown form");
      const e = this.entries[no - this.first];
      need(e !== undefined, "shown form");
      const right = commitment("shown", unhex(nonce), shown) === e.sealed.shown;
      need(right && !this.shown.has(no), "shown", no);
      this.shown.set(no, shown);
    }
    this.withheld = this.entries.filter((e) => e.sealed.shown !== undefined && !this.shown.has(e.no));
  }
}

function bitCount(n) {
  return n.toString(2).replaceAll("0", "").length;
}

function isStatement(e) {
  const f = e.facts;
  try {
    const numbers = [f.number, f.base, f.open].every(number);
    const whole = numbers && areBalances(f.closing) && is(HASH, f.sha256);
    return whole && day(f.from) <= day(f.to) && e.postings.length === 0;
  } catch (error) {
    return false;
  }
}

/** Whether these are [account, restriction, amount], in order, each pair once, none 0. */
function areBalances(rows) {
  return Array.isArray(rows)
    && rows.every((row) => Array.isArray(row) && row.length === 3 && is(ACCOUNT, row[0])
      && is(RESTRICTION, row[1]) && number(row[2]) && row[2] !== 0)
    && ascending(rows.map(([account, restriction]) => `${account} ${restriction}`));
}

/** Debit and credit of entries by account, restriction and kind. */
function turnover(entries) {
  const found = new Map();
  const put = (account, restriction, kind, side, fen) => {
    const key = `${account} ${restriction} ${kind}`;
    if (!found.has(key)) found.set(key, { account, restriction, kind, debit: 0n, credit: 0n });
    found.get(key)[side] += fen;
  };
  for (const e of entries) {
    for (const [debit, credit, restriction, amount] of e.postings) {
      put(debit, restriction, e.kind, "debit", BigInt(amount));
      put(credit, restriction, e.kind, "credit", BigInt(amount));
    }
  }
  return found;
}

/** [account, restriction, opening, debit, credit, closing] of every pair that holds anything. */
function balanceRows(opening, moved) {
  const found = new Map();
  const row = (account, restriction) => {
    const key = account + " " + restriction;
    if (!found.has(key)) found.set(key, [account, restriction, 0n, 0n, 0n, 0n]);
    return found.get(key);
  };
  for (const { account, restriction, fen } of opening.values()) row(account, restriction)[2] = fen;
  for (const { account, restriction, debit, credit } of moved) {
    row(account, restriction)[3] += debit;
    row(account, restriction)[4] += credit;
  }
  const rows = [...found.keys()].sort().map((key) => found.get(key));
  for (const each of rows) each[5] = each[2] + each[3] - each[4];
  return rows.filter((each) => each[2] || each[3] || each[4]);
}

/** Rows of texts and whole numbers as canonical JSON has them. */
function written(rows) {
  const cell = (value) => (typeof value === "bigint" ? value.toString() : JSON.stringify(value));
  return `[${rows.map((row) => `[${row.map(cell).join(",")}]`).join(",")}]`;
}

// -- what a holder asks (sections 2, 5 and 8) ----------------------------------------------------

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

function plain(typed) {
  return typed.replace(/[\uff01-\uff5e]/g, (c) => String.fromCharCode(c.charCodeAt(0) - 0xfee0));
}

function normalise(typed) {
  return plain(typed.normalize("NFC"))
    .replace(/[\u2022\u2027\u22c5\u30fb\uff65]/g, "\u00b7")
    .replace(/[ \u00a0\u3000]+/g, " ")
    .replace(/^ | $/g, "")
    .replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

function commitment(slot, nonce, sealed) {
  return hex(sha256(joined(utf8(`lovefund/sealed/v1\n${slot}\n`), nonce, utf8(sealed))));
}

/** {no, nonce} of a receipt code. */
function readCode(fund, typed) {
  const code = plain(typed).replace(/[\s\-\u2010-\u2015\u2212\ufe58\ufe63]+/g, "").toUpperCase()
    .replaceAll("O", "0").replaceAll("I", "1").replaceAll("L", "1");
  need(code.length === 30 && [...code].every((c) => ALPHABET.includes(c)), "code form");
  const bits = [...code].reduce((sum, c) => (sum << 5n) | BigInt(ALPHABET.indexOf(c)), 0n);
  const data = unhex((bits >> 22n).toString(16).padStart(32, "0"));
  need(data[0] === 0x10, "code version");
  const digest = sha256(joined(utf8(`lovefund/receipt/v1\n${fund}\n`), data));
  need((bits & 0x3fffffn) === big(digest.slice(0, 3)) >> 2n, "code check");
  return { no: Number(big(data.slice(1, 4))), nonce: data.slice(4) };
}

/** The entry of a receipt, and every later one that names it. */
function findReceipt(bundle, typed, name, phrase) {
  const { no, nonce } = readCode(bundle.fund, typed);
  if (no < bundle.first) throw new Unknown("earlier", no, bundle.first);
  const entry = bundle.entries[no - bundle.first];
  if (entry === undefined) throw new Unknown("later", no, bundle.statement.to);
  const holder = commitment("holder", nonce, normalise(name) + "\n" + normalise(phrase));
  need((entry.sealed.holder || []).includes(holder), "not yours", no);
  return {
    entry,
    anonymous: !normalise(name + phrase),
    later: bundle.entries.filter((e) => e.facts.of === no),
  };
}

/** The sizes at which a fingerprint, or a checkpoint's text, that somebody holds occurs. */
function findHeld(bundle, held) {
  const isNote = held.startsWith("lovefund/");
  const wanted = isNote ? held.split("\n").slice(0, 3).join("\n") + "\n" : plain(held).replace(/\D/g, "");
  const sizes = [];
  for (const [size, frontier] of bundle.frontiers()) {
    const body = checkpoint(bundle.fund, size, frontier);
    const same = isNote ? body : fingerprint(body).replaceAll(" ", "");
    if (same === wanted) sizes.push(size);
  }
  need(sizes.length, "another history");
  return sizes;
}

/** All checks, in order; `passed` is told the name of each that held. */
function check(files, fund, keys = [], passed = () => {}) {
  const bundle = new Bundle(files, fund);
  passed("lines", bundle);
  bundle.checkLog();
  passed("log", bundle);
  bundle.checkCheckpoints(keys);
  passed("checkpoints", bundle);
  bundle.checkStatement();
  passed("statement", bundle);
  bundle.checkShown();
  passed("shown", bundle);
  return bundle;
}

return {
  ALPHABET, Finding, Wrong, Unknown, Malformed,
  check, ed25519, findHeld, findReceipt, fingerprint, hex, readCode, readKey, readLine,
  sha256, sha512, utf8,
};
})();
