"""The public log: canonical lines, their tree, seals, receipts and checkpoints. Pure."""
