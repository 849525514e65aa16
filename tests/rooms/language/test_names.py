"""Names as they are said, typed and misheard."""

import pytest

from linli.language import bigrams, folding, likeness, sounds, surnames


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("单志强", "shan zhi qiang"),
        ("仇英", "qiu ying"),
        ("解缙", "xie jin"),
        ("曾巩", "zeng gong"),
        ("查良镛", "zha liang yong"),
        ("区寄", "ou ji"),
        ("任长霞", "ren chang xia"),
        ("华罗庚", "hua luo geng"),
        ("朴树", "piao shu"),
        ("盖叫天", "ge jiao tian"),
        ("覃冬", "qin dong"),
        ("尉迟恭", "yu chi gong"),
        ("万俟卨", "mo qi xie"),
        ("长孙无忌", "zhang sun wu ji"),
        ("单于明", "chan yu ming"),
        ("澹台灭明", "tan tai mie ming"),
        ("乐正绫", "yue zheng ling"),
        ("吕布", "lv bu"),
    ],
)
def test_a_surname_is_said_as_in_a_name(name, said):
    assert sounds.of_person(name) == said


def test_initials_of_a_compound_surname():
    assert sounds.initials(sounds.of_person("欧阳修")) == "oyx"


def test_every_reading_of_a_rare_surname_is_there_to_be_found():
    assert sounds.readings("单雄信") == ("shan xiong xin", "dan xiong xin")
    assert len(sounds.readings("乐乐行")) == sounds.MOST_READINGS


def test_other_names_are_left_as_they_are():
    assert sounds.readings("Ann Lee") == ("ann lee",)
    assert sounds.of_person("") == ""


def test_every_reading_has_as_many_syllables_as_its_surname_has_signs():
    assert [name for name, said in surnames.READINGS.items() if len(said.split()) != len(name)] == []


@pytest.mark.parametrize("word", ["消防", "防通", "通道", "道", "3号", "b座"])
def test_every_part_of_two_signs_is_found(word):
    kept = bigrams.kept("消防通道3号楼B座")
    *whole, beginning = bigrams.asked(word)
    assert set(whole) <= set(kept) and any(each.startswith(beginning) for each in kept)


def test_a_traditional_spelling_finds_the_plain_one():
    assert bigrams.asked("陳偉") == bigrams.asked("陈伟")


def test_signs_that_are_a_names_own_are_not_folded():
    assert [folding.folded(sign) for sign in "乾著於昇甯喆堃"] == list("乾著於昇甯喆堃")


def test_no_sign_is_folded_twice():
    """What is folded stays: else the same text would be kept under two spellings."""
    signs = folding._WRITTEN
    assert [pair for pair in signs if len(pair) != 2 or folding.folded(pair[0]) != pair[1]] == []
    assert [pair for pair in signs if folding.folded(pair[1]) != pair[1]] == []


def test_edits_stop_counting_where_it_no_longer_matters():
    assert likeness.edits("a" * 500, "b" * 500, 2) == 3


@pytest.mark.parametrize(("first", "second"), [("abcd", "abdc"), ("张三", "三张"), ("12345", "1245"), ("", "ab")])
def test_edits_are_the_same_both_ways(first, second):
    assert likeness.edits(first, second) == likeness.edits(second, first) <= 2


def test_a_second_reading_is_another_one():
    same = [sign for sign, said in surnames.IN_NAMES.items() if sounds.pinyin(sign) == said]
    same += [name for name, said in surnames.ALSO.items() if sounds.of_person(name) == said]
    assert same == []
