"""The handbook as tests: a folder is a chapter, a file a section, a test a paragraph (see workshop/handbook.py)."""
