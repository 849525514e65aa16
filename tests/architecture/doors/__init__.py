"""Every door of the house: what is asked at it, who knocks, what lies behind, and the table of the answers."""
