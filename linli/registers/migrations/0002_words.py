from django.db import migrations

SQLITE = "CREATE VIRTUAL TABLE registers_words USING fts5(words, tokenize = 'unicode61 remove_diacritics 0', detail = none)"
POSTGRES = "CREATE TABLE registers_words (id bigint PRIMARY KEY, words tsvector NOT NULL)"
INDEX = "CREATE INDEX registers_words_found ON registers_words USING gin (words)"


def make(apps, editor):
    if editor.connection.vendor == "sqlite":
        editor.execute(SQLITE)
    else:
        editor.execute(POSTGRES)
        editor.execute(INDEX)


def drop(apps, editor):
    editor.execute("DROP TABLE registers_words")


class Migration(migrations.Migration):
    dependencies = [("registers", "0001_begin")]
    operations = [migrations.RunPython(make, drop)]
