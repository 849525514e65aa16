"""Chinese text as it is written, said, mistyped and looked for. No Django, no database.

folding     one spelling for what is looked for: width, capitals, glyph variants, traditional signs
sounds      pinyin and initials; surnames as they are said in a name
bigrams     words of two signs for searching, so that 消防 is found in 消防通道
likeness    how far two spellings are apart, and whether they sound alike
"""
