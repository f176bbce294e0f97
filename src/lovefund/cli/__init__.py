"""The treasurer's command line: parses, asks, calls one action, prints. Nothing else."""
