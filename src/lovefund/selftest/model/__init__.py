"""Love funds by the accounting alone: what they have, owe and may do, in plain dictionaries.

Written from the accounting rules and not from this program, of which it imports nothing: it
knows no entries, postings, account codes, SQL or log. It answers for every verb whether it
may be booked, under which numbers, and what the fund then has; :mod:`lovefund.selftest.compare`
holds the books to it.

What a verb does is a *change*: a dictionary from (what, purse, detail) to fen or units, with

- what there is: ``place`` (detail: where), ``money``, ``stock`` and ``units`` (detail: item), and
  ``lent``;
- what others have in it: ``owed``, ``held`` (detail: pupil); and what is set aside: ``reserved``;
- why: ``income`` (source), ``outlay`` (programme), ``transfer``, ``earlier`` years, ``changed``
  purpose or opening, ``brought`` forward.

In every purse money + stock + lent − owed − held = income − outlay + the other reasons.
"""
