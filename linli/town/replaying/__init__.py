"""A city's table of cases through the whole loop in simulated time: our proof and our load test.

mapping     which column says what, the working calendar and the staff, as data (`maps/*.toml`)
matters     the rows of a file as matters, one after the other
places      a city laid onto the made-up town
staffing    simulated desks: so many hands, each one matter at a time, in working hours
"""
