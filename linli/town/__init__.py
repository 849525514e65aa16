"""The made-up town: a fictional township or district, drawn and founded from a seed."""
