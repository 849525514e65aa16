"""Journal 留痕

What was done, by whom, when. Every act writes one entry in its own transaction; sealed entries cannot be bent unseen.
"""
