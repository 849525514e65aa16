"""Linli 邻里: the everyday care of a Chinese township, as software."""

__version__ = "0.1.0"
