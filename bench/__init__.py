"""Measured figures: `python3 start.py bench NAME`. Each is printed with its unit, its size and what it stands beside.

A bench is a module here with `run(report)`. Times are of this machine and this moment; read ratios.
"""
