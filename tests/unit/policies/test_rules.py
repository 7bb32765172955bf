"""Phases as a table of open acts, and what may be an address."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.access.acts import Act
from app.errors import RuleBroken
from app.policies.phases import NEXT_PHASES, OPEN_ACTS, Phase, allows, ensure_next, ensure_open
from app.policies.rules import RESERVED_SLUGS, ensure_slug, slug_of


def test_every_phase_has_its_row_in_both_tables() -> None:
    assert set(OPEN_ACTS) == set(NEXT_PHASES) == set(Phase)


@pytest.mark.parametrize("phase", list(Phase))
def test_text_is_saved_only_in_drafting_and_response(phase: Phase) -> None:
    assert allows(phase, Act.EDIT_POLICY) is (phase in (Phase.DRAFTING, Phase.RESPONSE))


@pytest.mark.parametrize("phase", list(Phase))
def test_everything_can_be_read_in_every_phase(phase: Phase) -> None:
    assert allows(phase, Act.READ_POLICY)


def test_a_closed_act_is_refused_with_a_sentence() -> None:
    with pytest.raises(RuleBroken, match="You can still read everything"):
        ensure_open("archived", Act.POST_COMMENT)


@pytest.mark.parametrize(
    ("now", "wanted", "possible"),
    [
        ("drafting", "consultation", True),
        ("drafting", "in_force", False),
        ("consultation", "response", True),
        ("response", "decision", True),
        ("decision", "published", True),
        ("published", "in_force", True),
        ("decision", "in_force", False),
        ("in_force", "drafting", False),
        ("archived", "drafting", False),
        ("drafting", "nonsense", False),
        ("drafting", "", False),
    ],
)
def test_a_phase_follows_only_where_the_table_says(now: str, wanted: str, possible: bool) -> None:
    if possible:
        assert ensure_next(now, wanted) == wanted
    else:
        with pytest.raises(RuleBroken):
            ensure_next(now, wanted)


@pytest.mark.parametrize(
    ("words", "slug"),
    [
        ("Quiet Hours at Night", "quiet-hours-at-night"),
        ("停放办法", ""),
        ("停放 Parking 2026", "parking-2026"),
        ("Café — règles", "cafe-regles"),
        ("--a--b--", "a-b"),
    ],
)
def test_an_address_is_made_of_the_ascii_words_of_a_title(words: str, slug: str) -> None:
    assert slug_of(words) == slug


@pytest.mark.parametrize("slug", ["", "Upper", "a--b", "-a", "a-", "a b", "街", "a" * 81, "a/b"])
def test_an_address_that_could_be_mistyped_is_refused(slug: str) -> None:
    with pytest.raises(RuleBroken):
        ensure_slug(slug)


@pytest.mark.parametrize("slug", sorted(RESERVED_SLUGS))
def test_addresses_of_the_site_itself_are_refused(slug: str) -> None:
    with pytest.raises(RuleBroken):
        ensure_slug(slug)


@settings(max_examples=60)
@given(st.text(max_size=200))
def test_what_is_made_of_any_title_is_empty_or_an_address(title: str) -> None:
    slug = slug_of(title)
    assert slug == "" or slug in RESERVED_SLUGS or ensure_slug(slug) == slug
