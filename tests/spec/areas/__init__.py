"""Areas 区划

Where anything lies. The statutory code of an area is its place in the tree, so "everything within" is one range of
codes, and what a post may see is decided by nothing else.
"""
