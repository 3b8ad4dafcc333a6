import pytest
from hypothesis import given
from hypothesis import strategies as st

from catalog.titles import as_said, fold, search_text, split_title

TITLES = [
    ("Toy Story (1995)", "Toy Story", 1995, ""),
    ("Godfather, The (1972)", "The Godfather", 1972, ""),
    (
        "City of Lost Children, The (Cité des enfants perdus, La) (1995)",
        "The City of Lost Children",
        1995,
        "La Cité des enfants perdus",
    ),
    ("Bug's Life, A (1998)", "A Bug's Life", 1998, ""),
    ("American President, The (1995)", "The American President", 1995, ""),
    ("Misérables, Les (1995)", "Les Misérables", 1995, ""),
    ("Appartement, L' (1996)", "L'Appartement", 1996, ""),
    ("Postman, The (Postino, Il) (1994)", "The Postman", 1994, "Il Postino"),
    ("Seven (a.k.a. Se7en) (1995)", "Seven", 1995, ""),
    ("Léon: The Professional (a.k.a. The Professional) (Léon) (1994)", "Léon: The Professional", 1994, "Léon"),
    ("Rome, Open City (a.k.a. Open City) (Roma, città aperta) (1945)", "Rome, Open City", 1945, "Roma, città aperta"),
    ("Supercop 2 (Project S) (Chao ji ji hua) (1993)", "Supercop 2", 1993, "Chao ji ji hua"),
    ("Babylon 5", "Babylon 5", None, ""),
    ("Justice League: Doom (2012) ", "Justice League: Doom", 2012, ""),
    ("Death Note: Desu nôto (2006–2007)", "Death Note: Desu nôto", 2006, ""),
    ("Fawlty Towers (1975-1979)", "Fawlty Towers", 1975, ""),
    ("Big Bang Theory, The (2007-)", "The Big Bang Theory", 2007, ""),
    (
        "Land Before Time III: The Time of the Great Giving (1995) (V)",
        "Land Before Time III: The Time of the Great Giving",
        1995,
        "",
    ),
    ("(500) Days of Summer (2009)", "(500) Days of Summer", 2009, ""),
    ("Evangelion: 3.0 You Can (Not) Redo (2012)", "Evangelion: 3.0 You Can (Not) Redo", 2012, ""),
    (
        "Birdman: Or (The Unexpected Virtue of Ignorance) (2014)",
        "Birdman: Or (The Unexpected Virtue of Ignorance)",
        2014,
        "",
    ),
    (
        "Hotel Chevalier (Part 1 of 'The Darjeeling Limited') (2007)",
        "Hotel Chevalier (Part 1 of 'The Darjeeling Limited')",
        2007,
        "",
    ),
    ("Steal Big, Steal Little (1995)", "Steal Big, Steal Little", 1995, ""),
    ("Harold and Kumar, Jr. (2004)", "Harold and Kumar, Jr.", 2004, ""),
    ("Frontière(s) (2007)", "Frontière(s)", 2007, ""),
    ("Samouraï, Le (Godson, The) (1967)", "Le Samouraï", 1967, ""),
    ("1984 (1956)", "1984", 1956, ""),
    ("2001: A Space Odyssey (1968)", "2001: A Space Odyssey", 1968, ""),
    ("(1995)", "(1995)", None, ""),
    ("unknown", "unknown", None, ""),
    ("", "", None, ""),
]


@pytest.mark.parametrize(("listed", "title", "year", "original"), TITLES)
def test_a_listed_title_becomes_what_people_say(listed, title, year, original):
    assert split_title(listed)[:3] == (title, year, original)


@pytest.mark.parametrize(
    "article",
    "The A An Les La Le Un Une Il Lo Das Der Die El Los Las Det De Het O Os I Una En Den".split(),  # noqa: SIM905
)
def test_every_article_is_put_in_front(article):
    assert as_said(f"Godfather, {article}") == f"{article} Godfather"


@pytest.mark.parametrize("apostrophe", ["'", "’"])
def test_an_elided_article_is_put_in_front_without_a_space(apostrophe):
    assert as_said(f"Ennui, L{apostrophe}") == f"L{apostrophe}Ennui"


def test_every_other_name_is_kept():
    listed = "Bicycle Thieves (a.k.a. Bicycle Thief, The) (Ladri di biciclette) (1948)"
    assert split_title(listed).alternatives == ("The Bicycle Thief", "Ladri di biciclette")


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("The GODFATHER", "the godfather"),
        ("Amélie", "amelie"),
        ("Ævintýri á gönguför", "aevintyri a gongufor"),
        ("Spider-Man:  Homecoming!", "spider man homecoming"),
        ("Ocean’s Eleven", "oceans eleven"),
        ("Fast & Furious", "fast and furious"),
        ("Straße", "strasse"),
        ("8½", "8 1 2"),
        ("snake_case", "snake case"),
        ("七人の侍", "七人の侍"),
        (" \t\n", ""),
    ],
)
def test_folding_leaves_letters_and_digits(text, folded):
    assert fold(text) == folded


@given(st.text())
def test_folding_twice_changes_nothing_more(text):
    assert fold(fold(text)) == fold(text)


def test_a_film_is_found_under_both_forms_of_every_name():
    assert search_text("City of Lost Children, The (Cité des enfants perdus, La) (1995)").split("\n") == [
        "the city of lost children",
        "city of lost children the",
        "la cite des enfants perdus",
        "cite des enfants perdus la",
    ]


def test_a_form_without_an_article_stands_once():
    assert search_text("Toy Story (1995)") == "toy story"


def test_an_elided_article_is_searched_in_both_places():
    assert search_text("Appartement, L' (1996)") == "lappartement\nappartement l"


@given(st.text(max_size=80))
def test_no_text_breaks_a_title(listed):
    title, year, _, _ = split_title(listed)
    assert bool(title) == bool(listed.strip())
    assert year is None or str(year) in listed
    search_text(listed)
