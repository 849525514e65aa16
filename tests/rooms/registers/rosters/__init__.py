"""Ten rosters as communities keep them, drawn after published forms by someone who had not seen the matching code."""
