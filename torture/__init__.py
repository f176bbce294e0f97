"""What was done to the books to harm them, and whether anything was lost: ``./run torture``."""
