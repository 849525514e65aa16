"""Cases

From a report in a stairwell to a verified, rated answer: where a case may stand, what may be done with it there, who
may do it, and what is refused.
"""
