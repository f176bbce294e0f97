"""``python -m lovefund`` is the program too."""

from lovefund.cli.main import main

main()
