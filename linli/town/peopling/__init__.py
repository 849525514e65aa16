"""The people of the made-up town: who lives with whom, how old they are, what they do. Nobody of them is real.

names        well-known common names, so that none is anybody's
households   who lives together: believable families, drawn from shares that are data
lives        what each person does, needs and has
"""
