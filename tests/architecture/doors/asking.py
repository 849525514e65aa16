"""How a sample is written: the name of a door; what is asked for there; its arguments; what a POST sends.

Words in capitals, in the arguments and in what is sent, are filled in with what `things` laid out.
"""

from tests.browser import small_town

Sample = tuple[str, str, dict[str, object], dict[str, object]]
OWN, OTHER = f"{small_town.TOWN}001", f"{small_town.TOWN}002"  # the clerk's community, and one of another clerk's
RIGHT = {"sign_in_name": "li", "password": small_town.PASSWORD}
