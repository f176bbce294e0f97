"""A simulator that ships with the product: years of a school fund, played beside a model."""
