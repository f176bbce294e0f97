"""How fast the program is, beside other programs on the same data: ``./run bench``."""
